/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_kept.h - tokens that this host keeps for security keys without room
 *
 * All complain themselves and answer with an exit code of cli.h, CLI_GO when all is well.
 */
#ifndef VID_KEY_KEPT_H
#define VID_KEY_KEPT_H

#include "libvid/limits.h"
#include "libvid/tokens.h"
#include "vid/holder.h"
#include "vid/key_token.h"

#define KEY_KEPT_OPTION(variable)                                                        \
	{                                                                                \
		.name = "tokens", .arg = N_("DIR"), .text = &(variable),                 \
		.help = N_("the folder of kept tokens, not the usual one")               \
	}

/* The file of vid key enroll: it has to name a credential. */
int key_kept_holder(const char *path, struct holder *out);

/* Keep `token` for the key of `holder`. CLI_REFUSED when it was issued to another, or,
 * unless `force`, when another one is kept already. */
int key_kept_put(const char *folder, const struct holder *holder,
		 const struct key_token *token, const struct issuers *trusted,
		 bool force);

/* A folder of this host's for such things, made where it is missing. */
int key_kept_folder(const char *folder);

/* CLI_REFUSED when none is kept. */
int key_kept_remove(const char *folder, struct bytes credential);

/* What is kept for a credential, into `room`, judged; false where nothing is, or where it
 * is not ours to read. No complaint. */
bool key_kept_find(const char *folder, struct bytes credential,
		   const struct issuers *trusted, struct buffer *room,
		   struct key_token *out);

#endif
