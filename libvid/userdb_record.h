/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * userdb_record.h - one account as JSON user and group records (systemd.io/USER_RECORD,
 * GROUP_RECORD)
 *
 * No record has a password, and without one systemd's name service gives a shadow entry
 * that none matches, as nss_vid does. None is "locked": that would shut out a login by
 * virtual ID as well.
 */
#ifndef VID_USERDB_RECORD_H
#define VID_USERDB_RECORD_H

#include <stdbool.h>

#include "libvid/bytes.h"
#include "libvid/index.h"

/* "service" is the record's field for who made it; ours is its first, which is how a file
 * of ours is known again. */
#define USERDB_MARK       "{\"service\":\"vid.accounts\""
#define USERDB_RECORD_MAX 8192 /* bytes; every byte of three fields escaped fits */

/*
 * Append to `to`. False: it cannot be said, and the account is to be left out: a home or
 * shell that is no plain absolute path of UTF-8.
 */
bool userdb_user(const struct index_row *row, struct buffer *to);
bool userdb_group(const struct index_row *row, struct buffer *to);
/* What stands in a membership's file, which nobody reads but us. */
void userdb_membership(struct buffer *to);

/* Is this the beginning of a record of ours? */
bool userdb_is_ours(struct bytes text);

/*
 * Append a JSON text, in quotes: what must be escaped is, and each byte that is not of
 * UTF-8 (RFC 3629: no surrogates, no longer forms) becomes U+FFFD.
 */
void userdb_text(struct bytes text, struct buffer *to);

#endif
