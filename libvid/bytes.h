/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bytes.h - views of bytes, and a buffer that fills up instead of growing
 *
 * A view never owns. Parsing hands out views into the message that is parsed; they
 * live as long as that message. Nothing here allocates.
 */
#ifndef VID_BYTES_H
#define VID_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *at;
	size_t len; /* bytes */
};

static inline struct bytes bytes_of(const void *at, size_t len)
{
	return (struct bytes){ .at = at, .len = len };
}

static inline struct bytes bytes_of_text(const char *text)
{
	return bytes_of(text, strlen(text));
}

/* Equality of public bytes. Secrets are compared with sodium_memcmp. */
static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool bytes_are(struct bytes a, const char *text)
{
	return bytes_equal(a, bytes_of_text(text));
}

/*
 * Copy a view into a C string of `size` bytes. False, with an empty string, when it
 * does not fit or holds a NUL.
 */
static inline bool bytes_to_text(struct bytes from, char *to, size_t size)
{
	to[0] = '\0';
	if (from.len >= size || (from.len && memchr(from.at, '\0', from.len)))
		return false;
	if (from.len)
		memcpy(to, from.at, from.len);
	to[from.len] = '\0';
	return true;
}

/* Room of the caller's that is filled from the front. `full` stays set once it did not
 * fit. */
struct buffer {
	uint8_t *at;
	size_t len;  /* bytes used */
	size_t size; /* bytes of room */
	bool full;
};

static inline struct buffer buffer_of(void *at, size_t size)
{
	return (struct buffer){ .at = at, .len = 0, .size = size, .full = false };
}

static inline void buffer_add(struct buffer *to, const void *from, size_t len)
{
	if (to->full || len > to->size - to->len) {
		to->full = true;
		return;
	}
	if (len)
		memcpy(to->at + to->len, from, len);
	to->len += len;
}

static inline struct bytes buffer_bytes(const struct buffer *from)
{
	return bytes_of(from->at, from->len);
}

#endif
