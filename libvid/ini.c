/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/ini.h"

#include <ini.h>
#include <stdlib.h>

#define SEEN_MAX 4096
/* inih cuts longer section heads and keys, silently */
#define SECTION_MAX_BYTES 50

struct reading {
	ini_entry *entry;
	void *user;
	const char *name;
	struct problem *problem;
	bool failed;
	struct bytes left;       /* what inih has not asked for yet */
	unsigned line;           /* of the line that inih has read last */
	uint64_t seen[SEEN_MAX]; /* hashes of section and key */
	size_t seen_count;
	char section[SECTION_MAX_BYTES];
};

/* FNV-1a: an accident of two keys with one hash would only be reported as a repetition.
 */
static uint64_t hash(uint64_t sum, const char *text)
{
	do {
		sum = (sum ^ (uint8_t)*text) * 0x100000001b3u;
	} while (*text++);
	return sum;
}

static bool repeated(struct reading *reading, const char *section, const char *key)
{
	uint64_t sum = hash(hash(0xcbf29ce484222325u, section), key ? key : "");

	for (size_t i = 0; i < reading->seen_count; i++)
		if (reading->seen[i] == sum)
			return true;
	if (reading->seen_count == SEEN_MAX)
		return true;
	reading->seen[reading->seen_count++] = sum;
	return false;
}

static void complain(struct reading *reading, const char *complaint, const char *about)
{
	if (reading->failed)
		return;
	reading->failed = true;
	problem_set(reading->problem, about ? "%s:%u: %s: '%.60s'" : "%s:%u: %s",
		    reading->name, reading->line, complaint, about);
}

static bool head_or_key_too_long(const uint8_t *line, size_t len)
{
	const uint8_t *end = memchr(line, line[0] == '[' ? ']' : '=', len);

	if (line[0] == '#' || line[0] == ';')
		return false;
	return !end || end - line >= SECTION_MAX_BYTES;
}

static char *next_line(char *to, int size, void *stream)
{
	struct reading *reading = stream;
	const uint8_t *end;
	size_t len;

	if (reading->failed || reading->left.len == 0)
		return NULL;
	end = memchr(reading->left.at, '\n', reading->left.len);
	len = end ? (size_t)(end - reading->left.at) : reading->left.len;
	reading->line++;
	if (len + 2 > (size_t)size)
		complain(reading, "the line is too long", NULL);
	else if (len > SECTION_MAX_BYTES && head_or_key_too_long(reading->left.at, len))
		complain(reading, "the section or key is too long", NULL);
	else if (memchr(reading->left.at, '\0', len))
		complain(reading, "the line holds a NUL byte", NULL);
	if (reading->failed)
		return NULL;
	memcpy(to, reading->left.at, len);
	to[len] = '\n';
	to[len + 1] = '\0';
	reading->left.at += len + (end != NULL);
	reading->left.len -= len + (end != NULL);
	return to;
}

static const char *section_opened(struct reading *reading, const char *section)
{
	if (strcmp(section, reading->section) == 0)
		return NULL;
	if (repeated(reading, section, NULL))
		return "the section stands twice";
	bytes_to_text(bytes_of_text(section), reading->section, sizeof(reading->section));
	return reading->entry(reading->user, section, NULL, NULL);
}

static int on_entry(void *user, const char *section, const char *key, const char *value)
{
	struct reading *reading = user;
	const char *complaint, *about = section;

	if (reading->failed)
		return 0;
	complaint = section_opened(reading, section);
	if (!complaint) {
		about = key;
		complaint = repeated(reading, section, key)
				    ? "the key stands twice"
				    : reading->entry(reading->user, section, key, value);
	}
	if (complaint)
		complain(reading, complaint, about);
	return complaint == NULL;
}

enum vid_reason ini_read(struct bytes text, const char *name, ini_entry *entry,
			 void *user, struct problem *problem)
{
	struct reading reading = { .entry = entry,
				   .user = user,
				   .name = name,
				   .problem = problem,
				   .left = text };
	int line = ini_parse_stream(next_line, &reading, on_entry, &reading);

	if (line != 0 && !reading.failed) {
		reading.line = line > 0 ? (unsigned)line : 0;
		complain(&reading, "neither [section] nor key = value", NULL);
	}
	return reading.failed ? VID_CONFIG : VID_OK;
}

bool ini_bool(const char *value, bool *out)
{
	*out = strcmp(value, "yes") == 0;
	return *out || strcmp(value, "no") == 0;
}

bool ini_unsigned(const char *value, uint64_t max, uint64_t *out)
{
	uint64_t sum = 0;

	if (!*value)
		return false;
	for (; *value; value++) {
		if (*value < '0' || *value > '9' ||
		    sum > (max - (uint64_t)(*value - '0')) / 10)
			return false;
		sum = sum * 10 + (uint64_t)(*value - '0');
	}
	*out = sum;
	return sum <= max;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool ini_hex(const char *value, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		int high = digit(value[2 * i]);
		int low = high < 0 ? -1 : digit(value[2 * i + 1]);

		if (low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return value[2 * len] == '\0';
}

bool ini_text(const char *value, char *out, size_t size)
{
	return *value && bytes_to_text(bytes_of_text(value), out, size);
}
