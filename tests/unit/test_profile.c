/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every vector of the VID profile is accepted, or refused at its very step. One test a
 * vector, so that the report names it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sodium.h>

#include "libvid/base45.h"
#include "libvid/presentation.h"
#include "tests/unit/vectors.h"

static json_t *profile;
static struct issuer issuer;
static struct issuers trust = { .count = 1, .at = &issuer };

static void trust_the_issuer(void)
{
	struct bytes key = hex_member(profile, "issuer_pub"),
		     kid = hex_member(profile, "kid");

	snprintf(issuer.iss, sizeof(issuer.iss), "%s", text_member(profile, "iss"));
	snprintf(issuer.realm, sizeof(issuer.realm), "%s", text_member(profile, "aud"));
	snprintf(issuer.alias, sizeof(issuer.alias), "example");
	issuer.status = STATUS_REQUIRED;
	issuer.max_lifetime =
		json_integer_value(json_object_get(profile, "max_lifetime"));
	issuer.key_count = 1;
	memcpy(issuer.key[0].kid, kid.at, sizeof(issuer.key[0].kid));
	issuer.key[0].public.alg = KEY_ED25519;
	memcpy(issuer.key[0].public.at, key.at, key.len);
	free((void *)key.at);
	free((void *)kid.at);
}

static enum vid_reason judge(struct bytes message, struct presentation *out)
{
	struct bytes nonce = hex_member(profile, "cnonce");
	struct presentation_rules rules = {
		.token = { .trust = &trust,
			   .realm = text_member(profile, "aud"),
			   .now = json_integer_value(json_object_get(profile, "now")),
			   .skew = json_integer_value(json_object_get(profile, "skew")) },
		.host = text_member(profile, "host"),
		.nonce = nonce,
	};
	enum vid_reason why = presentation_verify(message, &rules, out);

	free((void *)nonce.at);
	return why;
}

static void vector_is_judged_at_its_step(void **state)
{
	const json_t *vector = *state;
	struct bytes message = hex_member(vector, "hex");
	struct presentation out;
	enum vid_reason why = judge(message, &out);
	int step = (int)json_integer_value(json_object_get(vector, "step"));
	bool accept = strcmp(text_member(vector, "expect"), "accept") == 0;

	if ((why == VID_OK) != accept || reason_step(why) != step)
		fail_msg("expected step %d, judged %s at step %d", step, reason_name(why),
			 reason_step(why));
	if (accept)
		assert_int_equal(out.kind,
				 strncmp(text_member(vector, "name"), "kbt", 3) == 0
					 ? PRESENTATION_KBT
					 : PRESENTATION_TOKEN);
	free((void *)message.at);
}

/* The same as QR text: nothing is lost on the way, and the judgement is the same. */
static void vector_survives_its_carrier(void **state)
{
	struct bytes message = hex_member(*state, "hex"), decoded;
	uint8_t text_room[VID_QR_TEXT_MAX + 8], room[VID_KBT_MAX + 8];
	struct buffer text = buffer_of(text_room, sizeof(text_room));
	struct buffer back = buffer_of(room, sizeof(room));
	struct presentation first, second;

	presentation_text(message, &text);
	assert_false(text.full);
	if (message.len == 0) {
		assert_int_equal(
			presentation_decode(buffer_bytes(&text), &back, &decoded),
			VID_TOKEN_EMPTY);
	} else {
		assert_int_equal(
			presentation_decode(buffer_bytes(&text), &back, &decoded),
			VID_OK);
		assert_true(bytes_equal(message, decoded));
		assert_int_equal(judge(message, &first), judge(decoded, &second));
	}
	free((void *)message.at);
}

/* No prefix of a good message is good, and none reads past its end (ASan). */
static void no_prefix_of_a_vector_is_accepted(void **state)
{
	struct bytes message = hex_member(*state, "hex");
	struct presentation out;

	for (size_t len = 0; len < message.len; len++) {
		uint8_t *exact = malloc(len ? len : 1);

		memcpy(exact, message.at, len);
		assert_int_not_equal(judge(bytes_of(exact, len), &out), VID_OK);
		free(exact);
	}
	free((void *)message.at);
}

/* No flipped bit of a good message is accepted, but where kid, a mere hint, is
 * unprotected. */
static void no_flipped_bit_of_a_vector_is_accepted(void **state)
{
	struct bytes message = hex_member(*state, "hex");
	uint8_t *copy = malloc(message.len);
	struct presentation out;

	memcpy(copy, message.at, message.len);
	for (size_t bit = 0; bit < 8 * message.len; bit++) {
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (judge(bytes_of(copy, message.len), &out) == VID_OK)
			fail_msg("bit %zu flipped, and accepted", bit);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	free(copy);
	free((void *)message.at);
}

int main(void)
{
	const struct {
		const char *about;
		void (*test)(void **state);
		bool accepted_only;
	} kinds[] = {
		{ "vector_is_judged_at_its_step", vector_is_judged_at_its_step, false },
		{ "vector_survives_its_carrier", vector_survives_its_carrier, false },
		{ "no_prefix_of_a_vector_is_accepted", no_prefix_of_a_vector_is_accepted,
		  true },
		{ "no_flipped_bit_of_a_vector_is_accepted",
		  no_flipped_bit_of_a_vector_is_accepted, true },
	};
	struct CMUnitTest tests[512];
	size_t count = 0, index;
	json_t *vector;

	if (sodium_init() < 0)
		return 99;
	profile = vectors_own("vid/profile.json");
	trust_the_issuer();
	for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		json_array_foreach(json_object_get(profile, "vectors"), index, vector)
		{
			bool accept =
				strcmp(text_member(vector, "expect"), "accept") == 0;

			if (kinds[kind].accepted_only && !accept)
				continue;
			tests[count++] = vector_test(kinds[kind].about,
						     text_member(vector, "name"),
						     kinds[kind].test, vector);
		}
	}
	return _cmocka_run_group_tests("VID profile vectors", tests, count, NULL, NULL);
}
