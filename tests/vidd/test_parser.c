/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes of strangers are parsed without rights, and the parser is not believed (S59). */
#include "config.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sensors/parse/client.h"
#include "tests/vidd/walks.h"
#include "vidd/login.h"

static struct outcome with_parser(const char *behaviour, enum vid_reason why)
{
	kim_walks_up();
	stage_parser(behaviour);
	return expect_for_kim(why);
}

/* --- its form ------------------------------------------------------------------------
 */

static void an_honest_parser_changes_nothing_S59(void **state)
{
	(void)state;
	kim_walks_up();
	expect_for_kim(VID_OK);
	with_parser("parse-honest", VID_OK);
}

static void a_parser_that_breaks_the_form_is_a_failed_helper_S59(void **state)
{
	static const char *const behaviours[] = {
		"parse-dies",   "parse-noise",       "parse-short",  "parse-magic",
		"parse-kind",   "parse-at",          "parse-len",    "parse-wrap",
		"parse-iss",    "parse-late-reason", "parse-reason", "parse-signature",
		"parse-message"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(behaviours) / sizeof(*behaviours); i++)
		with_parser(behaviours[i], VID_SENSOR_FAILED);
}

static void a_parser_that_hangs_is_ended_in_time_S50(void **state)
{
	int64_t began = wire_now();

	(void)state;
	with_parser("parse-hang", VID_SENSOR_FAILED);
	assert_in_range(wire_now() - began, 1000, 6000);
}

/* --- its lies ------------------------------------------------------------------------
 */

static void what_was_not_signed_is_not_believed_S59(void **state)
{
	(void)state;
	with_parser("parse-lie-payload", VID_SIGNATURE);
	with_parser("parse-lie-header", VID_SIGNATURE);
	with_parser("parse-lie-holder", VID_HOLDER_SIGNATURE);
}

static void a_proof_that_is_left_out_is_missing_S1(void **state)
{
	(void)state;
	with_parser("parse-lie-bare", VID_HOLDER_MISSING);
}

static void a_forged_message_that_is_said_to_be_right_is_refused_S59(void **state)
{
	struct shown shown = shown_by(&world.kim);
	uint8_t public[32], secret[64];

	(void)state;
	crypto_sign_keypair(public, secret);
	shown.issuer_secret = secret;
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	stage_parser("parse-lie-right");
	expect_for_kim(VID_SIGNATURE);
}

/* --- its rights ----------------------------------------------------------------------
 */

static long number_of(const char *status, const char *field, int base)
{
	const char *line = strstr(status, field);

	return line ? strtol(line + strlen(field), NULL, base) : -1;
}

/* It waits for its first byte with no right left. */
static void the_parser_has_no_rights_S59(void **state)
{
	struct sensor parser = SENSOR_NONE;
	struct problem problem = { "" };
	char path[64], status[8192] = "";
	int64_t until = wire_now() + 5000;

	(void)state;
	if (sensor_start(parse_spec(), &parser, &problem) != VID_OK)
		fail_msg("%s", problem.text);
	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)parser.pid);
	while (number_of(status, "\nSeccomp:\t", 10) != 2 && wire_now() < until) {
		FILE *file = fopen(path, "re");
		size_t len = file ? fread(status, 1, sizeof(status) - 1, file) : 0;

		status[len] = '\0';
		if (file)
			fclose(file);
		(void)usleep(1000);
	}
	sensor_stop(&parser);
	assert_int_equal(number_of(status, "\nSeccomp:\t", 10), 2);
	assert_int_equal(number_of(status, "\nNoNewPrivs:\t", 10), 1);
	assert_int_equal(number_of(status, "\nCapEff:\t", 16), 0);
	assert_int_equal(number_of(status, "\nCapPrm:\t", 16), 0);
	if (geteuid() == 0)
		assert_int_not_equal(number_of(status, "\nUid:\t", 10), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(an_honest_parser_changes_nothing_S59),
		test(a_parser_that_breaks_the_form_is_a_failed_helper_S59),
		test(a_parser_that_hangs_is_ended_in_time_S50),
		test(what_was_not_signed_is_not_believed_S59),
		test(a_proof_that_is_left_out_is_missing_S1),
		test(a_forged_message_that_is_said_to_be_right_is_refused_S59),
		test(the_parser_has_no_rights_S59),
	};

	return WALKS_RUN("vidd parser");
}
