/* SPDX-License-Identifier: BSD-2-Clause */
#include "nss_vid/local.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool local_open(struct local_file *file, const char *path, struct index_stamp *stamp)
{
	file->at = file->len = 0;
	file->skip = file->end = false;
	*stamp = (struct index_stamp){ 0 };
	file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (file->fd < 0) {
		file->end = true;
		return errno == ENOENT;
	}
	return index_stamp_of_fd(file->fd, stamp);
}

void local_close(struct local_file *file)
{
	if (file->fd >= 0)
		(void)close(file->fd);
	file->fd = -1;
}

/* Read until a whole line, LOCAL_LINE_MAX bytes or the end is there. */
static bool fill(struct local_file *file)
{
	while (!file->end && file->len - file->at < LOCAL_LINE_MAX &&
	       !memchr(file->buffer + file->at, '\n', file->len - file->at)) {
		ssize_t got;

		if (file->at) {
			memmove(file->buffer, file->buffer + file->at,
				file->len - file->at);
			file->len -= file->at;
			file->at = 0;
		}
		got = read(file->fd, file->buffer + file->len,
			   sizeof(file->buffer) - file->len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			file->end = true;
		file->len += (size_t)got;
	}
	return true;
}

/* The next line or, of an overlong one, its head. `*whole` false: the rest follows. */
static int line_next(struct local_file *file, struct bytes *line, bool *whole)
{
	const uint8_t *newline;

	if (!fill(file))
		return -1;
	if (file->at == file->len)
		return 0;
	*line = bytes_of(file->buffer + file->at, file->len - file->at);
	newline = memchr(line->at, '\n', line->len);
	if (newline)
		line->len = (size_t)(newline - line->at);
	*whole = newline || file->end;
	file->at += line->len + (newline ? 1 : 0);
	return 1;
}

bool local_field(struct bytes line, unsigned n, struct bytes *out)
{
	for (;; n--) {
		const uint8_t *colon = line.len ? memchr(line.at, ':', line.len) : NULL;

		*out = bytes_of(line.at, colon ? (size_t)(colon - line.at) : line.len);
		if (n == 0)
			return true;
		if (!colon)
			return false;
		line = bytes_of(colon + 1, line.len - out->len - 1);
	}
}

static bool blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Field `n` as strtoul would read it; UINT64_MAX when it is none. */
static uint64_t field_number(struct bytes line, unsigned n)
{
	struct bytes field;
	uint64_t value = 0;
	size_t i = 0;

	if (!local_field(line, n, &field))
		return UINT64_MAX;
	while (i < field.len && blank(field.at[i]))
		i++;
	if (i < field.len && field.at[i] == '+')
		i++;
	if (i == field.len)
		return UINT64_MAX;
	for (; i < field.len; i++) {
		uint8_t c = field.at[i];

		if (c < '0' || c > '9' || value > UINT32_MAX)
			return UINT64_MAX;
		value = value * 10 + (uint64_t)(c - '0');
	}
	return value;
}

int local_next(struct local_file *file, struct local_entry *out)
{
	struct bytes line;
	bool whole;
	int got;

	while ((got = line_next(file, &line, &whole)) > 0) {
		bool rest = file->skip;

		file->skip = !whole;
		while (line.len && blank(line.at[0]))
			line = bytes_of(line.at + 1, line.len - 1);
		if (rest || line.len == 0 || strchr("#+-", line.at[0]))
			continue;
		*out = (struct local_entry){ .line = line,
					     .whole = whole,
					     .id = field_number(line, 2),
					     .second_id = field_number(line, 3) };
		(void)local_field(line, 0, &out->name);
		return 1;
	}
	return got;
}
