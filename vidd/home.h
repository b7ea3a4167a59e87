/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * home.h - a walk-up's home, wiped when its last session ends
 *
 * Everything below the home that is the account's own goes; nothing of anybody else does.
 * It is the kernel that sees to it: a child takes on the account's file system ids and
 * empties the folder with what its owner may do, never following a symbolic link, never
 * across a mount. What another user owns stays, and is told.
 */
#ifndef VIDD_HOME_H
#define VIDD_HOME_H

#include <stdint.h>

#include "libvid/reason.h"

/*
 * Wipe `home` (absolute; its last part is `name`), a folder of `uid`/`gid` in a folder
 * that is root's and nobody else's to write. VID_OK when it is gone, or there was none;
 * VID_STATE with a problem text when it is not the account's (owner, symbolic link, mount
 * point, another last part) and nothing was touched, or when something stayed;
 * VID_FILE_UNTRUSTED for its parent; VID_FILE_IO.
 */
enum vid_reason home_wipe(const char *home, const char *name, uint32_t uid, uint32_t gid,
			  struct problem *problem);

#endif
