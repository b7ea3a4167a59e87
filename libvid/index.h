/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * index.h - the compiled map, /var/lib/vid/accounts.cdb, read
 *
 * A cdb, so that `cdb -d` shows it. Needs libc alone, allocates nothing, takes no lock,
 * writes nothing; nss_vid has it compiled in, libvid/accounts.c uses the same code. Each
 * offset is checked against the file's end before it is followed, and each record
 * against its sum: a cut, bent or hostile file answers INDEX_BROKEN, never wrongly and
 * never past its end.
 *
 * Records, keys and values text. Each value ends in '#' and 8 hex digits: FNV-1a over
 * key, a zero byte and the value before the '#'. It finds damage; against tampering
 * stand the file's owner and the MAC of `i` records.
 *
 *   vid        vid-accounts 4 generation=N ledger=N rows=N ids=MIN-MAX[,MIN-MAX...]
 *              passwd=STAMP group=STAMP     always the first
 *   nNAME      NAME:x:UID:GID:GECOS:HOME:SHELL    N rows, next to each other, by uid
 *   uUID       the same row
 *   gGID       NAME:x:UID:GID:::   the account's private group has the account's name
 *   aALIAS     MAC:ISS     the issuer that the alias names
 *   iKEY       NAME:UID:KIND:MAC   KEY: 32 hex digits, identity_key of issuer and
 * subject; MAC: 64. KIND l: an account of /etc/passwd; o: an own one; w: one given by a
 * walk-up rule. Of o and w :GID:GECOS:HOME:SHELL behind it, so that one record answers.
 * Or denied:MAC. hNAME      1           some identity maps to this account of /etc/passwd
 *              0           none does to this own account; to every other one does
 *   mNAME      NAME[,NAME...]     groups of /etc/group that the own account is in
 *   rKEY       PREFIX:MIN:MAX:SHELL:HOME:GROUPS:keep|wipe:MAC   newcomers of this issuer
 *              are given accounts; KEY: identity_key of issuer and IDENTITY_EVERY. Or
 *              denied:MAC: every identity of this issuer is rejected.
 *   bNUMBER    ENTRIES:MAC   the bucket of that number (from 0): KEY and the first 32
 *              digits of the record's MAC, of all its `i` and `r` records, by key. It
 *              proves which records there are, and so that one is absent
 *   seal       buckets=N content=HEX mac=HEX   over the version record and over the
 *              digest of all records before this one (index_seal.h)
 *   sum        records=N chain=HEX    always the last: how many stand before it, and
 * FNV-1a (64 bits) over their sums, for index_verify
 *
 * Format 3, of an earlier version, is read for names and numbers until the map is
 * compiled again: its `i` records have identity_hash_former, its `r` records the alias,
 * and it has no `a`, `b` and `seal`. No login takes an identity from it.
 *
 * No pseudonym stands in it (S46): an identity is found by its hash, and its 128 random
 * bits make that one-way. Groups have no members: nobody is put into any group (S45).
 *
 * Writers replace the file by rename and never write into one that exists. A mapped
 * file therefore never shrinks, and no reader meets SIGBUS; whoever copies over it in
 * place (cp, not mv) breaks that promise to running programs.
 */
#ifndef VID_INDEX_H
#define VID_INDEX_H

#include "libvid/bytes.h"
#include "libvid/identity.h"
#include "libvid/limits.h"

/*
 * S41: the numbers that own accounts may have. Which of them they have on this host the
 * index says (`ids`), as the map does: 60000..64999 without a word, and what its lines
 * add. System accounts, nobody (65534), what 16 and 32 bits take for -1, and numbers that
 * are negative to somebody are never ours, whatever an index says.
 */
#define INDEX_ID_FLOOR   1000u
#define INDEX_ID_CEILING 2147483647u
#define INDEX_ID_MIN     60000u
#define INDEX_ID_MAX     64999u
#define INDEX_RANGES_MAX 8
/* How long a running program may go on answering from the index before: a command or a
 * login that replaced it waits for that, so that what it says is so everywhere. */
#define INDEX_SETTLE_MILLISECONDS 20
#define INDEX_FIELD_MAX           255 /* bytes of gecos, home or shell */

enum index_result {
	INDEX_OK = 0,
	INDEX_NONE,    /* no such record */
	INDEX_BROKEN,  /* not an index of ours, cut, or damaged */
	INDEX_REFUSED, /* wrong owner, mode or kind of file */
	INDEX_MISSING, /* no such file */
	INDEX_ERROR,   /* errno says why it cannot be opened */
	INDEX_FORGED,  /* without this host's MAC, or with an older record in it */
	INDEX_FORMER,  /* of format 3: nothing in it is proven */
};

/* Which version of a file: enough to see that it was replaced or written to. All zero
 * when there is no such file. Times in nanoseconds since the epoch. */
struct index_stamp {
	uint64_t dev, ino, size;
	int64_t mtime, ctime;
};

/* What index_read sees of a file at a time: its head with the version record, or some
 * slots of a table, or a record. No record that is written is longer. */
#define INDEX_WINDOW 2624

struct index_window {
	int fd;
	uint32_t at, len; /* the bytes of the file that `bytes` holds */
	uint8_t bytes[INDEX_WINDOW];
};

struct index_range {
	uint32_t min, max; /* both included */
};

#define INDEX_FORMAT        4u
#define INDEX_FORMAT_FORMER 3u

struct index {
	const uint8_t *at; /* mapped read-only, or the caller's bytes; NULL: read */
	struct index_window *window; /* of index_read */
	size_t len;
	uint32_t data_end; /* records stand before this offset, hash tables behind */
	uint32_t rows;
	uint32_t format;     /* INDEX_FORMAT or INDEX_FORMAT_FORMER */
	uint64_t generation; /* one more with each index that replaced another */
	uint64_t ledger;     /* serial of the ledger (ledger.h) that it knows; 0: none */
	struct index_range range[INDEX_RANGES_MAX];
	size_t range_count;
	struct index_stamp file;
	/* /etc/passwd and /etc/group as they were proved free of collisions; zero: proved
	 * for nothing that could be recognised again */
	struct index_stamp passwd, group;
};

/* An account of our own. Views into the index; of index_read, until its next lookup. */
struct index_row {
	struct bytes name, gecos, home, shell;
	uint32_t uid, gid;
};

enum index_kind { INDEX_LOCAL, INDEX_OWN, INDEX_WALKUP, INDEX_DENIED };

struct index_identity {
	enum index_kind kind; /* INDEX_DENIED: nothing else but the MAC is filled */
	struct bytes name;    /* of an own account, or one of /etc/passwd */
	uint32_t uid;
	uint8_t mac[32];
	struct index_row row; /* of INDEX_OWN and INDEX_WALKUP; otherwise all zero */
};

/* What happens to identities of one issuer that the map does not name. */
struct index_rule {
	bool denied; /* and to those that it does: nothing else but the MAC is filled */
	struct bytes prefix;
	struct index_range uids;
	struct bytes shell, home, groups; /* home with {name}; groups may be empty */
	bool wipe;
	uint8_t mac[32];
};

/*
 * Map `path`: a regular file, no symbolic link, of root's or (unless INDEX_ROOT_ONLY is
 * defined when this is compiled) the caller's, writable by the owner alone. INDEX_OK or
 * any result but INDEX_NONE; `out` is to be closed only after INDEX_OK.
 */
enum index_result index_open(const char *path, struct index *out);
void index_close(struct index *index);

/*
 * The same, for one lookup or two: nothing is mapped, each is read into `window`, which
 * is to outlive `out`. A file that is cut meanwhile is INDEX_BROKEN.
 */
enum index_result index_read(const char *path, struct index_window *window,
			     struct index *out);

/* The same over bytes that the caller keeps. `file` stays zero; not to be closed. */
enum index_result index_of_bytes(struct bytes content, struct index *out);

/*
 * Lookups: INDEX_OK, INDEX_NONE or INDEX_BROKEN. A row with a name outside S44's
 * grammar or a number outside the index's ranges is INDEX_NONE (S41). `out` is filled
 * only on INDEX_OK.
 */
enum index_result index_by_name(const struct index *index, struct bytes name,
				struct index_row *out);
enum index_result index_by_uid(const struct index *index, uint32_t uid,
			       struct index_row *out);
enum index_result index_by_gid(const struct index *index, uint32_t gid,
			       struct index_row *out);
/* SUBJECT@ALIAS, the alias as this index has it: for names, never to let in. */
enum index_result index_by_identity(const struct index *index, struct bytes identity,
				    struct index_identity *out);
/* Of format 4 alone; otherwise INDEX_NONE. */
enum index_result index_by_issuer(const struct index *index, struct bytes iss,
				  struct bytes sub, struct index_identity *out);
/* The issuer that an alias names; `mac` may be NULL. Of format 4 alone. */
enum index_result index_by_alias(const struct index *index, struct bytes alias,
				 struct bytes *iss, uint8_t mac[32]);
/* INDEX_OK when some identity that is not denied maps to the account. */
enum index_result index_has_identity(const struct index *index, struct bytes name);

/* The groups of /etc/group that an own account is in: their names, ',' between. */
enum index_result index_groups(const struct index *index, struct bytes name,
			       struct bytes *out);

/* index_rule.c, not for nss_vid: what becomes of newcomers of this issuer. Of format 4
 * alone; otherwise INDEX_NONE. */
enum index_result index_rule_of(const struct index *index, struct bytes iss,
				struct index_rule *out);

/* The row after `*cursor` (start with 0), which moves on. INDEX_NONE at the end. */
enum index_result index_next(const struct index *index, uint32_t *cursor,
			     struct index_row *out);

/*
 * index_walk.c, not for nss_vid. The record after `*cursor` (start with 0), which moves
 * on: key, and value with its sum behind '#', which holds. INDEX_NONE at the end.
 */
enum index_result index_record(const struct index *index, uint32_t *cursor,
			       struct bytes *key, struct bytes *value);

/* Reads all of it: is every record there, and as it was written? INDEX_OK or
 * INDEX_BROKEN. */
enum index_result index_verify(const struct index *index);

/* The stamp of what stands at `path`, or of an open file; false with errno. */
bool index_stamp_of(const char *path, struct index_stamp *out);
bool index_stamp_of_fd(int fd, struct index_stamp *out);
bool index_stamp_equal(const struct index_stamp *a, const struct index_stamp *b);

/* S44's grammar, ^[a-z_][a-z0-9_-]{0,30}$ */
bool index_name_valid(struct bytes name);

/* May an own account ever have this number (S41)? And does this index's host have it? */
bool index_id_possible(uint64_t id);
bool index_id_ours(const struct index *index, uint64_t id);

/* FNV-1a over key, 0, value: what stands behind the '#'. */
uint32_t index_sum(struct bytes key, struct bytes value);

/*
 * `len` bytes at `offset`; NULL when they are not to be had. The caller has seen to it
 * that they lie within the file.
 */
const uint8_t *index_piece(const struct index *index, uint32_t offset, uint32_t len);

/* Digits without sign or leading zero, at most `max`. */
bool index_number(struct bytes text, uint64_t max, uint64_t *out);

#endif
