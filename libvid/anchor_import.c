/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The marks of version 0.1.0, each a file of its own under a MAC, moved into the anchor
 * once: when its first head is made. Files that come back later are not read.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>

#include "libvid/anchor_parts.h"
#include "libvid/cleanup.h"
#include "libvid/limits.h"

#define MAC_LEN     32
#define NUMBER_MAX  8
#define FILE_ROOM   1024 /* bytes: what is longer than a mark is damaged as well */
#define CLOCK_ROOM  128  /* bytes of the clock's file */
#define MARK_SUFFIX ".mark"

/* A watermark that could not be read: the record under it is refused, and the next one
 * that is written counts above every version that was ever written. */
#define TEMPLATE_SPOILT (UINT64_C(1) << 48)

/* Where a record of templates.c has its version: "VIDFACE" 1 || version 8. */
#define RECORD_SUFFIX     ".face"
#define RECORD_VERSION_AT 8

/* A folder of such files: number, big-endian, and a MAC over number and name. */
struct old_folder {
	enum anchor_kind kind;
	const char *path;
	const char *suffix; /* "": all of 32 hexadecimal digits */
	size_t number_len;  /* bytes */
	const char *purpose;
	uint64_t spoilt; /* for a mark that cannot be believed; 0: there is none then */
};

#define OLD_FOLDERS 3

static void old_folders(const struct anchor_before *before,
			struct old_folder out[OLD_FOLDERS])
{
	out[0] = (struct old_folder){ ANCHOR_TEMPLATE,    before->faces,  MARK_SUFFIX, 8,
				      "vid-face-mark-v1", TEMPLATE_SPOILT };
	out[1] = (struct old_folder){ ANCHOR_COUNTER,   before->counters, "", 4,
				      "vid-counter-v1", ANCHOR_SPOILT };
	out[2] = (struct old_folder){ ANCHOR_STATUS,        before->status,
				      MARK_SUFFIX,          8,
				      "vid-status-mark-v1", 0 };
}

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

/* The name of the mark that `file` holds; false when it holds none. */
static bool name_of(const struct old_folder *old, const char *file, char *name,
		    size_t size)
{
	size_t len = strlen(file), end = strlen(old->suffix);

	if (!end && (len != 32 || strspn(file, "0123456789abcdef") != 32))
		return false;
	return len > end && file[0] != '.' &&
	       strcmp(file + len - end, old->suffix) == 0 &&
	       bytes_to_text(bytes_of(file, len - end), name, size);
}

/* False when it is not this host's. */
static bool parse_mark(const struct anchor *anchor, const struct old_folder *old,
		       const char *name, const struct blob *file, uint64_t *value)
{
	uint8_t room[NUMBER_MAX + ANCHOR_NAME_MAX];
	struct buffer message = buffer_of(room, sizeof(room));

	*value = 0;
	if (file->len != old->number_len + MAC_LEN)
		return false;
	buffer_add(&message, file->at, old->number_len);
	buffer_add(&message, name, strlen(name));
	for (size_t i = 0; i < old->number_len; i++)
		*value = *value << 8 | file->at[i];
	return !message.full && *value <= ANCHOR_VALUE_MAX &&
	       hostkey_mac_verify(anchor->key, old->purpose, buffer_bytes(&message),
				  file->at + old->number_len);
}

static enum vid_reason put(const struct anchor *anchor, struct anchor_marks *buckets,
			   enum anchor_kind kind, const char *name, uint64_t value)
{
	struct anchor_id id;

	anchor_id_of(anchor, kind, name, &id);
	return anchor_marks_put(&buckets[id.at[0]], &id, kind, value) ? VID_OK
								      : VID_INTERNAL;
}

static enum vid_reason import_one(const struct anchor *anchor,
				  const struct old_folder *old, const char *file,
				  struct anchor_marks *buckets, uint64_t *highest,
				  struct problem *problem)
{
	AUTO(blob_free) struct blob content = { 0 };
	char name[ANCHOR_NAME_MAX + 1], path[PATH_MAX];
	enum vid_reason why;
	uint64_t value;

	if (!name_of(old, file, name, sizeof(name)))
		return VID_OK;
	if (!path_join(path, sizeof(path), old->path, file))
		return VID_FILE_IO;
	why = file_read_trusted(path, FILE_ROOM, &content, problem);
	if (why != VID_OK)
		return why == VID_FILE_MISSING ? VID_FILE_IO : why;
	if (!parse_mark(anchor, old, name, &content, &value))
		value = old->spoilt;
	else if (value > *highest)
		*highest = value;
	return value ? put(anchor, buckets, old->kind, name, value) : VID_OK;
}

static DIR *open_old(const char *path, enum vid_reason *why, struct problem *problem)
{
	DIR *folder = path ? opendir(path) : NULL;

	*why = VID_OK;
	if (path && !folder && errno != ENOENT) {
		problem_set(problem, "%s: %s", path, strerror(errno));
		*why = VID_FILE_IO;
	}
	return folder;
}

static enum vid_reason import_folder(const struct anchor *anchor,
				     const struct old_folder *old,
				     struct anchor_marks *buckets,
				     struct problem *problem)
{
	enum vid_reason why = VID_OK;
	AUTO(folder_close) DIR *folder = open_old(old->path, &why, problem);
	const struct dirent *entry;
	uint64_t highest = 0;

	while (folder && why == VID_OK && (errno = 0, entry = readdir(folder)))
		why = import_one(anchor, old, entry->d_name, buckets, &highest, problem);
	if (why == VID_OK && folder && errno) {
		problem_set(problem, "%s: %s", old->path, strerror(errno));
		why = VID_FILE_IO;
	}
	if (why == VID_OK && old->kind == ANCHOR_STATUS && highest)
		why = put(anchor, buckets, ANCHOR_STATUS, "newest", highest);
	return why;
}

/* "vid-clock 1 SECONDS MAC\n" */
static bool parse_clock(const struct anchor *anchor, const struct blob *file,
			uint64_t *login)
{
	char again[CLOCK_ROOM], hex[2 * MAC_LEN + 1];
	uint8_t mac[MAC_LEN];
	int len;

	if (sscanf((const char *)file->at, "vid-clock 1 %" SCNu64, login) != 1 ||
	    *login > (uint64_t)VID_TIME_MAX)
		return false;
	len = snprintf(again, sizeof(again), "vid-clock 1 %" PRIu64, *login);
	hostkey_mac(anchor->key, "vid-clock", bytes_of(again, (size_t)len), mac);
	sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
	(void)snprintf(again + len, sizeof(again) - (size_t)len, " %s\n", hex);
	return file->len == strlen(again) &&
	       sodium_memcmp(file->at, again, file->len) == 0;
}

static enum vid_reason import_clock(const struct anchor *anchor,
				    struct anchor_marks *buckets, struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	const char *path = anchor->before.clock;
	enum vid_reason why = VID_FILE_MISSING;
	uint64_t login = 0;

	if (path)
		why = file_read_trusted(path, CLOCK_ROOM - 1, &file, problem);
	if (why == VID_FILE_MISSING) {
		problem_set(problem, "%s", "");
		return VID_OK;
	}
	if (why != VID_OK)
		return why;
	if (!parse_clock(anchor, &file, &login))
		login = ANCHOR_SPOILT;
	return put(anchor, buckets, ANCHOR_CLOCK, "", login);
}

enum vid_reason anchor_import(const struct anchor *anchor, struct anchor_marks *buckets,
			      struct problem *problem)
{
	struct old_folder old[OLD_FOLDERS];
	enum vid_reason why = VID_OK;

	old_folders(&anchor->before, old);
	for (size_t i = 0; why == VID_OK && i < OLD_FOLDERS; i++)
		why = import_folder(anchor, &old[i], buckets, problem);
	return why == VID_OK ? import_clock(anchor, buckets, problem) : why;
}

/* What stays is not read again. */
void anchor_import_end(const struct anchor *anchor)
{
	struct old_folder old[OLD_FOLDERS];
	char name[ANCHOR_NAME_MAX + 1];
	const struct dirent *entry;
	enum vid_reason why;

	old_folders(&anchor->before, old);
	for (size_t i = 0; i < OLD_FOLDERS; i++) {
		AUTO(folder_close) DIR *folder = open_old(old[i].path, &why, NULL);

		while (folder && (entry = readdir(folder)))
			if (name_of(&old[i], entry->d_name, name, sizeof(name)))
				(void)unlinkat(dirfd(folder), entry->d_name, 0);
	}
	if (anchor->before.clock)
		(void)unlink(anchor->before.clock);
}

/* --- recovery -------------------------------------------------------------------- */

/* A record's version is in its head, in the clear, and its seal covers it: a record with
 * another number there does not open. */
static enum vid_reason adopt_one(const struct anchor *anchor, const char *file,
				 struct anchor_marks *buckets, struct problem *problem)
{
	const struct old_folder records = {
		ANCHOR_TEMPLATE, anchor->before.faces, RECORD_SUFFIX, 8, "", 0
	};
	AUTO(blob_free) struct blob record = { 0 };
	char name[ANCHOR_NAME_MAX + 1], path[PATH_MAX];
	uint64_t version = 0;

	if (!name_of(&records, file, name, sizeof(name)) ||
	    !path_join(path, sizeof(path), records.path, file))
		return VID_OK;
	/* one that cannot be read gets no mark, and so is refused */
	if (file_read_trusted(path, 64 * 1024, &record, problem) != VID_OK ||
	    record.len < RECORD_VERSION_AT + 8)
		return VID_OK;
	for (size_t i = 0; i < 8; i++)
		version = version << 8 | record.at[RECORD_VERSION_AT + i];
	return version && version < TEMPLATE_SPOILT << 8
		       ? put(anchor, buckets, ANCHOR_TEMPLATE, name, version)
		       : VID_OK;
}

enum vid_reason anchor_adopt(const struct anchor *anchor, struct anchor_head *head,
			     const bool lost[ANCHOR_BUCKETS], struct problem *problem)
{
	struct anchor_marks buckets[ANCHOR_BUCKETS] = { 0 };
	enum vid_reason why = VID_OK;
	AUTO(folder_close) DIR *folder = open_old(anchor->before.faces, &why, problem);
	const struct dirent *entry;

	while (folder && why == VID_OK && (entry = readdir(folder)))
		why = adopt_one(anchor, entry->d_name, buckets, problem);
	for (unsigned i = 0; i < ANCHOR_BUCKETS; i++) {
		if (why == VID_OK && lost[i])
			why = anchor_bucket_write(anchor, head, i, &buckets[i], problem);
		anchor_marks_free(&buckets[i]);
	}
	return why;
}
