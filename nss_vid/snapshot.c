/* SPDX-License-Identifier: BSD-2-Clause */
#include "nss_vid/snapshot.h"

#include <errno.h>
#include <stdatomic.h>
#include <time.h>

#include "libvid/paths.h"
#include "nss_vid/local.h"

#ifndef NSS_VID_INDEX
#define NSS_VID_INDEX PATH_INDEX
#endif

#define SLOTS  8
#define LIVE   0x80000000u /* may be taken; the low bits count the users */
#define CLOSED 0x40000000u /* one thread is filling or emptying it */
#define NOBODY 0u

static struct slot {
	_Atomic uint32_t state; /* 0: free */
	/* when the index, and /etc/passwd and /etc/group, were last those of the snapshot
	 */
	_Atomic int64_t index_seen, files_seen;
	struct snapshot snapshot;
} slots[SLOTS];
static _Atomic uint32_t current; /* slot + 1; 0: none. Counts as one user of it. */
static _Atomic uint32_t last_tag;
static _Atomic bool asked; /* the first lookup of this process has begun */

/* --- how old what was seen may be ------------------------------------------------- */

/* Without a system call, on a tick of some milliseconds. */
static int64_t tick(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC_COARSE, &now) < 0)
		return INT64_MAX; /* nothing was seen lately */
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool lately(const _Atomic int64_t *seen, int64_t now)
{
	return now - atomic_load_explicit(seen, memory_order_relaxed) < SNAPSHOT_FRESH;
}

static void see(_Atomic int64_t *seen, int64_t now)
{
	atomic_store_explicit(seen, now, memory_order_relaxed);
}

/* --- what `files` has ------------------------------------------------------ */

static bool hide(struct snapshot *snapshot, enum index_result found,
		 const struct index_row *row)
{
	if (found == INDEX_BROKEN)
		return false;
	if (found != INDEX_OK)
		return true;
	for (size_t i = 0; i < snapshot->hidden_count && i < SNAPSHOT_HIDDEN_MAX; i++)
		if (snapshot->hidden[i] == row->uid)
			return true;
	if (snapshot->hidden_count < SNAPSHOT_HIDDEN_MAX)
		snapshot->hidden[snapshot->hidden_count] = row->uid;
	snapshot->hidden_count++;
	return true;
}

static uint32_t number_of(uint64_t id)
{
	return id > UINT32_MAX ? UINT32_MAX : (uint32_t)id; /* never one of ours */
}

/* Hide every row that an entry collides with: by name, and by each number it uses. */
static bool hide_entry(struct snapshot *snapshot, const struct local_entry *entry,
		       bool is_group)
{
	const struct index *index = &snapshot->index;
	uint32_t gid = number_of(is_group ? entry->id : entry->second_id);
	struct index_row row;

	if (!hide(snapshot, index_by_name(index, entry->name, &row), &row) ||
	    !hide(snapshot, index_by_gid(index, gid, &row), &row))
		return false;
	return is_group ||
	       hide(snapshot, index_by_uid(index, number_of(entry->id), &row), &row);
}

/* On its own, for its buffer takes pages of stack that the usual lookup never touches. */
__attribute__((noinline)) static enum index_result look_through(struct snapshot *snapshot,
								const char *path,
								bool is_group,
								struct index_stamp *stamp)
{
	struct local_file file;
	struct local_entry entry;
	int got = -1;

	if (local_open(&file, path, stamp))
		while ((got = local_next(&file, &entry)) > 0)
			if (!hide_entry(snapshot, &entry, is_group))
				break;
	local_close(&file);
	if (got < 0)
		return INDEX_ERROR;
	return got ? INDEX_BROKEN : INDEX_OK;
}

static enum index_result look(struct snapshot *snapshot, const char *path, bool is_group,
			      const struct index_stamp *proved, struct index_stamp *stamp)
{
	if (!index_stamp_of(path, stamp))
		return INDEX_ERROR;
	if (index_stamp_equal(stamp, proved))
		return INDEX_OK;
	return look_through(snapshot, path, is_group, stamp);
}

/* With more collisions than a snapshot lists, each row is looked up for itself. */
__attribute__((noinline)) static enum index_result collides(const struct index_row *row,
							    const char *path,
							    bool is_group)
{
	struct index_stamp ignored;
	struct local_file file;
	struct local_entry entry;
	int got = -1;

	if (local_open(&file, path, &ignored))
		while ((got = local_next(&file, &entry)) > 0)
			if (bytes_equal(entry.name, row->name) ||
			    (is_group ? entry.id : entry.second_id) == row->gid ||
			    (!is_group && entry.id == row->uid))
				break;
	local_close(&file);
	if (got < 0)
		return INDEX_ERROR;
	return got ? INDEX_NONE : INDEX_OK;
}

enum index_result snapshot_shows(const struct snapshot *snapshot,
				 const struct index_row *row)
{
	enum index_result result;

	if (snapshot->hidden_count > SNAPSHOT_HIDDEN_MAX) {
		result = collides(row, NSS_VID_PASSWD, false);
		return result == INDEX_OK ? collides(row, NSS_VID_GROUP, true) : result;
	}
	for (size_t i = 0; i < snapshot->hidden_count; i++)
		if (snapshot->hidden[i] == row->uid)
			return INDEX_NONE;
	return INDEX_OK;
}

bool snapshot_current(const struct snapshot_use *use)
{
	const struct snapshot *snapshot = use->at;
	struct index_stamp passwd, group;
	int64_t now = tick();

	if (!index_stamp_of(NSS_VID_PASSWD, &passwd) ||
	    !index_stamp_equal(&passwd, &snapshot->passwd) ||
	    !index_stamp_of(NSS_VID_GROUP, &group) ||
	    !index_stamp_equal(&group, &snapshot->group))
		return false;
	if (use->slot >= 0)
		see(&slots[use->slot].files_seen, now);
	return true;
}

static void snapshot_start(struct snapshot *to)
{
	to->hidden_count = 0;
	do
		to->tag =
			atomic_fetch_add_explicit(&last_tag, 1, memory_order_relaxed) + 1;
	while (to->tag == 0);
}

/* What `files` has, of an index that is open; it is closed on any failure. */
static enum index_result snapshot_look(struct snapshot *to)
{
	enum index_result result;

	result = look(to, NSS_VID_PASSWD, false, &to->index.passwd, &to->passwd);
	if (result == INDEX_OK)
		result = look(to, NSS_VID_GROUP, true, &to->index.group, &to->group);
	if (result != INDEX_OK) {
		int error = errno;

		index_close(&to->index);
		errno = error;
	}
	return result;
}

static enum index_result snapshot_open(struct snapshot *to)
{
	enum index_result result = index_open(NSS_VID_INDEX, &to->index);

	if (result != INDEX_OK)
		return result;
	snapshot_start(to);
	return snapshot_look(to);
}

/* The same for each snapshot of one version of the file, and of no mapped one: a walk
 * that has to read goes on where it was. */
static uint32_t tag_of_file(const struct index_stamp *file)
{
	const uint64_t parts[] = { file->dev, file->ino, file->size,
				   (uint64_t)file->mtime, (uint64_t)file->ctime };
	uint64_t sum = 14695981039346656037u;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		sum = (sum ^ parts[i]) * 1099511628211u;
	return (uint32_t)(sum >> 32) | 0x80000000u;
}

/* For a process that has no address space for a mapping (RLIMIT_AS, locked memory): each
 * lookup reads what it needs. Slower, but an account does not disappear. */
static enum index_result snapshot_read(struct snapshot_use *use)
{
	struct snapshot *own = &use->own;
	enum index_result result = index_read(NSS_VID_INDEX, &use->window, &own->index);

	if (result != INDEX_OK)
		return result;
	own->hidden_count = 0;
	own->tag = tag_of_file(&own->index.file);
	use->slot = -1;
	use->at = own;
	return snapshot_look(own);
}

static bool is_without_room(enum index_result result)
{
	return result == INDEX_ERROR && (errno == ENOMEM || errno == EAGAIN);
}

/* --- slots ------------------------------------------------------------------ */

static bool slot_enter(struct slot *slot)
{
	uint32_t state = atomic_load_explicit(&slot->state, memory_order_relaxed);

	do
		if (!(state & LIVE))
			return false;
	while (!atomic_compare_exchange_weak_explicit(&slot->state, &state, state + 1,
						      memory_order_acquire,
						      memory_order_relaxed));
	return true;
}

static void slot_leave(struct slot *slot)
{
	uint32_t left =
		atomic_fetch_sub_explicit(&slot->state, 1, memory_order_acq_rel) - 1;

	/* Whoever closes it is alone: nobody enters a slot that is not LIVE. If another
	 * thread came in meanwhile, closing is that one's turn. */
	if (left != LIVE || !atomic_compare_exchange_strong_explicit(
				    &slot->state, &left, CLOSED, memory_order_acq_rel,
				    memory_order_relaxed))
		return;
	index_close(&slot->snapshot.index);
	atomic_store_explicit(&slot->state, NOBODY, memory_order_release);
}

static struct slot *slot_claim(void)
{
	for (size_t i = 0; i < SLOTS; i++) {
		uint32_t state = NOBODY;

		if (atomic_compare_exchange_strong_explicit(&slots[i].state, &state,
							    CLOSED, memory_order_acquire,
							    memory_order_relaxed))
			return &slots[i];
	}
	return NULL;
}

static enum index_result take_new(struct snapshot_use *use)
{
	struct slot *slot = slot_claim();
	int64_t now = tick(); /* before anything is looked at */
	enum index_result result;
	uint32_t before;

	use->looked = true;
	if (!slot) {
		use->slot = -1;
		use->at = &use->own;
		result = snapshot_open(&use->own);
		return is_without_room(result) ? snapshot_read(use) : result;
	}
	result = snapshot_open(&slot->snapshot);
	if (result != INDEX_OK) {
		atomic_store_explicit(&slot->state, NOBODY, memory_order_release);
		return is_without_room(result) ? snapshot_read(use) : result;
	}
	use->slot = (int)(slot - slots);
	use->at = &slot->snapshot;
	see(&slot->index_seen, now);
	see(&slot->files_seen, now);
	/* Two users: this lookup, and being the current one. */
	atomic_store_explicit(&slot->state, LIVE + 2, memory_order_release);
	before = atomic_exchange_explicit(&current, (uint32_t)use->slot + 1,
					  memory_order_acq_rel);
	if (before)
		slot_leave(&slots[before - 1]);
	return INDEX_OK;
}

/* Not `looked`: whoever finds a row compares /etc/passwd and /etc/group with those that
 * the builder proved, and takes a mapped one when they are others. */
static enum index_result take_unmapped(struct snapshot_use *use)
{
	struct snapshot *own = &use->own;
	enum index_result result = index_read(NSS_VID_INDEX, &use->window, &own->index);

	if (result != INDEX_OK)
		return result;
	snapshot_start(own);
	own->passwd = own->index.passwd;
	own->group = own->index.group;
	use->slot = -1;
	use->looked = false;
	use->at = own;
	return INDEX_OK;
}

/* Is the slot's index the one that stands there? Looked at now, or lately. */
static enum index_result still_there(struct slot *slot)
{
	struct index_stamp stamp;
	int64_t now = tick();

	if (lately(&slot->index_seen, now))
		return INDEX_OK;
	if (!index_stamp_of(NSS_VID_INDEX, &stamp))
		return INDEX_ERROR;
	if (!index_stamp_equal(&stamp, &slot->snapshot.index.file))
		return INDEX_NONE;
	see(&slot->index_seen, now);
	return INDEX_OK;
}

enum index_result snapshot_take(struct snapshot_use *use, bool fresh)
{
	enum index_result result;
	uint32_t at;

	at = atomic_load_explicit(&current, memory_order_acquire);
	if (at == 0 && !fresh &&
	    !atomic_exchange_explicit(&asked, true, memory_order_relaxed))
		return take_unmapped(use);
	if (fresh || at == 0 || !slot_enter(&slots[at - 1]))
		return take_new(use);
	use->slot = (int)at - 1;
	use->at = &slots[at - 1].snapshot;
	result = still_there(&slots[at - 1]);
	use->looked = lately(&slots[at - 1].files_seen, tick());
	if (result == INDEX_OK)
		return INDEX_OK;
	snapshot_end(use);
	return result == INDEX_NONE ? take_new(use) : result;
}

void snapshot_end(struct snapshot_use *use)
{
	int error = errno;

	if (use->slot >= 0)
		slot_leave(&slots[use->slot]);
	else
		index_close(&use->own.index);
	errno = error;
}
