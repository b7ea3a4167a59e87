/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/userdb.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/groups.h"
#include "libvid/leftovers.h"
#include "libvid/output_folder.h"
#include "libvid/userdb_record.h"

#define LOCK         ".vid.lock"
#define LOCK_SECONDS 10
#define USER         ".user"
#define GROUP        ".group"
#define MEMBERSHIP   ".membership"
#define NAME_SIZE    96 /* of a file: two names of at most 32 bytes, and an ending */
#define GROUP_MAX    32

/* What stands under a name in the folder. */
enum there { THERE_NOTHING, THERE_OURS, THERE_FOREIGN };

struct userdb {
	const char *path;
	int fd, held;
	const struct index *index;
	struct problem *problem;
};

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

static void userdb_close(struct userdb *db)
{
	cleanup_close(&db->held);
	cleanup_close(&db->fd);
}

static enum vid_reason failed(const struct userdb *db, const char *name, int error)
{
	problem_set(db->problem, "%s/%s: %s", db->path, name, strerror(error));
	return VID_FILE_IO;
}

static enum vid_reason broken(const struct userdb *db)
{
	problem_set(db->problem, "the compiled map is damaged: vid account compile");
	return VID_STATE;
}

/* The whole of a record of ours, which is small; empty for anything else. */
static enum there look_at_file(const struct userdb *db, const char *name,
			       struct buffer *text)
{
	AUTO_CLOSE int fd = openat(
		db->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	ssize_t got;

	text->len = 0;
	if (fd < 0)
		return errno == ENOENT ? THERE_NOTHING : THERE_FOREIGN;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid())
		return THERE_FOREIGN;
	do
		got = read(fd, text->at, text->size);
	while (got < 0 && errno == EINTR);
	if (got < 0 || !userdb_is_ours(bytes_of(text->at, (size_t)got)))
		return THERE_FOREIGN;
	text->len = (size_t)got;
	return THERE_OURS;
}

/* A link of ours leads to a record of ours. One that leads nowhere is nobody's record. */
static enum there look_at_link(const struct userdb *db, const char *name,
			       char target[NAME_SIZE])
{
	uint8_t room[USERDB_RECORD_MAX];
	struct buffer text = buffer_of(room, sizeof(room));
	ssize_t len = readlinkat(db->fd, name, target, NAME_SIZE);

	if (len < 0 && errno == ENOENT)
		return THERE_NOTHING;
	if (len <= 0 || len == NAME_SIZE)
		return THERE_FOREIGN;
	target[len] = '\0';
	if (strchr(target, '/') || look_at_file(db, target, &text) == THERE_FOREIGN)
		return THERE_FOREIGN;
	return THERE_OURS;
}

static enum vid_reason remove_entry(const struct userdb *db, const char *name)
{
	return unlinkat(db->fd, name, 0) == 0 || errno == ENOENT
		       ? VID_OK
		       : failed(db, name, errno);
}

static enum vid_reason put_file(const struct userdb *db, const char *name,
				struct bytes text)
{
	uint8_t room[USERDB_RECORD_MAX];
	struct buffer old = buffer_of(room, sizeof(room));
	char path[PATH_MAX];
	enum there there = look_at_file(db, name, &old);

	if (there == THERE_FOREIGN ||
	    (there == THERE_OURS && bytes_equal(bytes_of(old.at, old.len), text)))
		return VID_OK;
	if (!path_join(path, sizeof(path), db->path, name))
		return failed(db, name, ENAMETOOLONG);
	return file_write(path, text, 0644, db->problem);
}

static enum vid_reason put_link(const struct userdb *db, const char *name,
				const char *target)
{
	char old[NAME_SIZE];
	enum there there = look_at_link(db, name, old);
	enum vid_reason why;

	if (there == THERE_FOREIGN || (there == THERE_OURS && strcmp(old, target) == 0))
		return VID_OK;
	if (there == THERE_OURS && (why = remove_entry(db, name)) != VID_OK)
		return why;
	return symlinkat(target, db->fd, name) == 0 ? VID_OK : failed(db, name, errno);
}

/* The names of an account's four files. */
struct names {
	char user[NAME_SIZE], uid[NAME_SIZE], group[NAME_SIZE], gid[NAME_SIZE];
};

static void names_of(const struct index_row *row, struct names *out)
{
	(void)snprintf(out->user, NAME_SIZE, "%.*s" USER, (int)row->name.len,
		       (const char *)row->name.at);
	(void)snprintf(out->group, NAME_SIZE, "%.*s" GROUP, (int)row->name.len,
		       (const char *)row->name.at);
	(void)snprintf(out->uid, NAME_SIZE, "%" PRIu32 USER, row->uid);
	(void)snprintf(out->gid, NAME_SIZE, "%" PRIu32 GROUP, row->gid);
}

/* Can the account have records here, all of them or none? */
static bool publishable(const struct userdb *db, const struct index_row *row)
{
	uint8_t room[USERDB_RECORD_MAX];
	struct buffer text = buffer_of(room, sizeof(room));
	char target[NAME_SIZE];
	struct names names;

	names_of(row, &names);
	return userdb_user(row, &text) &&
	       look_at_file(db, names.user, &text) != THERE_FOREIGN &&
	       look_at_file(db, names.group, &text) != THERE_FOREIGN &&
	       look_at_link(db, names.uid, target) != THERE_FOREIGN &&
	       look_at_link(db, names.gid, target) != THERE_FOREIGN;
}

/* The word at the front of `*list`, which moves on. One that is to be said: no group that
 * gives rights (S45), whatever the index says. */
static bool next_group(struct bytes *list, struct bytes *group)
{
	while (list->len) {
		const uint8_t *comma = memchr(list->at, ',', list->len);
		size_t len = comma ? (size_t)(comma - list->at) : list->len;

		*group = bytes_of(list->at, len);
		len += comma != NULL;
		*list = bytes_of(list->at + len, list->len - len);
		if (group->len && group->len <= GROUP_MAX && group->at[0] != '.' &&
		    !memchr(group->at, '/', group->len) &&
		    !memchr(group->at, ':', group->len) && !group_privileged(*group))
			return true;
	}
	return false;
}

static enum vid_reason groups_of(const struct userdb *db, struct bytes name,
				 struct bytes *list)
{
	enum index_result result = index_groups(db->index, name, list);

	if (result != INDEX_OK)
		*list = (struct bytes){ 0 };
	return result == INDEX_BROKEN ? broken(db) : VID_OK;
}

static enum vid_reason put_memberships(const struct userdb *db,
				       const struct index_row *row)
{
	uint8_t room[128];
	struct buffer text = buffer_of(room, sizeof(room));
	struct bytes list, group;
	enum vid_reason why = groups_of(db, row->name, &list);

	userdb_membership(&text);
	while (why == VID_OK && next_group(&list, &group)) {
		char name[NAME_SIZE];

		(void)snprintf(name, sizeof(name), "%.*s:%.*s" MEMBERSHIP,
			       (int)row->name.len, (const char *)row->name.at,
			       (int)group.len, (const char *)group.at);
		why = put_file(db, name, bytes_of(text.at, text.len));
	}
	return why;
}

/* The records first, then what leads to them: a crash leaves nothing that dangles. */
static enum vid_reason publish(const struct userdb *db, const struct index_row *row)
{
	uint8_t user_room[USERDB_RECORD_MAX], group_room[USERDB_RECORD_MAX];
	struct buffer user = buffer_of(user_room, sizeof(user_room));
	struct buffer group = buffer_of(group_room, sizeof(group_room));
	struct names names;
	enum vid_reason why;

	names_of(row, &names);
	if (!userdb_user(row, &user) || !userdb_group(row, &group))
		return VID_INTERNAL;
	if ((why = put_file(db, names.user, bytes_of(user.at, user.len))) != VID_OK ||
	    (why = put_file(db, names.group, bytes_of(group.at, group.len))) != VID_OK ||
	    (why = put_link(db, names.uid, names.user)) != VID_OK ||
	    (why = put_link(db, names.gid, names.group)) != VID_OK)
		return why;
	return put_memberships(db, row);
}

static bool ends_with(const char *name, const char *end, struct bytes *stem)
{
	size_t len = strlen(name), tail = strlen(end);

	if (len <= tail || strcmp(name + len - tail, end) != 0)
		return false;
	*stem = bytes_of(name, len - tail);
	return true;
}

/* Of an account that has records here, by name or number: what the entry is to say. */
static bool row_wanted(const struct userdb *db, struct bytes stem, bool group,
		       struct index_row *row)
{
	enum index_result result;
	uint64_t number;

	if (index_number(stem, UINT32_MAX, &number))
		result = group ? index_by_gid(db->index, (uint32_t)number, row)
			       : index_by_uid(db->index, (uint32_t)number, row);
	else
		result = index_by_name(db->index, stem, row);
	if (result != INDEX_OK)
		return false;
	/* an entry under a number has no shell: the whole row is under the name */
	return index_by_name(db->index, row->name, row) == INDEX_OK &&
	       publishable(db, row);
}

static bool membership_wanted(const struct userdb *db, struct bytes stem)
{
	const uint8_t *colon = memchr(stem.at, ':', stem.len);
	struct bytes user, wanted, list, group;
	struct index_row row;

	if (!colon)
		return false;
	user = bytes_of(stem.at, (size_t)(colon - stem.at));
	wanted = bytes_of(colon + 1, stem.len - user.len - 1);
	if (!row_wanted(db, user, false, &row) || groups_of(db, user, &list) != VID_OK)
		return false;
	while (next_group(&list, &group))
		if (bytes_equal(group, wanted))
			return true;
	return false;
}

/* Is this entry of ours, and does the index not say it (or nothing is to be said)? */
static bool outdated(const struct userdb *db, const char *name, bool links, bool all)
{
	uint8_t room[USERDB_RECORD_MAX];
	struct buffer text = buffer_of(room, sizeof(room));
	bool group = false, user, membership;
	char target[NAME_SIZE];
	struct index_row row;
	struct bytes stem;
	uint64_t number;

	user = ends_with(name, USER, &stem);
	group = !user && ends_with(name, GROUP, &stem);
	membership = !user && !group && ends_with(name, MEMBERSHIP, &stem);
	if (!user && !group && !membership)
		return false;
	if (links != (membership || index_number(stem, UINT32_MAX, &number)))
		return false;
	if (membership || !links) {
		if (look_at_file(db, name, &text) != THERE_OURS)
			return false;
	} else if (look_at_link(db, name, target) != THERE_OURS) {
		return false;
	}
	if (all)
		return true;
	return membership ? !membership_wanted(db, stem)
			  : !row_wanted(db, stem, group, &row);
}

/* Remove what is outdated: `links` and memberships, or the records themselves. */
static enum vid_reason sweep(const struct userdb *db, bool links, bool all)
{
	int fd = openat(db->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(folder_close) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	enum vid_reason why = VID_OK;
	const struct dirent *entry;

	if (!folder) {
		why = failed(db, ".", errno);
		cleanup_close(&fd);
		return why;
	}
	while (why == VID_OK && (entry = readdir(folder)))
		if (outdated(db, entry->d_name, links, all))
			why = remove_entry(db, entry->d_name);
	return why;
}

static enum vid_reason userdb_open(const char *folder, const struct index *index,
				   struct userdb *db, struct problem *problem)
{
	enum vid_reason why = VID_INTERNAL;
	char path[PATH_MAX];
	bool made;

	*db = (struct userdb){
		.path = folder, .fd = -1, .held = -1, .index = index, .problem = problem
	};
	if (!path_join(path, sizeof(path), folder, LOCK))
		return failed(db, LOCK, ENAMETOOLONG);
	made = output_folder_make(folder, 0755) == 0;
	if (!made && errno != EEXIST)
		return failed(db, "", errno);
	db->fd = folder_open_trusted(folder, &why, problem);
	if (db->fd < 0)
		return why;
	if (made && fchmod(db->fd, 0755) < 0) /* whatever the caller's umask is */
		return failed(db, "", errno);
	db->held = file_lock(path, LOCK_SECONDS);
	if (db->held < 0)
		return failed(db, LOCK, errno);
	leftovers_remove(path);
	return VID_OK;
}

enum vid_reason userdb_sync(const char *folder, const struct index *index,
			    size_t *written, struct problem *problem)
{
	AUTO(userdb_close) struct userdb db = { .fd = -1, .held = -1 };
	enum vid_reason why = userdb_open(folder, index, &db, problem);
	bool none = index->rows > USERDB_MAX;
	enum index_result result = INDEX_NONE;
	struct index_row row;
	uint32_t cursor = 0;
	size_t count = 0;

	if (why == VID_OK && (why = sweep(&db, true, none)) == VID_OK)
		why = sweep(&db, false, none);
	while (why == VID_OK && !none &&
	       (result = index_next(index, &cursor, &row)) == INDEX_OK)
		if (publishable(&db, &row)) {
			why = publish(&db, &row);
			count++;
		}
	if (why == VID_OK && result == INDEX_BROKEN)
		why = broken(&db);
	if (written)
		*written = why == VID_OK ? count : 0;
	return why;
}

enum vid_reason userdb_add(const char *folder, const struct index *index,
			   const struct index_row *row, struct problem *problem)
{
	AUTO(userdb_close) struct userdb db = { .fd = -1, .held = -1 };
	enum vid_reason why;

	if (index->rows > USERDB_MAX)
		return userdb_sync(folder, index, NULL, problem);
	if ((why = userdb_open(folder, index, &db, problem)) != VID_OK)
		return why;
	return publishable(&db, row) ? publish(&db, row) : VID_OK;
}
