/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/userdb_record.h"

#include <inttypes.h>
#include <stdio.h>

static void add_text(struct buffer *to, const char *text)
{
	buffer_add(to, text, strlen(text));
}

static void add_number(struct buffer *to, const char *key, uint32_t number)
{
	char text[48];

	(void)snprintf(text, sizeof(text), ",\"%s\":%" PRIu32, key, number);
	add_text(to, text);
}

static void add_field(struct buffer *to, const char *key, struct bytes text)
{
	add_text(to, ",\"");
	add_text(to, key);
	add_text(to, "\":");
	userdb_text(text, to);
}

/* Bytes of the character at the front, 0: it is none of UTF-8. */
static size_t character(struct bytes text)
{
	static const struct {
		uint8_t first, last;   /* of the first byte */
		uint8_t second, third; /* from, to: of the second byte */
		uint8_t len;
	} kinds[] = {
		{ 0x00, 0x7f, 0x00, 0x00, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t len = kinds[i].len;

		if (text.at[0] < kinds[i].first || text.at[0] > kinds[i].last)
			continue;
		if (len > text.len || (len > 1 && (text.at[1] < kinds[i].second ||
						   text.at[1] > kinds[i].third)))
			return 0;
		for (size_t k = 2; k < len; k++)
			if ((text.at[k] & 0xc0) != 0x80)
				return 0;
		return len;
	}
	return 0;
}

static void add_character(struct buffer *to, const uint8_t *at, size_t len)
{
	char escaped[8];

	if (len == 0) {
		add_text(to, "\xef\xbf\xbd");
	} else if (*at < 0x20 || *at == 0x7f) {
		(void)snprintf(escaped, sizeof(escaped), "\\u%04x", *at);
		add_text(to, escaped);
	} else {
		if (*at == '"' || *at == '\\')
			add_text(to, "\\");
		buffer_add(to, at, len);
	}
}

void userdb_text(struct bytes text, struct buffer *to)
{
	add_text(to, "\"");
	while (text.len) {
		size_t len = character(text), step = len ? len : 1;

		add_character(to, text.at, len);
		text = bytes_of(text.at + step, text.len - step);
	}
	add_text(to, "\"");
}

/* systemd refuses a whole record for a path that has "//", "." or ".." in it. */
static bool path_plain(struct bytes path)
{
	size_t part = 0; /* bytes since the last slash */
	bool dots = true;

	if (path.len == 0 || path.at[0] != '/')
		return false;
	for (size_t i = 0; i < path.len; i++) {
		const uint8_t *at = path.at + i;
		size_t len = character(bytes_of(at, path.len - i));

		if (len == 0 || *at < 0x20 || *at == 0x7f || *at == ':')
			return false;
		i += len - 1;
		if (*at == '/') {
			if (i > 0 && (part == 0 || (dots && part <= 2)))
				return false;
			part = 0;
			dots = true;
			continue;
		}
		part++;
		dots = dots && *at == '.';
	}
	return path.len == 1 || (part > 0 && !(dots && part <= 2));
}

bool userdb_user(const struct index_row *row, struct buffer *to)
{
	if (!path_plain(row->home) || !path_plain(row->shell))
		return false;
	add_text(to, USERDB_MARK);
	add_field(to, "userName", row->name);
	add_number(to, "uid", row->uid);
	add_number(to, "gid", row->gid);
	if (row->gecos.len)
		add_field(to, "realName", row->gecos);
	add_field(to, "homeDirectory", row->home);
	add_field(to, "shell", row->shell);
	add_text(to, ",\"disposition\":\"regular\"}\n");
	return !to->full;
}

bool userdb_group(const struct index_row *row, struct buffer *to)
{
	add_text(to, USERDB_MARK);
	add_field(to, "groupName", row->name);
	add_number(to, "gid", row->gid);
	add_text(to, ",\"disposition\":\"regular\"}\n");
	return !to->full;
}

void userdb_membership(struct buffer *to)
{
	add_text(to, USERDB_MARK "}\n");
}

bool userdb_is_ours(struct bytes text)
{
	size_t len = strlen(USERDB_MARK);

	return text.len > len && bytes_are(bytes_of(text.at, len), USERDB_MARK) &&
	       (text.at[len] == ',' || text.at[len] == '}');
}
