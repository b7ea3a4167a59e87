/* SPDX-License-Identifier: BSD-2-Clause */
/* First logins at the same time, and accounts that come and go: no number twice (S43). */
#include "tests/nss/box.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "libvid/cleanup.h"
#include "libvid/ledger.h"
#include "libvid/walkup.h"

#define LOGINS     200
#define IDENTITIES 50
#define CYCLES     10000 /* a tenth where each fsync is a disk's */
#define FIRST      100000u
#define LAST       119999u
#define RULE       "*@example allocate prefix=kiosk- uids=100000-119999 groups=terminal\n"

static unsigned cycles = CYCLES / 10;

/* A disk in memory, for this process alone. */
static int memory_make(void **state)
{
	int made = box_make(state);

	if (unshare(CLONE_NEWNS) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("box", BOX, "tmpfs", 0, "mode=755") == 0)
		cycles = CYCLES;
	else
		print_message("# no mount namespace: %u cycles, not %u\n", cycles,
			      CYCLES);
	return made;
}

static const char *person(unsigned i)
{
	static char identity[64];

	(void)snprintf(identity, sizeof(identity), "AAECAwQFBgcICQoL%02uADOw@example", i);
	return identity;
}

static enum vid_reason give(const char *identity, struct account *out)
{
	struct problem problem = { "" };
	enum vid_reason why =
		walkup_allocate(&box_host, BOX_INDEX, &box_key, box_iss(identity),
				identity, BOX_NOW, out, &problem);

	if (why != VID_OK)
		print_message("# %d: %s\n", (int)why, problem.text);
	return why;
}

/* What a login is given, told through a pipe: the number, or 0. */
static void log_in(unsigned i, int start, int told)
{
	struct account account = { .uid = 0 };
	uint32_t answer[2] = { i % IDENTITIES, 0 };
	char byte;

	if (read(start, &byte, 1) == 0 && /* closed: all begin now */
	    give(person(i % IDENTITIES), &account) == VID_OK)
		answer[1] = account.uid;
	_exit(write(told, answer, sizeof(answer)) == (ssize_t)sizeof(answer) ? 0 : 1);
}

static void as_many_accounts_as_identities_come_of_logins_at_the_same_time_S43(
	void **state)
{
	uint32_t uid[IDENTITIES] = { 0 }, answer[2];
	AUTO(ledger_free) struct ledger ledger = { 0 };
	AUTO(index_close) struct index index = { 0 };
	struct problem problem = { "" };
	unsigned answers = 0;
	int start[2], told[2], status;

	(void)state;
	box_make(NULL);
	box_compiles(RULE);
	assert_int_equal(pipe2(start, O_CLOEXEC), 0);
	assert_int_equal(pipe2(told, O_CLOEXEC), 0);
	for (unsigned i = 0; i < LOGINS; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			(void)close(start[1]);
			log_in(i, start[0], told[1]);
		}
	}
	(void)close(start[1]);
	(void)close(told[1]);
	while (read(told[0], answer, sizeof(answer)) == (ssize_t)sizeof(answer)) {
		assert_in_range(answer[1], FIRST, FIRST + IDENTITIES - 1);
		if (uid[answer[0]])
			assert_int_equal(uid[answer[0]], answer[1]);
		uid[answer[0]] = answer[1];
		answers++;
	}
	while (wait(&status) > 0)
		assert_int_equal(status, 0);
	(void)close(start[0]);
	(void)close(told[0]);
	assert_int_equal(answers, LOGINS);
	for (unsigned i = 0; i < IDENTITIES; i++)
		for (unsigned k = 0; k < i; k++)
			assert_int_not_equal(uid[i], uid[k]);
	assert_int_equal(index_open(BOX_INDEX, &index), INDEX_OK);
	assert_int_equal(index_verify(&index), INDEX_OK);
	assert_int_equal(index.rows, IDENTITIES);
	assert_int_equal(ledger_load(BOX_LEDGER, &box_key, &ledger, &problem), VID_OK);
	assert_int_equal(ledger.count, IDENTITIES);
	assert_int_equal(index.generation, 1 + IDENTITIES);
}

/* What vid account remove does to an account that a rule gave. */
static void forget(uint32_t uid)
{
	AUTO(ledger_free) struct ledger ledger = { 0 };
	struct problem problem = { "" };

	assert_int_equal(ledger_load(BOX_LEDGER, &box_key, &ledger, &problem), VID_OK);
	assert_non_null(ledger_of_uid(&ledger, uid)->identity);
	assert_true(ledger_bury(&ledger, uid, BOX_NOW));
	assert_int_equal(ledger_store(&ledger, BOX_LEDGER, &box_key, &problem), VID_OK);
	box_compiles(RULE);
}

static void thousands_that_are_forgotten_and_come_again_get_no_number_twice_S43(
	void **state)
{
	static bool given[LAST - FIRST + 1];
	uint32_t gone = 0;
	AUTO(ledger_free) struct ledger ledger = { 0 };
	struct problem problem = { "" };
	struct account account;

	(void)state;
	box_make(NULL);
	box_compiles(RULE);
	for (unsigned i = 0; i < cycles; i++) {
		if (give(person(i % IDENTITIES), &account) != VID_OK)
			fail_msg("cycle %u", i);
		assert_in_range(account.uid, FIRST, LAST);
		assert_false(given[account.uid - FIRST]);
		given[account.uid - FIRST] = true;
		forget(account.uid);
		assert_int_equal(account_of_identity(BOX_INDEX, &box_key,
						     box_iss(person(i % IDENTITIES)),
						     person(i % IDENTITIES), &account,
						     &problem),
				 VID_IDENTITY_UNKNOWN);
	}
	assert_int_equal(ledger_load(BOX_LEDGER, &box_key, &ledger, &problem), VID_OK);
	for (size_t i = 0; i < ledger.count; i++) {
		assert_null(ledger.at[i].identity);
		gone += ledger.at[i].last - ledger.at[i].uid + 1;
	}
	assert_int_equal(gone, cycles);
	/* nor by a line of the map */
	assert_int_equal(box_compile(RULE BO " bo uid=100321\n", &problem), VID_CONFIG);
	assert_non_null(strstr(problem.text, "uid 100321 was another account's"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			as_many_accounts_as_identities_come_of_logins_at_the_same_time_S43),
		cmocka_unit_test(
			thousands_that_are_forgotten_and_come_again_get_no_number_twice_S43),
	};

	return cmocka_run_group_tests_name("walkup_parallel", tests, memory_make, NULL);
}
