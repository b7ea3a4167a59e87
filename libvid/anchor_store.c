/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of the anchor: anchor_parts.h has their format. */
#include "libvid/anchor_parts.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/leftovers.h"

#define MAGIC_LEN     8
#define NUMBER_LEN    8
#define FRONT_LEN     (MAGIC_LEN + 4 * NUMBER_LEN)
#define DIGESTS_LEN   (ANCHOR_BUCKETS * ANCHOR_DIGEST_LEN)
#define MAC_LEN       32
#define HEAD_LEN      (FRONT_LEN + DIGESTS_LEN + MAC_LEN)
#define VALUE_AT      (ANCHOR_MARK_LEN - NUMBER_LEN)
#define NAME_HEX      16 /* digits of a bucket's digest in its file's name */
#define NAME_SIZE     (2 + 1 + NAME_HEX + 1)
#define HEAD_PURPOSE  "vid-anchor-head-v1"
#define ID_PURPOSE    "vid-anchor-name-v1"
#define DIGEST_PREFIX "vid-anchor-bucket-v1"

static const uint8_t magic[MAGIC_LEN] = { 'V', 'I', 'D', 'A', 'N', 'C', 'H', 1 };

static void put_number(uint8_t *to, uint64_t number)
{
	for (size_t i = 0; i < NUMBER_LEN; i++)
		to[i] = (uint8_t)(number >> (8 * (NUMBER_LEN - 1 - i)));
}

static uint64_t get_number(const uint8_t *from)
{
	uint64_t number = 0;

	for (size_t i = 0; i < NUMBER_LEN; i++)
		number = number << 8 | from[i];
	return number;
}

void anchor_id_of(const struct anchor *anchor, enum anchor_kind kind, const char *name,
		  struct anchor_id *out)
{
	uint8_t room[1 + ANCHOR_NAME_MAX], hash[32], number = (uint8_t)kind;
	struct buffer salt = buffer_of(room, sizeof(room));

	buffer_add(&salt, &number, 1);
	buffer_add(&salt, name, strnlen(name, ANCHOR_NAME_MAX));
	hostkey_derive(anchor->key, ID_PURPOSE, buffer_bytes(&salt), hash);
	memcpy(out->at, hash, sizeof(out->at));
}

/* --- marks in memory ------------------------------------------------------------- */

void anchor_marks_free(struct anchor_marks *marks)
{
	free(marks->at);
	*marks = (struct anchor_marks){ NULL, 0, 0 };
}

/* The place of `id`, or where it belongs. Ids are public: no constant time. */
static bool place_of(const struct anchor_marks *marks, const struct anchor_id *id,
		     size_t *place)
{
	size_t low = 0, high = marks->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(marks->at + middle * ANCHOR_MARK_LEN, id->at,
				   ANCHOR_ID_LEN);

		if (order == 0) {
			*place = middle;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*place = low;
	return false;
}

bool anchor_marks_find(const struct anchor_marks *marks, const struct anchor_id *id,
		       uint64_t *value)
{
	size_t place;

	*value = 0;
	if (!place_of(marks, id, &place))
		return false;
	*value = get_number(marks->at + place * ANCHOR_MARK_LEN + VALUE_AT);
	return true;
}

static bool make_room(struct anchor_marks *marks)
{
	size_t room = marks->room ? 2 * marks->room : 16;
	uint8_t *at;

	if (marks->count < marks->room)
		return true;
	if (marks->count >= ANCHOR_BUCKET_MOST / ANCHOR_MARK_LEN)
		return false;
	at = realloc(marks->at, room * ANCHOR_MARK_LEN);
	if (!at)
		return false;
	marks->at = at;
	marks->room = room;
	return true;
}

bool anchor_marks_put(struct anchor_marks *marks, const struct anchor_id *id,
		      enum anchor_kind kind, uint64_t value)
{
	size_t place;
	uint8_t *mark;

	if (!place_of(marks, id, &place)) {
		if (!make_room(marks))
			return false;
		mark = marks->at + place * ANCHOR_MARK_LEN;
		memmove(mark + ANCHOR_MARK_LEN, mark,
			(marks->count - place) * ANCHOR_MARK_LEN);
		memset(mark, 0, ANCHOR_MARK_LEN);
		memcpy(mark, id->at, ANCHOR_ID_LEN);
		mark[ANCHOR_ID_LEN] = (uint8_t)kind;
		marks->count++;
	}
	put_number(marks->at + place * ANCHOR_MARK_LEN + VALUE_AT, value);
	return true;
}

bool anchor_marks_remove(struct anchor_marks *marks, const struct anchor_id *id)
{
	size_t place;

	if (!place_of(marks, id, &place))
		return false;
	marks->count--;
	memmove(marks->at + place * ANCHOR_MARK_LEN,
		marks->at + (place + 1) * ANCHOR_MARK_LEN,
		(marks->count - place) * ANCHOR_MARK_LEN);
	return true;
}

/* --- the head -------------------------------------------------------------------- */

static enum vid_reason head_path(const struct anchor *anchor, char path[PATH_MAX],
				 struct problem *problem)
{
	if (path_join(path, PATH_MAX, anchor->folder, "head"))
		return VID_OK;
	problem_set(problem, "%s: the path is too long", anchor->folder);
	return VID_FILE_IO;
}

enum vid_reason anchor_head_read(const struct anchor *anchor, struct anchor_head *out,
				 struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	char path[PATH_MAX];
	enum vid_reason why;

	if ((why = head_path(anchor, path, problem)) != VID_OK ||
	    (why = file_read_trusted(path, HEAD_LEN, &file, problem)) != VID_OK)
		return why;
	if (file.len != HEAD_LEN ||
	    !bytes_equal(bytes_of(file.at, MAGIC_LEN), bytes_of(magic, MAGIC_LEN)) ||
	    !hostkey_mac_verify(anchor->key, HEAD_PURPOSE,
				bytes_of(file.at, HEAD_LEN - MAC_LEN),
				file.at + HEAD_LEN - MAC_LEN)) {
		problem_set(problem,
			    "%s: damaged, or another host's: `vid anchor recover` makes "
			    "the marks anew",
			    path);
		return VID_STATE;
	}
	out->generation = get_number(file.at + MAGIC_LEN);
	out->settled = get_number(file.at + MAGIC_LEN + NUMBER_LEN);
	out->counter = get_number(file.at + MAGIC_LEN + 2 * NUMBER_LEN);
	out->raised_at = get_number(file.at + MAGIC_LEN + 3 * NUMBER_LEN);
	memcpy(out->digest, file.at + FRONT_LEN, DIGESTS_LEN);
	return VID_OK;
}

enum vid_reason anchor_head_write(const struct anchor *anchor,
				  const struct anchor_head *head, struct problem *problem)
{
	uint8_t file[HEAD_LEN];
	char path[PATH_MAX];
	enum vid_reason why;

	if ((why = head_path(anchor, path, problem)) != VID_OK)
		return why;
	memcpy(file, magic, MAGIC_LEN);
	put_number(file + MAGIC_LEN, head->generation);
	put_number(file + MAGIC_LEN + NUMBER_LEN, head->settled);
	put_number(file + MAGIC_LEN + 2 * NUMBER_LEN, head->counter);
	put_number(file + MAGIC_LEN + 3 * NUMBER_LEN, head->raised_at);
	memcpy(file + FRONT_LEN, head->digest, DIGESTS_LEN);
	hostkey_mac(anchor->key, HEAD_PURPOSE, bytes_of(file, HEAD_LEN - MAC_LEN),
		    file + HEAD_LEN - MAC_LEN);
	leftovers_remove(path);
	return file_write(path, bytes_of(file, sizeof(file)), 0600, problem);
}

/* --- buckets --------------------------------------------------------------------- */

static void bucket_digest(unsigned bucket, struct bytes marks,
			  uint8_t out[ANCHOR_DIGEST_LEN])
{
	crypto_generichash_state state;
	uint8_t number = (uint8_t)bucket;

	crypto_generichash_init(&state, NULL, 0, ANCHOR_DIGEST_LEN);
	crypto_generichash_update(&state, (const uint8_t *)DIGEST_PREFIX,
				  sizeof(DIGEST_PREFIX));
	crypto_generichash_update(&state, &number, 1);
	crypto_generichash_update(&state, marks.at, marks.len);
	crypto_generichash_final(&state, out, ANCHOR_DIGEST_LEN);
}

static void bucket_name(unsigned bucket, const uint8_t *digest, char name[NAME_SIZE])
{
	(void)snprintf(name, NAME_SIZE, "%02x.", bucket & 0xff);
	sodium_bin2hex(name + 3, NAME_HEX + 1, digest, NAME_HEX / 2);
}

static bool bucket_path(const struct anchor *anchor, const struct anchor_head *head,
			unsigned bucket, char path[PATH_MAX])
{
	char name[NAME_SIZE];

	bucket_name(bucket, head->digest[bucket], name);
	return path_join(path, PATH_MAX, anchor->folder, name);
}

/* In rising order of ids, and of kinds that there are: only then does a search find. */
static bool marks_in_order(const struct blob *file)
{
	for (size_t at = ANCHOR_MARK_LEN; at < file->len; at += ANCHOR_MARK_LEN)
		if (memcmp(file->at + at - ANCHOR_MARK_LEN, file->at + at,
			   ANCHOR_ID_LEN) >= 0)
			return false;
	return true;
}

enum vid_reason anchor_bucket_read(const struct anchor *anchor,
				   const struct anchor_head *head, unsigned bucket,
				   struct anchor_marks *out, struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	uint8_t digest[ANCHOR_DIGEST_LEN];
	char path[PATH_MAX];
	enum vid_reason why;

	*out = (struct anchor_marks){ NULL, 0, 0 };
	if (sodium_is_zero(head->digest[bucket], ANCHOR_DIGEST_LEN))
		return VID_OK;
	if (!bucket_path(anchor, head, bucket, path))
		return VID_FILE_IO;
	why = file_read_trusted(path, ANCHOR_BUCKET_MOST, &file, problem);
	if (why != VID_OK && why != VID_FILE_MISSING)
		return why;
	if (why == VID_OK)
		bucket_digest(bucket, bytes_of(file.at, file.len), digest);
	if (why == VID_FILE_MISSING || file.len % ANCHOR_MARK_LEN != 0 ||
	    sodium_memcmp(digest, head->digest[bucket], sizeof(digest)) != 0 ||
	    !marks_in_order(&file)) {
		problem_set(problem,
			    "%s: missing, damaged or of another day; put back the whole "
			    "folder as it was, or `vid anchor recover`",
			    path);
		return VID_STATE;
	}
	out->count = out->room = file.len / ANCHOR_MARK_LEN;
	out->at = TAKE_PTR(file.at);
	return VID_OK;
}

enum vid_reason anchor_bucket_write(const struct anchor *anchor, struct anchor_head *head,
				    unsigned bucket, const struct anchor_marks *marks,
				    struct problem *problem)
{
	const struct bytes content = bytes_of(marks->at, marks->count * ANCHOR_MARK_LEN);
	char path[PATH_MAX];

	if (marks->count == 0) {
		memset(head->digest[bucket], 0, ANCHOR_DIGEST_LEN);
		return VID_OK;
	}
	bucket_digest(bucket, content, head->digest[bucket]);
	if (!bucket_path(anchor, head, bucket, path))
		return VID_FILE_IO;
	return file_write(path, content, 0600, problem);
}

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

void anchor_sweep(const struct anchor *anchor, const struct anchor_head *head)
{
	AUTO(folder_close) DIR *folder = opendir(anchor->folder);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		const char *file = entry->d_name;
		char name[NAME_SIZE];
		unsigned bucket;

		if (strlen(file) != NAME_SIZE - 1 || file[2] != '.' ||
		    strspn(file, "0123456789abcdef") != 2 ||
		    strspn(file + 3, "0123456789abcdef") != NAME_HEX ||
		    sscanf(file, "%2x", &bucket) != 1)
			continue;
		bucket_name(bucket, head->digest[bucket], name);
		if (strcmp(name, file) != 0 ||
		    sodium_is_zero(head->digest[bucket], ANCHOR_DIGEST_LEN))
			(void)unlinkat(dirfd(folder), file, 0);
	}
}
