/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/fields.h"

typedef bool reader(struct cbor *cbor, void *to);

static bool read_bstr(struct cbor *cbor, void *to)
{
	return cbor_bstr(cbor, to);
}

static bool read_tstr(struct cbor *cbor, void *to)
{
	return cbor_tstr(cbor, to);
}

static bool read_uint(struct cbor *cbor, void *to)
{
	return cbor_uint(cbor, to);
}

static bool read_map(struct cbor *cbor, void *to)
{
	*(struct cbor *)to = *cbor;
	return cbor_peek(cbor) == CBOR_MAP;
}

static enum ctap_status need(const struct cbor *map, int64_t key, reader *read, void *to)
{
	struct cbor at;

	if (!cbor_find_int(map, key, &at))
		return CTAP_MISSING_PARAMETER;
	return read(&at, to) ? CTAP_OK : CTAP_UNEXPECTED_TYPE;
}

static enum ctap_status want(const struct cbor *map, int64_t key, reader *read, void *to)
{
	enum ctap_status status = need(map, key, read, to);

	return status == CTAP_MISSING_PARAMETER ? CTAP_OK : status;
}

enum ctap_status need_bstr(const struct cbor *map, int64_t key, struct bytes *string)
{
	return need(map, key, read_bstr, string);
}

enum ctap_status want_bstr(const struct cbor *map, int64_t key, struct bytes *string)
{
	return want(map, key, read_bstr, string);
}

enum ctap_status need_tstr(const struct cbor *map, int64_t key, struct bytes *string)
{
	return need(map, key, read_tstr, string);
}

enum ctap_status want_tstr(const struct cbor *map, int64_t key, struct bytes *string)
{
	return want(map, key, read_tstr, string);
}

enum ctap_status need_uint(const struct cbor *map, int64_t key, uint64_t *value)
{
	return need(map, key, read_uint, value);
}

enum ctap_status want_uint(const struct cbor *map, int64_t key, uint64_t *value)
{
	return want(map, key, read_uint, value);
}

enum ctap_status need_map(const struct cbor *map, int64_t key, struct cbor *value)
{
	return need(map, key, read_map, value);
}

enum ctap_status want_map(const struct cbor *map, int64_t key, struct cbor *value,
			  bool *there)
{
	enum ctap_status status = need(map, key, read_map, value);

	*there = status == CTAP_OK;
	return status == CTAP_MISSING_PARAMETER ? CTAP_OK : status;
}

enum ctap_status want_option(const struct cbor *map, const char *name, int *value)
{
	struct cbor_item item;
	struct cbor at;

	*value = -1;
	if (!cbor_find_text(map, name, &at))
		return CTAP_OK;
	if (!cbor_next(&at, &item) || item.type != CBOR_SIMPLE ||
	    (item.value != 20 && item.value != 21))
		return CTAP_UNEXPECTED_TYPE;
	*value = item.value == 21;
	return CTAP_OK;
}

enum ctap_status text_member(const struct cbor *map, const char *name, bool binary,
			     struct bytes *string)
{
	struct cbor at;

	if (!cbor_find_text(map, name, &at))
		return CTAP_MISSING_PARAMETER;
	return (binary ? cbor_bstr : cbor_tstr)(&at, string) ? CTAP_OK
							     : CTAP_UNEXPECTED_TYPE;
}

void cbor_put_bool(struct buffer *to, bool value)
{
	cbor_put_head(to, CBOR_SIMPLE, value ? 21 : 20);
}
