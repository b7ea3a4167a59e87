/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/claims.h"

#include "libvid/limits.h"

bool claim_is_there(const struct cbor *map, int64_t label)
{
	struct cbor found;

	return cbor_find_int(map, label, &found);
}

bool claim_text(const struct cbor *map, int64_t label, struct bytes *text)
{
	struct cbor found;

	return cbor_find_int(map, label, &found) && cbor_tstr(&found, text);
}

bool claim_bytes(const struct cbor *map, int64_t label, struct bytes *bytes)
{
	struct cbor found;

	return cbor_find_int(map, label, &found) && cbor_bstr(&found, bytes);
}

bool claim_uint(const struct cbor *map, int64_t label, uint64_t *value)
{
	struct cbor found;

	return cbor_find_int(map, label, &found) && cbor_uint(&found, value);
}

bool claim_time(const struct cbor *map, int64_t label, int64_t *time)
{
	uint64_t value;

	if (!claim_uint(map, label, &value) || value > VID_TIME_MAX)
		return false;
	*time = (int64_t)value;
	return true;
}
