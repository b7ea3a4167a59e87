/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libvid/claim169: cards that we make, each step's own refusal, and foreign encodings.
 * The published vectors are in test_claim169_vectors.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "libvid/claim169.h"
#include "libvid/inflate.h"
#include "tests/cards/make.h"

#define ISS "https://id.example.org"
#define NOW 1760000000

static struct made_key key, other, p256;
static struct issuer issuer = { .iss = ISS,
				.realm = "realm:example.org",
				.alias = "example",
				.status = STATUS_REQUIRED,
				.key_count = 2 };
static const struct issuers trust = { .count = 1, .at = &issuer };
static const uint8_t portrait[] = "\xff\xd8\xff\xe0 a portrait";

static int set_up(void **state)
{
	static const uint8_t seed[32] = { 1 }, stranger[32] = { 2 };

	(void)state;
	if (sodium_init() < 0)
		return -1;
	made_key_ed25519(&key, seed);
	made_key_ed25519(&other, stranger);
	made_key_p256(&p256);
	issuer.key[0].public = key.public;
	issuer.key[1].public = p256.public;
	issuer_key_id(&key.public, issuer.key[0].kid);
	issuer_key_id(&p256.public, issuer.key[1].kid);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	made_key_free(&p256);
	return 0;
}

static struct made_card a_card(void)
{
	return (struct made_card){ .iss = ISS,
				   .id = "3918592438",
				   .name = "Kim Example",
				   .iat = NOW - 1000,
				   .exp = NOW + 365 * 86400,
				   .face = bytes_of(portrait, sizeof(portrait)),
				   .face_format = 0,
				   .face_sub = 1 };
}

static uint8_t decoded[VID_CARD_MAX], room_at[VID_CARD_ROOM];

static enum vid_reason judge_carrier(struct bytes carrier, struct card *card)
{
	const struct token_rules rules = { .trust = &trust, .now = NOW, .skew = 60 };
	struct buffer out = buffer_of(decoded, sizeof(decoded));
	struct buffer room = buffer_of(room_at, sizeof(room_at));
	struct bytes message;
	enum vid_reason why = claim169_decode(carrier, &out, &message);

	*card = (struct card){ .issuer = NULL };
	return why == VID_OK ? claim169_verify(message, &rules, &room, card) : why;
}

static enum vid_reason judge_by(const struct made_card *made, const struct made_key *with,
				struct card *card)
{
	static char text[CARD_TEXT_MAX];

	made_card_text(made, with, text);
	return judge_carrier(bytes_of_text(text), card);
}

static void is(enum vid_reason why, enum vid_reason wanted)
{
	assert_string_equal(reason_name(why), reason_name(wanted));
}

static void refused(const struct made_card *made, enum vid_reason wanted)
{
	struct card card;

	is(judge_by(made, &key, &card), wanted);
	assert_null(card.issuer);
	assert_int_equal(card.id.len, 0);
}

static void a_card_is_valid_in_every_form_and_packing(void **state)
{
	static const enum made_form forms[] = { MADE_TAG_18, MADE_TAG_61_18, MADE_BARE };
	static const enum made_packing packings[] = { MADE_ZLIB, MADE_BROTLI };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct made_card made = a_card();
		struct card card;

		made.form = forms[i / 2];
		made.packing = packings[i % 2];
		is(judge_by(&made, &key, &card), VID_OK);
		assert_true(bytes_are(card.iss, ISS) && bytes_are(card.id, "3918592438"));
		assert_ptr_equal(card.issuer, &issuer);
		assert_int_equal(card.exp, NOW + 365 * 86400);
		assert_int_equal(card.nbf, NOW - 1000);
		assert_true(bytes_equal(card.portrait, made.face));
	}
}

static void a_card_signed_with_ES256_is_valid(void **state)
{
	struct made_card made = a_card();
	struct card card;

	(void)state;
	is(judge_by(&made, &p256, &card), VID_OK);
}

static void raw_bytes_are_read_packed_and_plain(void **state)
{
	static const enum made_packing packings[] = { MADE_ZLIB, MADE_BROTLI,
						      MADE_PLAIN };
	struct made_card made = a_card();
	uint8_t claims_at[2048], message_at[2048];
	struct buffer claims = buffer_of(claims_at, sizeof(claims_at));
	struct buffer message = buffer_of(message_at, sizeof(message_at));

	(void)state;
	made_claims(&made, &claims);
	made_message(&made, buffer_bytes(&claims), &key, &message);
	for (size_t i = 0; i < 3; i++) {
		uint8_t raw_at[4096];
		struct buffer raw = buffer_of(raw_at, sizeof(raw_at));
		struct card card;

		made_packed(packings[i], buffer_bytes(&message), &raw);
		is(judge_carrier(buffer_bytes(&raw), &card), VID_OK);
	}
}

static void line_ends_around_the_text_are_ignored(void **state)
{
	struct made_card made = a_card();
	char text[CARD_TEXT_MAX], framed[CARD_TEXT_MAX + 8];
	struct card card;

	(void)state;
	made_card_text(&made, &key, text);
	snprintf(framed, sizeof(framed), "\r\n%s\n", text);
	is(judge_carrier(bytes_of_text(framed), &card), VID_OK);
}

static void a_card_of_a_stranger_is_refused_S14(void **state)
{
	struct made_card made = a_card();
	struct card card;

	(void)state;
	is(judge_by(&made, &other, &card), VID_SIGNATURE);
	made.iss = "https://other.example";
	refused(&made, VID_ISS_UNKNOWN);
	made.iss = NULL;
	refused(&made, VID_ISS_UNKNOWN);
}

static void an_unsigned_card_is_refused(void **state)
{
	struct made_card made = a_card();

	(void)state;
	made.is_unsigned = true;
	refused(&made, VID_UNSIGNED);
}

static void an_encrypted_card_is_refused_tagged_or_not(void **state)
{
	static const struct {
		const char *at;
		size_t len;
	} encrypted[] = {
		{ "\xd0\x83\x43\xa1\x01\x03\xa0\x41\x00", 9 },
		{ "\xd8\x3d\xd0\x83\x43\xa1\x01\x03\xa0\x41\x00", 11 },
		{ "\xd8\x60\x84\x43\xa1\x01\x03\xa0\x41\x00\x80", 11 },
		{ "\x83\x43\xa1\x01\x03\xa0\x41\x00", 8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(encrypted) / sizeof(*encrypted); i++) {
		char text[CARD_TEXT_MAX];
		struct card card;

		made_text(MADE_ZLIB, bytes_of(encrypted[i].at, encrypted[i].len), text);
		is(judge_carrier(bytes_of_text(text), &card), VID_ENCRYPTED);
	}
}

static void an_algorithm_outside_the_signed_header_is_refused_S16(void **state)
{
	struct made_card made = a_card();

	(void)state;
	made.alg_unprotected = true;
	refused(&made, VID_ALG);
}

static void another_document_of_the_issuer_is_no_card(void **state)
{
	struct made_card made = a_card();
	struct card card;

	(void)state;
	made.typ = "application/vid+cwt";
	refused(&made, VID_TYP);
	made.typ = "application/statuslist+cwt";
	refused(&made, VID_TYP);
	made.typ = "application/cwt";
	is(judge_by(&made, &key, &card), VID_OK);
}

static void a_kid_of_the_issuers_own_naming_is_a_hint_alone(void **state)
{
	struct made_card made = a_card();
	struct card card;

	(void)state;
	made.kid = bytes_of_text("k-1101");
	is(judge_by(&made, &key, &card), VID_OK);
	made.kid = bytes_of(issuer.key[0].kid, VID_KID_LEN);
	is(judge_by(&made, &key, &card), VID_OK);
	/* ours, but of the key of the other algorithm */
	made.kid = bytes_of(issuer.key[1].kid, VID_KID_LEN);
	refused(&made, VID_ALG);
}

static void times_are_judged_as_a_tokens_are(void **state)
{
	struct made_card made = a_card();

	(void)state;
	made.exp = NOW - 60;
	refused(&made, VID_EXPIRED);
	made = a_card();
	made.nbf = NOW + 61;
	refused(&made, VID_NOT_YET_VALID);
	made = a_card();
	made.iat = NOW + 61;
	refused(&made, VID_NOT_YET_VALID);
	made = a_card();
	made.exp = made.iat;
	refused(&made, VID_LIFETIME);
	made.exp = made.iat + VID_CARD_LIFETIME + 1;
	refused(&made, VID_LIFETIME);
	made = a_card();
	made.exp = 0;
	refused(&made, VID_CLAIMS);
	made = a_card();
	made.iat = 0;
	refused(&made, VID_CLAIMS);
}

static void a_lifetime_that_the_host_set_holds_for_cards_S17(void **state)
{
	struct made_card made = a_card();

	(void)state;
	issuer.max_lifetime = 86400;
	refused(&made, VID_LIFETIME);
	issuer.max_lifetime = 0;
}

static void a_lifetime_set_to_the_default_of_tokens_holds_too_S17(void **state)
{
	struct made_card made = a_card();
	struct card card;

	(void)state;
	issuer.max_lifetime = VID_LIFETIME_DEFAULT;
	made.exp = made.iat + VID_LIFETIME_DEFAULT;
	is(judge_by(&made, &key, &card), VID_OK);
	made.exp++;
	refused(&made, VID_LIFETIME);
	issuer.max_lifetime = 0;
	is(judge_by(&made, &key, &card), VID_OK);
}

static void a_revoked_key_verifies_no_card_S17(void **state)
{
	struct made_card made = a_card();
	struct card card;

	(void)state;
	made.iat = NOW - 400 * 86400;
	is(judge_by(&made, &key, &card), VID_OK);
	issuer.key[0].revoked = true;
	refused(&made, VID_KEY_REVOKED);
	issuer.key[0].revoked = false;
	issuer.key[0].use = KEY_USE_LISTS;
	refused(&made, VID_KEY_USE);
	issuer.key[0].use = KEY_USE_BOTH;
}

/* The last of as many keys as an issuer may have, for a card that names none. */
static void every_key_is_tried_for_a_card_without_a_kid(void **state)
{
	struct issuer saved = issuer;
	struct made_card made = a_card();
	struct card card;

	(void)state;
	for (size_t i = 0; i < VID_ISSUER_KEYS_MAX; i++) {
		const uint8_t seed[32] = { 7, (uint8_t)i };
		struct made_key stranger;

		made_key_ed25519(&stranger, seed);
		issuer.key[i] = (struct issuer_key){ .public = stranger.public };
		issuer_key_id(&stranger.public, issuer.key[i].kid);
	}
	issuer.key_count = VID_ISSUER_KEYS_MAX;
	issuer.key[VID_ISSUER_KEYS_MAX - 1] = saved.key[0];
	is(judge_by(&made, &key, &card), VID_OK);
	made.kid = bytes_of_text("k-1101");
	is(judge_by(&made, &key, &card), VID_OK);
	issuer = saved;
}

static void a_retired_key_signs_nothing_new_S17(void **state)
{
	struct made_card made = a_card();
	struct card card;

	(void)state;
	issuer.key[0].not_after = NOW - 1001;
	refused(&made, VID_KEY_EXPIRED);
	issuer.key[0].not_after = NOW - 1000;
	is(judge_by(&made, &key, &card), VID_OK);
	issuer.key[0].not_after = 0;
}

static void a_card_for_another_realm_is_refused_S15(void **state)
{
	struct made_card made = a_card();
	struct card card;

	(void)state;
	made.aud = "realm:other";
	refused(&made, VID_AUD);
	made.aud = issuer.realm;
	is(judge_by(&made, &key, &card), VID_OK);
}

static void a_card_without_identity_data_is_refused(void **state)
{
	struct made_card made = a_card();

	(void)state;
	made.no_identity = true;
	refused(&made, VID_IDENTITY_DATA);
}

static void the_face_is_found_where_it_may_stand(void **state)
{
	struct made_card made = a_card();
	struct card card;

	(void)state;
	made.face_bare = true;
	is(judge_by(&made, &key, &card), VID_OK);
	assert_int_equal(card.portrait.len, sizeof(portrait));
	made = a_card();
	made.face_format = 1;
	made.face_sub = 100;
	is(judge_by(&made, &key, &card), VID_OK);
	assert_int_equal(card.template.len, sizeof(portrait));
	assert_int_equal(card.portrait.len, 0);
	made.face_sub = 1; /* a finger's template */
	is(judge_by(&made, &key, &card), VID_OK);
	assert_int_equal(card.template.len, 0);
	made.image = bytes_of(portrait, sizeof(portrait));
	is(judge_by(&made, &key, &card), VID_OK);
	assert_int_equal(card.portrait.len, sizeof(portrait));
	made = a_card();
	made.face = bytes_of(NULL, 0);
	is(judge_by(&made, &key, &card), VID_OK);
	assert_int_equal(card.portrait.len, 0);
}

/* --- who that is ------------------------------------------------------------------- */

static void subject_of(const struct made_card *made, const struct hostkey *host,
		       char subject[VID_SUB_LEN + 1])
{
	struct card card;

	is(judge_by(made, &key, &card), VID_OK);
	is(claim169_subject(&card, host, subject), VID_OK);
	assert_true(subject_valid(bytes_of_text(subject)));
}

static void the_subject_is_sub_or_a_hash_that_only_this_host_makes(void **state)
{
	static const struct hostkey host = { { 1 } }, elsewhere = { { 2 } };
	struct made_card made = a_card();
	char by_id[23], again[23], foreign[23], by_sub[23];

	(void)state;
	subject_of(&made, &host, by_id);
	made.exp += 86400; /* a renewed card of the same person */
	subject_of(&made, &host, again);
	assert_string_equal(by_id, again);
	subject_of(&made, &elsewhere, foreign);
	assert_string_not_equal(by_id, foreign);
	made.sub = "AAECAwQFBgcICQoLDA0ODw";
	subject_of(&made, &host, by_sub);
	assert_string_equal(by_sub, made.sub);
	/* An ID number in `sub` is no identity; nor is it the hash of the same `id`. */
	made.sub = "3918592438";
	subject_of(&made, &host, by_sub);
	assert_string_not_equal(by_sub, by_id);
	assert_null(strstr(by_sub, "3918592438"));
}

static void a_card_that_names_nobody_has_no_subject(void **state)
{
	static const struct hostkey host = { { 1 } };
	struct made_card made = a_card();
	struct card card;
	char subject[VID_SUB_LEN + 1];

	(void)state;
	made.id = NULL;
	is(judge_by(&made, &key, &card), VID_OK);
	is(claim169_subject(&card, &host, subject), VID_NAMELESS);
	assert_string_equal(subject, "");
}

/* --- foreign encodings ------------------------------------------------------------- */

static enum vid_reason judge_payload(const char *at, size_t len, struct card *card)
{
	const struct made_card made = { .form = MADE_TAG_18 };
	uint8_t message_at[8192];
	struct buffer message = buffer_of(message_at, sizeof(message_at));
	char text[CARD_TEXT_MAX];

	made_message(&made, bytes_of(at, len), &key, &message);
	made_text(MADE_ZLIB, buffer_bytes(&message), text);
	return judge_carrier(bytes_of_text(text), card);
}

#define PAYLOAD(bytes) bytes, sizeof(bytes) - 1
#define ISS_CLAIM      "\x01\x76" ISS
#define TIMES          "\x04\x1a\x69\x00\x00\x00\x06\x1a\x68\x00\x00\x00"

static void claims_of_indefinite_length_out_of_order_are_read(void **state)
{
	struct card card;

	(void)state;
	/* {_ 169: {_ 4: (_ "Ki", "m"), 1: "7"}, 6: .., 4: .. (in 8 bytes), 1: iss} */
	is(judge_payload(PAYLOAD("\xbf\x18\xa9\xbf\x04\x7f\x62Ki\x61m\xff\x01\x61"
				 "7\xff\x06\x1a\x68\x00\x00\x00\x04\x1b\x00\x00\x00\x00"
				 "\x69\x00\x00\x00" ISS_CLAIM "\xff"),
			 &card),
	   VID_OK);
	assert_true(bytes_are(card.id, "7"));
	assert_int_equal(card.exp, 0x69000000);
}

static void what_is_malformed_has_its_own_reason(void **state)
{
	static const struct {
		const char *at;
		size_t len;
		enum vid_reason why;
	} cases[] = {
		{ PAYLOAD("\xa4" ISS_CLAIM TIMES "\x18\xa9\xa0\x00"), VID_CBOR_TRAILING },
		{ PAYLOAD("\xa4" ISS_CLAIM TIMES "\x18\xa9"), VID_CBOR_TRUNCATED },
		{ PAYLOAD("\xa5" ISS_CLAIM TIMES "\x18\xa9\xa0\x04\x00"),
		  VID_CBOR_DUPLICATE },
		/* the same key in two encodings */
		{ PAYLOAD("\xa5" ISS_CLAIM TIMES "\x18\xa9\xa0\x18\x04\x00"),
		  VID_CBOR_DUPLICATE },
		{ PAYLOAD("\xa4" ISS_CLAIM TIMES "\x18\xa9\x80"), VID_IDENTITY_DATA },
		{ PAYLOAD("\xa4" ISS_CLAIM "\x04\xf9\x00\x00\x06\x01\x18\xa9\xa0"),
		  VID_CLAIMS },
		{ PAYLOAD("\x80"), VID_PAYLOAD },
		{ PAYLOAD("\xa1\x01\x9f\x9f\x9f\x9f\x9f\x9f\x9f\x9f\x9f\xff\xff\xff\xff"
			  "\xff\xff\xff\xff\xff"),
		  VID_CBOR_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct card card;

		is(judge_payload(cases[i].at, cases[i].len, &card), cases[i].why);
	}
}

static void rewriting_gives_the_deterministic_form(void **state)
{
	static const struct {
		const char *from;
		size_t from_len;
		const char *to;
		size_t to_len;
	} cases[] = {
		{ PAYLOAD("\x18\x01"), PAYLOAD("\x01") },
		{ PAYLOAD("\x3b\x00\x00\x00\x00\x00\x00\x01\x00"),
		  PAYLOAD("\x39\x01\x00") },
		{ PAYLOAD("\x5f\xff"), PAYLOAD("\x40") },
		{ PAYLOAD("\x9f\x01\x9f\xff\xff"), PAYLOAD("\x82\x01\x80") },
		{ PAYLOAD("\xa3\x03\x01\x01\x02\x02\x03"),
		  PAYLOAD("\xa3\x01\x02\x02\x03\x03\x01") },
		{ PAYLOAD("\xa2\x61z\x00\x20\xbf\x02\x01\x01\x02\xff"),
		  PAYLOAD("\xa2\x20\xa2\x01\x02\x02\x01\x61z\x00") },
		{ PAYLOAD("\xd9\x00\x3d\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00"),
		  PAYLOAD("\xd8\x3d\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint8_t at[64];
		struct buffer to = buffer_of(at, cases[i].from_len);

		is(cbor_rewrite(bytes_of(cases[i].from, cases[i].from_len), &to), VID_OK);
		assert_int_equal(to.len, cases[i].to_len);
		assert_memory_equal(at, cases[i].to, to.len);
	}
}

/* --- compression ------------------------------------------------------------------- */

static void a_bomb_ends_at_the_limit_S25(void **state)
{
	static uint8_t zeros[1 << 20], packed_at[1 << 16];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct buffer packed = buffer_of(packed_at, sizeof(packed_at));
		struct card card;

		made_packed(i ? MADE_BROTLI : MADE_ZLIB, bytes_of(zeros, sizeof(zeros)),
			    &packed);
		is(judge_carrier(buffer_bytes(&packed), &card), VID_TOKEN_TOO_LARGE);
	}
}

static void a_stream_cut_anywhere_is_refused(void **state)
{
	struct made_card made = a_card();
	uint8_t claims_at[2048], message_at[2048];
	struct buffer claims = buffer_of(claims_at, sizeof(claims_at));
	struct buffer message = buffer_of(message_at, sizeof(message_at));

	(void)state;
	made_claims(&made, &claims);
	made_message(&made, buffer_bytes(&claims), &key, &message);
	for (int i = 0; i < 2; i++) {
		uint8_t packed_at[4096];
		struct buffer packed = buffer_of(packed_at, sizeof(packed_at));

		made_packed(i ? MADE_BROTLI : MADE_ZLIB, buffer_bytes(&message), &packed);
		for (size_t len = 0; len < packed.len; len++) {
			uint8_t *copy = malloc(len ? len : 1);
			struct buffer out = buffer_of(decoded, sizeof(decoded));

			memcpy(copy, packed_at, len);
			is(inflate_any(bytes_of(copy, len), &out), VID_COMPRESSED);
			free(copy);
		}
		buffer_add(&packed, "", 1);
		{
			struct buffer out = buffer_of(decoded, sizeof(decoded));

			is(inflate_any(buffer_bytes(&packed), &out), VID_COMPRESSED);
		}
	}
}

static void a_card_fills_the_limit_and_no_more(void **state)
{
	static uint8_t face[VID_CARD_MAX];
	struct made_card made = a_card();
	uint8_t claims_at[8192], message_at[8192];
	struct buffer claims = buffer_of(claims_at, sizeof(claims_at));
	struct buffer message = buffer_of(message_at, sizeof(message_at));
	struct card card;
	size_t frame;

	(void)state;
	randombytes_buf(face, 64);
	made.face = bytes_of(face, 3000);
	made_claims(&made, &claims);
	made_message(&made, buffer_bytes(&claims), &key, &message);
	frame = message.len - 3000;
	made.face.len = VID_CARD_MAX - frame;
	is(judge_by(&made, &key, &card), VID_OK);
	made.face.len++;
	refused(&made, VID_TOKEN_TOO_LARGE);
}

static void what_is_not_base45_is_said_to_be_so(void **state)
{
	struct card card;

	(void)state;
	is(judge_carrier(bytes_of_text("THIS!IS@NOT"), &card), VID_BASE45);
	is(judge_carrier(bytes_of_text(""), &card), VID_TOKEN_EMPTY);
	is(judge_carrier(bytes_of_text("\n"), &card), VID_TOKEN_EMPTY);
	is(judge_carrier(bytes_of_text("VID1:000"), &card), VID_COMPRESSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_is_valid_in_every_form_and_packing),
		cmocka_unit_test(a_card_signed_with_ES256_is_valid),
		cmocka_unit_test(raw_bytes_are_read_packed_and_plain),
		cmocka_unit_test(line_ends_around_the_text_are_ignored),
		cmocka_unit_test(a_card_of_a_stranger_is_refused_S14),
		cmocka_unit_test(an_unsigned_card_is_refused),
		cmocka_unit_test(an_encrypted_card_is_refused_tagged_or_not),
		cmocka_unit_test(an_algorithm_outside_the_signed_header_is_refused_S16),
		cmocka_unit_test(another_document_of_the_issuer_is_no_card),
		cmocka_unit_test(a_kid_of_the_issuers_own_naming_is_a_hint_alone),
		cmocka_unit_test(times_are_judged_as_a_tokens_are),
		cmocka_unit_test(a_lifetime_that_the_host_set_holds_for_cards_S17),
		cmocka_unit_test(a_lifetime_set_to_the_default_of_tokens_holds_too_S17),
		cmocka_unit_test(a_revoked_key_verifies_no_card_S17),
		cmocka_unit_test(every_key_is_tried_for_a_card_without_a_kid),
		cmocka_unit_test(a_retired_key_signs_nothing_new_S17),
		cmocka_unit_test(a_card_for_another_realm_is_refused_S15),
		cmocka_unit_test(a_card_without_identity_data_is_refused),
		cmocka_unit_test(the_face_is_found_where_it_may_stand),
		cmocka_unit_test(the_subject_is_sub_or_a_hash_that_only_this_host_makes),
		cmocka_unit_test(a_card_that_names_nobody_has_no_subject),
		cmocka_unit_test(claims_of_indefinite_length_out_of_order_are_read),
		cmocka_unit_test(what_is_malformed_has_its_own_reason),
		cmocka_unit_test(rewriting_gives_the_deterministic_form),
		cmocka_unit_test(a_bomb_ends_at_the_limit_S25),
		cmocka_unit_test(a_stream_cut_anywhere_is_refused),
		cmocka_unit_test(a_card_fills_the_limit_and_no_more),
		cmocka_unit_test(what_is_not_base45_is_said_to_be_so),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
