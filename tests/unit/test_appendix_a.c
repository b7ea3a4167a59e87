/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "libvid/cbor.h"
#include "tests/unit/vectors.h"

/* RFC 8949 appendix A: all well formed; deterministic are those without floats that
 * round-trip. */
static void appendix_a_vector_is_judged(void **state)
{
	const json_t *vector = *state;
	struct bytes message = hex_member(vector, "hex");
	bool roundtrip = json_is_true(json_object_get(vector, "roundtrip"));
	enum vid_reason why = cbor_check(message);

	if (strcmp(text_member(vector, "hex"), "f818") == 0) {
		/* simple(24) is RFC 7049's; section 3.3 of RFC 8949 calls it not well
		 * formed */
		assert_int_equal(cbor_check_wellformed(message), VID_CBOR);
		assert_int_equal(why, VID_CBOR);
		free((void *)message.at);
		return;
	}
	assert_int_equal(cbor_check_wellformed(message), VID_OK);
	if (!roundtrip)
		assert_true(why == VID_CBOR_FLOAT || why == VID_CBOR_INDEFINITE);
	else if (why != VID_OK)
		assert_int_equal(why, VID_CBOR_FLOAT);
	if (roundtrip && message.at[0] >> 5 != 7 && message.at[0] != 0xc1)
		assert_int_equal(why, VID_OK);
	free((void *)message.at);
}

int main(void)
{
	json_t *table = vectors_shared("cbor/appendix_a.json"), *vector;
	struct CMUnitTest tests[160];
	size_t count = 0, index;

	json_array_foreach(table, index, vector) tests[count++] =
		vector_test("appendix_a_vector_is_judged", text_member(vector, "hex"),
			    appendix_a_vector_is_judged, vector);
	return _cmocka_run_group_tests("CBOR, RFC 8949 appendix A", tests, count, NULL,
				       NULL);
}
