/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Foreign CBOR in deterministic form. cbor_check_wellformed has judged the message, so
 * that what is left here is arithmetic on bounded depths, counts and lengths.
 */
#include "libvid/cbor.h"
#include "libvid/limits.h"

enum { INDEFINITE = 31, BREAK = 0xff };

static enum vid_reason rewrite(struct cbor *from, struct buffer *to);

static bool at_break(const struct cbor *cbor)
{
	return cbor->at < cbor->end && *cbor->at == BREAK;
}

/* Major type, additional information and argument; the cursor steps behind them. */
static bool read_head(struct cbor *from, struct cbor_item *head, unsigned *info)
{
	size_t len;

	if (from->at >= from->end)
		return false;
	head->type = (enum cbor_type)(*from->at >> 5);
	*info = *from->at++ & 31;
	head->value = *info;
	if (*info < 24 || *info > 27)
		return true;
	len = (size_t)1 << (*info - 24);
	if ((size_t)(from->end - from->at) < len)
		return false;
	head->value = 0;
	for (; len; len--)
		head->value = head->value << 8 | *from->at++;
	return true;
}

/* One chunk, or a whole string of definite length. */
static bool read_string(struct cbor *from, struct bytes *string)
{
	struct cbor_item head;
	unsigned info;

	if (!read_head(from, &head, &info) || info > 27 ||
	    head.value > (size_t)(from->end - from->at))
		return false;
	*string = bytes_of(from->at, (size_t)head.value);
	from->at += string->len;
	return true;
}

static enum vid_reason join_chunks(struct cbor *from, enum cbor_type type,
				   struct buffer *to)
{
	struct cbor ahead = *from;
	struct bytes chunk;
	size_t len = 0;

	while (!at_break(&ahead)) {
		if (!read_string(&ahead, &chunk))
			return VID_CBOR_TRUNCATED;
		len += chunk.len;
	}
	if (type == CBOR_TSTR && len > VID_TEXT_MAX)
		return VID_CBOR_LIMIT;
	cbor_put_head(to, type, len);
	while (!at_break(from)) {
		if (!read_string(from, &chunk))
			return VID_CBOR_TRUNCATED;
		buffer_add(to, chunk.at, chunk.len);
	}
	from->at++;
	return VID_OK;
}

/* How many items follow until the break that ends this container. */
static bool count_items(struct cbor from, size_t *count)
{
	for (*count = 0; !at_break(&from); ++*count)
		if (!cbor_skip(&from, NULL))
			return false;
	return true;
}

static void reverse(uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len / 2; i++) {
		uint8_t byte = at[i];

		at[i] = at[len - 1 - i];
		at[len - 1 - i] = byte;
	}
}

/* A pair that was written: where, and how much of it is the key. */
struct pair {
	size_t at, len, key;
};

static int pair_order(const struct buffer *in, const struct pair *a, const struct pair *b)
{
	size_t common = a->key < b->key ? a->key : b->key;
	int order = memcmp(in->at + a->at, in->at + b->at, common);

	return order ? order : (a->key > b->key) - (a->key < b->key);
}

/* Move the last pair, which ends the buffer, to its place among the sorted ones. */
static enum vid_reason sort_in(struct buffer *to, struct pair *pairs, size_t count)
{
	struct pair last = pairs[count];
	size_t place = count, start;
	int order;

	for (; place; place--) {
		order = pair_order(to, &pairs[place - 1], &last);
		if (order == 0)
			return VID_CBOR_DUPLICATE;
		if (order < 0)
			break;
	}
	if (place == count)
		return VID_OK;
	start = pairs[place].at;
	reverse(to->at + start, last.at - start);
	reverse(to->at + last.at, last.len);
	reverse(to->at + start, last.at - start + last.len);
	for (size_t i = count; i > place; i--) {
		pairs[i] = pairs[i - 1];
		pairs[i].at += last.len;
	}
	pairs[place] = (struct pair){ .at = start, .len = last.len, .key = last.key };
	return VID_OK;
}

static enum vid_reason rewrite_map(struct cbor *from, size_t count, struct buffer *to)
{
	struct pair pairs[VID_CBOR_ITEMS_MAX];
	enum vid_reason why;

	if (count > VID_CBOR_ITEMS_MAX)
		return VID_CBOR_LIMIT;
	cbor_put_map(to, count);
	for (size_t i = 0; i < count; i++) {
		pairs[i].at = to->len;
		if ((why = rewrite(from, to)) != VID_OK)
			return why;
		pairs[i].key = to->len - pairs[i].at;
		if ((why = rewrite(from, to)) != VID_OK)
			return why;
		pairs[i].len = to->len - pairs[i].at;
		if (to->full)
			return VID_TOKEN_TOO_LARGE;
		if ((why = sort_in(to, pairs, i)) != VID_OK)
			return why;
	}
	return VID_OK;
}

static enum vid_reason rewrite_container(struct cbor *from, const struct cbor_item *head,
					 bool open_end, struct buffer *to)
{
	bool map = head->type == CBOR_MAP;
	size_t count = (size_t)head->value;
	enum vid_reason why = VID_OK;

	if (open_end && !count_items(*from, &count))
		return VID_CBOR_TRUNCATED;
	if (open_end && map)
		count /= 2;
	if (map) {
		why = rewrite_map(from, count, to);
	} else {
		cbor_put_array(to, count);
		for (; count && why == VID_OK; count--)
			why = rewrite(from, to);
	}
	if (why == VID_OK && open_end)
		from->at++; /* the break */
	return why;
}

/* Depth is bounded: cbor_check_wellformed refused more than VID_CBOR_DEPTH_MAX. */
static enum vid_reason rewrite(struct cbor *from, struct buffer *to)
{
	const uint8_t *start = from->at;
	struct cbor_item head;
	unsigned info;

	if (!read_head(from, &head, &info))
		return VID_CBOR_TRUNCATED;
	switch (head.type) {
	case CBOR_BSTR:
	case CBOR_TSTR:
		if (info == INDEFINITE)
			return join_chunks(from, head.type, to);
		if (head.value > (size_t)(from->end - from->at))
			return VID_CBOR_TRUNCATED;
		cbor_put_head(to, head.type, head.value);
		buffer_add(to, from->at, (size_t)head.value);
		from->at += head.value;
		return VID_OK;
	case CBOR_ARRAY:
	case CBOR_MAP:
		return rewrite_container(from, &head, info == INDEFINITE, to);
	case CBOR_TAG:
		cbor_put_tag(to, head.value);
		return rewrite(from, to);
	case CBOR_SIMPLE:
		buffer_add(to, start, (size_t)(from->at - start));
		return VID_OK;
	default:
		cbor_put_head(to, head.type, head.value);
		return VID_OK;
	}
}

enum vid_reason cbor_rewrite(struct bytes message, struct buffer *to)
{
	struct cbor from = cbor_of(message);
	enum vid_reason why = cbor_check_wellformed(message);

	if (why == VID_OK)
		why = rewrite(&from, to);
	if (why == VID_OK && to->full)
		why = VID_TOKEN_TOO_LARGE;
	return why;
}
