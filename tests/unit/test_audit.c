/* SPDX-License-Identifier: BSD-2-Clause */
/* One line a login, in which nothing from outside can look like a field or a line. */
#include "config.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libvid/audit.h"

static const uint8_t cti[16] = "0123456789abcdef";

static void a_login_is_one_line_S52(void **state)
{
	const struct audit_record record = {
		.event = "login",
		.service = "su",
		.account = "vkim",
		.alias = "example",
		.cti = bytes_of(cti, sizeof(cti)),
		.assurance = "holder+face",
		.why = VID_OK,
		.milliseconds = 812,
		.uid = 4294967294u,
		.pid = 4242,
	};
	uint8_t hash[crypto_hash_sha256_BYTES];
	char line[512], expected[512], hex[9];

	(void)state;
	crypto_hash_sha256(hash, cti, sizeof(cti));
	sodium_bin2hex(hex, sizeof(hex), hash, 4);
	(void)snprintf(
		expected, sizeof(expected),
		"event=login service=su account=vkim iss=example cti=%s "
		"assurance=holder+face reason=OK step=0 ms=812 uid=4294967294 pid=4242",
		hex);
	audit_format(&record, line, sizeof(line));
	assert_string_equal(line, expected);
}

static void what_is_not_known_is_a_dash(void **state)
{
	const struct audit_record record = { .event = "login", .why = VID_SIGNATURE };
	char line[512];

	(void)state;
	audit_format(&record, line, sizeof(line));
	assert_string_equal(line,
			    "event=login service=- account=- iss=- cti=- assurance=- "
			    "reason=SIGNATURE step=11 ms=0 uid=- pid=-");
}

static void nothing_from_outside_makes_a_field_or_a_line(void **state)
{
	struct problem problem = { "/etc/x:1: \"bad\"\nevent=login reason=OK" };
	const struct audit_record record = {
		.event = "login",
		.service = "su reason=OK",
		.account = "a\nb\"\x1b[31m=",
		.why = VID_CONFIG,
		.problem = &problem,
	};
	char line[512];

	(void)state;
	audit_format(&record, line, sizeof(line));
	assert_string_equal(line,
			    "event=login service=su?reason?OK account=a?b??[31m? iss=- "
			    "cti=- assurance=- reason=CONFIG step=0 ms=0 uid=- pid=- "
			    "detail=\"/etc/x:1: ?bad??event=login reason=OK\"");
}

static void a_long_word_is_cut(void **state)
{
	struct audit_record record = { .event = "login", .why = VID_OK };
	char service[300], line[512], small[20];

	(void)state;
	memset(service, 'a', sizeof(service) - 1);
	service[sizeof(service) - 1] = '\0';
	record.service = service;
	audit_format(&record, line, sizeof(line));
	assert_non_null(strstr(line, "aaaa account="));
	assert_true(strlen(line) < 200);
	audit_format(&record, small, sizeof(small));
	assert_string_equal(small, "event=login service");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_login_is_one_line_S52),
		cmocka_unit_test(what_is_not_known_is_a_dash),
		cmocka_unit_test(nothing_from_outside_makes_a_field_or_a_line),
		cmocka_unit_test(a_long_word_is_cut),
	};

	return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
