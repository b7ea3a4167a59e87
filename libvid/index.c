/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/index.h"

#include "libvid/identity_hash.h"

/* D. J. Bernstein's cdb: 256 pairs of (position, slots) of hash tables, records, tables.
 * All numbers are 32 bits, little-endian. */
#define HEAD_LEN   2048u
#define TABLES     256u
#define SUM_DIGITS 8u

static uint32_t number_at(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

uint32_t index_sum(struct bytes key, struct bytes value)
{
	uint32_t sum = 2166136261u;

	for (size_t i = 0; i < key.len; i++)
		sum = (sum ^ key.at[i]) * 16777619u;
	sum *= 16777619u;
	for (size_t i = 0; i < value.len; i++)
		sum = (sum ^ value.at[i]) * 16777619u;
	return sum;
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool index_number(struct bytes text, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (text.len == 0 || text.len > 20 || (text.len > 1 && text.at[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint64_t digit = (uint64_t)text.at[i] - '0';

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return value <= max;
}

bool index_name_valid(struct bytes name)
{
	if (name.len == 0 || name.len > VID_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.at[i];
		bool later = (c >= '0' && c <= '9') || c == '-';

		if (!((c >= 'a' && c <= 'z') || c == '_' || (i > 0 && later)))
			return false;
	}
	return true;
}

/* Cut `text` at the first `stop`: the part before it, the rest behind it. */
static bool cut(struct bytes *text, char stop, struct bytes *part)
{
	const uint8_t *at = text->len ? memchr(text->at, stop, text->len) : NULL;

	if (!at)
		return false;
	*part = bytes_of(text->at, (size_t)(at - text->at));
	*text = bytes_of(at + 1, text->len - part->len - 1);
	return true;
}

/* --- records ------------------------------------------------------------ */

/* The record at `offset` and the offset behind it; false when it crosses data_end. */
static bool record_at(const struct index *index, uint32_t offset, struct bytes *key,
		      struct bytes *value, uint32_t *next)
{
	uint32_t room, key_len, value_len;
	const uint8_t *at;

	if (offset < HEAD_LEN || offset > index->data_end || index->data_end - offset < 8)
		return false;
	room = index->data_end - offset - 8;
	if (!(at = index_piece(index, offset, 8)))
		return false;
	key_len = number_at(at);
	value_len = number_at(at + 4);
	if (key_len > room || value_len > room - key_len ||
	    !(at = index_piece(index, offset, 8 + key_len + value_len)))
		return false;
	*key = bytes_of(at + 8, key_len);
	*value = bytes_of(at + 8 + key_len, value_len);
	*next = offset + 8 + key_len + value_len;
	return true;
}

/* Check the sum behind the value and take it off. */
static bool value_sound(struct bytes key, struct bytes *value)
{
	uint32_t sum = 0;
	size_t len;

	if (value->len < SUM_DIGITS + 1)
		return false;
	len = value->len - SUM_DIGITS - 1;
	if (value->at[len] != '#')
		return false;
	for (size_t i = len + 1; i < value->len; i++) {
		int digit = hex_digit(value->at[i]);

		if (digit < 0)
			return false;
		sum = sum << 4 | (uint32_t)digit;
	}
	value->len = len;
	return sum == index_sum(key, *value);
}

static uint32_t key_hash(struct bytes key)
{
	uint32_t hash = 5381;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash + (hash << 5)) ^ key.at[i];
	return hash;
}

/* The value of `key`. The tables lie within the file: index_of_bytes saw to it. */
static enum index_result find(const struct index *index, struct bytes key,
			      struct bytes *value)
{
	uint32_t hash = key_hash(key), table, slots, slot;
	const uint8_t *at = index_piece(index, hash % TABLES * 8, 8);

	if (!at)
		return INDEX_BROKEN;
	table = number_at(at);
	slots = number_at(at + 4);
	slot = slots ? (hash >> 8) % slots : 0;
	for (uint32_t tried = 0; tried < slots; tried++) {
		uint32_t offset, next;
		struct bytes found;

		if (!(at = index_piece(index, table + slot * 8, 8)))
			return INDEX_BROKEN;
		if ((offset = number_at(at + 4)) == 0)
			return INDEX_NONE;
		if (number_at(at) == hash) {
			if (!record_at(index, offset, &found, value, &next))
				return INDEX_BROKEN;
			if (bytes_equal(found, key))
				return value_sound(key, value) ? INDEX_OK : INDEX_BROKEN;
		}
		slot = slot + 1 == slots ? 0 : slot + 1;
	}
	return INDEX_NONE;
}

/* As find, for a key of one letter and a text. */
static enum index_result find_kind(const struct index *index, char kind,
				   struct bytes text, struct bytes *value)
{
	uint8_t key[1 + VID_IDENTITY_MAX];

	if (text.len > sizeof(key) - 1)
		return INDEX_NONE;
	key[0] = (uint8_t)kind;
	if (text.len)
		memcpy(key + 1, text.at, text.len);
	return find(index, bytes_of(key, text.len + 1), value);
}

static enum index_result find_number(const struct index *index, char kind,
				     uint32_t number, struct bytes *value)
{
	uint8_t text[10];
	size_t at = sizeof(text);

	do
		text[--at] = (uint8_t)('0' + number % 10);
	while (number /= 10);
	return find_kind(index, kind, bytes_of(text + at, sizeof(text) - at), value);
}

/* --- rows --------------------------------------------------------------- */

static bool field_sound(struct bytes field)
{
	if (field.len > INDEX_FIELD_MAX)
		return false;
	for (size_t i = 0; i < field.len; i++)
		if (field.at[i] < 0x20 || field.at[i] == 0x7f)
			return false;
	return true;
}

static bool id_ours(uint64_t id)
{
	return id >= INDEX_ID_MIN && id <= INDEX_ID_MAX && id != 0 && id != 65534 &&
	       id != 65535;
}

/* The fields behind a row's name and numbers, which `out` has already. */
static enum index_result row_rest(struct bytes rest, uint64_t uid, uint64_t gid,
				  struct index_row *out)
{
	if (!cut(&rest, ':', &out->gecos) || !cut(&rest, ':', &out->home) ||
	    !field_sound(out->gecos) || !field_sound(out->home) || !field_sound(rest) ||
	    (rest.len && memchr(rest.at, ':', rest.len)))
		return INDEX_BROKEN;
	if (!index_name_valid(out->name) || !id_ours(uid) || !id_ours(gid))
		return INDEX_NONE;
	out->shell = rest;
	out->uid = (uint32_t)uid;
	out->gid = (uint32_t)gid;
	return INDEX_OK;
}

static enum index_result row_read(struct bytes name, struct bytes value,
				  struct index_row *out)
{
	struct bytes first, x, uid_text, gid_text;
	struct index_row row = { .name = name };
	enum index_result result;
	uint64_t uid, gid;

	if (!cut(&value, ':', &first) || !bytes_equal(first, name) ||
	    !cut(&value, ':', &x) || !bytes_are(x, "x") || !cut(&value, ':', &uid_text) ||
	    !index_number(uid_text, UINT32_MAX, &uid) || !cut(&value, ':', &gid_text) ||
	    !index_number(gid_text, UINT32_MAX, &gid))
		return INDEX_BROKEN;
	row.name = first;
	if ((result = row_rest(value, uid, gid, &row)) == INDEX_OK)
		*out = row;
	return result;
}

enum index_result index_by_name(const struct index *index, struct bytes name,
				struct index_row *out)
{
	enum index_result result;
	struct bytes value;

	if (!index_name_valid(name))
		return INDEX_NONE;
	if ((result = find_kind(index, 'n', name, &value)) != INDEX_OK)
		return result;
	return row_read(name, value, out);
}

/* The row stands under its numbers as well: one place to go to, not two. */
static enum index_result by_number(const struct index *index, char kind, uint32_t number,
				   struct index_row *out)
{
	struct bytes value, rest, name;
	enum index_result result;
	struct index_row row;

	if (!id_ours(number))
		return INDEX_NONE;
	if ((result = find_number(index, kind, number, &value)) != INDEX_OK)
		return result;
	rest = value;
	if (!cut(&rest, ':', &name))
		return INDEX_BROKEN;
	if ((result = row_read(name, value, &row)) != INDEX_OK)
		return result;
	if ((kind == 'u' ? row.uid : row.gid) != number)
		return INDEX_BROKEN;
	*out = row;
	return INDEX_OK;
}

enum index_result index_by_uid(const struct index *index, uint32_t uid,
			       struct index_row *out)
{
	return by_number(index, 'u', uid, out);
}

enum index_result index_by_gid(const struct index *index, uint32_t gid,
			       struct index_row *out)
{
	return by_number(index, 'g', gid, out);
}

static bool mac_read(struct bytes text, uint8_t mac[32])
{
	if (text.len != 64)
		return false;
	for (size_t i = 0; i < 32; i++) {
		int high = hex_digit(text.at[2 * i]), low = hex_digit(text.at[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		mac[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

enum index_result index_by_identity(const struct index *index, struct bytes identity,
				    struct index_identity *out)
{
	struct index_identity found = { 0 };
	char hash[IDENTITY_HASH_LEN + 1];
	struct bytes value, text, mac;
	enum index_result result;
	uint64_t uid, gid;

	if (!identity_hash(identity, hash))
		return INDEX_NONE;
	if ((result = find_kind(index, 'i', bytes_of(hash, IDENTITY_HASH_LEN), &value)) !=
	    INDEX_OK)
		return result;
	if (!cut(&value, ':', &found.name) || !cut(&value, ':', &text) ||
	    found.name.len == 0 || found.name.len > VID_NAME_MAX ||
	    !field_sound(found.name) || !index_number(text, UINT32_MAX, &uid))
		return INDEX_BROKEN;
	found.uid = (uint32_t)uid;
	found.own = cut(&value, ':', &mac);
	if (!mac_read(found.own ? mac : value, found.mac))
		return INDEX_BROKEN;
	if (found.own) {
		found.row.name = found.name;
		if (!cut(&value, ':', &text) || !index_number(text, UINT32_MAX, &gid))
			return INDEX_BROKEN;
		result = row_rest(value, uid, gid, &found.row);
	}
	if (result == INDEX_OK)
		*out = found;
	return result;
}

enum index_result index_groups(const struct index *index, struct bytes name,
			       struct bytes *out)
{
	return index_name_valid(name) ? find_kind(index, 'm', name, out) : INDEX_NONE;
}

enum index_result index_has_identity(const struct index *index, struct bytes name)
{
	struct bytes value;

	return name.len ? find_kind(index, 'h', name, &value) : INDEX_NONE;
}

enum index_result index_next(const struct index *index, uint32_t *cursor,
			     struct index_row *out)
{
	struct bytes key, value;
	uint32_t next;

	if (*cursor == 0) { /* behind the version record */
		if (!record_at(index, HEAD_LEN, &key, &value, &next))
			return INDEX_BROKEN;
		*cursor = next;
	}
	while (*cursor < index->data_end) {
		enum index_result result;

		if (!record_at(index, *cursor, &key, &value, &next))
			return INDEX_BROKEN;
		if (key.len == 0 || key.at[0] != 'n')
			return INDEX_NONE; /* rows stand next to each other */
		if (!value_sound(key, &value))
			return INDEX_BROKEN;
		result = row_read(bytes_of(key.at + 1, key.len - 1), value, out);
		if (result == INDEX_BROKEN)
			return result;
		*cursor = next;
		if (result == INDEX_OK)
			return result;
	}
	return INDEX_NONE;
}
