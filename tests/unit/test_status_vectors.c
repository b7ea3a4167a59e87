/* SPDX-License-Identifier: BSD-2-Clause */
/* The lists and the token of the IETF draft (shared/vectors/status-list). */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "libvid/status.h"
#include "tests/unit/vectors.h"

static void the_list_has_the_expected_entries(void **state)
{
	const json_t *vector = *state;
	struct bytes map = hex_member(vector, "cbor_hex");
	const char *key;
	json_t *value;
	struct status_list list;
	uint64_t entries;

	assert_int_equal(status_open_bare(map, &status_limits_default, &list), VID_OK);
	assert_int_equal(list.bits,
			 (unsigned)json_number_value(json_object_get(vector, "bits")));
	assert_int_equal(status_whole(&list, &status_limits_default, &entries), VID_OK);
	assert_int_equal(entries * list.bits / 8,
			 (uint64_t)json_number_value(json_object_get(vector, "raw_len")));
	json_object_foreach(json_object_get(vector, "expect"), key, value)
	{
		uint64_t idx = strtoull(key, NULL, 10);
		uint8_t found;
		size_t known;

		assert_int_equal(status_entries(&list, &idx, 1, &status_limits_default,
						&found, &known),
				 VID_OK);
		assert_int_equal(found, (int)json_number_value(value));
	}
	free((void *)map.at);
}

static void the_token_verifies_with_its_key_alone(void **state)
{
	const json_t *vector = *state;
	struct bytes cwt = hex_member(vector, "cose_hex");
	struct bytes x = hex_member(vector, "key_x"), y = hex_member(vector, "key_y");
	struct issuer issuer = { .key_count = 1 };
	struct public_key *key = &issuer.key[0].public;
	struct status_list list;

	key->alg = y.len ? KEY_P256 : KEY_ED25519;
	memcpy(key->at, x.at, 32);
	if (y.len)
		memcpy(key->at + 32, y.at, 32);
	assert_true(public_key_check(key));
	assert_int_equal(status_open(cwt, &issuer, bytes_of(NULL, 0),
				     &status_limits_default, &list),
			 VID_OK);
	assert_true(list.uri.len > 8 && list.iat && list.lst.len);
	((uint8_t *)cwt.at)[cwt.len - 1] ^= 1;
	assert_int_equal(status_open(cwt, &issuer, bytes_of(NULL, 0),
				     &status_limits_default, &list),
			 VID_SIGNATURE);
	free((void *)cwt.at);
	free((void *)x.at);
	free((void *)y.at);
}

int main(void)
{
	json_t *root = vectors_shared("status-list/lists.json");
	const json_t *lists = json_object_get(root, "lists");
	const json_t *tokens = json_object_get(root, "tokens");
	struct CMUnitTest tests[64];
	size_t count = 0, i;
	json_t *vector;

	json_array_foreach(lists, i, vector) if (count < 64) tests[count++] =
		vector_test("list", text_member(vector, "name"),
			    the_list_has_the_expected_entries, vector);
	json_array_foreach(tokens, i, vector) if (count < 64) tests[count++] =
		vector_test("token", text_member(vector, "name"),
			    the_token_verifies_with_its_key_alone, vector);
	return _cmocka_run_group_tests("vectors", tests, count, NULL, NULL);
}
