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
 *   vid        vid-accounts 2 rows=N passwd=STAMP group=STAMP     always the first
 *   nNAME      NAME:x:UID:GID:GECOS:HOME:SHELL    N rows, next to each other, by uid
 *   uUID       the same row
 *   gGID       the same row; the account's private group has the account's name
 *   iHASH      NAME:UID:MAC, 64 hex    HASH: 32 hex digits, see identity_hash; of an own
 *              account :GID:GECOS:HOME:SHELL behind it, so that one record answers
 *   hNAME      1           some identity maps to this account, local or own
 *   mNAME      NAME[,NAME...]     groups of /etc/group that the own account is in
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

/* S41: the numbers that are ours. A benchmark builds the sources with wider ones. */
#ifndef INDEX_ID_MIN
#define INDEX_ID_MIN 60000u
#define INDEX_ID_MAX 64999u
#endif
#define INDEX_FIELD_MAX 255 /* bytes of gecos, home or shell */

enum index_result {
	INDEX_OK = 0,
	INDEX_NONE,    /* no such record */
	INDEX_BROKEN,  /* not an index of ours, cut, or damaged */
	INDEX_REFUSED, /* wrong owner, mode or kind of file */
	INDEX_MISSING, /* no such file */
	INDEX_ERROR,   /* errno says why it cannot be opened */
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

struct index {
	const uint8_t *at; /* mapped read-only, or the caller's bytes; NULL: read */
	struct index_window *window; /* of index_read */
	size_t len;
	uint32_t data_end; /* records stand before this offset, hash tables behind */
	uint32_t rows;
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

struct index_identity {
	struct bytes name; /* of an own account, or one of /etc/passwd */
	uint32_t uid;
	uint8_t mac[32];
	bool own;             /* with a row of its own: */
	struct index_row row; /* all zero without */
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
 * grammar or a number outside INDEX_ID_MIN..INDEX_ID_MAX is INDEX_NONE (S41). `out` is
 * filled only on INDEX_OK.
 */
enum index_result index_by_name(const struct index *index, struct bytes name,
				struct index_row *out);
enum index_result index_by_uid(const struct index *index, uint32_t uid,
			       struct index_row *out);
enum index_result index_by_gid(const struct index *index, uint32_t gid,
			       struct index_row *out);
enum index_result index_by_identity(const struct index *index, struct bytes identity,
				    struct index_identity *out);
/* INDEX_OK when some identity maps to the account. */
enum index_result index_has_identity(const struct index *index, struct bytes name);

/* The groups of /etc/group that an own account is in: their names, ',' between. */
enum index_result index_groups(const struct index *index, struct bytes name,
			       struct bytes *out);

/* The row after `*cursor` (start with 0), which moves on. INDEX_NONE at the end. */
enum index_result index_next(const struct index *index, uint32_t *cursor,
			     struct index_row *out);

/* The stamp of what stands at `path`, or of an open file; false with errno. */
bool index_stamp_of(const char *path, struct index_stamp *out);
bool index_stamp_of_fd(int fd, struct index_stamp *out);
bool index_stamp_equal(const struct index_stamp *a, const struct index_stamp *b);

/* S44's grammar, ^[a-z_][a-z0-9_-]{0,30}$ */
bool index_name_valid(struct bytes name);

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
