/* SPDX-License-Identifier: BSD-2-Clause */
/* vid.conf: what is not understood is an error with its line, and nothing is guessed. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "libvid/settings.h"

static enum vid_reason parse(const char *text, struct settings *out,
			     struct problem *problem)
{
	problem->text[0] = '\0';
	return settings_parse(bytes_of_text(text), "vid.conf", out, problem);
}

static void expect_fault(const char *text, const char *where)
{
	static struct settings settings;
	struct problem problem;

	assert_int_equal(parse(text, &settings, &problem), VID_CONFIG);
	if (strncmp(problem.text, where, strlen(where)) != 0)
		fail_msg("'%s' does not start with '%s'", problem.text, where);
	assert_false(settings_policy(&settings, "su")->enabled);
}

static void an_empty_file_asks_for_everything(void **state)
{
	static struct settings settings;
	struct problem problem;
	const struct policy *policy;

	(void)state;
	assert_int_equal(parse("", &settings, &problem), VID_OK);
	policy = settings_policy(&settings, "su");
	assert_true(policy->enabled);
	assert_true(policy->face);
	assert_false(policy->bearer);
	assert_int_equal(policy->seat, SEAT_LOCAL);
	assert_int_equal(policy->level, LEVEL_STANDARD);
	assert_int_equal(policy->deadline, 30);
	assert_int_equal(policy->carriers[0], CARRIER_QR);
	assert_int_equal(policy->carriers[1], CARRIER_NONE);
	assert_int_equal(settings.engine, ENGINE_NONE);
	assert_int_equal(settings.skew, 60);
	assert_false(settings.camera_virtual);
}

static void every_key_is_read(void **state)
{
	static const char text[] = "[host]\nrealm = realm:example.org\n"
				   "host-id = host:1\nskew = 10\n"
				   "[camera]\ndevice = usb-cam\nvirtual = yes\n"
				   "[face]\nmodels = /m\ndetector = d\nembedding = e\n"
				   "[carriers]\nfolders = /media/my stick:~/.vid\n"
				   "[policy]\nlevel = high\ndeadline = 20\n"
				   "[policy su]\nenabled = no\nface = no\nbearer = no\n"
				   "seat = any\npresent = file qr\n"
				   "[policy login]\nbearer = yes\nlevel = highest\n"
				   "[policy gdm]\nbearer = yes\naccept = claim169 vid\n"
				   "[policy kiosk]\nbearer = yes\naccept = claim169\n"
				   "[policy desk]\nbearer = cards\n"
				   "accept = claim169 vid\n";
	static struct settings settings;
	struct problem problem;
	const struct policy *su, *login;

	(void)state;
	assert_int_equal(parse(text, &settings, &problem), VID_OK);
	assert_string_equal(settings.realm, "realm:example.org");
	assert_string_equal(settings.host_id, "host:1");
	assert_int_equal(settings.skew, 10);
	assert_string_equal(settings.camera, "usb-cam");
	assert_true(settings.camera_virtual);
	assert_int_equal(settings.engine, ENGINE_MODELS);
	assert_string_equal(settings.models, "/m");
	assert_string_equal(settings.detector, "d");
	assert_string_equal(settings.embedding, "e");
	assert_int_equal(settings.folder_count, 2);
	assert_string_equal(settings.folders[0], "/media/my stick");
	assert_string_equal(settings.folders[1], "~/.vid");
	su = settings_policy(&settings, "su");
	assert_false(su->enabled);
	assert_false(su->face);
	assert_int_equal(su->seat, SEAT_ANY);
	assert_int_equal(su->level, LEVEL_HIGH);
	assert_int_equal(su->deadline, 20);
	assert_int_equal(su->carriers[0], CARRIER_FILE);
	assert_int_equal(su->carriers[1], CARRIER_QR);
	login = settings_policy(&settings, "login");
	assert_true(login->bearer && login->bearer_card);
	assert_int_equal(login->level, LEVEL_HIGHEST);
	assert_true(login->accept_vid && !login->accept_card);
	assert_true(settings_policy(&settings, "gdm")->accept_vid);
	assert_true(settings_policy(&settings, "gdm")->accept_card);
	assert_false(settings_policy(&settings, "kiosk")->accept_vid);
	/* that cards count does not let tokens count without a proof of their holder (S1)
	 */
	assert_true(settings_policy(&settings, "desk")->accept_card);
	assert_true(settings_policy(&settings, "desk")->bearer_card);
	assert_false(settings_policy(&settings, "desk")->bearer);
	assert_ptr_equal(settings_policy(&settings, "sudo"), &settings.defaults);
}

static void what_is_not_understood_is_named_with_its_line(void **state)
{
	(void)state;
	expect_fault("[host]\nrelam = x\n", "vid.conf:2: unknown key");
	expect_fault("\n[hots]\nrealm = x\n", "vid.conf:3: unknown section");
	expect_fault("realm = x\n", "vid.conf:1: ");
	expect_fault("[host]\nrealm = a\nrealm = b\n", "vid.conf:3: ");
	expect_fault("[host]\nskew = 301\n", "vid.conf:2: not a number");
	expect_fault("[host]\nskew = -1\n", "vid.conf:2: not a number");
	expect_fault("[host]\nhost-id = a b\n", "vid.conf:2: ");
	expect_fault("[camera]\nvirtual = true\n", "vid.conf:2: not yes or no");
	expect_fault("[face]\nmodels = m\n", "vid.conf:2: not an absolute");
	expect_fault("[face]\nengine = none\n", "vid.conf:2: not models or basic");
	expect_fault("[policy]\ndeadline = 4\n", "vid.conf:2: not a number");
	expect_fault("[policy]\ndeadline = 301\n", "vid.conf:2: not a number");
	expect_fault("[policy]\nface = maybe\n", "vid.conf:2: not required or no");
	expect_fault("[policy]\nseat = remote\n", "vid.conf:2: not local or any");
	expect_fault("[policy]\nlevel = low\n", "vid.conf:2: not standard");
	expect_fault("[policy a b]\nface = no\n", "vid.conf:2: not the name of a PAM");
}

static void carriers_are_tried_in_the_order_of_their_words(void **state)
{
	static const char *const words[] = { "", "qr", "file", "key" };
	static struct settings settings;
	struct problem problem;
	char text[80];

	(void)state;
	/* every order of up to three different ones; 0 is none */
	for (unsigned n = 16; n < 64; n++) {
		const unsigned at[] = { n / 16, n / 4 % 4, n % 4 };
		bool twice = false, gap = false, good;

		for (size_t i = 0; i < 3; i++)
			for (size_t k = 0; k < i; k++) {
				twice = twice || (at[i] && at[i] == at[k]);
				gap = gap || (at[i] && !at[k]);
			}
		(void)snprintf(text, sizeof(text), "[policy]\npresent = %s%s%s%s%s\n",
			       words[at[0]], at[1] ? " " : "", words[at[1]],
			       at[2] ? " " : "", words[at[2]]);
		good = parse(text, &settings, &problem) == VID_OK;
		if (gap)
			continue; /* the same text as one without */
		assert_int_equal(good, !twice);
		for (size_t i = 0; good && i < CARRIERS_MAX; i++)
			assert_int_equal(settings.defaults.carriers[i], at[i]);
	}
	expect_fault("[policy]\npresent =\n", "vid.conf:2: not key, qr, file");
	expect_fault("[policy]\npresent = qr  file\n", "vid.conf:2: not key, qr, file");
	expect_fault("[policy]\npresent = qr,file\n", "vid.conf:2: not key, qr, file");
	expect_fault("[policy]\npresent = keys\n", "vid.conf:2: not key, qr, file");
	expect_fault("[policy]\npresent = key qr file key\n",
		     "vid.conf:2: not key, qr, file");
}

static void only_a_key_opens_a_secret(void **state)
{
	static struct settings settings;
	struct problem problem;

	(void)state;
	assert_int_equal(parse("", &settings, &problem), VID_OK);
	assert_false(settings.defaults.unlock_secret);
	assert_int_equal(parse("[policy]\npresent = qr key\nunlock-secret = yes\n",
			       &settings, &problem),
			 VID_OK);
	assert_true(settings.defaults.unlock_secret);
	assert_int_equal(parse("[policy]\nunlock-secret = no\n", &settings, &problem),
			 VID_OK);
	expect_fault("[policy]\nunlock-secret = yes\n",
		     "vid.conf: [policy]: unlock-secret = yes needs key in present");
	/* what a service takes over is judged with what it says itself */
	expect_fault("[policy]\npresent = key\nunlock-secret = yes\n[policy su]\n"
		     "present = qr\n",
		     "vid.conf: [policy su]: unlock-secret = yes needs key in present");
	expect_fault("[policy]\nunlock-secret = maybe\n", "vid.conf:2: not yes or no");
}

static void keys_are_looked_for_at_usb_unless_a_word_says_otherwise(void **state)
{
	static struct settings settings;
	struct problem problem;

	(void)state;
	assert_int_equal(parse("", &settings, &problem), VID_OK);
	assert_string_equal(settings.keys, "usb");
	assert_int_equal(
		parse("[key]\ndevices = test:/a.sock:/b.sock\n", &settings, &problem),
		VID_OK);
	assert_string_equal(settings.keys, "test:/a.sock:/b.sock");
	expect_fault("[key]\ndevices =\n", "vid.conf:2: not a word");
	expect_fault("[key]\ndevices = usb nfc\n", "vid.conf:2: not a word");
	expect_fault("[key]\ndevice = usb\n", "vid.conf:2: unknown key");
}

static void a_folder_is_absolute_or_one_of_the_home(void **state)
{
	(void)state;
	expect_fault("[carriers]\nfolders = media\n", "vid.conf:2: not an absolute");
	expect_fault("[carriers]\nfolders = /a/../b\n", "vid.conf:2: not an absolute");
	expect_fault("[carriers]\nfolders = ~/..\n", "vid.conf:2: not an absolute");
	expect_fault("[carriers]\nfolders = ~/a/b\n", "vid.conf:2: not an absolute");
	expect_fault("[carriers]\nfolders = ~/\n", "vid.conf:2: not an absolute");
	expect_fault("[carriers]\nfolders = /a::/b\n", "vid.conf:2: not an absolute");
	expect_fault("[carriers]\nfolders = /a:/b:/c:/d:/e:/f:/g:/h:/i\n",
		     "vid.conf:2: more than 8");
}

static void a_service_before_the_defaults_is_an_error(void **state)
{
	(void)state;
	expect_fault("[policy su]\nface = no\n[policy]\nbearer = no\n",
		     "vid.conf:4: [policy] must stand before");
}

static void no_policy_is_content_with_a_copied_file(void **state)
{
	(void)state;
	expect_fault("[policy]\nface = no\nbearer = yes\n", "vid.conf: [policy]: face");
	expect_fault("[policy]\naccept = claim169\n", "vid.conf: [policy]: accept");
	expect_fault("[policy]\naccept = vid claim169\nbearer = no\n",
		     "vid.conf: [policy]: accept");
	expect_fault("[policy]\nbearer = yes\naccept = claim169\n"
		     "[policy su]\nbearer = no\n",
		     "vid.conf: [policy su]: accept");
	expect_fault("[policy]\nbearer = yes\naccept = claim169\nface = no\n",
		     "vid.conf: [policy]: face");
	expect_fault("[policy]\nbearer = cards\nface = no\n", "vid.conf: [policy]: face");
	expect_fault("[policy]\nbearer = card\n", "vid.conf:2: not no, cards or yes");
	expect_fault("[policy]\naccept = card\n", "vid.conf:2: not vid, claim169");
	expect_fault("[policy]\naccept = vid vid\n", "vid.conf:2: not vid, claim169");
	expect_fault("[policy]\nface = no\n[policy su]\nbearer = yes\n",
		     "vid.conf: [policy su]: face");
}

static void an_infrared_camera_is_found_named_or_left_alone(void **state)
{
	static struct settings settings;
	struct problem problem;

	(void)state;
	assert_int_equal(parse("[camera]\ndevice = c\n", &settings, &problem), VID_OK);
	assert_string_equal(settings.infrared, "auto");
	assert_int_equal(parse("[camera]\ninfrared = no\n", &settings, &problem), VID_OK);
	assert_string_equal(settings.infrared, "");
	assert_int_equal(parse("[camera]\ninfrared = a:1.2,b:c,d\n", &settings, &problem),
			 VID_OK);
	assert_string_equal(settings.infrared, "a:1.2,b:c,d");
	expect_fault("[camera]\ninfrared =\n", "vid.conf:2:");
}

static void liveness_is_compulsory_but_for_a_verifying_key_S8(void **state)
{
	static struct settings settings;
	struct problem problem;
	const struct policy *policy;

	(void)state;
	assert_int_equal(parse("[policy]\n", &settings, &problem), VID_OK);
	assert_int_equal(settings.defaults.liveness, LIVENESS_TURN);
	assert_int_equal(settings.defaults.turn_seconds, 4);
	assert_int_equal(settings.defaults.key_uv, KEY_UV_PREFERRED);
	assert_int_equal(parse("[policy]\nliveness = passive\nturn-seconds = 9\n"
			       "[policy kiosk]\nliveness = off\nkey-uv = required\n",
			       &settings, &problem),
			 VID_OK);
	policy = settings_policy(&settings, "kiosk");
	assert_int_equal(policy->liveness, LIVENESS_OFF);
	assert_int_equal(policy->turn_seconds, 9);
	policy = settings_policy(&settings, "su");
	assert_int_equal(policy->liveness, LIVENESS_PASSIVE);

	expect_fault("[policy]\nliveness = off\n", "vid.conf:");
	expect_fault("[policy]\nliveness = off\nkey-uv = preferred\n", "vid.conf:");
	expect_fault("[policy]\nliveness = off\nkey-uv = no\n", "vid.conf:");
	expect_fault("[policy]\nkey-uv = required\n[policy su]\nliveness = off\n"
		     "key-uv = no\n",
		     "vid.conf:");
	expect_fault("[policy]\nliveness = maybe\n", "vid.conf:2:");
	expect_fault("[policy]\nturn-seconds = 1\n", "vid.conf:2:");
	expect_fault("[policy]\nturn-seconds = 61\n", "vid.conf:2:");
	expect_fault("[policy]\nkey-uv = yes\n", "vid.conf:2:");
}

static void the_basic_engine_wants_its_words(void **state)
{
	static struct settings settings;
	struct problem problem;

	(void)state;
	expect_fault("[face]\nengine = basic\n", "vid.conf: [face]: engine = basic");
	expect_fault("[face]\nengine = basic\naccept-basic-engine = yes\n",
		     "vid.conf:3: these are not the words");
	expect_fault("[face]\nengine = models\n", "vid.conf: [face]: engine = models");
	assert_int_equal(parse("[face]\nengine = basic\n"
			       "accept-basic-engine = this engine guards nothing\n",
			       &settings, &problem),
			 VID_OK);
	assert_int_equal(settings.engine, ENGINE_BASIC);
}

static void a_missing_file_is_an_error(void **state)
{
	static struct settings settings;
	struct problem problem;

	(void)state;
	assert_int_equal(settings_load("/nonexistent/vid.conf", &settings, &problem),
			 VID_FILE_MISSING);
	assert_false(settings_policy(&settings, "su")->enabled);
}

static void levels_are_false_match_rates(void **state)
{
	(void)state;
	assert_true(face_level_fmr(LEVEL_STANDARD) == 1e-4);
	assert_true(face_level_fmr(LEVEL_HIGH) == 1e-5);
	assert_true(face_level_fmr(LEVEL_HIGHEST) == 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_asks_for_everything),
		cmocka_unit_test(every_key_is_read),
		cmocka_unit_test(what_is_not_understood_is_named_with_its_line),
		cmocka_unit_test(carriers_are_tried_in_the_order_of_their_words),
		cmocka_unit_test(only_a_key_opens_a_secret),
		cmocka_unit_test(keys_are_looked_for_at_usb_unless_a_word_says_otherwise),
		cmocka_unit_test(a_folder_is_absolute_or_one_of_the_home),
		cmocka_unit_test(a_service_before_the_defaults_is_an_error),
		cmocka_unit_test(no_policy_is_content_with_a_copied_file),
		cmocka_unit_test(an_infrared_camera_is_found_named_or_left_alone),
		cmocka_unit_test(liveness_is_compulsory_but_for_a_verifying_key_S8),
		cmocka_unit_test(the_basic_engine_wants_its_words),
		cmocka_unit_test(a_missing_file_is_an_error),
		cmocka_unit_test(levels_are_false_match_rates),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
