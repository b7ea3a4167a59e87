/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/userdb_record.h"

#include <inttypes.h>
#include <stdio.h>

#include "libvid/printable.h"

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

/* `len`: of a character with this number; 0: the byte is not of UTF-8. JSON's \uNNNN
 * holds all that is hidden but the tags above U+FFFF. */
static void add_character(struct buffer *to, const uint8_t *at, size_t len,
			  uint32_t point)
{
	char escaped[16];

	if (len == 0 || (point > 0xffff && printable_is_hidden(point))) {
		add_text(to, "\xef\xbf\xbd");
	} else if (printable_is_hidden(point)) {
		(void)snprintf(escaped, sizeof(escaped), "\\u%04x", (unsigned)point);
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
		uint32_t point = 0;
		size_t len = printable_character(text, &point), step = len ? len : 1;

		add_character(to, text.at, len, point);
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
		uint32_t point = 0;
		size_t len = printable_character(bytes_of(at, path.len - i), &point);

		if (len == 0 || printable_is_hidden(point) || *at == ':')
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
