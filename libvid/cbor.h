/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cbor.h - a strict CBOR reader and a deterministic writer (RFC 8949 section 4.2.1)
 *
 * The reader accepts what the writer would write and nothing else: shortest forms,
 * definite lengths, sorted keys, no duplicates, no floats, valid UTF-8, nothing after
 * the end, within the bounds of limits.h. It allocates nothing, does not recurse past
 * VID_CBOR_DEPTH_MAX, and never trusts a length before that many bytes are there.
 *
 * Use: cbor_check() once over a whole message, then walk it with struct cbor. The walk
 * stands on the check: it still never reads past the end, but does not judge again.
 */
#ifndef VID_CBOR_H
#define VID_CBOR_H

#include "libvid/bytes.h"
#include "libvid/reason.h"

/* Judge one item that must fill `message` to its last byte. VID_OK or a step-3 reason. */
enum vid_reason cbor_check(struct bytes message);

/*
 * As cbor_check, with the rules of plain RFC 8949 well-formedness: indefinite lengths,
 * longer forms, floats and any order of keys are allowed; bounds still hold, and
 * duplicate keys are still refused. For foreign documents (TOKEN.md section 6).
 */
enum vid_reason cbor_check_wellformed(struct bytes message);

enum cbor_type {
	CBOR_UINT = 0,
	CBOR_NINT = 1,
	CBOR_BSTR = 2,
	CBOR_TSTR = 3,
	CBOR_ARRAY = 4,
	CBOR_MAP = 5,
	CBOR_TAG = 6,
	CBOR_SIMPLE = 7, /* false 20, true 21, null 22, undefined 23, others */
	CBOR_NONE = 8,   /* the end, or not readable */
};

/* A cursor; copy it to look ahead. */
struct cbor {
	const uint8_t *at;
	const uint8_t *end;
};

/* One item's head. For strings `string` is set; arrays and maps are entered by reading
 * on. */
struct cbor_item {
	enum cbor_type type;
	uint64_t value;      /* number (nint: -1 - value), length, count, tag or simple */
	struct bytes string; /* bstr, tstr */
};

struct cbor cbor_of(struct bytes message);
enum cbor_type cbor_peek(const struct cbor *cbor);

/* Read the next head; the cursor stands behind a scalar or string, or at the first
 * element. False (type CBOR_NONE) at the end or when malformed. */
bool cbor_next(struct cbor *cbor, struct cbor_item *item);

/* Step over one whole item. */
bool cbor_skip(struct cbor *cbor, struct bytes *raw);

/* Readers that demand a type. False leaves the cursor where it was. */
bool cbor_uint(struct cbor *cbor, uint64_t *value);
bool cbor_int(struct cbor *cbor, int64_t *value); /* uint or nint that fits */
bool cbor_bstr(struct cbor *cbor, struct bytes *string);
bool cbor_tstr(struct cbor *cbor, struct bytes *string);
bool cbor_array(struct cbor *cbor, size_t *count);
bool cbor_map(struct cbor *cbor, size_t *pairs);
bool cbor_tag(struct cbor *cbor, uint64_t *tag);

/* Find the value of an integer or text key in the map at the cursor (which stays). */
bool cbor_find_int(const struct cbor *map, int64_t key, struct cbor *value);
bool cbor_find_text(const struct cbor *map, const char *key, struct cbor *value);

/*
 * Write a foreign document anew in the deterministic form that the walk stands on:
 * shortest forms, definite lengths, chunks joined, keys sorted; floats stay as they are.
 * It never grows. VID_OK, a reason of cbor_check_wellformed, VID_CBOR_DUPLICATE also for
 * two encodings of one key, VID_TOKEN_TOO_LARGE when it does not fit in `to`.
 */
enum vid_reason cbor_rewrite(struct bytes message, struct buffer *to);

/* The writer. The caller writes map keys in sorted order and as many as it announced. */
/* The head alone, for what the others do not write. */
void cbor_put_head(struct buffer *to, enum cbor_type type, uint64_t value);
void cbor_put_uint(struct buffer *to, uint64_t value);
void cbor_put_int(struct buffer *to, int64_t value);
void cbor_put_bstr(struct buffer *to, struct bytes string);
void cbor_put_tstr(struct buffer *to, struct bytes string);
void cbor_put_text(struct buffer *to, const char *string);
void cbor_put_array(struct buffer *to, size_t count);
void cbor_put_map(struct buffer *to, size_t pairs);
void cbor_put_tag(struct buffer *to, uint64_t tag);
void cbor_put_null(struct buffer *to);

/* Is it UTF-8 (RFC 3629: no overlong form, no surrogate, nothing past U+10FFFF)? */
bool cbor_text_valid(struct bytes text);

#endif
