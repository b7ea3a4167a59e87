/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ledger.h - which accounts walk-up rules gave, and which numbers are never given again
 *
 * A file of lines beside the index (index_path + ".ledger", 0600 root), whole under a MAC
 * of the host key:
 *
 *   vid-ledger 1 SERIAL                       one more with each change
 *   given UID NAME HOME SUBJECT@ALIAS DATE    a walk-up account, since that day (UTC)
 *   gone UID DATE                             a number that was an own account's, until
 *                                             that day; nothing else of it is kept (S43)
 *   mac HEX
 *
 * The index says which serial it was made with: an older ledger, out of a backup, is not
 * taken, for it would give numbers a second time.
 */
#ifndef VID_LEDGER_H
#define VID_LEDGER_H

#include "libvid/hostkey.h"
#include "libvid/index.h"
#include "libvid/limits.h"
#include "libvid/reason.h"

#define LEDGER_FILE_MAX (256u * 1024 * 1024) /* bytes */
#define LEDGER_DATE     11                   /* "2026-11-25" and a NUL */

struct ledger_entry {
	uint32_t uid;
	const char *identity, *name, *home; /* NULL: the number is gone */
	char date[LEDGER_DATE];
};

struct ledger {
	uint64_t serial; /* 0: there is none yet */
	size_t count, room;
	struct ledger_entry *at; /* owned, by uid */
	char *text;              /* owned: what the entries of the file point into */
	char *added;             /* owned: what ledger_give's entry points into */
};

/* The ledger of an index; false when the path does not fit. */
bool ledger_path(const char *index_path, char *to, size_t size);

/*
 * Read. A missing file is an empty ledger. VID_OK; VID_STATE when it is damaged, not this
 * host's, or of a serial below `serial` (that an index knows); VID_FILE_*. Free with
 * ledger_free (usable with AUTO()).
 */
enum vid_reason ledger_load(const char *path, const struct hostkey *key, uint64_t serial,
			    struct ledger *out, struct problem *problem);
void ledger_free(struct ledger *ledger);

/* The entry of a number, or of an identity; NULL. */
const struct ledger_entry *ledger_of_uid(const struct ledger *ledger, uint32_t uid);
const struct ledger_entry *ledger_of_identity(const struct ledger *ledger,
					      const char *identity);

/*
 * Changes, in memory: note that `identity` is given this account (once a ledger); that a
 * number is gone, whatever it was; that it may be given again. False without memory, or
 * when there is nothing to release.
 *   now  seconds since the epoch
 */
bool ledger_give(struct ledger *ledger, const char *identity, const char *name,
		 uint32_t uid, const char *home, int64_t now);
bool ledger_bury(struct ledger *ledger, uint32_t uid, int64_t now);
bool ledger_release(struct ledger *ledger, uint32_t uid);

/* Write what changed, with the next serial. VID_OK or VID_FILE_IO. */
enum vid_reason ledger_store(struct ledger *ledger, const char *path,
			     const struct hostkey *key, struct problem *problem);

#endif
