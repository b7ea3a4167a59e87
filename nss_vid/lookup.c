/* SPDX-License-Identifier: BSD-2-Clause */
#include "nss_vid/lookup.h"

static enum index_result find_identity(const struct index *index,
				       const struct question *question,
				       struct index_row *row)
{
	struct index_identity found;
	enum index_result result = index_by_identity(index, question->name, &found);

	if (result != INDEX_OK)
		return result;
	if (found.kind == INDEX_DENIED)
		return INDEX_NONE;
	if (found.kind != INDEX_LOCAL) {
		*row = found.row;
		return INDEX_OK;
	}
	/* The name is copied, for the index is let go of before /etc/passwd is read. */
	if (!bytes_to_text(found.name, question->local->name,
			   sizeof(question->local->name)))
		return INDEX_BROKEN;
	question->local->uid = found.uid;
	return INDEX_NONE;
}

static enum index_result find(const struct index *index, const struct question *question,
			      struct index_row *row)
{
	switch (question->by) {
	case BY_NAME:
		return index_by_name(index, question->name, row);
	case BY_IDENTITY:
		return find_identity(index, question, row);
	case BY_UID:
		return index_by_uid(index, question->id, row);
	case BY_GID:
		return index_by_gid(index, question->id, row);
	}
	return INDEX_NONE;
}

/* Can there be such a row at all? Most questions end here, with no system call. */
static bool sensible(const struct question *question)
{
	if (question->by == BY_NAME)
		return index_name_valid(question->name);
	if (question->by == BY_IDENTITY)
		return question->name.len > VID_SUB_LEN + 1 &&
		       question->name.len <= VID_IDENTITY_MAX;
	return index_id_possible(question->id);
}

/* Take one that knows today's `files`. */
static enum index_result take_current(struct snapshot_use *use)
{
	enum index_result result = snapshot_take(use, false);

	if (result != INDEX_OK || use->looked || snapshot_current(use))
		return result;
	snapshot_end(use);
	return snapshot_take(use, true);
}

enum index_result lookup(const struct question *question, struct snapshot_use *use,
			 struct index_row *row)
{
	enum index_result result;

	if (!sensible(question))
		return INDEX_NONE;
	if ((result = snapshot_take(use, false)) != INDEX_OK)
		return result;
	result = find(&use->at->index, question, row);
	/* A miss needs no look at `files`; only what would be answered does. */
	if (result == INDEX_OK && !use->looked && !snapshot_current(use)) {
		snapshot_end(use);
		if ((result = snapshot_take(use, true)) != INDEX_OK)
			return result;
		result = find(&use->at->index, question, row);
	}
	if (result == INDEX_OK)
		result = snapshot_shows(use->at, row);
	if (result != INDEX_OK)
		snapshot_end(use);
	return result;
}

void walk_start(struct walk *walk)
{
	atomic_store_explicit(&walk->at, 0, memory_order_relaxed);
	atomic_store_explicit(&walk->last_uid, 0, memory_order_relaxed);
}

enum index_result walk_next(const struct walk *walk, struct snapshot_use *use,
			    struct index_row *row, struct walk_place *place)
{
	uint64_t at = atomic_load_explicit(&walk->at, memory_order_relaxed);
	uint32_t last = atomic_load_explicit(&walk->last_uid, memory_order_relaxed);
	enum index_result result;
	uint32_t cursor;

	if ((result = take_current(use)) != INDEX_OK)
		return result;
	cursor = at >> 32 == use->at->tag ? (uint32_t)at : 0;
	do {
		result = index_next(&use->at->index, &cursor, row);
		if (result != INDEX_OK || row->uid <= last)
			continue;
		result = snapshot_shows(use->at, row);
		if (result == INDEX_OK)
			break;
		if (result == INDEX_NONE)
			result = INDEX_OK; /* hidden: go on */
	} while (result == INDEX_OK);
	if (result != INDEX_OK) {
		snapshot_end(use);
		return result;
	}
	*place = (struct walk_place){ .at = (uint64_t)use->at->tag << 32 | cursor,
				      .last_uid = row->uid };
	return INDEX_OK;
}

void walk_done(struct walk *walk, const struct walk_place *place)
{
	atomic_store_explicit(&walk->at, place->at, memory_order_relaxed);
	atomic_store_explicit(&walk->last_uid, place->last_uid, memory_order_relaxed);
}

char *room_put(struct room *room, struct bytes text)
{
	char *at = room->at;

	if (room->full || text.len >= room->left) {
		room->full = true;
		return NULL;
	}
	if (text.len)
		memcpy(at, text.at, text.len);
	at[text.len] = '\0';
	room->at += text.len + 1;
	room->left -= text.len + 1;
	return at;
}

enum nss_status answer(enum index_result result, bool full, int error, int *errnop)
{
	int failure = errno;

	errno = error;
	if (result == INDEX_OK && !full)
		return NSS_STATUS_SUCCESS;
	if (result == INDEX_OK) {
		*errnop = ERANGE;
		return NSS_STATUS_TRYAGAIN;
	}
	if (result == INDEX_NONE)
		return NSS_STATUS_NOTFOUND;
	/*
	 * ERANGE would make glibc come back with a larger buffer, for ever. By
	 * getpwnam(3), ENOENT, ESRCH, EBADF and EPERM mean that there is no such account,
	 * as 0 does: a map that cannot be read says nothing of that kind.
	 */
	if (result == INDEX_MISSING)
		*errnop = EIO;
	else if (result == INDEX_ERROR)
		*errnop = failure == 0 || failure == ERANGE || failure == ENOENT ||
					  failure == ESRCH || failure == EBADF ||
					  failure == EPERM
				  ? EIO
				  : failure;
	else
		*errnop = result == INDEX_REFUSED ? EACCES : EBADMSG;
	return NSS_STATUS_UNAVAIL;
}
