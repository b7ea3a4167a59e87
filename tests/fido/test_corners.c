/* SPDX-License-Identifier: BSD-2-Clause */
/* The real vid-fido where keys differ: readers of fingers, touches that never come, what
 * is left of a key's room. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libvid/wire.h"
#include "tests/fido/play.h"

static const uint8_t hash[32] = { 9 };
static struct softkey key;
static struct play play;

static int64_t soon(void)
{
	return wire_now() + 20000;
}

static int begin(void **state)
{
	play_key(&key, *state);
	return 0;
}

static int end(void **state)
{
	(void)state;
	softkey_stop(&key);
	return 0;
}

static void find(enum fido_purpose purpose, enum fido_uv uv)
{
	assert_int_equal(play_find(&play, &key, purpose, uv), VID_OK);
}

/* Each is there, and none was taken out. */
static void several_keys_that_nobody_touches_are_not_said_to_be_gone(void **state)
{
	struct softkey other;
	const struct softkey *keys[] = { &key, &other, NULL };

	play_key(&other, *state);
	softkey_behave(&key, "timeout");
	softkey_behave(&other, "timeout");
	play_open(&play, keys, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED, PLAY_RP);
	assert_int_equal(play_until(&play, FIDO_FOUND), VID_KEY_DECLINED);
	assert_string_equal(play.events, "SELECT ");
	play_close(&play);
	softkey_behave(&key, "unplug");
	softkey_behave(&other, "unplug");
	play_open(&play, keys, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED, PLAY_RP);
	assert_int_equal(play_until(&play, FIDO_FOUND), VID_KEY_GONE);
	play_close(&play);
	softkey_stop(&other);
}

static enum vid_reason store(unsigned index, size_t len)
{
	static uint8_t some[1024]; /* that deflate makes no smaller, as a token */

	uint32_t noise = 1;

	for (size_t i = 0; i < sizeof(some); i++) {
		noise = noise * 1664525 + 1013904223;
		some[i] = (uint8_t)(noise >> 24);
	}
	assert_int_equal(fido_store(&play.fido, index, bytes_of(some, len), soon()),
			 VID_OK);
	return play_until(&play, FIDO_DONE);
}

static void a_finger_is_enough_to_store_and_to_delete(void **state)
{
	(void)state;
	(void)play_enrol(&key, KEY_P256, 3);
	find(FIDO_FOR_CHANGE, FIDO_UV_PREFERRED);
	assert_int_equal(store(0, 400), VID_OK);
	assert_int_equal(fido_delete(&play.fido, 0, soon()), VID_OK);
	assert_int_equal(play_until(&play, FIDO_DONE), VID_OK);
	assert_null(strstr(play.events, "PIN"));
	play_close(&play);
	find(FIDO_FOR_CHANGE, FIDO_UV_PREFERRED);
	assert_int_equal(play.found.count, 0);
	play_close(&play);
}

static void make_for(const char *user)
{
	const struct fido_make make = {
		.rp_id = PLAY_RP,
		.name = "virtual ID",
		.user = bytes_of_text(user),
		.alg = KEY_P256,
		.protect = 3,
	};

	find(FIDO_FOR_MAKE, FIDO_UV_PREFERRED);
	assert_int_equal(fido_make(&play.fido, &make, soon()), VID_OK);
	assert_int_equal(play_until(&play, FIDO_MADE), VID_OK);
	play_close(&play);
}

/* Refused by us, with numbers, before the key is asked to take it. */
static void what_was_stored_in_this_visit_takes_room(void **state)
{
	(void)state;
	make_for("one");
	make_for("two");
	find(FIDO_FOR_CHANGE, FIDO_UV_PREFERRED);
	assert_int_equal(store(0, 500), VID_OK);
	assert_int_equal(store(1, 500), VID_KEY_FULL);
	assert_non_null(strstr(play.problem.text, "free on the key"));
	play_close(&play);
}

/* key-uv = no asks for no PIN; this key does. */
static void a_key_that_always_wants_its_PIN_gets_it(void **state)
{
	struct public_key holder = play_enrol(&key, KEY_P256, 1);

	(void)state;
	find(FIDO_FOR_LOGIN, FIDO_UV_NO);
	assert_int_equal(play_touch(&play, hash), VID_OK);
	assert_string_equal(play.events, "PIN:8 TOUCH ");
	assert_int_equal(play_verify(&play, hash, &holder, KEY_UV_REQUIRED), VID_OK);
	play_close(&play);
}

int main(void)
{
	static const char *const with_pin[] = { "--pin", "1234", NULL };
	static const char *const uv[] = { "--pin", "1234", "--uv", NULL };
	static const char *const always[] = { "--pin", "1234", "--always-uv", NULL };
	static const char *const small[] = { "--pin", "1234", "--room", "1024", NULL };
#define T(name, options)                                                                 \
	cmocka_unit_test_prestate_setup_teardown(name, begin, end,                       \
						 (void *)(uintptr_t)(options))
	const struct CMUnitTest tests[] = {
		T(several_keys_that_nobody_touches_are_not_said_to_be_gone, with_pin),
		T(a_finger_is_enough_to_store_and_to_delete, uv),
		T(what_was_stored_in_this_visit_takes_room, small),
		T(a_key_that_always_wants_its_PIN_gets_it, always),
	};
#undef T

	play_need();
	return cmocka_run_group_tests_name("corners", tests, NULL, NULL);
}
