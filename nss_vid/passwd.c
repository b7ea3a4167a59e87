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
static enum index_result local_by_identity(const struct index_identity *found,
					   struct passwd *to, char *buffer, size_t size,
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
			if (bytes_equal(entry.name, found->name))
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

static enum index_result by_name(struct bytes name, struct passwd *to, char *buffer,
				 size_t size, bool *full)
{
	const struct question question = { .by = BY_NAME, .name = name };
	struct snapshot_use use;
	enum index_result result;
	struct index_row row;

	if ((result = lookup(&question, &use, &row)) != INDEX_OK)
		return result;
	*full = !fill(&row, to, buffer, size);
	snapshot_end(&use);
	return INDEX_OK;
}

/* Whose identity it is; the name is copied, for the index is let go of. */
static enum index_result resolve(struct bytes identity, char name[VID_NAME_MAX + 1],
				 struct index_identity *found, bool *own)
{
	struct snapshot_use use;
	enum index_result result;
	struct index_row row;

	if ((result = snapshot_take(&use, false)) != INDEX_OK)
		return result;
	result = index_by_identity(&use.at->index, identity, found);
	if (result == INDEX_OK && !bytes_to_text(found->name, name, VID_NAME_MAX + 1))
		result = INDEX_BROKEN;
	if (result == INDEX_OK) {
		enum index_result row_found =
			index_by_name(&use.at->index, found->name, &row);

		*own = row_found == INDEX_OK && row.uid == found->uid;
		if (row_found == INDEX_BROKEN)
			result = INDEX_BROKEN;
		found->name = bytes_of_text(name);
	}
	snapshot_end(&use);
	return result;
}

/* The entry carries the account's own name, not the identity. */
static enum index_result by_identity(struct bytes identity, struct passwd *to,
				     char *buffer, size_t size, bool *full)
{
	struct index_identity found;
	char name[VID_NAME_MAX + 1];
	enum index_result result;
	bool own = false;

	if ((result = resolve(identity, name, &found, &own)) != INDEX_OK)
		return result;
	return own ? by_name(found.name, to, buffer, size, full)
		   : local_by_identity(&found, to, buffer, size, full);
}

NSS_EXPORT enum nss_status _nss_vid_getpwnam_r(const char *name, struct passwd *result,
					       char *buffer, size_t size, int *errnop)
{
	struct bytes text = bytes_of(name, strnlen(name, VID_IDENTITY_MAX + 1));
	bool full = false, identity;
	enum index_result found;
	int error = errno;

	identity = text.len > VID_SUB_LEN + 1 && text.len <= VID_IDENTITY_MAX &&
		   text.at[VID_SUB_LEN] == '@';
	found = identity ? by_identity(text, result, buffer, size, &full)
			 : by_name(text, result, buffer, size, &full);
	return answer(found, full, error, errnop);
}

NSS_EXPORT enum nss_status _nss_vid_getpwuid_r(uid_t uid, struct passwd *result,
					       char *buffer, size_t size, int *errnop)
{
	const struct question question = { .by = BY_UID, .id = uid };
	struct snapshot_use use;
	enum index_result found;
	struct index_row row;
	bool full = false;
	int error = errno;

	if ((found = lookup(&question, &use, &row)) == INDEX_OK) {
		full = !fill(&row, result, buffer, size);
		snapshot_end(&use);
	}
	return answer(found, full, error, errnop);
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
