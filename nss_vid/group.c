/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * group.c - the private group of each account, and the groups of /etc/group that it is in
 */
#include <grp.h>
#include <stdlib.h>

#include "libvid/groups.h"
#include "nss_vid/local.h"
#include "nss_vid/lookup.h"

enum nss_status _nss_vid_getgrnam_r(const char *name, struct group *result, char *buffer,
				    size_t size, int *errnop);
enum nss_status _nss_vid_getgrgid_r(gid_t gid, struct group *result, char *buffer,
				    size_t size, int *errnop);
enum nss_status _nss_vid_setgrent(int stayopen);
enum nss_status _nss_vid_getgrent_r(struct group *result, char *buffer, size_t size,
				    int *errnop);
enum nss_status _nss_vid_endgrent(void);
enum nss_status _nss_vid_initgroups_dyn(const char *user, gid_t group, long *start,
					long *size, gid_t **groups, long limit,
					int *errnop);

#define PRIVILEGED_MAX 128 /* entries; groups.c has fewer names */

static struct walk walk;

/* A group of the account's name, with no members but by primary gid. */
static bool fill(const struct index_row *row, struct group *to, char *buffer, size_t size)
{
	struct room room = { .at = buffer, .left = size };
	struct group entry = { .gr_gid = row->gid };
	size_t misfit = (uintptr_t)buffer % _Alignof(char *);
	size_t pad = misfit ? _Alignof(char *) - misfit : 0;

	if (size < pad + sizeof(char *))
		return false;
	room.at += pad + sizeof(char *);
	room.left -= pad + sizeof(char *);
	entry.gr_mem = (char **)(void *)(buffer + pad);
	entry.gr_name = room_put(&room, row->name);
	entry.gr_passwd = room_put(&room, bytes_of_text("x"));
	if (room.full)
		return false;
	entry.gr_mem[0] = NULL;
	*to = entry;
	return true;
}

static enum nss_status ask(const struct question *question, struct group *result,
			   char *buffer, size_t size, int *errnop)
{
	struct snapshot_use use;
	enum index_result found;
	struct index_row row;
	bool full = false;
	int error = errno;

	if ((found = lookup(question, &use, &row)) == INDEX_OK) {
		full = !fill(&row, result, buffer, size);
		snapshot_end(&use);
	}
	return answer(found, full, error, errnop);
}

NSS_EXPORT enum nss_status _nss_vid_getgrnam_r(const char *name, struct group *result,
					       char *buffer, size_t size, int *errnop)
{
	const struct question question = {
		.by = BY_NAME, .name = bytes_of(name, strnlen(name, VID_NAME_MAX + 1))
	};

	return ask(&question, result, buffer, size, errnop);
}

NSS_EXPORT enum nss_status _nss_vid_getgrgid_r(gid_t gid, struct group *result,
					       char *buffer, size_t size, int *errnop)
{
	const struct question question = { .by = BY_GID, .id = gid };

	return ask(&question, result, buffer, size, errnop);
}

NSS_EXPORT enum nss_status _nss_vid_setgrent(int stayopen)
{
	(void)stayopen;
	walk_start(&walk);
	return NSS_STATUS_SUCCESS;
}

NSS_EXPORT enum nss_status _nss_vid_getgrent_r(struct group *result, char *buffer,
					       size_t size, int *errnop)
{
	struct walk_place place;
	struct snapshot_use use;
	enum index_result found;
	struct index_row row;
	bool full = false;
	int error = errno;

	if ((found = walk_next(&walk, &use, &row, &place)) == INDEX_OK) {
		full = !fill(&row, result, buffer, size);
		snapshot_end(&use);
		if (!full)
			walk_done(&walk, &place);
	}
	return answer(found, full, error, errnop);
}

NSS_EXPORT enum nss_status _nss_vid_endgrent(void)
{
	walk_start(&walk);
	return NSS_STATUS_SUCCESS;
}

/* --- groups of an account ---------------------------------------------------------- */

/* What glibc hands in and out. */
struct gids {
	long *start, *size; /* used, and room */
	gid_t **at;         /* malloc'ed */
	long limit;         /* 0 or less: none */
	gid_t primary;      /* which the caller has already */
};

/* False without memory. Beyond the limit nothing is added, as other sources do. */
static bool gid_add(const struct gids *to, gid_t gid)
{
	gid_t *more;
	long room;

	if (gid == to->primary || (to->limit > 0 && *to->start >= to->limit))
		return true;
	for (long i = 0; i < *to->start; i++)
		if ((*to->at)[i] == gid)
			return true;
	if (*to->start == *to->size) {
		room = *to->size > 0 ? 2 * *to->size : 16;
		if (to->limit > 0 && room > to->limit)
			room = to->limit;
		more = reallocarray(*to->at, (size_t)room, sizeof(*more));
		if (!more)
			return false;
		*to->at = more;
		*to->size = room;
	}
	(*to->at)[(*to->start)++] = gid;
	return true;
}

static bool is_named(struct bytes names, struct bytes group)
{
	struct bytes name;

	while (group_next(&names, &name))
		if (bytes_equal(name, group))
			return true;
	return false;
}

/* The numbers that privileged groups have in /etc/group now. */
struct privileged {
	uint32_t gid[PRIVILEGED_MAX];
	size_t count;
};

/* False when the file cannot be read, or has more of them than there is room for. */
__attribute__((noinline)) static bool privileged_read(struct privileged *to)
{
	struct index_stamp ignored;
	struct local_entry entry;
	struct local_file file;
	int got = -1;

	to->count = 0;
	if (local_open(&file, NSS_VID_GROUP, &ignored))
		while ((got = local_next(&file, &entry)) > 0) {
			if (!group_privileged(entry.name) || entry.id >= UINT32_MAX)
				continue;
			if (to->count == PRIVILEGED_MAX) {
				errno = EOVERFLOW;
				break;
			}
			to->gid[to->count++] = (uint32_t)entry.id;
		}
	local_close(&file);
	return got == 0;
}

static bool is_privileged(const struct privileged *numbers,
			  const struct local_entry *entry)
{
	if (entry->id == 0 || entry->id >= UINT32_MAX || group_privileged(entry->name))
		return true;
	for (size_t i = 0; i < numbers->count; i++)
		if (numbers->gid[i] == entry->id)
			return true;
	return false;
}

/*
 * The groups are names in the index and numbers in /etc/group, as of now: a group that
 * was removed gives nothing, and one of another number gives that. None that is
 * privileged by its name, or that has the number of one that is (S45), whatever the index
 * says.
 */
__attribute__((noinline)) static enum index_result gids_of(struct bytes names,
							   const struct gids *to)
{
	enum index_result result = INDEX_OK;
	struct index_stamp ignored;
	struct local_entry entry;
	struct privileged numbers;
	struct local_file file;
	int got = -1;

	if (!privileged_read(&numbers))
		return INDEX_ERROR;
	if (local_open(&file, NSS_VID_GROUP, &ignored))
		while ((got = local_next(&file, &entry)) > 0) {
			if (!is_named(names, entry.name) ||
			    is_privileged(&numbers, &entry))
				continue;
			if (!gid_add(to, (gid_t)entry.id)) {
				errno = ENOMEM;
				got = -1;
				break;
			}
		}
	if (got < 0)
		result = INDEX_ERROR;
	local_close(&file);
	return result;
}

/* NOTFOUND, like SUCCESS, lets further services add theirs. */
NSS_EXPORT enum nss_status _nss_vid_initgroups_dyn(const char *user, gid_t group,
						   long *start, long *size,
						   gid_t **groups, long limit,
						   int *errnop)
{
	const struct question question = {
		.by = BY_NAME, .name = bytes_of(user, strnlen(user, VID_NAME_MAX + 1))
	};
	const struct gids to = { start, size, groups, limit, group };
	struct snapshot_use use;
	enum index_result found;
	struct index_row row;
	struct bytes names;
	int error = errno;

	if ((found = lookup(&question, &use, &row)) == INDEX_OK) {
		found = index_groups(&use.at->index, question.name, &names);
		if (found == INDEX_OK)
			found = gids_of(names, &to);
		snapshot_end(&use);
	}
	return answer(found, false, error, errnop);
}
