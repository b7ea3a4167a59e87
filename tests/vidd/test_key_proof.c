/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's judgement of what a security key signed: that it is for this login and no other.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <sodium.h>

#include <cmocka.h>

#include "tests/vidd/key_walks.h"

/* --- one login, by hand ---------------------------------------------------------------
 */

static struct login login;
static struct login_place place;
static struct candidate candidate;

/* Up to where the key has signed what was asked. */
static void a_login_has_a_proof(void)
{
	const struct shown shown = token_for(&world.kim, &kims);
	const struct bytes token = token_of(&shown);
	struct fido_assertion assertion = { .has_secret = false };
	struct made made;
	uint8_t hash[32];

	memset(&login, 0, sizeof(login));
	place = world_place();
	login.place = &place;
	assert_int_equal(settings_load(place.settings, &login.settings, &login.problem),
			 VID_OK);
	login.policy = settings_policy(&login.settings, "su");
	assert_int_equal(issuers_load(place.issuers, &login.issuers, &login.problem),
			 VID_OK);
	login.key = world.key;
	strcpy(login.host, WORLD_HOST);
	strcpy(login.ask.service, "su");
	strcpy(login.ask.seat, "seat0");
	memcpy(candidate.token, token.at, token.len);
	candidate.token_len = token.len;
	assert_int_equal(proof_start(&login, &candidate), VID_OK);
	proof_hash(&login, hash);
	made_data(&made, "example.org", UP, ++keys->counter, bytes_of(NULL, 0));
	made_sign(&made, &kims, hash);
	memcpy(assertion.auth_data, made.assertion.auth_data.at,
	       made.assertion.auth_data.len);
	assertion.auth_data_len = made.assertion.auth_data.len;
	memcpy(assertion.signature, made.assertion.signature.at,
	       made.assertion.signature.len);
	assertion.signature_len = made.assertion.signature.len;
	proof_take(&login, &candidate, &assertion);
}

static void it_is_judged(enum vid_reason why)
{
	assert_int_equal(judge_presentation(&login), why);
	issuers_free(&login.issuers);
}

static void what_was_signed_for_this_login_counts(void **state)
{
	(void)state;
	a_login_has_a_proof();
	it_is_judged(VID_OK);
	assert_string_equal(login.assurance, "key");
}

static void it_counts_once_S2(void **state)
{
	(void)state;
	a_login_has_a_proof();
	assert_int_equal(judge_presentation(&login), VID_OK);
	it_is_judged(VID_HOLDER_REPLAYED);
}

static void even_where_the_first_time_was_refused_S2(void **state)
{
	(void)state;
	a_login_has_a_proof();
	login.proof.assertion.signature[0] ^= 1;
	assert_int_equal(judge_presentation(&login), VID_HOLDER_SIGNATURE);
	login.proof.assertion.signature[0] ^= 1;
	it_is_judged(VID_HOLDER_REPLAYED);
}

static void sixty_one_seconds_later_it_is_stale_S2(void **state)
{
	(void)state;
	a_login_has_a_proof();
	login.proof.until -= 61000;
	it_is_judged(VID_HOLDER_STALE);
	a_login_has_a_proof();
	login.proof.until -= 30000;
	it_is_judged(VID_OK);
}

static void it_is_for_one_host_service_seat_and_boot_S2(void **state)
{
	(void)state;
	a_login_has_a_proof();
	strcpy(login.host, "host:other");
	it_is_judged(VID_HOLDER_SIGNATURE);
	a_login_has_a_proof();
	strcpy(login.ask.service, "sudo");
	it_is_judged(VID_HOLDER_SIGNATURE);
	a_login_has_a_proof();
	strcpy(login.ask.seat, "seat1");
	it_is_judged(VID_HOLDER_SIGNATURE);
	a_login_has_a_proof();
	login.proof.boot_id[0] ^= 1;
	it_is_judged(VID_HOLDER_SIGNATURE);
	a_login_has_a_proof();
	login.proof.nonce[31] ^= 1;
	it_is_judged(VID_HOLDER_SIGNATURE);
}

static void it_is_for_one_token(void **state)
{
	struct shown other = token_for(&world.kim, &kims);

	(void)state;
	a_login_has_a_proof();
	login.message_len = shown_make(&other, login.message, sizeof(login.message));
	it_is_judged(VID_HOLDER_SIGNATURE);
}

static void each_login_has_its_own_nonce_S2(void **state)
{
	uint8_t first[ASSERTION_NONCE_LEN];

	(void)state;
	a_login_has_a_proof();
	memcpy(first, login.proof.nonce, sizeof(first));
	issuers_free(&login.issuers);
	a_login_has_a_proof();
	assert_memory_not_equal(first, login.proof.nonce, sizeof(first));
	assert_false(sodium_is_zero(login.proof.nonce, sizeof(first)));
	issuers_free(&login.issuers);
}

/* A proof of the wallet's inside, and a key's beside it: neither stands for the other. */
static void a_key_binding_token_is_not_what_a_key_proves(void **state)
{
	struct shown kbt = shown_by(&world.kim);

	(void)state;
	a_login_has_a_proof();
	login.message_len = shown_make(&kbt, login.message, sizeof(login.message));
	it_is_judged(VID_HOLDER_PROOF);
}

static void it_is_started_with(const struct shown *shown)
{
	const struct bytes token = token_of(shown);

	memcpy(candidate.token, token.at, token.len);
	candidate.token_len = token.len;
	assert_int_equal(proof_start(&login, &candidate), VID_OK);
	assert_null(login.presentation.token.issuer);
	assert_int_equal(login.presentation.token.sub.len, 0);
	assert_false(login.proof.has_unlock_key);
}

static void nothing_of_a_token_that_does_not_verify_is_used_S26(void **state)
{
	struct shown forged = token_for(&world.kim, &kims), old = forged;

	(void)state;
	world_settings("present = key\nface = no\nunlock-secret = yes");
	forged.issuer_secret = kims.secret;
	old.claims.exp = world.now - 61;
	a_login_has_a_proof();
	it_is_started_with(&forged);
	it_is_started_with(&old);
	it_is_judged(VID_EXPIRED);
}

static void what_is_forgotten_is_gone(void **state)
{
	(void)state;
	a_login_has_a_proof();
	proof_forget(&login);
	assert_true(sodium_is_zero((const uint8_t *)&login.proof, sizeof(login.proof)));
	assert_int_equal(login.message_len, 0);
	issuers_free(&login.issuers);
}

/* --- what the key itself gets wrong ---------------------------------------------------
 */

static void a_key_that_was_not_touched_is_refused_S4(void **state)
{
	(void)state;
	kim_touches();
	keys->flags = UV;
	expect_for_kim(VID_HOLDER_UP);
}

static void a_key_that_did_not_verify_is_refused_where_it_must_S4(void **state)
{
	(void)state;
	world_settings("present = key\nface = no\nkey-uv = required");
	kim_touches();
	keys->flags = UP;
	expect_for_kim(VID_HOLDER_UV);
}

static void an_answer_for_another_realm_is_refused(void **state)
{
	(void)state;
	kim_touches();
	keys->rp = "example.net";
	expect_for_kim(VID_HOLDER_RP);
}

static void a_token_without_a_realm_of_keys_is_refused(void **state)
{
	struct shown shown = token_for(&world.kim, &kims);

	(void)state;
	shown.claims.rp_id = NULL;
	keys_add(&kims, token_of(&shown));
	keys_walk();
	expect_for_kim(VID_HOLDER_RP);
}

static void a_bent_signature_is_refused(void **state)
{
	(void)state;
	kim_touches();
	keys->bent = true;
	expect_for_kim(VID_HOLDER_SIGNATURE);
}

static void the_same_assertion_again_is_refused_S2(void **state)
{
	(void)state;
	kim_touches();
	expect_for_kim(VID_OK);
	keys->again = true;
	expect_for_kim(VID_HOLDER_SIGNATURE);
}

static void another_keys_token_is_refused(void **state)
{
	const struct shown shown = token_for(&world.kim, &kims);

	(void)state;
	keys_add(&lees, token_of(&shown));
	keys_walk();
	expect_for_kim(VID_HOLDER_SIGNATURE);
}

static void a_counter_that_falls_is_refused_and_told_S7(void **state)
{
	(void)state;
	kim_touches();
	keys->counter = 4;
	expect_for_kim(VID_OK); /* 5 */
	keys->counter = 3;
	expect_for_kim(VID_HOLDER_COUNTER);
	assert_non_null(strstr(stage->log, "may have been copied"));
	keys->counter = 5;
	expect_for_kim(VID_OK); /* 6 */
}

static void a_key_without_a_counter_is_none_that_was_copied_S7(void **state)
{
	(void)state;
	kim_touches();
	for (int i = 0; i < 2; i++) {
		keys->counter = UINT32_MAX; /* 0 when it is used */
		expect_for_kim(VID_OK);
	}
}

static void without_counters_that_can_be_kept_nobody_gets_in_S7(void **state)
{
	(void)state;
	kim_touches();
	assert_int_equal(rename(world_path("anchor"), world_path("anchor.gone")), 0);
	world_write("anchor", "", 0);
	assert_int_not_equal(ask_vidd(&(struct asking){ .account = KIM }).verdict,
			     VERDICT_GRANTED);
}

static void wrong_proofs_are_counted_as_attempts_S49(void **state)
{
	(void)state;
	kim_touches();
	keys->bent = true;
	for (int i = 0; i < 5; i++)
		expect_for_kim(VID_HOLDER_SIGNATURE);
	expect_for_kim(VID_TOO_MANY_ATTEMPTS);
	keys_clear();
	kim_touches();
	expect_for_kim(VID_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		key_test(what_was_signed_for_this_login_counts),
		key_test(it_counts_once_S2),
		key_test(even_where_the_first_time_was_refused_S2),
		key_test(sixty_one_seconds_later_it_is_stale_S2),
		key_test(it_is_for_one_host_service_seat_and_boot_S2),
		key_test(it_is_for_one_token),
		key_test(each_login_has_its_own_nonce_S2),
		key_test(a_key_binding_token_is_not_what_a_key_proves),
		key_test(nothing_of_a_token_that_does_not_verify_is_used_S26),
		key_test(what_is_forgotten_is_gone),
		key_test(a_key_that_was_not_touched_is_refused_S4),
		key_test(a_key_that_did_not_verify_is_refused_where_it_must_S4),
		key_test(an_answer_for_another_realm_is_refused),
		key_test(a_token_without_a_realm_of_keys_is_refused),
		key_test(a_bent_signature_is_refused),
		key_test(the_same_assertion_again_is_refused_S2),
		key_test(another_keys_token_is_refused),
		key_test(a_counter_that_falls_is_refused_and_told_S7),
		key_test(a_key_without_a_counter_is_none_that_was_copied_S7),
		key_test(without_counters_that_can_be_kept_nobody_gets_in_S7),
		key_test(wrong_proofs_are_counted_as_attempts_S49),
	};

	return WALKS_RUN("key_proof");
}
