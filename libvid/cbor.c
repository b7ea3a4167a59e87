/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/cbor.h"

#include "libvid/limits.h"

/*
 * One pass over one item, without allocation. Recursion is bounded by
 * VID_CBOR_DEPTH_MAX, counts and lengths by what is really there.
 */
struct pass {
	struct cbor cbor;
	bool strict; /* deterministic encoding; otherwise well-formedness */
	bool walk;   /* judged before: lengths and bounds alone */
};

static enum vid_reason item(struct pass *pass, unsigned depth);

static size_t left(const struct cbor *cbor)
{
	return (size_t)(cbor->end - cbor->at);
}

/* RFC 3629: no overlong form, no surrogate, nothing past U+10FFFF. */
bool cbor_text_valid(struct bytes text)
{
	static const struct {
		uint8_t mask, lead, follow;
		uint32_t least;
	} forms[] = { { 0x80, 0x00, 0, 0 },
		      { 0xe0, 0xc0, 1, 0x80 },
		      { 0xf0, 0xe0, 2, 0x800 },
		      { 0xf8, 0xf0, 3, 0x10000 } };

	for (size_t i = 0; i < text.len;) {
		uint8_t lead = text.at[i++];
		uint32_t code;
		size_t form = 0;

		while (form < 4 && (lead & forms[form].mask) != forms[form].lead)
			form++;
		if (form == 4 || text.len - i < forms[form].follow)
			return false;
		code = lead & (uint8_t)~forms[form].mask;
		for (unsigned n = 0; n < forms[form].follow; n++, i++) {
			if ((text.at[i] & 0xc0) != 0x80)
				return false;
			code = code << 6 | (text.at[i] & 0x3f);
		}
		if (code < forms[form].least || code > 0x10ffff ||
		    (code >= 0xd800 && code <= 0xdfff))
			return false;
	}
	return true;
}

/* The head of an item: major type, additional information and argument. */
struct head {
	unsigned major, info;
	uint64_t value;
};

static bool head_read(struct cbor *cbor, struct head *out)
{
	size_t len;

	if (left(cbor) < 1)
		return false;
	out->major = *cbor->at >> 5;
	out->info = *cbor->at & 31;
	out->value = out->info;
	len = out->info >= 24 && out->info <= 27 ? (size_t)1 << (out->info - 24) : 0;
	if (left(cbor) < 1 + len)
		return false;
	if (len)
		out->value = 0;
	for (size_t i = 1; i <= len; i++)
		out->value = out->value << 8 | cbor->at[i];
	cbor->at += 1 + len;
	return true;
}

/* Is the argument in the shortest form that holds it (RFC 8949 section 4.2.1)? */
static bool head_shortest(const struct head *head)
{
	static const uint64_t least[] = { 24, 0x100, 0x10000, 0x100000000 };

	return head->info < 24 || head->info > 27 ||
	       head->value >= least[head->info - 24];
}

static enum vid_reason string(struct pass *pass, const struct head *head)
{
	struct bytes text = bytes_of(pass->cbor.at, (size_t)head->value);

	if (head->value > left(&pass->cbor))
		return VID_CBOR_TRUNCATED;
	if (head->major == CBOR_TSTR && text.len > VID_TEXT_MAX)
		return VID_CBOR_LIMIT;
	if (head->major == CBOR_TSTR && !pass->walk && !cbor_text_valid(text))
		return VID_CBOR_TEXT;
	pass->cbor.at += text.len;
	return VID_OK;
}

static bool at_break(const struct cbor *cbor)
{
	return left(cbor) && *cbor->at == 0xff;
}

/* Chunks of one indefinite string: definite strings of its own type, then a break. */
static enum vid_reason chunks(struct pass *pass, unsigned major)
{
	while (!at_break(&pass->cbor)) {
		enum vid_reason why;
		struct head head;

		if (!head_read(&pass->cbor, &head))
			return VID_CBOR_TRUNCATED;
		if (head.major != major || head.info > 27)
			return VID_CBOR;
		if ((why = string(pass, &head)) != VID_OK)
			return why;
	}
	pass->cbor.at++;
	return VID_OK;
}

/* Order of two encoded keys: bytewise, the shorter first when one begins the other. */
static int key_order(struct bytes a, struct bytes b)
{
	int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

/*
 * Has `key` stood before? In a sorted map it would stand next to its twin; in others
 * all keys are compared, which VID_CBOR_ITEMS_MAX keeps small. Two encodings of one
 * number are one key in our documents only when equal bytewise: a well-formed document
 * with keys 01 and 1801 is refused by its shape (HEADER, CLAIMS), not here.
 */
static enum vid_reason key_check(const struct pass *pass, const struct bytes *keys,
				 size_t count)
{
	if (pass->walk)
		return VID_OK;
	if (pass->strict) {
		int order = count ? key_order(keys[count - 1], keys[count]) : -1;

		if (order == 0)
			return VID_CBOR_DUPLICATE;
		return order < 0 ? VID_OK : VID_CBOR_UNSORTED;
	}
	for (size_t i = 0; i < count; i++)
		if (bytes_equal(keys[i], keys[count]))
			return VID_CBOR_DUPLICATE;
	return VID_OK;
}

/* The content of an array or map; `count` UINT64_MAX: until the break. */
static enum vid_reason container(struct pass *pass, unsigned major, uint64_t count,
				 unsigned depth)
{
	struct bytes keys[VID_CBOR_ITEMS_MAX];
	bool open_end = count == UINT64_MAX;
	enum vid_reason why;

	/* an element takes at least one byte: a count past what is left is no count */
	if (!open_end && count > left(&pass->cbor))
		return VID_CBOR_TRUNCATED;
	if (!open_end && count > VID_CBOR_ITEMS_MAX)
		return VID_CBOR_LIMIT;
	for (size_t i = 0; i < count; i++) {
		if (open_end && at_break(&pass->cbor)) {
			pass->cbor.at++;
			return VID_OK;
		}
		if (i == VID_CBOR_ITEMS_MAX)
			return VID_CBOR_LIMIT;
		if (major == CBOR_MAP) {
			keys[i].at = pass->cbor.at;
			if ((why = item(pass, depth)) != VID_OK)
				return why;
			keys[i].len = (size_t)(pass->cbor.at - keys[i].at);
			if ((why = key_check(pass, keys, i)) != VID_OK)
				return why;
		}
		if ((why = item(pass, depth)) != VID_OK)
			return why;
	}
	return VID_OK;
}

static enum vid_reason simple(const struct pass *pass, const struct head *head)
{
	if (head->info == 24 && head->value < 32)
		return VID_CBOR; /* RFC 8949 section 3.3 */
	if (head->info >= 25 && pass->strict)
		return VID_CBOR_FLOAT;
	return VID_OK;
}

static enum vid_reason indefinite(struct pass *pass, unsigned major, unsigned depth)
{
	if (major == CBOR_SIMPLE || major < CBOR_BSTR || major == CBOR_TAG)
		return VID_CBOR; /* a lone break, or no such thing */
	if (pass->strict)
		return VID_CBOR_INDEFINITE;
	if (major == CBOR_BSTR || major == CBOR_TSTR)
		return chunks(pass, major);
	return container(pass, major, UINT64_MAX, depth + 1);
}

static enum vid_reason item(struct pass *pass, unsigned depth)
{
	struct head head;

	if (depth > VID_CBOR_DEPTH_MAX)
		return VID_CBOR_LIMIT;
	if (!head_read(&pass->cbor, &head))
		return VID_CBOR_TRUNCATED;
	if (head.info == 31)
		return indefinite(pass, head.major, depth);
	if (head.info > 27)
		return VID_CBOR;
	if (head.major == CBOR_SIMPLE)
		return simple(pass, &head);
	if (pass->strict && !head_shortest(&head))
		return VID_CBOR_NOT_SHORTEST;
	switch (head.major) {
	case CBOR_BSTR:
	case CBOR_TSTR:
		return string(pass, &head);
	case CBOR_ARRAY:
	case CBOR_MAP:
		if (head.value == UINT64_MAX)
			return VID_CBOR_TRUNCATED;
		return container(pass, head.major, head.value, depth + 1);
	case CBOR_TAG:
		return item(pass, depth + 1);
	default:
		return VID_OK;
	}
}

static enum vid_reason check(struct bytes message, bool strict)
{
	struct pass pass = { .cbor = cbor_of(message), .strict = strict };
	enum vid_reason why = item(&pass, 0);

	if (why == VID_OK && pass.cbor.at != pass.cbor.end)
		return VID_CBOR_TRAILING;
	return why;
}

enum vid_reason cbor_check(struct bytes message)
{
	return check(message, true);
}

enum vid_reason cbor_check_wellformed(struct bytes message)
{
	return check(message, false);
}

/* --- walking a message that cbor_check accepted --------------------------- */

struct cbor cbor_of(struct bytes message)
{
	return (struct cbor){ .at = message.at, .end = message.at + message.len };
}

enum cbor_type cbor_peek(const struct cbor *cbor)
{
	return left(cbor) ? (enum cbor_type)(*cbor->at >> 5) : CBOR_NONE;
}

bool cbor_skip(struct cbor *cbor, struct bytes *raw)
{
	struct pass pass = { .cbor = *cbor, .walk = true };

	if (item(&pass, 0) != VID_OK)
		return false;
	if (raw)
		*raw = bytes_of(cbor->at, (size_t)(pass.cbor.at - cbor->at));
	*cbor = pass.cbor;
	return true;
}

bool cbor_next(struct cbor *cbor, struct cbor_item *out)
{
	struct cbor walk = *cbor;
	struct head head;

	*out = (struct cbor_item){ .type = CBOR_NONE };
	if (!head_read(&walk, &head) || head.info > 27)
		return false;
	out->type = (enum cbor_type)head.major;
	out->value = head.value;
	if (head.major == CBOR_BSTR || head.major == CBOR_TSTR) {
		if (head.value > left(&walk))
			return false;
		out->string = bytes_of(walk.at, (size_t)head.value);
		walk.at += head.value;
	}
	*cbor = walk;
	return true;
}

/* The next head when it is of this type; otherwise the cursor stays. */
static bool expect(struct cbor *cbor, enum cbor_type type, struct cbor_item *out)
{
	struct cbor walk = *cbor;

	if (cbor_peek(cbor) != type || !cbor_next(&walk, out))
		return false;
	*cbor = walk;
	return true;
}

bool cbor_uint(struct cbor *cbor, uint64_t *value)
{
	struct cbor_item found;

	if (!expect(cbor, CBOR_UINT, &found))
		return false;
	*value = found.value;
	return true;
}

bool cbor_int(struct cbor *cbor, int64_t *value)
{
	struct cbor walk = *cbor;
	struct cbor_item found;

	if (!cbor_next(&walk, &found) || found.type > CBOR_NINT ||
	    found.value > INT64_MAX)
		return false;
	*value = found.type == CBOR_UINT ? (int64_t)found.value
					 : -1 - (int64_t)found.value;
	*cbor = walk;
	return true;
}

bool cbor_bstr(struct cbor *cbor, struct bytes *value)
{
	struct cbor_item found;

	if (!expect(cbor, CBOR_BSTR, &found))
		return false;
	*value = found.string;
	return true;
}

bool cbor_tstr(struct cbor *cbor, struct bytes *value)
{
	struct cbor_item found;

	if (!expect(cbor, CBOR_TSTR, &found))
		return false;
	*value = found.string;
	return true;
}

static bool counted(struct cbor *cbor, enum cbor_type type, size_t *count)
{
	struct cbor_item found;

	if (!expect(cbor, type, &found))
		return false;
	*count = (size_t)found.value;
	return true;
}

bool cbor_array(struct cbor *cbor, size_t *count)
{
	return counted(cbor, CBOR_ARRAY, count);
}

bool cbor_map(struct cbor *cbor, size_t *pairs)
{
	return counted(cbor, CBOR_MAP, pairs);
}

bool cbor_tag(struct cbor *cbor, uint64_t *tag)
{
	struct cbor_item found;

	if (!expect(cbor, CBOR_TAG, &found))
		return false;
	*tag = found.value;
	return true;
}

static bool find(const struct cbor *map, int64_t number, const char *text,
		 struct cbor *value)
{
	struct cbor walk = *map;
	size_t pairs;

	if (!cbor_map(&walk, &pairs))
		return false;
	for (; pairs; pairs--) {
		struct cbor key = walk;
		struct bytes word;
		int64_t label;
		bool same;

		if (!cbor_skip(&walk, NULL))
			return false;
		same = text ? cbor_tstr(&key, &word) && bytes_are(word, text)
			    : cbor_int(&key, &label) && label == number;
		if (same) {
			*value = walk;
			return true;
		}
		if (!cbor_skip(&walk, NULL))
			return false;
	}
	return false;
}

bool cbor_find_int(const struct cbor *map, int64_t key, struct cbor *value)
{
	return find(map, key, NULL, value);
}

bool cbor_find_text(const struct cbor *map, const char *key, struct cbor *value)
{
	return find(map, 0, key, value);
}
