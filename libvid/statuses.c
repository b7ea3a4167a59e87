/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/statuses.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"

#define LOCK_SECONDS 10

void statuses_name(struct bytes uri, char name[STATUSES_NAME_SIZE])
{
	uint8_t digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, uri.at, uri.len);
	sodium_bin2hex(name, STATUSES_NAME_SIZE, digest, sizeof(digest));
}

bool statuses_uri_valid(struct bytes uri)
{
	const struct bytes host = { uri.at + 8, uri.len - 8 };
	size_t end = 0;

	if (uri.len <= 8 || uri.len > VID_URI_MAX || memcmp(uri.at, "https://", 8) != 0)
		return false;
	for (size_t i = 0; i < uri.len; i++)
		if (uri.at[i] <= 0x20 || uri.at[i] >= 0x7f || uri.at[i] == '\\')
			return false;
	while (end < host.len && host.at[end] != '/' && host.at[end] != '?' &&
	       host.at[end] != '#')
		end++;
	return end && !memchr(host.at, '@', end);
}

static bool path_of(const struct statuses *store, struct bytes uri, const char *kind,
		    char path[PATH_MAX])
{
	char name[STATUSES_NAME_SIZE], file[STATUSES_NAME_SIZE + VID_ALIAS_MAX + 8];

	statuses_name(uri, name);
	(void)snprintf(file, sizeof(file), "%s.%s", name, kind);
	return store->folder && path_join(path, PATH_MAX, store->folder, file);
}

/* --- the watermark ------------------------------------------------------------ */

/* Of all lists together, beside their own: the newest moment that one was signed at. */
#define NEWEST "newest"

static enum vid_reason mark_read(const struct statuses *store, const char *name,
				 int64_t *iat, struct problem *problem)
{
	uint64_t number = 0;
	enum vid_reason why = VID_FILE_MISSING;

	if (store->anchor)
		why = anchor_read(store->anchor, ANCHOR_STATUS, name, &number, problem);
	*iat = number <= (uint64_t)VID_TIME_MAX ? (int64_t)number : VID_TIME_MAX;
	return why;
}

static enum vid_reason mark_raise(const struct statuses *store, struct bytes uri,
				  int64_t iat, struct problem *problem)
{
	char name[STATUSES_NAME_SIZE];
	enum vid_reason why;

	if (!store->anchor || iat < 0)
		return VID_INTERNAL;
	statuses_name(uri, name);
	why = anchor_raise(store->anchor, ANCHOR_STATUS, name, (uint64_t)iat, NULL,
			   problem);
	return why == VID_OK && iat ? anchor_raise(store->anchor, ANCHOR_STATUS, NEWEST,
						   (uint64_t)iat, NULL, problem)
				    : why;
}

enum vid_reason statuses_mark(const struct statuses *store, struct bytes uri,
			      int64_t *iat, struct problem *problem)
{
	char name[STATUSES_NAME_SIZE];

	statuses_name(uri, name);
	return mark_read(store, name, iat, problem);
}

enum vid_reason statuses_newest(const struct statuses *store, int64_t *newest,
				struct problem *problem)
{
	enum vid_reason why = mark_read(store, NEWEST, newest, problem);

	return why == VID_FILE_MISSING ? VID_OK : why; /* proven: no list yet */
}

/* --- the list ------------------------------------------------------------------ */

/* Why a list cannot be used, in words of step 18; the problem says the rest. */
static enum vid_reason as_list_fault(enum vid_reason why, const char *path,
				     struct problem *problem)
{
	int step = reason_step(why);

	if (why == VID_OK || step == 0 || step == reason_step(VID_REVOKED))
		return why;
	problem_set(problem, "%s: %s", path, reason_sentence(why));
	return VID_STATUS_LIST;
}

static enum vid_reason list_read(const char *path, uint64_t most, struct blob *out,
				 struct problem *problem)
{
	struct stat found;
	enum vid_reason why;

	if (lstat(path, &found) == 0 && found.st_size >= 0 &&
	    (uint64_t)found.st_size > most) {
		problem_set(problem, "%s: %lld bytes; [status] max-token is %llu", path,
			    (long long)found.st_size, (unsigned long long)most);
		return VID_STATUS_LIMIT;
	}
	why = file_read_trusted(path, (size_t)most, out, problem);
	return why == VID_FILE_MISSING ? VID_STATUS_UNAVAILABLE : why;
}

enum vid_reason statuses_judge(const struct statuses *store,
			       const struct status_rules *rules, struct bytes uri,
			       uint64_t idx, struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct status_rules with_mark = *rules;
	char path[PATH_MAX];
	enum vid_reason why;

	if (!path_of(store, uri, "cwt", path))
		return VID_STATUS_UNAVAILABLE;
	why = list_read(path, rules->limits.token, &file, problem);
	if (why != VID_OK)
		return why;
	why = statuses_mark(store, uri, &with_mark.newest, problem);
	if (why != VID_OK)
		return why == VID_FILE_MISSING ? VID_STATUS_UNAVAILABLE : why;
	why = status_lookup(bytes_of(file.at, file.len), &with_mark, uri, idx, NULL);
	return as_list_fault(why, path, problem);
}

/*
 * Without a mark the list at hand, if it is one, is the mark: whoever deletes the mark
 * gains nothing. A mark stands before the first list does.
 */
static enum vid_reason watermark(const struct statuses *store, const char *path,
				 const struct status_rules *rules, struct bytes uri,
				 int64_t *newest, struct problem *problem)
{
	AUTO(blob_free) struct blob old = { 0 };
	struct status_list list = { 0 };
	enum vid_reason why = statuses_mark(store, uri, newest, problem);

	if (why != VID_FILE_MISSING)
		return why;
	problem_set(problem, "%s", ""); /* a first list is no problem */
	if (list_read(path, rules->limits.token, &old, NULL) == VID_OK)
		(void)status_open(bytes_of(old.at, old.len), rules->issuer, uri,
				  &rules->limits, &list);
	*newest = list.iat;
	return mark_raise(store, uri, *newest, problem);
}

static int lock(const struct statuses *store, struct problem *problem)
{
	char path[PATH_MAX];
	int fd = -1;

	if (store->folder && path_join(path, sizeof(path), store->folder, ".lock"))
		fd = file_lock(path, LOCK_SECONDS);
	if (fd < 0)
		problem_set(problem, "%s: cannot be locked: %m",
			    store->folder ? store->folder : "");
	return fd;
}

enum vid_reason statuses_put(const struct statuses *store, struct bytes cwt,
			     const struct status_rules *rules, struct bytes uri,
			     uint64_t *entries, int64_t *iat, struct problem *problem)
{
	AUTO_CLOSE int held = lock(store, problem);
	struct status_rules with_mark = *rules;
	struct status_list list;
	char path[PATH_MAX];
	enum vid_reason why;
	uint64_t count;

	if (held < 0)
		return VID_FILE_IO;
	if (!path_of(store, uri, "cwt", path))
		return VID_INTERNAL;
	why = watermark(store, path, rules, uri, &with_mark.newest, problem);
	if (why != VID_OK)
		return why;
	why = status_open(cwt, rules->issuer, uri, &rules->limits, &list);
	if (why == VID_OK)
		why = status_time(&list, &with_mark);
	if (why == VID_OK)
		why = status_whole(&list, &rules->limits, &count);
	if (why != VID_OK)
		return why;
	if ((why = file_write(path, cwt, 0600, problem)) != VID_OK)
		return why;
	if (entries)
		*entries = count;
	if (iat)
		*iat = list.iat;
	return mark_raise(store, uri, list.iat, problem);
}

/* --- what a web server said ------------------------------------------------------ */

static bool is_header_text(const char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

void statuses_validators(const struct statuses *store, struct bytes uri,
			 struct status_validators *out)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct stat list;
	char path[PATH_MAX];
	const char *end;

	*out = (struct status_validators){ .etag = "" };
	/* They are worth something only beside the list that they came with. */
	if (!path_of(store, uri, "cwt", path) || lstat(path, &list) < 0 ||
	    !path_of(store, uri, "http", path) ||
	    file_read_trusted(path, sizeof(*out), &file, NULL) != VID_OK)
		return;
	end = memchr(file.at, '\n', file.len);
	if (!end ||
	    !bytes_to_text(bytes_of(file.at, (size_t)(end - (const char *)file.at)),
			   out->etag, sizeof(out->etag)) ||
	    !bytes_to_text(bytes_of_text(end + 1), out->modified,
			   sizeof(out->modified)) ||
	    !is_header_text(out->etag) || !is_header_text(out->modified))
		*out = (struct status_validators){ .etag = "" };
}

enum vid_reason statuses_keep_validators(const struct statuses *store, struct bytes uri,
					 const struct status_validators *validators,
					 struct problem *problem)
{
	char path[PATH_MAX], text[sizeof(*validators) + 2];

	if (!path_of(store, uri, "http", path))
		return VID_INTERNAL;
	if (!is_header_text(validators->etag) || !is_header_text(validators->modified))
		(void)snprintf(text, sizeof(text), "\n");
	else
		(void)snprintf(text, sizeof(text), "%s\n%s", validators->etag,
			       validators->modified);
	return file_write(path, bytes_of_text(text), 0600, problem);
}
