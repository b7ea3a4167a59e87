/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ledger.h - which accounts walk-up rules gave, which numbers are never given again, and
 * which index is the newest
 *
 * A file of lines beside the index (index_path + ".ledger", 0600 root):
 *
 *   vid-ledger 2 SERIAL GENERATION CONTENT ENTRIES MAC
 *                           the head, LEDGER_HEAD_LEN bytes: SERIAL, one more with each
 *                           change; GENERATION and CONTENT (index_seal.h), those of the
 *                           newest index; ENTRIES, a digest of all lines behind; and the
 *                           host's MAC over the head. A login reads no more than it
 *   given UID NAME HOME SUBJECT@ALIAS DATE ISS
 *                           a walk-up account of that issuer, since that day (UTC). ISS
 *                           is `-` in a ledger of an earlier version whose alias named no
 *                           issuer any more: it opens nothing
 *   gone UID[-LAST] DATE    numbers that were own accounts', until that day; nothing else
 *                           of them is kept (S43)
 *
 * The ledger is written before the index that it names is put in place. An index of an
 * older generation is refused; when it is the one before and PATH.next is the one that
 * the ledger names, a writer was cut short, and the next reader puts that in place
 * (accounts_state.h). The index says which serial it was made with: an older ledger, out
 * of a backup, is refused too, for it would give numbers a second time. Format 1, of an
 * earlier version, is read and written as format 2.
 */
#ifndef VID_LEDGER_H
#define VID_LEDGER_H

#include "libvid/hostkey.h"
#include "libvid/index.h"
#include "libvid/limits.h"
#include "libvid/reason.h"

#define LEDGER_FILE_MAX (256u * 1024 * 1024) /* bytes */
#define LEDGER_DATE     11                   /* "2026-11-25" and a NUL */

/* The head of a file, or of what will be one. */
struct ledger_head {
	uint64_t serial;     /* 0: there is none yet */
	uint64_t generation; /* of the newest index; 0: of format 1, which does not say */
	uint8_t content[32];
};

struct ledger_entry {
	uint32_t uid, last; /* the numbers from uid to last; of an account the same */
	const char *identity, *name, *home; /* NULL: the numbers are gone */
	const char *iss;                    /* NULL with an identity: opens nothing */
	char date[LEDGER_DATE];
};

struct ledger {
	struct ledger_head head;
	size_t count, room;
	struct ledger_entry *at; /* owned, by uid */
	char *text;              /* owned: what the entries of the file point into */
	char *added;             /* owned: what ledger_give's entry points into */
};

/* The ledger of an index; false when the path does not fit. */
bool ledger_path(const char *index_path, char *to, size_t size);

/*
 * Read all of it. VID_OK; VID_FILE_MISSING when there is none; VID_STATE when it is
 * damaged or not this host's; VID_FILE_*: it cannot be read. Free with ledger_free
 * (usable with AUTO()).
 */
enum vid_reason ledger_load(const char *path, const struct hostkey *key,
			    struct ledger *out, struct problem *problem);
void ledger_free(struct ledger *ledger);

/* The head alone, at a cost that does not grow; of format 1 all is read. As above. */
#define LEDGER_HEAD_LEN 250
enum vid_reason ledger_head_read(const char *path, const struct hostkey *key,
				 struct ledger_head *out, struct problem *problem);

/* The entry of a number, or of an identity (of an issuer's subject); NULL. */
const struct ledger_entry *ledger_of_uid(const struct ledger *ledger, uint32_t uid);
const struct ledger_entry *ledger_of_identity(const struct ledger *ledger,
					      const char *identity);
const struct ledger_entry *ledger_of_subject(const struct ledger *ledger, const char *iss,
					     struct bytes sub);

/* Was it given to this identity, or has it this name? */
bool ledger_entry_is(const struct ledger_entry *entry, const char *what);

/*
 * Changes, in memory: note that `identity` is given this account (once a ledger); that a
 * number is gone, whatever it was; that it may be given again. False without memory, or
 * when there is nothing to release.
 *   now  seconds since the epoch
 */
bool ledger_give(struct ledger *ledger, const char *identity, const char *iss,
		 const char *name, uint32_t uid, const char *home, int64_t now);
bool ledger_bury(struct ledger *ledger, uint32_t uid, int64_t now);
bool ledger_release(struct ledger *ledger, uint32_t uid);
/* All of these numbers that nothing is noted of are gone. */
bool ledger_bury_range(struct ledger *ledger, uint32_t min, uint32_t max, int64_t now);

/* Write what changed, with the next serial and the generation and content that its head
 * has. VID_OK or VID_FILE_IO. */
enum vid_reason ledger_store(struct ledger *ledger, const char *path,
			     const struct hostkey *key, struct problem *problem);

#endif
