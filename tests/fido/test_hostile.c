/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys that do not answer, go away, lie, or mean harm: a clear end in bounded time,
 * memory and traffic, and nothing else of this machine is reached (S5, S50). */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/wire.h"
#include "tests/fido/play.h"

static const char *const with_pin[] = { "--pin", "1234", NULL };
static const uint8_t hash[32] = { 9 };
static struct softkey key;
static struct play play;
static struct public_key holder;

static int begin(void **state)
{
	play_key(&key, *state);
	holder = play_enrol(&key, KEY_P256, *state == with_pin ? 3 : 1);
	softkey_log_clear(&key);
	return 0;
}

static int end(void **state)
{
	(void)state;
	softkey_stop(&key);
	return 0;
}

/* A number of /proc/PID/FILE's line that begins with `name`. */
static unsigned long of_proc(const char *file, const char *name)
{
	char path[64], line[256];
	unsigned long value = 0;
	FILE *in;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)play.fido.sensor.pid,
		       file);
	in = fopen(path, "r");
	assert_non_null(in);
	while (fgets(line, sizeof(line), in))
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtoul(line + strlen(name), NULL, 10);
	fclose(in);
	return value;
}

static void find(void)
{
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED),
			 VID_OK);
}

/* What a touch comes to while the key does as told. */
static enum vid_reason touch_while(const char *words)
{
	enum vid_reason why;

	find();
	softkey_behave(&key, words);
	why = play_touch(&play, hash);
	if (why == VID_OK)
		why = play_verify(&play, hash, &holder, KEY_UV_REQUIRED);
	play_close(&play);
	softkey_behave(&key, "touch");
	return why;
}

static enum vid_reason find_while(const char *words)
{
	enum vid_reason why;

	softkey_behave(&key, words);
	why = play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED);
	play_close(&play);
	softkey_behave(&key, "touch");
	return why;
}

/* --- the confinement ------------------------------------------------------------------
 */

static void a_key_is_talked_to_in_the_sandbox_alone_S5(void **state)
{
	(void)state;
	find();
	assert_int_equal(of_proc("status", "Seccomp:"), 2);
	assert_int_equal(of_proc("status", "NoNewPrivs:"), 1);
	if (geteuid() == 0)
		assert_int_not_equal(of_proc("status", "Uid:"), 0);
#if !defined(__SANITIZE_ADDRESS__)
	assert_int_equal(of_proc("limits", "Max address space"), 256UL << 20);
#endif
	assert_true(of_proc("limits", "Max open files") <= 64);
	assert_int_equal(of_proc("limits", "Max core file size"), 0);
	play_close(&play);
}

/* --- keys that are slow, silent or gone
 * ------------------------------------------------- */

static void a_key_that_is_plugged_in_later_is_waited_for(void **state)
{
	const struct softkey *keys[] = { &key, NULL };

	(void)state;
	softkey_behave(&key, "absent");
	assert_true(softkey_plugged(&key, false));
	play_open(&play, keys, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED, PLAY_RP);
	assert_int_equal(play_until(&play, FIDO_EVENT), VID_OK);
	assert_string_equal(play.events, "INSERT ");
	softkey_behave(&key, "touch");
	assert_int_equal(play_until(&play, FIDO_FOUND), VID_OK);
	assert_string_equal(play.events, "INSERT PIN:8 ");
	play_close(&play);
}

static void who_waits_for_a_key_can_hang_up(void **state)
{
	const struct softkey *keys[] = { &key, NULL };
	int64_t before;

	(void)state;
	softkey_behave(&key, "absent");
	assert_true(softkey_plugged(&key, false));
	play_open(&play, keys, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED, PLAY_RP);
	assert_int_equal(play_until(&play, FIDO_EVENT), VID_OK);
	before = wire_now();
	play_close(&play);
	assert_true(wire_now() - before < 5000);
	softkey_behave(&key, "touch");
}

static void a_no_at_the_key_is_one_and_so_is_no_touch(void **state)
{
	(void)state;
	assert_int_equal(touch_while("deny"), VID_KEY_DECLINED);
	assert_int_equal(touch_while("timeout"), VID_KEY_DECLINED);
	assert_int_equal(touch_while("touch slow=300"), VID_OK);
}

static void closing_cancels_a_key_that_waits_S50(void **state)
{
	(void)state;
	find();
	softkey_behave(&key, "hang");
	assert_int_equal(fido_assert(&play.fido, 0, hash, NULL, NULL, wire_now() + 1000),
			 VID_OK);
	assert_int_equal(play_until(&play, FIDO_EVENT), VID_OK);
	assert_int_equal(softkey_logged(&key, "getAssertion up=1"), 1);
	assert_int_equal(
		fido_next(&play.fido, &play.report, wire_now() + 300, -1, &play.problem),
		VID_DEADLINE);
	play_close(&play);
	assert_int_equal(softkey_logged(&key, "cancelled"), 1);
	softkey_behave(&key, "touch");
	assert_int_equal(touch_while("touch"), VID_OK); /* and is good for the next */
}

static void so_does_the_end_of_vidd_S50(void **state)
{
	(void)state;
	find();
	softkey_behave(&key, "hang");
	assert_int_equal(fido_assert(&play.fido, 0, hash, NULL, NULL, wire_now() + 1000),
			 VID_OK);
	assert_int_equal(play_until(&play, FIDO_EVENT), VID_OK);
	assert_int_equal(softkey_logged(&key, "getAssertion up=1"), 1);
	(void)close(play.fido.sensor.fd); /* no word, as when vidd was killed */
	play.fido.sensor.fd = -1;
	assert_int_equal(softkey_logged(&key, "cancelled"), 1);
	play_close(&play);
	softkey_behave(&key, "touch");
}

/* As a machine that slept in the middle finds it: the clock went on, and nobody answers.
 */
static void a_helper_that_stands_still_is_ended_S50(void **state)
{
	pid_t helper;

	(void)state;
	find();
	softkey_behave(&key, "hang");
	assert_int_equal(fido_assert(&play.fido, 0, hash, NULL, NULL, wire_now() + 1000),
			 VID_OK);
	assert_int_equal(play_until(&play, FIDO_EVENT), VID_OK);
	helper = play.fido.sensor.pid;
	assert_int_equal(kill(helper, SIGSTOP), 0);
	assert_int_equal(
		fido_next(&play.fido, &play.report, wire_now() + 300, -1, &play.problem),
		VID_DEADLINE);
	play_close(&play);
	assert_int_equal(kill(helper, 0), -1); /* gone, and no zombie */
	softkey_behave(&key, "touch");
	assert_int_equal(touch_while("touch"), VID_OK);
}

static void a_key_that_falls_silent_is_given_up(void **state)
{
	(void)state;
	assert_int_equal(touch_while("dead=touch"), VID_KEY_FAILED);
	assert_non_null(strstr(play.problem.text, "does not answer"));
	assert_int_equal(find_while("dead"), VID_KEY_FAILED);
}

static void a_key_that_is_pulled_out_is_gone_and_may_come_back_S50(void **state)
{
	(void)state;
	assert_int_equal(touch_while("unplug"), VID_KEY_GONE);
	assert_int_equal(find_while("unplug=largeBlobs"), VID_KEY_GONE);
	assert_true(softkey_plugged(&key, true));
	assert_int_equal(touch_while("touch"), VID_OK);
}

/* --- keys that lie
 * ---------------------------------------------------------------------- */

static void what_is_signed_wrongly_does_not_verify_S4(void **state)
{
	(void)state;
	assert_int_equal(touch_while("badsig"), VID_HOLDER_SIGNATURE);
	assert_int_equal(touch_while("nouv"), VID_HOLDER_UV);
	assert_int_equal(touch_while("noup"), VID_HOLDER_UP);
	assert_int_equal(touch_while("wrongrp"), VID_HOLDER_RP);
}

static void twenty_million_credentials_are_none_S5(void **state)
{
	(void)state;
	assert_int_not_equal(find_while("many"), VID_OK);
	assert_int_equal(touch_while("touch"), VID_OK);
}

static void an_endless_blob_has_an_end_S5(void **state)
{
	int64_t before = wire_now();

	(void)state;
	assert_int_not_equal(find_while("endless"), VID_OK);
	assert_true(wire_now() - before < 20000);
	assert_int_equal(touch_while("touch"), VID_OK);
}

static void bombs_of_CBOR_go_off_in_the_helper_S5(void **state)
{
	(void)state;
	assert_int_not_equal(find_while("bomb"), VID_OK);
	assert_int_equal(find_while("bomb=getInfo"), VID_KEY_OLD);
	assert_int_not_equal(touch_while("bomb=getAssertion"), VID_OK);
	/* a list of blobs that is none is an empty one: the credential is still found */
	assert_int_equal(find_while("bombblob"), VID_OK);
	assert_false(play.credential[0].has_blob);
	assert_int_equal(touch_while("touch"), VID_OK);
}

static int begin_u2f(void **state)
{
	play_key(&key, *state);
	return 0;
}

static void a_key_that_knows_U2F_alone_is_too_old_S6(void **state)
{
	(void)state;
	assert_int_equal(play_find(&play, &key, FIDO_FOR_LOGIN, FIDO_UV_NO), VID_KEY_OLD);
	assert_string_equal(play.events, "");
	play_close(&play);
}

/* --- several
 * ------------------------------------------------------------------------------ */

static void of_several_keys_the_touched_one_is_used_and_the_others_cancelled(void **state)
{
	struct softkey other;
	const struct softkey *keys[] = { &key, &other, NULL };

	(void)state;
	play_key(&other, with_pin);
	softkey_behave(&other, "hang");
	play_open(&play, keys, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED, PLAY_RP);
	assert_int_equal(play_until(&play, FIDO_FOUND), VID_OK);
	assert_string_equal(play.events, "SELECT PIN:8 ");
	assert_int_equal(softkey_logged(&other, "cancelled"), 1);
	assert_int_equal(play_touch(&play, hash), VID_OK);
	assert_int_equal(play_verify(&play, hash, &holder, KEY_UV_REQUIRED), VID_OK);
	play_close(&play);
	softkey_stop(&other);
}

static void when_nobody_touches_any_all_are_cancelled(void **state)
{
	struct softkey other;
	const struct softkey *keys[] = { &key, &other, NULL };

	(void)state;
	play_key(&other, with_pin);
	softkey_behave(&other, "hang");
	softkey_behave(&key, "hang");
	play_open(&play, keys, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED, PLAY_RP);
	assert_int_equal(play_until(&play, FIDO_EVENT), VID_OK);
	play_close(&play);
	assert_int_equal(softkey_logged(&other, "cancelled"), 1);
	assert_int_equal(softkey_logged(&key, "cancelled"), 1);
	softkey_stop(&other);
	softkey_behave(&key, "touch");
}

static void of_two_keys_one_may_be_pulled_out(void **state)
{
	struct softkey other;
	const struct softkey *keys[] = { &key, &other, NULL };

	(void)state;
	play_key(&other, with_pin);
	softkey_behave(&other, "unplug");
	softkey_behave(&key, "touch after=500");
	play_open(&play, keys, FIDO_FOR_LOGIN, FIDO_UV_REQUIRED, PLAY_RP);
	assert_int_equal(play_until(&play, FIDO_FOUND), VID_OK);
	play_close(&play);
	softkey_stop(&other);
}

int main(void)
{
	static const char *const u2f[] = { "--u2f", NULL };
#define T(name)                                                                          \
	cmocka_unit_test_prestate_setup_teardown(name, begin, end,                       \
						 (void *)(uintptr_t)with_pin)
	const struct CMUnitTest tests[] = {
		T(a_key_is_talked_to_in_the_sandbox_alone_S5),
		T(a_key_that_is_plugged_in_later_is_waited_for),
		T(who_waits_for_a_key_can_hang_up),
		T(a_no_at_the_key_is_one_and_so_is_no_touch),
		T(closing_cancels_a_key_that_waits_S50),
		T(so_does_the_end_of_vidd_S50),
		T(a_helper_that_stands_still_is_ended_S50),
		T(a_key_that_falls_silent_is_given_up),
		T(a_key_that_is_pulled_out_is_gone_and_may_come_back_S50),
		T(what_is_signed_wrongly_does_not_verify_S4),
		T(twenty_million_credentials_are_none_S5),
		T(an_endless_blob_has_an_end_S5),
		T(bombs_of_CBOR_go_off_in_the_helper_S5),
		T(of_several_keys_the_touched_one_is_used_and_the_others_cancelled),
		T(when_nobody_touches_any_all_are_cancelled),
		T(of_two_keys_one_may_be_pulled_out),
		cmocka_unit_test_prestate_setup_teardown(
			a_key_that_knows_U2F_alone_is_too_old_S6, begin_u2f, end,
			(void *)(uintptr_t)u2f),
	};
#undef T

	play_need();
	return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
