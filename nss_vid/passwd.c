/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * passwd.c - getpwnam, getpwuid, getpwent; and getpwnam of SUBJECT@ALIAS
 */
#include <pwd.h>

#include "libvid/identity.h"
#include "nss_vid/local.h"
#include "nss_vid/lookup.h"

enum nss_status _nss_vid_getpwnam_r(const char *name, struct passwd *result, char *buffer,
				    size_t size, int *errnop);
enum nss_status _nss_vid_getpwuid_r(uid_t uid, struct passwd *result, char *buffer,
				    size_t size, int *errnop);
enum nss_status _nss_vid_setpwent(int stayopen);
enum nss_status _nss_vid_getpwent_r(struct passwd *result, char *buffer, size_t size,
				    int *errnop);
enum nss_status _nss_vid_endpwent(void);

static struct walk walk;

/* False when the buffer is too small; `to` is untouched then. */
static bool fill(const struct index_row *row, struct passwd *to, char *buffer,
		 size_t size)
{
	struct room room = { .at = buffer, .left = size };
	struct passwd entry = { .pw_uid = row->uid, .pw_gid = row->gid };

	entry.pw_name = room_put(&room, row->name);
	entry.pw_passwd = room_put(&room, bytes_of_text("x"));
	entry.pw_gecos = room_put(&room, row->gecos);
	entry.pw_dir = room_put(&room, row->home);
	entry.pw_shell = room_put(&room, row->shell);
	if (!room.full)
		*to = entry;
	return !room.full;
}

static bool local_row(const struct local_entry *entry, struct index_row *row)
{
	*row = (struct index_row){ .name = entry->name,
				   .uid = (uint32_t)entry->id,
				   .gid = (uint32_t)entry->second_id };
	return entry->whole && entry->second_id < UINT32_MAX &&
	       local_field(entry->line, 4, &row->gecos) &&
	       local_field(entry->line, 5, &row->home) &&
	       local_field(entry->line, 6, &row->shell);
}

/*
 * An identity of an account of /etc/passwd: its line there, today's, as long as it has
 * the uid for which the administrator mapped it.
 */
__attribute__((noinline)) static enum index_result local_by_identity(
	const struct local_account *found, struct passwd *to, char *buffer, size_t size,
	bool *full)
{
	enum index_result result = INDEX_NONE;
	struct index_stamp ignored;
	struct local_entry entry;
	struct local_file file;
	struct index_row row;
	int got = -1;

	if (found->uid == 0 || found->uid == 65534 || found->uid == 65535 ||
	    found->uid == UINT32_MAX)
		return INDEX_NONE;
	if (local_open(&file, NSS_VID_PASSWD, &ignored))
		while ((got = local_next(&file, &entry)) > 0)
			if (bytes_are(entry.name, found->name))
				break;
	if (got < 0)
		result = INDEX_ERROR;
	else if (got && entry.id == found->uid && local_row(&entry, &row)) {
		*full = !fill(&row, to, buffer, size);
		result = INDEX_OK;
	}
	local_close(&file);
	return result;
}

static enum nss_status ask(const struct question *question, struct passwd *to,
			   char *buffer, size_t size, int *errnop)
{
	struct snapshot_use use;
	enum index_result found;
	struct index_row row;
	bool full = false;
	int error = errno;

	if ((found = lookup(question, &use, &row)) == INDEX_OK) {
		full = !fill(&row, to, buffer, size);
		snapshot_end(&use);
	} else if (found == INDEX_NONE && question->local && question->local->name[0]) {
		found = local_by_identity(question->local, to, buffer, size, &full);
	}
	return answer(found, full, error, errnop);
}

/* The entry of an identity carries the account's own name. */
NSS_EXPORT enum nss_status _nss_vid_getpwnam_r(const char *name, struct passwd *result,
					       char *buffer, size_t size, int *errnop)
{
	struct local_account local = { .name = "" };
	struct question question = { .by = BY_NAME };

	question.name = bytes_of(name, strnlen(name, VID_IDENTITY_MAX + 1));
	if (question.name.len > VID_SUB_LEN && name[VID_SUB_LEN] == '@') {
		question.by = BY_IDENTITY;
		question.local = &local;
	}
	return ask(&question, result, buffer, size, errnop);
}

NSS_EXPORT enum nss_status _nss_vid_getpwuid_r(uid_t uid, struct passwd *result,
					       char *buffer, size_t size, int *errnop)
{
	const struct question question = { .by = BY_UID, .id = uid };

	return ask(&question, result, buffer, size, errnop);
}

NSS_EXPORT enum nss_status _nss_vid_setpwent(int stayopen)
{
	(void)stayopen;
	walk_start(&walk);
	return NSS_STATUS_SUCCESS;
}

NSS_EXPORT enum nss_status _nss_vid_getpwent_r(struct passwd *result, char *buffer,
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

NSS_EXPORT enum nss_status _nss_vid_endpwent(void)
{
	walk_start(&walk);
	return NSS_STATUS_SUCCESS;
}
