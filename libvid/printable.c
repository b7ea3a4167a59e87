/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/printable.h"

#include <stdio.h>

size_t printable_character(struct bytes text, uint32_t *point)
{
	static const struct {
		uint8_t first, last;   /* of the first byte */
		uint8_t second, third; /* from, to: of the second byte */
		uint8_t len, bits;     /* bits: of the first byte that count */
	} kinds[] = {
		{ 0x00, 0x7f, 0x00, 0x00, 1, 0x7f }, { 0xc2, 0xdf, 0x80, 0xbf, 2, 0x1f },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3, 0x0f }, { 0xe1, 0xec, 0x80, 0xbf, 3, 0x0f },
		{ 0xed, 0xed, 0x80, 0x9f, 3, 0x0f }, { 0xee, 0xef, 0x80, 0xbf, 3, 0x0f },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4, 0x07 }, { 0xf1, 0xf3, 0x80, 0xbf, 4, 0x07 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4, 0x07 },
	};

	for (size_t i = 0; text.len && i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t len = kinds[i].len;

		if (text.at[0] < kinds[i].first || text.at[0] > kinds[i].last)
			continue;
		if (len > text.len || (len > 1 && (text.at[1] < kinds[i].second ||
						   text.at[1] > kinds[i].third)))
			return 0;
		*point = text.at[0] & kinds[i].bits;
		for (size_t k = 1; k < len; k++) {
			if ((text.at[k] & 0xc0) != 0x80)
				return 0;
			*point = *point << 6 | (text.at[k] & 0x3f);
		}
		return len;
	}
	return 0;
}

bool printable_is_hidden(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{ 0x00, 0x1f },     { 0x7f, 0x9f },       { 0x061c, 0x061c },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e },   { 0x2060, 0x206f },
		{ 0xfeff, 0xfeff }, { 0xe0000, 0xe007f },
	};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++)
		if (point >= hidden[i].first && point <= hidden[i].last)
			return true;
	return false;
}

/* What the front of `text` becomes. Returns how many of its bytes that covers. */
static size_t piece_of(struct bytes text, char to[16])
{
	uint32_t point = 0;
	size_t len = printable_character(text, &point);

	if (len == 0 || (len == 1 && printable_is_hidden(point))) {
		(void)snprintf(to, 16, "\\x%02X", text.at[0]);
		return 1;
	}
	if (printable_is_hidden(point)) {
		(void)snprintf(to, 16, "\\u{%X}", (unsigned)point);
		return len;
	}
	memcpy(to, text.at, len);
	to[len] = '\0';
	return len;
}

size_t printable_copy(struct bytes from, char *to, size_t size)
{
	size_t len = 0, cut = 0; /* cut: the last end that leaves room for "..." */

	while (from.len) {
		char piece[16];
		size_t used = piece_of(from, piece), more = strlen(piece);

		if (len + more >= size) {
			memcpy(to + cut, "...", 4);
			return cut + 3;
		}
		memcpy(to + len, piece, more);
		len += more;
		if (len + 4 <= size)
			cut = len;
		from = bytes_of(from.at + used, from.len - used);
	}
	to[len] = '\0';
	return len;
}

const char *printable_text(const char *from, char *to, size_t size)
{
	(void)printable_copy(bytes_of_text(from ? from : ""), to, size);
	return to;
}
