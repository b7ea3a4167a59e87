/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The addresses of status lists that logins saw (statuses.h): NAME.ALIAS.seen, whose time
 * of change is when a login saw it last.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"
#include "libvid/statuses.h"

#define KEPT_SECONDS  ((int64_t)100 * 86400) /* longer than a token lives by default */
#define TOUCH_SECONDS 86400
#define SUFFIX        ".seen"
#define HEX           (STATUSES_NAME_SIZE - 1)
/* As many issuers as there may be, and as many that were trusted before. */
#define NOTES_MOST ((size_t)2 * VID_ISSUERS_MAX * VID_STATUS_URIS_MAX)

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

/* NAME.ALIAS.seen, with an alias of the right form. */
static bool is_note(const char *file, char alias[VID_ALIAS_MAX + 1])
{
	size_t len = strlen(file), end = strlen(SUFFIX);

	return len > HEX + 1 + end && file[HEX] == '.' &&
	       strcmp(file + len - end, SUFFIX) == 0 &&
	       bytes_to_text(bytes_of(file + HEX + 1, len - HEX - 1 - end), alias,
			     VID_ALIAS_MAX + 1) &&
	       alias_valid(alias);
}

/* Of one issuer: its tokens fill no other issuer's room. What cannot be counted is full.
 */
static size_t notes_count(const char *path, const char *issuer)
{
	AUTO(folder_close) DIR *folder = opendir(path);
	char alias[VID_ALIAS_MAX + 1];
	const struct dirent *entry;
	size_t count = 0;

	while (folder && (errno = 0, entry = readdir(folder)))
		count += is_note(entry->d_name, alias) && strcmp(alias, issuer) == 0;
	return folder && !errno ? count : VID_STATUS_URIS_MAX;
}

enum vid_reason statuses_note(const struct statuses *store, const char *alias,
			      struct bytes uri, int64_t now, struct problem *problem)
{
	const struct timespec times[2] = { { .tv_sec = now }, { .tv_sec = now } };
	char name[STATUSES_NAME_SIZE], file[HEX + VID_ALIAS_MAX + 8], path[PATH_MAX];
	struct stat found;

	statuses_name(uri, name);
	(void)snprintf(file, sizeof(file), "%s.%.32s" SUFFIX, name, alias);
	if (!store->folder || !statuses_uri_valid(uri) ||
	    !path_join(path, sizeof(path), store->folder, file))
		return VID_OK;
	if (lstat(path, &found) == 0) {
		if (now - (int64_t)found.st_mtim.tv_sec > TOUCH_SECONDS)
			(void)utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
		return VID_OK;
	}
	if (notes_count(store->folder, alias) >= VID_STATUS_URIS_MAX) {
		problem_set(
			problem,
			"%s: the tokens of %.32s name more than %d status lists; name "
			"the others in its file (status-uri)",
			store->folder, alias, VID_STATUS_URIS_MAX);
		return VID_OK;
	}
	return file_write(path, uri, 0600, problem);
}

/* Nobody showed such a token for long: list and note go, the mark stays. */
static void forget(const struct statuses *store, const char *file)
{
	static const char *const kinds[] = { "cwt", "http" };
	char path[PATH_MAX], name[HEX + 8];

	if (path_join(path, sizeof(path), store->folder, file))
		(void)file_remove(path, NULL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		(void)snprintf(name, sizeof(name), "%.64s.%s", file, kinds[i]);
		if (path_join(path, sizeof(path), store->folder, name))
			(void)file_remove(path, NULL);
	}
}

/* False when it is not to be fetched: too old, damaged, or another's name. */
static bool note_read(const struct statuses *store, const char *file, int64_t now,
		      struct status_note *out)
{
	AUTO(blob_free) struct blob uri = { 0 };
	char path[PATH_MAX], name[STATUSES_NAME_SIZE];
	struct stat found;

	if (!is_note(file, out->alias) ||
	    !path_join(path, sizeof(path), store->folder, file) ||
	    lstat(path, &found) < 0)
		return false;
	if (now - (int64_t)found.st_mtim.tv_sec > KEPT_SECONDS) {
		forget(store, file);
		return false;
	}
	if (file_read_trusted(path, VID_URI_MAX, &uri, NULL) != VID_OK ||
	    !statuses_uri_valid(bytes_of(uri.at, uri.len)))
		return false;
	statuses_name(bytes_of(uri.at, uri.len), name);
	return strncmp(name, file, HEX) == 0 &&
	       bytes_to_text(bytes_of(uri.at, uri.len), out->uri, sizeof(out->uri));
}

/* May this issuer have one more? Files of before there was such a bound may be more. */
static bool note_fits(const struct status_note *all, size_t count,
		      const struct status_note *more)
{
	size_t same = 0;

	for (size_t i = 0; i < count; i++)
		same += strcmp(all[i].alias, more->alias) == 0;
	return same < VID_STATUS_URIS_MAX;
}

enum vid_reason statuses_notes(const struct statuses *store, int64_t now,
			       struct status_note **notes, size_t *count,
			       struct problem *problem)
{
	AUTO(folder_close) DIR *folder = opendir(store->folder);
	AUTO_FREE struct status_note *all = calloc(NOTES_MOST, sizeof(*all));
	const struct dirent *entry;

	*notes = NULL;
	*count = 0;
	if (!folder || !all) {
		problem_set(problem, "%s: %s", store->folder, strerror(errno));
		return !folder && errno == ENOENT ? VID_FILE_MISSING : VID_FILE_IO;
	}
	while (*count < NOTES_MOST && (entry = readdir(folder)))
		*count += note_read(store, entry->d_name, now, &all[*count]) &&
			  note_fits(all, *count, &all[*count]);
	*notes = TAKE_PTR(all);
	return VID_OK;
}
