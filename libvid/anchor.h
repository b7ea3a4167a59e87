/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * anchor.h - marks that only rise, /var/lib/vid-anchor, and one generation over all
 *
 * A mark is a number below which a record is refused: a template's version, a security
 * key's counter, the time of the last login, the iat of a status list, the generation of
 * the account index. All marks are entries of 256 bucket files; the file `head` holds the
 * digest of each bucket and a generation, under a MAC of the host key. A change writes
 * one new bucket and replaces the head, so that a kill at any system call leaves the old
 * marks or the new ones (S34). One bucket of another day does not fit the head, and one
 * head of another day does not fit the buckets: only the whole folder can be put back
 * (S65), and not even that where a device counts as well (a TPM's NV counter).
 *
 * A reader that finds no mark has proof that there is none: the head's MAC and the
 * bucket's digest were verified. An error is never VID_FILE_MISSING.
 *
 * No function keeps state between calls. Signals: a call may be interrupted by a kill at
 * any place. Threads: calls exclude each other by a lock file.
 */
#ifndef VID_ANCHOR_H
#define VID_ANCHOR_H

#include "libvid/hostkey.h"

#define ANCHOR_NAME_MAX  128 /* bytes of a mark's name */
#define ANCHOR_VALUE_MAX (UINT64_MAX - 1)
/* Seconds: per-login marks raise the device's counter at most once in this time. */
#define ANCHOR_BATCH_SECONDS 60

/* The numbers are part of the format. */
enum anchor_kind {
	ANCHOR_TEMPLATE = 1, /* ACCOUNT.IDHASH: the newest version */
	ANCHOR_COUNTER = 2,  /* of a holder's key; a per-login mark */
	ANCHOR_CLOCK = 3,    /* "": seconds of the last good login; a per-login mark */
	ANCHOR_STATUS = 4,   /* a list's name: its newest iat; "newest": of all lists */
	ANCHOR_INDEX = 5,    /* "": the generation of the account index */
	ANCHOR_REPLAY = 6,   /* "": the floor of the replay folder; a per-login mark */
	ANCHOR_KIND_COUNT = 7,
};

/*
 * A counter that no file operation turns back. `read`: VID_OK, VID_FILE_MISSING when the
 * device has no counter of ours, or why it cannot be read; with `fresh` false an answer
 * of earlier in this process is enough. `raise`: adds one; the new value. `make`: makes
 * the counter anew, above every value that it ever had.
 */
struct anchor_device {
	void *at;
	enum vid_reason (*read)(void *at, bool fresh, uint64_t *value,
				struct problem *problem);
	enum vid_reason (*raise)(void *at, uint64_t *value, struct problem *problem);
	enum vid_reason (*make)(void *at, uint64_t *value, struct problem *problem);
};

/* Where marks of version 0.1.0 are, which are moved when the anchor is made. NULL: none.
 */
struct anchor_before {
	const char *faces, *counters, *status; /* folders: *.mark, counters, *.mark */
	const char *clock;                     /* a file */
};

/* Filled by the caller; nothing of it is owned. */
struct anchor {
	const char *folder;
	const struct hostkey *key;
	/* A file in another folder that says that there was an anchor: with it a missing
	 * head is a lost one. NULL: a missing head is always a first one. */
	const char *stamp;
	struct anchor_before before;
	const struct anchor_device *device; /* NULL: files alone */
};

/*
 * The value of one mark. VID_OK; VID_FILE_MISSING: there is no such mark, which is
 * proven, and `problem` is left empty; VID_STATE: damaged, lost, or of another day, with
 * what to do; VID_FILE_*. The first call of all makes the anchor, and moves the marks of
 * `before` into it.
 */
enum vid_reason anchor_read(const struct anchor *anchor, enum anchor_kind kind,
			    const char *name, uint64_t *value, struct problem *problem);

/*
 * Raise one mark to `value`; nothing here lowers a mark. *before (may be NULL) is what it
 * was, 0 for none. VID_OK also when it is as high already. VID_STATE, VID_FILE_*: the
 * change may or may not be in force, and must not be reported as done.
 */
enum vid_reason anchor_raise(const struct anchor *anchor, enum anchor_kind kind,
			     const char *name, uint64_t value, uint64_t *before,
			     struct problem *problem);

/* Lower one mark to `value`, for a clock that was ahead when the mark was raised. VID_OK
 * also when there is none, or none above it. */
enum vid_reason anchor_lower(const struct anchor *anchor, enum anchor_kind kind,
			     const char *name, uint64_t value, struct problem *problem);

/* Remove one mark, for a command of the administrator's. VID_OK also when there is none.
 */
enum vid_reason anchor_reset(const struct anchor *anchor, enum anchor_kind kind,
			     const char *name, struct problem *problem);

/* Raise the device's counter where per-login marks still wait for it. VID_OK also when
 * there is nothing to do. */
enum vid_reason anchor_settle(const struct anchor *anchor, struct problem *problem);

/* What an administrator reads. */
struct anchor_facts {
	uint64_t generation, counter; /* counter 0: bound to no device */
	bool waits;                   /* per-login marks wait for the device's counter */
	size_t marks[ANCHOR_KIND_COUNT];
};
enum vid_reason anchor_facts(const struct anchor *anchor, struct anchor_facts *out,
			     struct problem *problem);

/*
 * For a command of the administrator's, when the marks are lost, damaged or refused: keep
 * every bucket that fits the head, give up the others, and bind to the device (if there
 * is one) anew. *lost: buckets given up, of 256. Also binds an anchor that has no
 * device yet.
 */
enum vid_reason anchor_recover(const struct anchor *anchor, unsigned *lost,
			       struct problem *problem);

#endif
