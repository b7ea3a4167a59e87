/* SPDX-License-Identifier: BSD-2-Clause */
/* nss_vid as it is installed: what it has seen it believes for a moment, and no longer.
 */
#include "tests/nss/box.h"

#include "tests/nss/nss_vid.h"

static struct passwd pw;
static char buffer[512];

static enum nss_status ask(const char *name)
{
	int error;

	return _nss_vid_getpwnam_r(name, &pw, buffer, sizeof(buffer), &error);
}

/* Hits and misses, so that the snapshot is one that was just looked at. */
static void warm_up(void)
{
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(ask("vkim"), NSS_STATUS_SUCCESS);
		assert_int_equal(ask("bo"), NSS_STATUS_NOTFOUND);
	}
}

static void once_settled_a_new_index_is_seen_S42(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 50; i++) {
		char map[256];

		box_make(NULL);
		box_compiles(KIM " vkim uid=60001 gecos=before\n");
		accounts_settle();
		warm_up();
		(void)snprintf(
			map, sizeof(map),
			KIM " vkim uid=60001 gecos=after %u\n" BO " bo uid=60002\n", i);
		box_compiles(map);
		accounts_settle();
		assert_int_equal(ask("bo"), NSS_STATUS_SUCCESS);
		assert_int_equal(ask("vkim"), NSS_STATUS_SUCCESS);
		assert_int_equal(strncmp(pw.pw_gecos, "after", 5), 0);
	}
}

static void once_settled_a_local_account_wins_S42(void **state)
{
	(void)state;
	box_make(NULL);
	box_compiles(KIM " vkim uid=60001\n");
	accounts_settle();
	warm_up();
	box_write(box_host.passwd, "vkim:x:1001:1001::/:/bin/sh\n");
	accounts_settle();
	assert_int_equal(ask("vkim"), NSS_STATUS_NOTFOUND);
	box_write(box_host.passwd, "root:x:0:0::/:/bin/sh\n");
	accounts_settle();
	assert_int_equal(ask("vkim"), NSS_STATUS_SUCCESS);
}

static void once_settled_an_index_that_is_gone_is_unavailable(void **state)
{
	(void)state;
	box_make(NULL);
	box_compiles(KIM " vkim uid=60001\n");
	accounts_settle();
	warm_up();
	assert_int_equal(unlink(BOX_INDEX), 0);
	accounts_settle();
	assert_int_equal(ask("vkim"), NSS_STATUS_UNAVAIL);
	assert_int_equal(ask("bo"), NSS_STATUS_UNAVAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(once_settled_a_new_index_is_seen_S42),
		cmocka_unit_test(once_settled_a_local_account_wins_S42),
		cmocka_unit_test(once_settled_an_index_that_is_gone_is_unavailable),
	};

	return cmocka_run_group_tests_name("nss_vid_fresh", tests, box_make, NULL);
}
