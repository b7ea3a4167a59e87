/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * group.c - the private group of each account; and no supplementary groups
 */
#include <grp.h>

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

/*
 * S45: nobody is put into a group by us, whatever the index holds, because this does not
 * even look. It is here so that glibc does not walk over all our groups instead. The
 * private group is the account's primary one, which the caller has already. NOTFOUND lets
 * further services add theirs.
 */
NSS_EXPORT enum nss_status _nss_vid_initgroups_dyn(const char *user, gid_t group,
						   long *start, long *size,
						   gid_t **groups, long limit,
						   int *errnop)
{
	(void)user;
	(void)group;
	(void)start;
	(void)size;
	(void)groups;
	(void)limit;
	(void)errnop;
	return NSS_STATUS_NOTFOUND;
}
