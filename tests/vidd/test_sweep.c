/* SPDX-License-Identifier: BSD-2-Clause */
/* Homes of walk-ups that a crash has left, at the next start of the machine. */
#include "config.h"

#include <linux/magic.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libvid/walkup.h"
#include "tests/vidd/walks.h"
#include "vidd/home_sweep.h"

/* No other test has processes of these accounts: all share one table of processes. */
#define NAME "kiosk-51000"
#define UID  51000

static long disk; /* what fstatfs says; 0: the truth */

int fstatfs(int fd, struct statfs *out)
{
	int got = (int)syscall(SYS_fstatfs, fd, out);

	if (disk)
		out->f_type = (__typeof__(out->f_type))disk;
	return got;
}

static struct problem problem;
static unsigned wiped;

static void map(const char *policy)
{
	char text[PATH_MAX + 256];

	(void)snprintf(text, sizeof(text),
		       "*@example allocate prefix=kiosk- uids=51000-51001 "
		       "home=%s/{name} home-policy=%s\n",
		       world_path("homes"), policy);
	world_map(text, NULL);
}

/* As at the first login of somebody. The file of issuers is the world's. */
static void given(const char *sub, const char *name)
{
	struct accounts_host host = accounts_this_host;
	char identity[VID_IDENTITY_MAX + 1];
	struct account account;

	host.issuers = world_path("issuers.d");
	(void)snprintf(identity, sizeof(identity), "%s@example", sub);
	if (walkup_allocate(&host, world_path("accounts.cdb"), &world.key, WORLD_ISS,
			    identity, world.now, &account, &problem) != VID_OK)
		fail_msg("%s", problem.text);
	assert_string_equal(account.name, name);
}

static int set_up_homes(void **state)
{
	set_up(state);
	disk = 0;
	assert_int_equal(mkdir(world_path("homes"), 0755), 0);
	assert_int_equal(mkdir(world_path("run"), 0755), 0);
	map("wipe-at-logout");
	given(world.kim.sub, NAME);
	given(world.lee.sub, "kiosk-51001");
	return 0;
}

static void home_made(const char *name, uid_t uid)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "homes/%s", name);
	assert_int_equal(mkdir(world_path(path), 0700), 0);
	(void)snprintf(path, sizeof(path), "homes/%s/diary", name);
	world_write(path, "dear", 4);
	assert_int_equal(chown(world_path(path), uid, uid), 0);
	*strrchr(path, '/') = '\0';
	assert_int_equal(chown(world_path(path), uid, uid), 0);
}

static bool is_there(const char *name)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "homes/%s", name);
	return access(world_path(path), F_OK) == 0;
}

static enum vid_reason sweep(void)
{
	const struct sweep_place place = {
		.issuers = world_path("issuers.d"),
		.hostkey = world_path("host.key"),
		.index = world_path("accounts.cdb"),
		.sessions = world_path("run/sessions"),
		.processes = PROCESS_PROC,
	};

	stage->log[0] = '\0';
	problem.text[0] = '\0';
	return home_sweep(&place, &wiped, &problem);
}

static void homes_of_a_crashed_machine_go_at_its_start_S66(void **state)
{
	(void)state;
	home_made(NAME, UID);
	home_made("kiosk-51001", UID + 1);
	assert_int_equal(
		mkdir(world_path("homes/.kiosk-51001.wipe-0123456789abcdef"), 0700),
		0); /* an interrupted wipe */
	assert_int_equal(sweep(), VID_OK);
	assert_false(is_there(NAME));
	assert_false(is_there("kiosk-51001"));
	assert_false(is_there(".kiosk-51001.wipe-0123456789abcdef"));
	assert_true(wiped >= 2);
}

static void what_is_no_home_of_the_rule_stays(void **state)
{
	static const char *const others[] = { "kiosk-51002", "kiosk-051000", "kiosk-",
					      "xkiosk-51000", "alice" };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		home_made(others[i], UID);
	home_made("kiosk-51001", UID); /* of another account */
	assert_int_equal(sweep(), VID_STATE);
	assert_non_null(strstr(problem.text, "it belongs to somebody else"));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_true(is_there(others[i]));
	assert_true(is_there("kiosk-51001"));
	assert_int_equal(wiped, 0);
}

/* A line of the map, or the rule of another issuer, may give such a name and number. */
static void a_home_that_the_rule_has_not_given_stays_S66(void **state)
{
	char line[PATH_MAX + 256];

	(void)state;
	(void)snprintf(line, sizeof(line),
		       "%s@example kiosk-51002 uid=51002 home=%s/kiosk-51002\n"
		       "*@example allocate prefix=kiosk- uids=51000-51009 "
		       "home=%s/{name} home-policy=wipe-at-logout\n",
		       "AAAAAAAAAAAAAAAAAAAAAA", world_path("homes"),
		       world_path("homes"));
	world_map(line, NULL);
	home_made("kiosk-51002", 51002);
	home_made("kiosk-51003", 51003); /* a number of the rule that nobody was given */
	home_made(NAME, UID);
	assert_int_equal(sweep(), VID_OK);
	assert_false(is_there(NAME));
	assert_true(is_there("kiosk-51002"));
	assert_true(is_there("kiosk-51003"));
	assert_int_equal(wiped, 1);
}

static void a_home_elsewhere_is_not_the_given_one_S66(void **state)
{
	char line[PATH_MAX + 256];

	(void)state;
	assert_int_equal(mkdir(world_path("others"), 0755), 0);
	(void)snprintf(line, sizeof(line),
		       "*@example allocate prefix=kiosk- uids=51000-51001 "
		       "home=%s/{name} home-policy=wipe-at-logout\n",
		       world_path("others"));
	home_made(NAME, UID);
	assert_int_equal(
		rename(world_path("homes/" NAME), strdupa(world_path("others/" NAME))),
		0);
	world_map(line, NULL);
	assert_int_equal(sweep(), VID_OK);
	assert_int_equal(access(world_path("others/" NAME), F_OK), 0);
}

static void homes_that_are_kept_stay(void **state)
{
	(void)state;
	home_made(NAME, UID);
	map("keep");
	assert_int_equal(sweep(), VID_OK);
	assert_true(is_there(NAME));
}

static void a_home_on_a_server_may_be_in_use_elsewhere_S66(void **state)
{
	static const long others[] = { NFS_SUPER_MAGIC, 0xff534d42, FUSE_SUPER_MAGIC,
				       V9FS_MAGIC, 0x12345678 };

	(void)state;
	home_made(NAME, UID);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		disk = others[i];
		assert_int_equal(sweep(), VID_STATE);
		assert_non_null(strstr(problem.text, "on no local file system"));
		assert_true(is_there(NAME));
	}
	disk = EXT4_SUPER_MAGIC;
	assert_int_equal(sweep(), VID_OK);
	assert_false(is_there(NAME));
}

static void a_home_in_use_is_not_swept_S66(void **state)
{
	int ready[2];
	pid_t child;
	char byte;

	(void)state;
	home_made(NAME, UID);
	assert_int_equal(pipe(ready), 0);
	if ((child = fork()) == 0) {
		if (setresuid(UID, UID, UID) < 0 ||
		    prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			(void)pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(sweep(), VID_OK);
	assert_true(is_there(NAME));
	assert_non_null(strstr(stage->log, "the account is in use"));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(ready[0]);
	close(ready[1]);
}

static void without_an_index_there_is_nothing_to_sweep(void **state)
{
	(void)state;
	home_made(NAME, UID);
	assert_int_equal(unlink(world_path("accounts.cdb")), 0);
	assert_int_equal(sweep(), VID_STATE); /* there was one */
	assert_true(is_there(NAME));
	assert_int_equal(unlink(world_path("accounts.cdb.ledger")), 0);
	assert_int_equal(unlink(world_path("accounts.cdb.mark")), 0);
	assert_int_equal(sweep(), VID_OK);
	assert_true(is_there(NAME));
	map("wipe-at-logout");
	world_write("accounts.cdb", "damaged", 7);
	assert_int_equal(sweep(), VID_STATE);
	assert_true(is_there(NAME));
}

#define sweep_test(name) cmocka_unit_test_setup_teardown(name, set_up_homes, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		sweep_test(homes_of_a_crashed_machine_go_at_its_start_S66),
		sweep_test(what_is_no_home_of_the_rule_stays),
		sweep_test(a_home_that_the_rule_has_not_given_stays_S66),
		sweep_test(a_home_elsewhere_is_not_the_given_one_S66),
		sweep_test(homes_that_are_kept_stay),
		sweep_test(a_home_on_a_server_may_be_in_use_elsewhere_S66),
		sweep_test(a_home_in_use_is_not_swept_S66),
		sweep_test(without_an_index_there_is_nothing_to_sweep),
	};

	if (geteuid() != 0) {
		puts("1..0 # SKIP needs root: a home is another user's");
		return 0;
	}
	return WALKS_RUN("sweep");
}
