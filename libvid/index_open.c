/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/index.h"

#define HEAD_LEN 2048u
#define TABLES   256u

static uint32_t number_at(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static int64_t nanoseconds(struct timespec time)
{
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static struct index_stamp stamp_from(const struct stat *st)
{
	return (struct index_stamp){ .dev = st->st_dev,
				     .ino = st->st_ino,
				     .size = (uint64_t)st->st_size,
				     .mtime = nanoseconds(st->st_mtim),
				     .ctime = nanoseconds(st->st_ctim) };
}

bool index_stamp_of(const char *path, struct index_stamp *out)
{
	struct stat st;

	*out = (struct index_stamp){ 0 };
	if (stat(path, &st) < 0)
		return errno == ENOENT;
	*out = stamp_from(&st);
	return true;
}

bool index_stamp_of_fd(int fd, struct index_stamp *out)
{
	struct stat st;

	*out = (struct index_stamp){ 0 };
	if (fstat(fd, &st) < 0)
		return false;
	*out = stamp_from(&st);
	return true;
}

bool index_stamp_equal(const struct index_stamp *a, const struct index_stamp *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->mtime == b->mtime && a->ctime == b->ctime;
}

/*
 * Every table behind the records, one behind the other, the last one ending where the
 * file does: so a file cut anywhere is seen here, and lookups need no further check of a
 * table's place.
 */
static bool tables_sound(const uint8_t *head, size_t len, uint32_t *data_end)
{
	uint64_t end = 0;

	for (uint32_t i = 0; i < TABLES; i++) {
		uint32_t at = number_at(head + i * 8);
		uint32_t slots = number_at(head + i * 8 + 4);

		if (slots == 0)
			continue;
		if (end == 0) {
			if (at < HEAD_LEN)
				return false;
			*data_end = at;
			end = at;
		}
		if (at != end)
			return false;
		end += (uint64_t)slots * 8;
		if (end > len)
			return false;
	}
	return end != 0 && end == len;
}

/* Take `word` and the field up to `stop` off the front of `text`. */
static bool take(struct bytes *text, const char *word, char stop, uint64_t max,
		 uint64_t *out)
{
	size_t len = strlen(word), end;

	if (text->len < len || memcmp(text->at, word, len) != 0)
		return false;
	for (end = len; end < text->len && text->at[end] != (uint8_t)stop; end++)
		continue;
	if ((end == text->len) != (stop == '\0') ||
	    !index_number(bytes_of(text->at + len, end - len), max, out))
		return false;
	end += stop != '\0';
	*text = bytes_of(text->at + end, text->len - end);
	return true;
}

/* MIN-MAX[,MIN-MAX...] up to a blank. */
static bool take_ranges(struct bytes *text, struct index *index)
{
	const char *word = "ids=";
	uint64_t min, max;

	for (index->range_count = 0; index->range_count < INDEX_RANGES_MAX;) {
		const uint8_t *comma, *blank;

		if (!take(text, word, '-', INDEX_ID_CEILING, &min))
			return false;
		comma = memchr(text->at, ',', text->len);
		blank = memchr(text->at, ' ', text->len);
		word = "";
		if (!take(text, "", comma && comma < blank ? ',' : ' ', INDEX_ID_CEILING,
			  &max) ||
		    min > max)
			return false;
		index->range[index->range_count++] =
			(struct index_range){ (uint32_t)min, (uint32_t)max };
		if (!comma || comma > blank)
			return true;
	}
	return false;
}

static bool take_stamp(struct bytes *text, const char *word, char stop,
		       struct index_stamp *out)
{
	uint64_t mtime, ctime;

	if (!take(text, word, ',', UINT64_MAX, &out->dev) ||
	    !take(text, "", ',', UINT64_MAX, &out->ino) ||
	    !take(text, "", ',', UINT64_MAX, &out->size) ||
	    !take(text, "", ',', INT64_MAX, &mtime) ||
	    !take(text, "", stop, INT64_MAX, &ctime))
		return false;
	out->mtime = (int64_t)mtime;
	out->ctime = (int64_t)ctime;
	return true;
}

/* In the record at `at`, which ends within `room` bytes. */
static bool version_sound(struct index *index, const uint8_t *at, size_t room)
{
	static const char first[] = "vid", magic[] = "vid-accounts ";
	struct bytes value;
	uint64_t rows, format;
	char sum[9];
	uint32_t want;

	if (room < 8 + 3 || number_at(at) != 3 || memcmp(at + 8, first, 3) != 0 ||
	    number_at(at + 4) > room - 8 - 3)
		return false;
	value = bytes_of(at + 8 + 3, number_at(at + 4));
	if (value.len < sizeof(magic) - 1 + 9 || value.at[value.len - 9] != '#')
		return false;
	value.len -= 9;
	want = index_sum(bytes_of(at + 8, 3), value);
	for (size_t i = 0; i < 8; i++)
		sum[i] = "0123456789abcdef"[want >> (28 - 4 * i) & 15];
	if (memcmp(value.at + value.len + 1, sum, 8) != 0 ||
	    memcmp(value.at, magic, sizeof(magic) - 1) != 0)
		return false;
	value = bytes_of(value.at + sizeof(magic) - 1, value.len - (sizeof(magic) - 1));
	if (!take(&value, "", ' ', INDEX_FORMAT, &format) ||
	    format < INDEX_FORMAT_FORMER ||
	    !take(&value, "generation=", ' ', UINT64_MAX, &index->generation) ||
	    !take(&value, "ledger=", ' ', UINT64_MAX, &index->ledger) ||
	    !take(&value, "rows=", ' ', UINT32_MAX, &rows) ||
	    !take_ranges(&value, index) ||
	    !take_stamp(&value, "passwd=", ' ', &index->passwd) ||
	    !take_stamp(&value, "group=", '\0', &index->group))
		return false;
	index->format = (uint32_t)format;
	index->rows = (uint32_t)rows;
	return true;
}

/* `head`: the file's first bytes, or all of them. */
static bool head_sound(struct index *index, struct bytes head)
{
	size_t records;

	if (head.len < HEAD_LEN || !tables_sound(head.at, index->len, &index->data_end))
		return false;
	records = index->data_end < head.len ? index->data_end : head.len;
	return version_sound(index, head.at + HEAD_LEN, records - HEAD_LEN);
}

enum index_result index_of_bytes(struct bytes content, struct index *out)
{
	struct index index = { .at = content.at, .len = content.len };

	if (content.len > UINT32_MAX || !head_sound(&index, content))
		return INDEX_BROKEN;
	*out = index;
	return INDEX_OK;
}

static bool owner_trusted(uid_t owner)
{
#ifdef INDEX_ROOT_ONLY
	return owner == 0;
#else
	return owner == 0 || owner == geteuid();
#endif
}

/* The file, open: INDEX_OK with its size and stamp. */
static enum index_result file_open(const char *path, int *out, struct index *index)
{
	/* O_NONBLOCK: a fifo of that name must not make anybody wait. */
	AUTO_CLOSE int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return errno == ENOENT  ? INDEX_MISSING
		       : errno == ELOOP ? INDEX_REFUSED
					: INDEX_ERROR;
	if (fstat(fd, &st) < 0)
		return INDEX_ERROR;
	if (!S_ISREG(st.st_mode) || !owner_trusted(st.st_uid) || (st.st_mode & 022) != 0)
		return INDEX_REFUSED;
	if (st.st_size < (off_t)HEAD_LEN || st.st_size > (off_t)UINT32_MAX)
		return INDEX_BROKEN;
	*index = (struct index){ .len = (size_t)st.st_size, .file = stamp_from(&st) };
	*out = fd;
	fd = -1;
	return INDEX_OK;
}

enum index_result index_open(const char *path, struct index *out)
{
	AUTO_CLOSE int fd = -1;
	enum index_result result;
	struct index index;
	void *at;

	if ((result = file_open(path, &fd, &index)) != INDEX_OK)
		return result;
	at = mmap(NULL, index.len, PROT_READ, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return INDEX_ERROR;
	index.at = at;
	if (!head_sound(&index, bytes_of(at, index.len))) {
		(void)munmap(at, index.len);
		return INDEX_BROKEN;
	}
	*out = index;
	return INDEX_OK;
}

enum index_result index_read(const char *path, struct index_window *window,
			     struct index *out)
{
	enum index_result result;
	struct index index;
	uint32_t len;

	if ((result = file_open(path, &window->fd, &index)) != INDEX_OK)
		return result;
	window->at = window->len = 0;
	index.window = window;
	len = index.len < INDEX_WINDOW ? (uint32_t)index.len : INDEX_WINDOW;
	if (!index_piece(&index, 0, len) ||
	    !head_sound(&index, bytes_of(window->bytes, len))) {
		index_close(&index);
		return INDEX_BROKEN;
	}
	*out = index;
	return INDEX_OK;
}

__attribute__((noinline)) static const uint8_t *piece_read(const struct index *index,
							   uint32_t offset, uint32_t len)
{
	struct index_window *window = index->window;
	size_t want =
		index->len - offset < INDEX_WINDOW ? index->len - offset : INDEX_WINDOW;
	ssize_t got;

	if (offset >= window->at && offset - window->at <= window->len &&
	    len <= window->len - (offset - window->at))
		return window->bytes + (offset - window->at);
	window->len = 0;
	do
		got = pread(window->fd, window->bytes, want, offset);
	while (got < 0 && errno == EINTR);
	if (got < 0 || (size_t)got < len)
		return NULL;
	window->at = offset;
	window->len = (uint32_t)got;
	return window->bytes;
}

const uint8_t *index_piece(const struct index *index, uint32_t offset, uint32_t len)
{
	return index->at ? index->at + offset : piece_read(index, offset, len);
}

void index_close(struct index *index)
{
	if (index->at)
		(void)munmap((void *)(uintptr_t)index->at, index->len);
	else if (index->window)
		(void)close(index->window->fd);
	*index = (struct index){ 0 };
}
