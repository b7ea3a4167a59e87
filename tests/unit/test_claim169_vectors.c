/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The published claim-169 vectors, one test each: signed ones verify with their key;
 * unsigned and encrypted ones are refused as such. What an unsigned one was made to show
 * is shown by the same payload, signed here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <sodium.h>

#include "libvid/claim169.h"
#include "tests/cards/make.h"
#include "tests/unit/vectors.h"

#define NOW 1765000000 /* all but one of the vectors live then */

static struct made_key ours;
static uint8_t decoded[VID_CARD_MAX], room_at[VID_CARD_ROOM];

static struct issuer issuer_of(const char *iss, const struct public_key *key)
{
	struct issuer issuer = { .realm = "realm:vectors",
				 .alias = "vectors",
				 .status = STATUS_REQUIRED,
				 .key_count = 1 };

	snprintf(issuer.iss, sizeof(issuer.iss), "%s", iss);
	issuer.key[0].public = *key;
	issuer_key_id(key, issuer.key[0].kid);
	return issuer;
}

static enum vid_reason judge(struct bytes message, struct issuer *issuer,
			     struct card *card)
{
	const struct issuers trust = { .count = 1, .at = issuer };
	const struct token_rules rules = { .trust = &trust, .now = NOW, .skew = 60 };
	struct buffer room = buffer_of(room_at, sizeof(room_at));

	*card = (struct card){ .issuer = NULL };
	return claim169_verify(message, &rules, &room, card);
}

static enum vid_reason decode(const json_t *vector, struct bytes *message)
{
	struct buffer out = buffer_of(decoded, sizeof(decoded));

	return claim169_decode(bytes_of_text(text_member(vector, "qr_data")), &out,
			       message);
}

/* What the vector itself says of its claims, against the card. */
static void fields_are_as_expected(const json_t *vector, const struct card *card)
{
	const json_t *wanted = json_object_get(vector, "expected_claim169"), *value;
	const json_t *meta = json_object_get(vector, "expected_cwt_meta");
	struct cbor identity = cbor_of(card->identity), found;
	size_t count = 0;

	for (int64_t member = 0; member < 100; member++) {
		const char *name = claim169_name(member);
		struct bytes text;
		int64_t number;

		value = name ? json_object_get(wanted, name) : NULL;
		if (!value)
			continue;
		count++;
		assert_true(cbor_find_int(&identity, member, &found));
		if (json_is_string(value)) {
			assert_true(cbor_tstr(&found, &text));
			assert_true(bytes_are(text, json_string_value(value)));
		} else if (json_is_number(value)) {
			assert_true(cbor_int(&found, &number));
			assert_true((double)number == json_number_value(value));
		} else {
			assert_int_equal(cbor_peek(&found), CBOR_ARRAY);
		}
	}
	assert_int_equal(count, json_object_size(wanted));
	assert_true(bytes_are(card->iss, text_member(meta, "issuer")));
	assert_true(bytes_are(card->sub, text_member(meta, "subject")));
	assert_true((double)card->exp ==
		    json_number_value(json_object_get(meta, "expiresAt")));
	assert_true((double)card->iat ==
		    json_number_value(json_object_get(meta, "issuedAt")));
}

static void a_signed_one_verifies_with_its_key_alone(const json_t *vector,
						     struct bytes message)
{
	const json_t *pair = json_object_get(vector, "signing_key");
	const char *iss =
		text_member(json_object_get(vector, "expected_cwt_meta"), "issuer");
	struct bytes public = hex_member(pair, "public_key_hex");
	struct public_key key = { .alg = KEY_ED25519 };
	struct issuer issuer;
	struct card card;

	assert_int_equal(public.len, 32);
	memcpy(key.at, public.at, 32);
	free((void *)(uintptr_t) public.at);
	issuer = issuer_of(iss, &key);
	assert_int_equal(judge(message, &issuer, &card), VID_OK);
	fields_are_as_expected(vector, &card);
	issuer = issuer_of(iss, &ours.public);
	assert_int_equal(judge(message, &issuer, &card), VID_SIGNATURE);
	issuer = issuer_of("https://other.example", &key);
	assert_int_equal(judge(message, &issuer, &card), VID_ISS_UNKNOWN);
}

/* The payload, signed by us. */
static enum vid_reason judge_signed(const json_t *vector, struct bytes payload,
				    struct card *card)
{
	const char *iss =
		text_member(json_object_get(vector, "expected_cwt_meta"), "issuer");
	struct issuer issuer =
		issuer_of(*iss ? iss : "https://example.org", &ours.public);
	const struct made_card how = { .form = MADE_BARE };
	uint8_t message_at[VID_CARD_MAX];
	struct buffer message = buffer_of(message_at, sizeof(message_at));

	made_message(&how, payload, &ours, &message);
	return judge(buffer_bytes(&message), &issuer, card);
}

static void an_unsigned_one_is_refused(const json_t *vector, struct bytes message)
{
	const char *name = text_member(vector, "name");
	struct issuer issuer = issuer_of("https://mosip.example.org", &ours.public);
	struct cbor cbor = cbor_of(message);
	struct bytes payload;
	uint64_t tag;
	size_t count;
	struct card card;
	enum vid_reason why;

	assert_int_equal(judge(message, &issuer, &card), VID_UNSIGNED);
	while (cbor_tag(&cbor, &tag))
		;
	assert_true(cbor_array(&cbor, &count) && cbor_skip(&cbor, NULL) &&
		    cbor_skip(&cbor, NULL) && cbor_bstr(&cbor, &payload));
	why = judge_signed(vector, payload, &card);
	if (strcmp(name, "expired") == 0) {
		assert_int_equal(why, VID_EXPIRED);
	} else if (strcmp(name, "missing-169") == 0) {
		assert_int_equal(why, VID_IDENTITY_DATA);
	} else {
		assert_int_equal(why, VID_OK);
		fields_are_as_expected(vector, &card);
	}
}

static void vector_is_judged(void **state)
{
	const json_t *vector = *state;
	const char *wanted = text_member(vector, "expected_error");
	struct issuer issuer = issuer_of("https://mosip.example.org", &ours.public);
	struct bytes message;
	struct card card;
	enum vid_reason why = decode(vector, &message);

	if (strcmp(wanted, "Base45Decode") == 0) {
		assert_int_equal(why, VID_BASE45);
		return;
	}
	assert_int_equal(why, VID_OK);
	if (strcmp(wanted, "CoseParse") == 0)
		assert_int_equal(judge(message, &issuer, &card), VID_COSE_SHAPE);
	else if (json_object_get(vector, "encryption_key"))
		assert_int_equal(judge(message, &issuer, &card), VID_ENCRYPTED);
	else if (json_object_get(vector, "signing_key"))
		a_signed_one_verifies_with_its_key_alone(vector, message);
	else
		an_unsigned_one_is_refused(vector, message);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_vector(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');

	return end && strcmp(end, ".json") == 0;
}

int main(void)
{
	static const uint8_t seed[32] = { 7 };
	const char *shared = getenv("VID_SHARED");
	struct CMUnitTest tests[64];
	struct dirent **found;
	char folder[PATH_MAX], file[300];
	size_t count = 0;
	int names;

	snprintf(folder, sizeof(folder), "%s/vectors/claim169",
		 shared ? shared : "../shared");
	names = scandir(folder, &found, is_vector, by_name);
	if (names <= 0) {
		printf("1..0 # SKIP no vectors/claim169\n");
		return 0;
	}
	if (sodium_init() < 0)
		return 99;
	made_key_ed25519(&ours, seed);
	for (int i = 0; i < names && count < 64; i++) {
		(void)snprintf(file, sizeof(file), "claim169/%.255s", found[i]->d_name);
		tests[count++] = vector_test("claim169", found[i]->d_name,
					     vector_is_judged, vectors_shared(file));
	}
	for (int i = 0; i < names; i++)
		free(found[i]);
	free(found);
	return _cmocka_run_group_tests("claim169", tests, count, NULL, NULL);
}
