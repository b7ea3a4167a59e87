/* SPDX-License-Identifier: BSD-2-Clause */
/* A .mo file in memory, as msgfmt writes it. */
#ifndef VID_TEST_CATALOGUE_FILE_H
#define VID_TEST_CATALOGUE_FILE_H

#include <stdint.h>
#include <string.h>

struct entry {
	const char *original, *translation;
	size_t original_len, translation_len; /* 0: strlen */
};

static inline void put_u32(uint8_t *to, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> (8 * i));
}

static inline size_t put_string(uint8_t *file, size_t entry, size_t at, const char *text,
				size_t len)
{
	len = len ? len : strlen(text);
	put_u32(file + entry, (uint32_t)len);
	put_u32(file + entry + 4, (uint32_t)at);
	memcpy(file + at, text, len);
	file[at + len] = 0;
	return at + len + 1;
}

/* Returns the length. */
static inline size_t make_catalogue(uint8_t *file, const struct entry *entries,
				    size_t count)
{
	size_t at = 28 + 16 * count;

	memset(file, 0, at);
	put_u32(file, 0x950412de);
	put_u32(file + 8, (uint32_t)count);
	put_u32(file + 12, 28);
	put_u32(file + 16, (uint32_t)(28 + 8 * count));
	for (size_t i = 0; i < count; i++)
		at = put_string(file, 28 + 8 * i, at, entries[i].original,
				entries[i].original_len);
	for (size_t i = 0; i < count; i++)
		at = put_string(file, 28 + 8 * count + 8 * i, at, entries[i].translation,
				entries[i].translation_len);
	return at;
}

#endif
