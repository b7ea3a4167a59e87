/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snapshot.h - one version of the index, kept mapped, shared by the threads of a process
 *
 * Opening and mapping the index and touching its pages costs 10 microseconds and more, a
 * stat up to one: so the mapping is kept, and lookups ask by stat whether the file is
 * still that one, unless it was SNAPSHOT_FRESH ago. A replaced file is mapped anew; the
 * old mapping goes when its last user is done. Most processes ask once: the first lookup
 * of each only reads what it needs.
 *
 * No lock and no allocation: mappings live in a few slots of static memory, each with a
 * count of its users that is changed by compare-and-swap alone, so that a thread that
 * stops anywhere holds up nobody, and a fork at any moment leaves a child that works.
 * When all slots are taken (by threads that were stopped, or lost by a fork), a lookup
 * maps for itself and unmaps at its end: slower, never wrong.
 *
 * A snapshot also knows which of its rows `files` has meanwhile taken (S42). The builder
 * recorded for which versions of /etc/passwd and /etc/group there are none; for other
 * versions they are read once a snapshot.
 */
#ifndef NSS_VID_SNAPSHOT_H
#define NSS_VID_SNAPSHOT_H

#include "libvid/index.h"

/*
 * Nanoseconds for which what was seen of the index, /etc/passwd and /etc/group is
 * believed: many lookups in a row look once. With the tick of the clock it is under
 * INDEX_SETTLE_MILLISECONDS, which whoever replaces the index waits before they say so.
 */
#ifndef SNAPSHOT_FRESH
#define SNAPSHOT_FRESH 4000000
#endif

#define SNAPSHOT_HIDDEN_MAX 32

struct snapshot {
	struct index index;
	struct index_stamp passwd, group; /* for which `hidden` holds */
	uint32_t tag;                     /* another one for each snapshot, never 0 */
	size_t hidden_count; /* over SNAPSHOT_HIDDEN_MAX: not all are listed */
	uint32_t hidden[SNAPSHOT_HIDDEN_MAX]; /* uids of rows that `files` shadows */
};

struct snapshot_use {
	const struct snapshot *at;
	int slot;    /* -1: `own` */
	bool looked; /* `files` was seen just now, or lately */
	struct snapshot
		own; /* read for this lookup alone, or mapped for want of a slot */
	struct index_window window;
};

/*
 * Take the snapshot of the index as it is now. INDEX_OK, or any result but INDEX_NONE
 * (errno with INDEX_ERROR). `fresh`: /etc/passwd or /etc/group changed, look again.
 */
enum index_result snapshot_take(struct snapshot_use *use, bool fresh);
void snapshot_end(struct snapshot_use *use);

/* Are /etc/passwd and /etc/group still those for which this snapshot knows? */
bool snapshot_current(const struct snapshot_use *use);

/* INDEX_OK when the row may be answered, INDEX_NONE when `files` has its name or one of
 * its numbers, INDEX_ERROR. */
enum index_result snapshot_shows(const struct snapshot *snapshot,
				 const struct index_row *row);

#endif
