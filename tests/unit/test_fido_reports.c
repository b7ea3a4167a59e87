/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/fido/{client,reports}.c: a vid-fido that was taken over by a key gets nothing
 * past us (S5, S30), and what we ask it is whole or not sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "libvid/wire.h"
#include "sensors/fido/client.h"
#include "sensors/fido/reports.h"

static struct fido fido;
static struct fido_report report;
static struct problem problem;
static struct wire_frame frame;
static uint8_t some[KEY_BLOB_MAX + 1];

/* --- frames ----------------------------------------------------------------------- */

static void put_number(uint8_t tag, uint32_t value)
{
	assert_true(wire_put_u32(&frame, tag, value));
}

static void put(uint8_t tag, size_t len)
{
	assert_true(wire_put(&frame, tag, bytes_of(some, len)));
}

static enum vid_reason hear(void)
{
	problem.text[0] = '\0';
	fido_report_wipe(&report);
	return fido_report_read(&frame, &fido, &report, &problem);
}

static void expect_refused(void)
{
	assert_int_equal(hear(), VID_SENSOR_FAILED);
	assert_non_null(strstr(problem.text, "vid-fido sent"));
}

/* A good one but for the lengths, which are put as they are given. */
static void credential(uint32_t index, size_t id, size_t data, size_t signature)
{
	wire_start(&frame, FIDO_CREDENTIAL);
	put_number(FIDO_FIELD_INDEX, index);
	assert_true(wire_put_text(&frame, FIDO_FIELD_RP, "id.example"));
	put(FIDO_FIELD_ID, id);
	put(FIDO_FIELD_AUTH_DATA, data);
	put(FIDO_FIELD_SIGNATURE, signature);
}

static void found(uint32_t count)
{
	wire_start(&frame, FIDO_FOUND);
	put_number(FIDO_FIELD_COUNT, count);
	put_number(FIDO_FIELD_CAN, FIDO_CAN_PIN);
}

static int anew(void **state)
{
	(void)state;
	fido = (struct fido){ .sensor = SENSOR_NONE, .purpose = FIDO_FOR_LOGIN };
	memset(some, 0x41, sizeof(some));
	return 0;
}

/* --- what is heard ------------------------------------------------------------------ */

static void a_credential_is_told_as_it_was_sent(void **state)
{
	(void)state;
	credential(0, 64, 37, 71);
	put(FIDO_FIELD_BLOB, 300);
	assert_int_equal(hear(), VID_OK);
	assert_int_equal(report.kind, FIDO_CREDENTIAL);
	assert_string_equal(report.credential.rp_id, "id.example");
	assert_int_equal(report.credential.id_len, 64);
	assert_int_equal(report.credential.auth_data_len, 37);
	assert_int_equal(report.credential.signature_len, 71);
	assert_true(report.credential.has_blob);
	assert_int_equal(report.credential.blob_len, 300);
	assert_memory_equal(report.credential.blob, some, 300);
}

static void the_largest_credential_fits_into_a_frame(void **state)
{
	(void)state;
	credential(0, FIDO_ID_MAX, ASSERTION_AUTH_DATA_MAX, ASSERTION_SIGNATURE_MAX);
	put(FIDO_FIELD_BLOB, KEY_BLOB_MAX);
	assert_int_equal(hear(), VID_OK);
}

static void a_credential_out_of_its_bounds_is_refused_S30(void **state)
{
	static const size_t wrong[][3] = {
		{ 0, 37, 71 },  { FIDO_ID_MAX + 1, 37, 71 },
		{ 64, 36, 71 }, { 64, ASSERTION_AUTH_DATA_MAX + 1, 71 },
		{ 64, 37, 0 },  { 64, 37, ASSERTION_SIGNATURE_MAX + 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		credential(0, wrong[i][0], wrong[i][1], wrong[i][2]);
		expect_refused();
	}
	credential(0, 64, 37, 71);
	put(FIDO_FIELD_BLOB, KEY_BLOB_MAX + 1);
	expect_refused();
}

static void credentials_come_in_their_order_and_are_eight_at_most_S5(void **state)
{
	(void)state;
	credential(1, 64, 37, 71);
	expect_refused();
	for (uint32_t i = 0; i < FIDO_CREDENTIALS_MAX; i++) {
		credential(i, 64, 37, 71);
		assert_int_equal(hear(), VID_OK);
	}
	credential(FIDO_CREDENTIALS_MAX, 64, 37, 71);
	expect_refused();
}

static void found_counts_what_was_told(void **state)
{
	(void)state;
	found(1);
	expect_refused();
	found(0);
	assert_int_equal(hear(), VID_OK);
	found(0); /* a second time */
	expect_refused();
	credential(0, 64, 37, 71); /* behind the end */
	expect_refused();
}

static void a_key_has_no_more_room_than_it_has_in_all(void **state)
{
	(void)state;
	found(0);
	put_number(FIDO_FIELD_ROOM, 101);
	put_number(FIDO_FIELD_ROOM_ALL, 100);
	expect_refused();
	found(0);
	put_number(FIDO_FIELD_ROOM, 101);
	expect_refused();
}

static void assertion(size_t data, size_t signature)
{
	wire_start(&frame, FIDO_ASSERTION);
	put(FIDO_FIELD_AUTH_DATA, data);
	put(FIDO_FIELD_SIGNATURE, signature);
}

static void an_assertion_is_told_with_its_secrets(void **state)
{
	(void)state;
	fido.found = true;
	assertion(37, 64);
	assert_int_equal(hear(), VID_OK);
	assert_false(report.assertion.has_secret);
	assertion(200, 64);
	put(FIDO_FIELD_SECRET, KEY_SECRET_LEN);
	put(FIDO_FIELD_SECRET2, KEY_SECRET_LEN);
	assert_int_equal(hear(), VID_OK);
	assert_true(report.assertion.has_secret && report.assertion.has_secret2);
}

static void an_assertion_out_of_its_bounds_or_order_is_refused(void **state)
{
	(void)state;
	assertion(37, 64);
	expect_refused(); /* before FOUND */
	fido.found = true;
	assertion(36, 64);
	expect_refused();
	assertion(37, 64);
	put(FIDO_FIELD_SECRET, KEY_SECRET_LEN - 1);
	expect_refused();
	assertion(37, 64);
	put(FIDO_FIELD_SECRET2, KEY_SECRET_LEN + 1);
	expect_refused();
}

static void made(uint32_t alg, const uint8_t *public, size_t len)
{
	wire_start(&frame, FIDO_MADE);
	put(FIDO_FIELD_ID, 32);
	put_number(FIDO_FIELD_ALG, alg);
	put_number(FIDO_FIELD_CAN, 0);
	assert_true(wire_put(&frame, FIDO_FIELD_PUBLIC, bytes_of(public, len)));
}

static void a_new_credential_has_a_public_key_on_its_curve_S27(void **state)
{
	uint8_t public[32], secret[64], nowhere[64] = { 1 };

	(void)state;
	(void)crypto_sign_keypair(public, secret);
	fido.found = true;
	made(KEY_ED25519, public, 32);
	expect_refused(); /* nobody asked for one */
	fido.purpose = FIDO_FOR_MAKE;
	made(KEY_ED25519, public, 32);
	assert_int_equal(hear(), VID_OK);
	assert_memory_equal(report.made.public.at, public, 32);
	made(KEY_P256, nowhere, 64);
	expect_refused();
	made(KEY_ED25519, public, 31);
	expect_refused();
	made(3, public, 32);
	expect_refused();
	memset(public, 0, sizeof(public)); /* of small order */
	made(KEY_ED25519, public, 32);
	expect_refused();
}

static void an_end_comes_only_where_something_was_changed(void **state)
{
	(void)state;
	fido.found = true;
	wire_start(&frame, FIDO_DONE);
	expect_refused();
	fido.purpose = FIDO_FOR_CHANGE;
	assert_int_equal(hear(), VID_OK);
}

static void events_are_those_of_the_table(void **state)
{
	(void)state;
	for (uint32_t event = 0; event <= FIDO_EVENT_LAST + 1; event++) {
		wire_start(&frame, FIDO_EVENT);
		put_number(FIDO_FIELD_EVENT, event);
		assert_int_equal(hear(), event && event <= FIDO_EVENT_LAST
						 ? VID_OK
						 : VID_SENSOR_FAILED);
	}
	wire_start(&frame, FIDO_EVENT);
	put_number(FIDO_FIELD_EVENT, FIDO_EVENT_PIN);
	put_number(FIDO_FIELD_TRIES, 256);
	expect_refused();
}

static void each_failure_has_a_reason_that_lets_nobody_in(void **state)
{
	(void)state;
	for (uint32_t failure = 0; failure <= FIDO_FAILURE_LAST + 1; failure++) {
		wire_start(&frame, FIDO_FAILED);
		put_number(FIDO_FIELD_FAILURE, failure);
		assert_true(wire_put_text(&frame, FIDO_FIELD_WHY, "why\nnot"));
		assert_int_not_equal(hear(), VID_OK);
		assert_null(strchr(problem.text, '\n'));
	}
}

static void a_frame_of_another_kind_is_refused(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		if (type >= FIDO_EVENT && type <= FIDO_FAILED)
			continue;
		wire_start(&frame, (uint8_t)type);
		expect_refused();
	}
}

/* --- what is asked -------------------------------------------------------------------
 */

static int other;

static void talk(void)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	fido.sensor.fd = pair[0];
	other = pair[1];
}

static void hang_up(void)
{
	close(fido.sensor.fd);
	close(other);
	fido.sensor = (struct sensor)SENSOR_NONE;
}

static bool was_sent(uint8_t type)
{
	return wire_receive(other, &frame, wire_now() + 100, -1) == WIRE_OK &&
	       frame.type == type;
}

static void an_empty_or_short_pin_is_never_sent_S6(void **state)
{
	(void)state;
	talk();
	assert_int_not_equal(fido_pin(&fido, bytes_of_text(""), wire_now() + 100),
			     VID_OK);
	assert_int_not_equal(fido_pin(&fido, bytes_of_text("123"), wire_now() + 100),
			     VID_OK);
	assert_int_not_equal(
		fido_pin(&fido, bytes_of(some, FIDO_PIN_MAX + 1), wire_now() + 100),
		VID_OK);
	/* four bytes, two characters */
	assert_int_not_equal(
		fido_pin(&fido, bytes_of_text("\xc3\xa4\xc3\xa4"), wire_now() + 100),
		VID_OK);
	assert_int_equal(fido_pin(&fido, bytes_of_text("1234"), wire_now() + 100),
			 VID_OK);
	assert_true(was_sent(FIDO_PIN)); /* the first that came */
	hang_up();
}

static void nothing_is_asked_of_a_credential_that_was_not_told(void **state)
{
	uint8_t hash[32] = { 0 };

	(void)state;
	talk();
	fido.credentials = 1;
	assert_int_not_equal(fido_assert(&fido, 1, hash, NULL, NULL, wire_now() + 100),
			     VID_OK);
	assert_int_not_equal(fido_assert(&fido, 0, hash, NULL, hash, wire_now() + 100),
			     VID_OK);
	assert_int_not_equal(fido_store(&fido, 1, bytes_of(some, 3), wire_now() + 100),
			     VID_OK);
	assert_int_not_equal(
		fido_store(&fido, 0, bytes_of(some, KEY_BLOB_MAX + 1), wire_now() + 100),
		VID_OK);
	assert_int_not_equal(fido_delete(&fido, 1, wire_now() + 100), VID_OK);
	assert_int_equal(fido_assert(&fido, 0, hash, hash, NULL, wire_now() + 100),
			 VID_OK);
	assert_true(was_sent(FIDO_ASSERT));
	hang_up();
}

static void closing_cancels_the_key_first(void **state)
{
	(void)state;
	talk();
	fido_close(&fido); /* waits for an answer, and not for long */
	assert_true(was_sent(FIDO_CANCEL));
	assert_int_equal(fido.sensor.fd, -1);
	close(other);
	fido_close(&fido); /* safe twice */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, anew)
		T(a_credential_is_told_as_it_was_sent),
		T(the_largest_credential_fits_into_a_frame),
		T(a_credential_out_of_its_bounds_is_refused_S30),
		T(credentials_come_in_their_order_and_are_eight_at_most_S5),
		T(found_counts_what_was_told),
		T(a_key_has_no_more_room_than_it_has_in_all),
		T(an_assertion_is_told_with_its_secrets),
		T(an_assertion_out_of_its_bounds_or_order_is_refused),
		T(a_new_credential_has_a_public_key_on_its_curve_S27),
		T(an_end_comes_only_where_something_was_changed),
		T(events_are_those_of_the_table),
		T(each_failure_has_a_reason_that_lets_nobody_in),
		T(a_frame_of_another_kind_is_refused),
		T(an_empty_or_short_pin_is_never_sent_S6),
		T(nothing_is_asked_of_a_credential_that_was_not_told),
		T(closing_cancels_the_key_first),
#undef T
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("fido_reports", tests, NULL, NULL);
}
