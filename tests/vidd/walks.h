/* SPDX-License-Identifier: BSD-2-Clause */
/* walks.h - what the tests of vidd's walk share: somebody walks up, something comes of it
 */
#ifndef VID_TEST_WALKS_H
#define VID_TEST_WALKS_H

#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/wire.h"
#include "tests/root.h"
#include "tests/vidd/fake_key.h"
#include "tests/vidd/world.h"

#define KIM world.kim.account
#define LEE world.lee.account

static char code[8192]; /* the QR code in hand */

static inline int set_up(void **state)
{
	(void)state;
	world_make();
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	world_drop();
	return 0;
}

/* What was asked, and what has to come of it. */
static inline struct outcome expect(const struct asking *asking, enum vid_reason why)
{
	struct outcome out = ask_vidd(asking);
	char audited[64];

	if (strcmp(out.reason, reason_name(why)) != 0)
		fail_msg("%s instead of %s; %s", out.reason, reason_name(why),
			 stage->log);
	if (out.verdict) /* an identity without an account is like a wrong face (S53) */
		assert_int_equal(out.verdict, why == VID_IDENTITY_UNKNOWN
						      ? VERDICT_DENIED
						      : reason_verdict(why));
	if (why != VID_OK)
		assert_string_equal(out.account, "");
	(void)snprintf(audited, sizeof(audited), "reason=%s ", reason_name(why));
	assert_non_null(strstr(stage->log, audited));
	assert_int_equal(stage->opened - (stage->open != VID_OK ? stage->opened : 0),
			 stage->closed);
	assert_int_equal(keys->opened, keys->closed);
	return out;
}

static inline struct outcome expect_for_kim(enum vid_reason why)
{
	const struct asking asking = { .account = KIM };

	return expect(&asking, why);
}

/* Does what a login was granted still hold? Nobody is spoken to, no device is used. */
static inline struct outcome expect_still_as(uid_t uid, struct bytes note,
					     enum vid_reason why)
{
	struct outcome out = ask_vidd_again(PAM_FRAME_ACCOUNT, note, uid);
	char audited[64];

	if (strcmp(out.reason, reason_name(why)) != 0)
		fail_msg("%s instead of %s; %s", out.reason, reason_name(why),
			 stage->log);
	assert_int_equal(out.verdict, reason_verdict(why));
	assert_string_equal(out.account, why == VID_OK ? KIM : "");
	assert_string_equal(out.said, "");
	assert_int_equal(out.prompts + out.asked, 0);
	assert_int_equal(stage->opened + keys->opened, 0);
	(void)snprintf(audited, sizeof(audited), "reason=%s ", reason_name(why));
	assert_non_null(strstr(stage->log, "event=account "));
	assert_non_null(strstr(stage->log, audited));
	return out;
}

static inline struct outcome expect_still(const struct outcome *granted,
					  enum vid_reason why)
{
	return expect_still_as(0, bytes_of(granted->note, granted->note_len), why);
}

static inline void in_hand(const struct shown *shown)
{
	shown_text(shown, code, sizeof(code));
}

/* A fresh proof of kim's, and kim's face. */
static inline void kim_walks_up(void)
{
	const struct shown shown = shown_by(&world.kim);

	in_hand(&shown);
	stage_walk(code, world.kim.face);
}

static inline void on_stick(const char *name, const struct shown *shown, long seconds)
{
	uint8_t message[VID_KBT_MAX];
	size_t len = shown_make(shown, message, sizeof(message));
	struct timeval times[2] = { { seconds, 0 }, { seconds, 0 } };
	char path[128];

	(void)snprintf(path, sizeof(path), "stick/%s", name);
	world_write(path, message, len);
	assert_int_equal(utimes(world_path(path), times), 0);
}

/* Root may ask about anybody; everyone else is a test of its own. A namespace with root
 * alone has no user for vid-parse to become. */
#define WALKS_RUN(name)                                                                  \
	(geteuid() == 0 ? cmocka_run_group_tests_name(name, tests, NULL, NULL)           \
			: (puts("1..0 # SKIP needs root"), 0))
#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
