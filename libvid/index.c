/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/index.h"

#include "libvid/identity_hash.h"
#include "libvid/index_parts.h"

/* D. J. Bernstein's cdb: 256 pairs of (position, slots) of hash tables, records, tables.
 * All numbers are 32 bits, little-endian. */
#define TABLES 256u

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

bool index_hex(struct bytes text, size_t digits, uint64_t *out)
{
	uint64_t value = 0;

	if (text.len != digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		int digit = hex_digit(text.at[i]);

		if (digit < 0)
			return false;
		value = value << 4 | (uint64_t)digit;
	}
	*out = value;
	return true;
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

bool index_cut(struct bytes *text, char stop, struct bytes *part)
{
	const uint8_t *at = text->len ? memchr(text->at, stop, text->len) : NULL;

	if (!at)
		return false;
	*part = bytes_of(text->at, (size_t)(at - text->at));
	*text = bytes_of(at + 1, text->len - part->len - 1);
	return true;
}

/* --- records ------------------------------------------------------------ */

bool index_record_at(const struct index *index, uint32_t offset, struct bytes *key,
		     struct bytes *value, uint32_t *next)
{
	uint32_t room, key_len, value_len;
	const uint8_t *at;

	if (offset < INDEX_HEAD_LEN || offset > index->data_end ||
	    index->data_end - offset < 8)
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

bool index_value_sound(struct bytes key, struct bytes *value)
{
	uint64_t sum;
	size_t len;

	if (value->len < INDEX_SUM_DIGITS + 1)
		return false;
	len = value->len - INDEX_SUM_DIGITS - 1;
	if (value->at[len] != '#' ||
	    !index_hex(bytes_of(value->at + len + 1, INDEX_SUM_DIGITS), INDEX_SUM_DIGITS,
		       &sum))
		return false;
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
			if (!index_record_at(index, offset, &found, value, &next))
				return INDEX_BROKEN;
			if (bytes_equal(found, key))
				return index_value_sound(key, value) ? INDEX_OK
								     : INDEX_BROKEN;
		}
		slot = slot + 1 == slots ? 0 : slot + 1;
	}
	return INDEX_NONE;
}

enum index_result index_find(const struct index *index, char kind, struct bytes text,
			     struct bytes *value)
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
	return index_find(index, kind, bytes_of(text + at, sizeof(text) - at), value);
}

/* --- rows --------------------------------------------------------------- */

bool index_field_sound(struct bytes field)
{
	if (field.len > INDEX_FIELD_MAX)
		return false;
	for (size_t i = 0; i < field.len; i++)
		if (field.at[i] < 0x20 || field.at[i] == 0x7f)
			return false;
	return true;
}

bool index_id_possible(uint64_t id)
{
	return id >= INDEX_ID_FLOOR && id <= INDEX_ID_CEILING && id != 65534 &&
	       id != 65535;
}

bool index_id_ours(const struct index *index, uint64_t id)
{
	if (!index_id_possible(id))
		return false;
	for (size_t i = 0; i < index->range_count; i++)
		if (id >= index->range[i].min && id <= index->range[i].max)
			return true;
	return false;
}

/* The fields behind a row's name and numbers, which `out` has already. */
static enum index_result row_rest(const struct index *index, struct bytes rest,
				  uint64_t uid, uint64_t gid, struct index_row *out)
{
	if (!index_cut(&rest, ':', &out->gecos) || !index_cut(&rest, ':', &out->home) ||
	    !index_field_sound(out->gecos) || !index_field_sound(out->home) ||
	    !index_field_sound(rest) || (rest.len && memchr(rest.at, ':', rest.len)))
		return INDEX_BROKEN;
	if (!index_name_valid(out->name) || !index_id_ours(index, uid) ||
	    !index_id_ours(index, gid))
		return INDEX_NONE;
	out->shell = rest;
	out->uid = (uint32_t)uid;
	out->gid = (uint32_t)gid;
	return INDEX_OK;
}

static enum index_result row_read(const struct index *index, struct bytes name,
				  struct bytes value, struct index_row *out)
{
	struct bytes first, x, uid_text, gid_text;
	struct index_row row = { .name = name };
	enum index_result result;
	uint64_t uid, gid;

	if (!index_cut(&value, ':', &first) || !bytes_equal(first, name) ||
	    !index_cut(&value, ':', &x) || !bytes_are(x, "x") ||
	    !index_cut(&value, ':', &uid_text) ||
	    !index_number(uid_text, UINT32_MAX, &uid) ||
	    !index_cut(&value, ':', &gid_text) ||
	    !index_number(gid_text, UINT32_MAX, &gid))
		return INDEX_BROKEN;
	row.name = first;
	if ((result = row_rest(index, value, uid, gid, &row)) == INDEX_OK)
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
	if ((result = index_find(index, 'n', name, &value)) != INDEX_OK)
		return result;
	return row_read(index, name, value, out);
}

/* The row stands under its numbers as well: one place to go to, not two. */
static enum index_result by_number(const struct index *index, char kind, uint32_t number,
				   struct index_row *out)
{
	struct bytes value, rest, name;
	enum index_result result;
	struct index_row row;

	if (!index_id_ours(index, number))
		return INDEX_NONE;
	if ((result = find_number(index, kind, number, &value)) != INDEX_OK)
		return result;
	rest = value;
	if (!index_cut(&rest, ':', &name))
		return INDEX_BROKEN;
	if ((result = row_read(index, name, value, &row)) != INDEX_OK)
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

bool index_mac_read(struct bytes text, uint8_t mac[32])
{
	uint64_t part;

	if (text.len != 64)
		return false;
	for (size_t i = 0; i < 4; i++) {
		if (!index_hex(bytes_of(text.at + 16 * i, 16), 16, &part))
			return false;
		for (size_t k = 0; k < 8; k++)
			mac[8 * i + k] = (uint8_t)(part >> (56 - 8 * k));
	}
	return true;
}

/* Behind NAME:UID: of an identity. */
static enum index_result identity_rest(const struct index *index, struct bytes rest,
				       struct index_identity *found)
{
	struct bytes kind, mac, text;
	uint64_t gid;

	if (!index_cut(&rest, ':', &kind))
		return INDEX_BROKEN;
	if (bytes_are(kind, "l"))
		return index_mac_read(rest, found->mac) ? INDEX_OK : INDEX_BROKEN;
	if (!bytes_are(kind, "o") && !bytes_are(kind, "w"))
		return INDEX_BROKEN;
	found->kind = bytes_are(kind, "o") ? INDEX_OWN : INDEX_WALKUP;
	found->row.name = found->name;
	if (!index_cut(&rest, ':', &mac) || !index_mac_read(mac, found->mac) ||
	    !index_cut(&rest, ':', &text) || !index_number(text, UINT32_MAX, &gid))
		return INDEX_BROKEN;
	return row_rest(index, rest, found->uid, gid, &found->row);
}

static enum index_result by_key(const struct index *index, const char *key,
				struct index_identity *out)
{
	struct index_identity found = { .kind = INDEX_LOCAL };
	enum index_result result;
	struct bytes value, text;
	uint64_t uid;

	if ((result = index_find(index, 'i', bytes_of(key, IDENTITY_HASH_LEN), &value)) !=
	    INDEX_OK)
		return result;
	if (index_denial(index, value, found.mac)) {
		found.kind = INDEX_DENIED;
		*out = found;
		return INDEX_OK;
	}
	if (!index_cut(&value, ':', &found.name) || !index_cut(&value, ':', &text) ||
	    found.name.len == 0 || found.name.len > VID_NAME_MAX ||
	    !index_field_sound(found.name) || !index_number(text, UINT32_MAX, &uid))
		return INDEX_BROKEN;
	found.uid = (uint32_t)uid;
	if ((result = identity_rest(index, value, &found)) == INDEX_OK)
		*out = found;
	return result;
}

bool index_denial(const struct index *index, struct bytes value, uint8_t mac[32])
{
	static const char word[] = "denied:";

	if (index->format == INDEX_FORMAT_FORMER)
		return bytes_are(value, "denied");
	return value.len > sizeof(word) - 1 &&
	       memcmp(value.at, word, sizeof(word) - 1) == 0 &&
	       index_mac_read(bytes_of(value.at + sizeof(word) - 1,
				       value.len - (sizeof(word) - 1)),
			      mac);
}

enum index_result index_by_issuer(const struct index *index, struct bytes iss,
				  struct bytes sub, struct index_identity *out)
{
	char key[IDENTITY_HASH_LEN + 1];

	if (index->format != INDEX_FORMAT || !identity_key(iss, sub, key))
		return INDEX_NONE;
	return by_key(index, key, out);
}

enum index_result index_by_alias(const struct index *index, struct bytes alias,
				 struct bytes *iss, uint8_t mac[32])
{
	enum index_result result;
	struct bytes text;
	uint8_t ignored[32];

	if (index->format != INDEX_FORMAT)
		return INDEX_NONE;
	if ((result = index_find(index, 'a', alias, iss)) != INDEX_OK)
		return result;
	if (!index_cut(iss, ':', &text) || iss->len == 0 || iss->len > VID_ISS_MAX ||
	    !index_field_sound(*iss))
		return INDEX_BROKEN;
	return index_mac_read(text, mac ? mac : ignored) ? INDEX_OK : INDEX_BROKEN;
}

/* SUBJECT@ALIAS, without a look at its grammar: what it is not is found nowhere. */
enum index_result index_by_identity(const struct index *index, struct bytes identity,
				    struct index_identity *out)
{
	char key[IDENTITY_HASH_LEN + 1];
	enum index_result result;
	struct bytes iss, alias;

	if (index->format == INDEX_FORMAT_FORMER)
		return identity_hash_former(identity, key) ? by_key(index, key, out)
							   : INDEX_NONE;
	if (identity.len <= VID_SUB_LEN + 1 || identity.at[VID_SUB_LEN] != '@')
		return INDEX_NONE;
	alias = bytes_of(identity.at + VID_SUB_LEN + 1, identity.len - VID_SUB_LEN - 1);
	if ((result = index_by_alias(index, alias, &iss, NULL)) != INDEX_OK)
		return result;
	return index_by_issuer(index, iss, bytes_of(identity.at, VID_SUB_LEN), out);
}

enum index_result index_groups(const struct index *index, struct bytes name,
			       struct bytes *out)
{
	return index_name_valid(name) ? index_find(index, 'm', name, out) : INDEX_NONE;
}

enum index_result index_has_identity(const struct index *index, struct bytes name)
{
	enum index_result result;
	struct index_row row;
	struct bytes value;

	if (name.len == 0)
		return INDEX_NONE;
	result = index_find(index, 'h', name, &value);
	if (result == INDEX_NONE)
		return index_by_name(index, name, &row);
	if (result != INDEX_OK)
		return result;
	return bytes_are(value, "1") ? INDEX_OK : INDEX_NONE;
}

enum index_result index_next(const struct index *index, uint32_t *cursor,
			     struct index_row *out)
{
	struct bytes key, value;
	uint32_t next;

	if (*cursor == 0) { /* behind the version record */
		if (!index_record_at(index, INDEX_HEAD_LEN, &key, &value, &next))
			return INDEX_BROKEN;
		*cursor = next;
	}
	while (*cursor < index->data_end) {
		enum index_result result;

		if (!index_record_at(index, *cursor, &key, &value, &next))
			return INDEX_BROKEN;
		if (key.len == 0 || key.at[0] != 'n')
			return INDEX_NONE; /* rows stand next to each other */
		if (!index_value_sound(key, &value))
			return INDEX_BROKEN;
		result = row_read(index, bytes_of(key.at + 1, key.len - 1), value, out);
		if (result == INDEX_BROKEN)
			return result;
		*cursor = next;
		if (result == INDEX_OK)
			return result;
	}
	return INDEX_NONE;
}
