/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cbor_json.c - CBOR as JSON: byte strings become hex text, integer keys names or digits,
 * as JSON has neither
 */
#include <stdlib.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "vid/cli.h"
#include "vid/diagnose.h"

static json_t *json_of(struct cbor *at, const struct label *labels);

/* The key at the cursor as text, to be freed; NULL without memory. */
static char *key_text(struct cbor *at, const struct label *labels)
{
	const struct label *label = label_of(at, labels);
	struct bytes raw = { 0 };
	struct cbor key = *at;
	char *text = NULL;
	size_t len = 0;
	FILE *to;

	if (!cbor_skip(at, &raw))
		return NULL;
	if (label)
		return strdup(label->key);
	if (!(to = open_memstream(&text, &len)))
		return NULL;
	if (cbor_tstr(&key, &raw))
		(void)fwrite(raw.at, 1, raw.len, to);
	else
		diagnose_item(&key, to);
	(void)fclose(to);
	return text;
}

static json_t *json_of_map(struct cbor *at, uint64_t pairs, const struct label *labels)
{
	json_t *out = json_object();

	for (uint64_t i = 0; i < pairs; i++) {
		AUTO_FREE char *key = key_text(at, labels);
		json_t *value;

		if (!key)
			break;
		/* A text key may be spelt as a claim's name: numbers stand first, and
		 * the first one counts. */
		value = json_of(at, NULL);
		if (json_object_get(out, key))
			json_decref(value);
		else
			json_object_set_new(out, key, value);
	}
	return out;
}

static json_t *json_of_array(struct cbor *at, uint64_t count)
{
	json_t *out = json_array();

	for (uint64_t i = 0; i < count; i++)
		json_array_append_new(out, json_of(at, NULL));
	return out;
}

static json_t *json_of_bstr(struct bytes string)
{
	AUTO_FREE char *hex = malloc(2 * string.len + 1);

	if (!hex)
		return json_null();
	cli_to_hex(string, hex);
	return json_string(hex);
}

static json_t *json_of(struct cbor *at, const struct label *labels)
{
	struct cbor_item item;
	int64_t number;

	if (cbor_int(at, &number))
		return json_integer(number);
	if (!cbor_next(at, &item))
		return json_null();
	switch (item.type) {
	case CBOR_BSTR:
		return json_of_bstr(item.string);
	case CBOR_TSTR:
		return cli_json_text(item.string);
	case CBOR_ARRAY:
		return json_of_array(at, item.value);
	case CBOR_MAP:
		return json_of_map(at, item.value, labels);
	case CBOR_TAG:
		return json_of(at, NULL);
	case CBOR_SIMPLE:
		return item.value == 20   ? json_false()
		       : item.value == 21 ? json_true()
					  : json_null();
	default: /* an integer outside of 64 bits with sign */
		return json_sprintf("%s%llu", item.type == CBOR_NINT ? "-1-" : "",
				    (unsigned long long)item.value);
	}
}

json_t *cbor_json(struct bytes map, const struct label *labels)
{
	struct cbor at = cbor_of(map);

	return map.len && cbor_check(map) == VID_OK ? json_of(&at, labels) : json_null();
}
