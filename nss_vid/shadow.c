/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shadow.c - a locked password for each own account, for root: pam_unix's account and
 * session parts find the entry that they expect, and no password ever matches it
 */
#include <shadow.h>
#include <unistd.h>

#include "nss_vid/lookup.h"

enum nss_status _nss_vid_getspnam_r(const char *name, struct spwd *result, char *buffer,
				    size_t size, int *errnop);
enum nss_status _nss_vid_setspent(int stayopen);
enum nss_status _nss_vid_getspent_r(struct spwd *result, char *buffer, size_t size,
				    int *errnop);
enum nss_status _nss_vid_endspent(void);

static struct walk walk;

static bool fill(const struct index_row *row, struct spwd *to, char *buffer, size_t size)
{
	struct room room = { .at = buffer, .left = size };
	struct spwd entry = { .sp_lstchg = -1,
			      .sp_min = -1,
			      .sp_max = -1,
			      .sp_warn = -1,
			      .sp_inact = -1,
			      .sp_expire = -1,
			      .sp_flag = ~0ul };

	entry.sp_namp = room_put(&room, row->name);
	entry.sp_pwdp = room_put(&room, bytes_of_text("!*"));
	if (!room.full)
		*to = entry;
	return !room.full;
}

/* As `files` answers whoever may not read /etc/shadow. */
static enum nss_status not_for_you(int *errnop)
{
	*errnop = EACCES;
	return NSS_STATUS_UNAVAIL;
}

NSS_EXPORT enum nss_status _nss_vid_getspnam_r(const char *name, struct spwd *result,
					       char *buffer, size_t size, int *errnop)
{
	const struct question question = {
		.by = BY_NAME, .name = bytes_of(name, strnlen(name, VID_NAME_MAX + 1))
	};
	struct snapshot_use use;
	enum index_result found;
	struct index_row row;
	bool full = false;
	int error = errno;

	if (geteuid() != 0)
		return not_for_you(errnop);
	if ((found = lookup(&question, &use, &row)) == INDEX_OK) {
		full = !fill(&row, result, buffer, size);
		snapshot_end(&use);
	}
	return answer(found, full, error, errnop);
}

NSS_EXPORT enum nss_status _nss_vid_setspent(int stayopen)
{
	(void)stayopen;
	walk_start(&walk);
	return NSS_STATUS_SUCCESS;
}

NSS_EXPORT enum nss_status _nss_vid_getspent_r(struct spwd *result, char *buffer,
					       size_t size, int *errnop)
{
	struct walk_place place;
	struct snapshot_use use;
	enum index_result found;
	struct index_row row;
	bool full = false;
	int error = errno;

	if (geteuid() != 0)
		return not_for_you(errnop);
	if ((found = walk_next(&walk, &use, &row, &place)) == INDEX_OK) {
		full = !fill(&row, result, buffer, size);
		snapshot_end(&use);
		if (!full)
			walk_done(&walk, &place);
	}
	return answer(found, full, error, errnop);
}

NSS_EXPORT enum nss_status _nss_vid_endspent(void)
{
	walk_start(&walk);
	return NSS_STATUS_SUCCESS;
}
