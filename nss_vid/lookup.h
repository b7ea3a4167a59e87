/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lookup.h - what the databases share: finding a row that may be answered, walking over
 * all rows, and copying texts into glibc's buffer
 */
#ifndef NSS_VID_LOOKUP_H
#define NSS_VID_LOOKUP_H

#include <errno.h>
#include <nss.h>
#include <stdatomic.h>

#include "nss_vid/snapshot.h"

#define NSS_EXPORT __attribute__((visibility("default")))

struct local_account {               /* an identity's account that is none of ours */
	char name[VID_NAME_MAX + 1]; /* empty: there is none */
	uint32_t uid;
};

struct question {
	enum { BY_NAME, BY_IDENTITY, BY_UID, BY_GID } by;
	struct bytes name; /* or the identity */
	uint32_t id;
	struct local_account *local; /* filled for an identity, with INDEX_NONE */
};

/*
 * The row of an own account. On INDEX_OK alone `use` is held and must be ended once the
 * row's texts are copied.
 */
enum index_result lookup(const struct question *question, struct snapshot_use *use,
			 struct index_row *row);

/* Where a walk stands. glibc serialises get*ent; without it rows may be skipped, no more.
 */
struct walk {
	_Atomic uint64_t at;       /* the snapshot's tag << 32 | offset in its index */
	_Atomic uint32_t last_uid; /* rows stand by uid: where to go on in another one */
};

struct walk_place {
	uint64_t at;
	uint32_t last_uid;
};

void walk_start(struct walk *walk);
/* The next row, held as by lookup; walk_done moves on, once it was handed over. */
enum index_result walk_next(const struct walk *walk, struct snapshot_use *use,
			    struct index_row *row, struct walk_place *place);
void walk_done(struct walk *walk, const struct walk_place *place);

/* glibc's buffer, filled from the front. */
struct room {
	char *at;
	size_t left;
	bool full;
};

char *room_put(struct room *room, struct bytes text);

/*
 * The status of a lookup, with *errnop where glibc wants one: ERANGE with TRYAGAIN when
 * `full`. errno itself is put back to `error` first, for errnop is mostly errno.
 */
enum nss_status answer(enum index_result result, bool full, int error, int *errnop);

#endif
