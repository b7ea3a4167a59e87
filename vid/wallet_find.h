/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wallet_find.h - which wallet shows a token: the one beside it, for whose key it is
 */
#ifndef VID_WALLET_FIND_H
#define VID_WALLET_FIND_H

#include <limits.h>

#include "libvid/bytes.h"

/*
 * The key file of vid wallet init in the folder of `token_path` whose public part is the
 * holder's key of `token`. No passphrase is needed to know. Nothing of the token is
 * verified: a wrong file proves nothing. Complains itself: CLI_GO or CLI_FAILED.
 */
int wallet_find(const char *token_path, struct bytes token, char path[PATH_MAX]);

#endif
