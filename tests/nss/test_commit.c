/* SPDX-License-Identifier: BSD-2-Clause */
/* A disk that refuses at any moment of a compilation leaves a map that logins take. */
#include "tests/nss/box.h"

#include <errno.h>
#include <sys/syscall.h>

#include "libvid/accounts_state.h"
#include "libvid/cleanup.h"

static struct problem problem;
static unsigned calls, fails_from, fails_until; /* of fsync, from 1 */

static bool fails(void)
{
	calls++;
	return fails_from && calls >= fails_from && calls <= fails_until;
}

/* In place of libc's, for the library in this program. */
int fsync(int fd)
{
	if (fails()) {
		errno = ENOSPC;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

static enum vid_reason compile(unsigned gecos)
{
	char text[128];

	(void)snprintf(text, sizeof(text), KIM " one uid=60000 gecos=version %u\n",
		       gecos);
	return box_compile(text, &problem);
}

/* As a login sees it. */
static enum vid_reason reach(void)
{
	struct account account;

	return account_of_identity(BOX_INDEX, &box_key, BOX_ISS, KIM, &account, &problem);
}

static void logins_go_on(unsigned from, unsigned until)
{
	static unsigned version;

	box_make(NULL);
	calls = fails_from = 0;
	assert_int_equal(compile(++version), VID_OK);
	calls = 0;
	fails_from = from;
	fails_until = until;
	(void)compile(++version);
	fails_from = 0;
	if (reach() != VID_OK)
		fail_msg("%u to %u: %s", from, until, problem.text);
	assert_int_equal(compile(++version), VID_OK);
}

static void a_full_disk_shuts_nobody_out_S34(void **state)
{
	unsigned most;

	(void)state;
	box_make(NULL);
	calls = 0;
	assert_int_equal(compile(0), VID_OK);
	calls = 0;
	assert_int_equal(compile(1), VID_OK);
	most = calls;
	assert_true(most >= 3); /* index, ledger, mark */
	for (unsigned from = 1; from <= most; from++)
		for (unsigned until = from; until <= most + 2; until++)
			logins_go_on(from, until);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_disk_shuts_nobody_out_S34),
	};

	return cmocka_run_group_tests_name("commit", tests, box_make, NULL);
}
