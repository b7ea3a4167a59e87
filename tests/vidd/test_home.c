/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A home is wiped: all of it, and nothing else, whatever the account left there or does
 * meanwhile. Needs root, for files of two users.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/cleanup.h"
#include "tests/unit/cut_short.h"
#include "tests/unit/folder.h"
#include "vidd/emptying.h"
#include "vidd/home.h"

#define NAME  "kiosk-50123"
#define UID   50123
#define OTHER 50124

static char box[PATH_MAX];    /* root's */
static char homes[PATH_MAX];  /* box/home */
static char home[PATH_MAX];   /* box/home/NAME */
static char beside[PATH_MAX]; /* box/beside: what is not to be touched */
static struct problem problem;

/* Good until eight more were asked for. */
static const char *under(const char *folder, const char *name)
{
	static char *paths[8];
	static unsigned next;
	char **at = &paths[next++ % 8], *path = NULL;

	assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
	free(*at);
	return *at = path;
}

static void file_made(const char *path, uid_t owner)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "mine", 4), 4);
	assert_int_equal(fchown(fd, owner, owner), 0);
	assert_int_equal(close(fd), 0);
}

static void folder_made(const char *path, uid_t owner, mode_t mode)
{
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chown(path, owner, owner), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static bool there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* How much is in a folder, "." and ".." aside; *last: one name of it. */
static unsigned entries(const char *path, char last[256])
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	unsigned found = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			found++;
			if (last)
				(void)snprintf(last, 256, "%s", entry->d_name);
		}
	closedir(folder);
	return found;
}

static enum vid_reason wipe(void)
{
	problem.text[0] = '\0';
	return home_wipe(home, NAME, UID, UID, &problem);
}

static void all_is_gone(void)
{
	enum vid_reason why = wipe();

	if (why != VID_OK)
		fail_msg("%s: %s", reason_name(why), problem.text);
	assert_int_equal(entries(homes, NULL), 0);
}

/* What a refused or unfinished wipe says. */
static void it_says(const char *words)
{
	if (!strstr(problem.text, words))
		fail_msg("\"%s\" does not say \"%s\"", problem.text, words);
}

/* The one folder that something was left in. */
static const char *left(void)
{
	static char path[2 * PATH_MAX];
	char name[256];
	struct stat st;

	assert_int_equal(entries(homes, name), 1);
	assert_int_equal(strncmp(name, "." NAME ".wipe-", strlen("." NAME ".wipe-")), 0);
	assert_int_equal(lstat(under(homes, name), &st), 0);
	assert_int_equal(st.st_uid, 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	(void)snprintf(path, sizeof(path), "%s/%s/home", homes, name);
	return path;
}

static int set_up(void **state)
{
	(void)state;
	/* where the account can get at it, links being of no use otherwise */
	(void)snprintf(box, sizeof(box), "/tmp/vid-home-XXXXXX");
	if (!mkdtemp(box) || chmod(box, 0755) < 0)
		return -1;
	(void)snprintf(homes, sizeof(homes), "%.4000s/home", box);
	(void)snprintf(home, sizeof(home), "%.4000s/%s", homes, NAME);
	(void)snprintf(beside, sizeof(beside), "%.4000s/beside", box);
	folder_made(homes, 0, 0755);
	folder_made(home, UID, 0700);
	folder_made(beside, 0, 0755);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	folder_drop(box);
	return 0;
}

static void all_that_the_account_has_in_its_home_goes(void **state)
{
	static const char *const names[] = { "-rf", "a\nb",     "...",     " ",
					     "\\",  "\xff\xfe", ".profile" };
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = "s" };
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		file_made(under(home, names[i]), UID);
	folder_made(under(home, "dev"), UID, 0755);
	file_made(under(home, "dev/null"), UID);
	assert_int_equal(mkfifo(under(home, "fifo"), 0600), 0);
	assert_int_equal(lchown(under(home, "fifo"), UID, UID), 0);
	assert_int_equal(chdir(home), 0); /* sun_path is short */
	assert_int_equal(bind(sock, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(lchown("s", UID, UID), 0);
	assert_int_equal(chdir("/"), 0);
	close(sock);
	all_is_gone();
}

static void no_home_is_no_error(void **state)
{
	(void)state;
	assert_int_equal(rmdir(home), 0);
	all_is_gone();
	assert_int_equal(rmdir(homes), 0);
	assert_int_equal(wipe(), VID_OK);
}

static void folders_without_rights_are_wiped_too(void **state)
{
	static const mode_t modes[] = { 0, 0100, 0200, 0300, 0400, 0500, 0600, 0777 };

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		char name[8];

		(void)snprintf(name, sizeof(name), "%zu", i);
		folder_made(under(home, name), UID, 0700);
		folder_made(under(under(home, name), "in"), UID, 0);
		file_made(under(under(home, name), "in/file"), UID);
		assert_int_equal(chmod(under(home, name), modes[i]), 0);
	}
	assert_int_equal(chmod(home, 0), 0);
	all_is_gone();
}

static void links_go_and_what_they_lead_to_stays(void **state)
{
	(void)state;
	file_made(under(beside, "passwd"), 0);
	file_made(under(beside, "own"), UID);
	folder_made(under(beside, "folder"), UID, 0777);
	file_made(under(beside, "folder/file"), UID);
	assert_int_equal(symlink(under(beside, "passwd"), under(home, "a")), 0);
	assert_int_equal(symlink(under(beside, "own"), under(home, "b")), 0);
	assert_int_equal(symlink(under(beside, "folder"), under(home, "c")), 0);
	assert_int_equal(symlink("..", under(home, "d")), 0);
	assert_int_equal(symlink(".", under(home, "e")), 0);
	for (char name[] = "a"; name[0] <= 'e'; name[0]++)
		assert_int_equal(lchown(under(home, name), UID, UID), 0);
	all_is_gone();
	assert_int_equal(entries(beside, NULL), 3);
	assert_true(there(under(beside, "folder/file")));
}

static void a_file_with_another_name_elsewhere_stays_there(void **state)
{
	struct stat st;

	(void)state;
	file_made(under(beside, "theirs"), OTHER);
	file_made(under(beside, "ours"), UID);
	assert_int_equal(link(under(beside, "theirs"), under(home, "theirs")), 0);
	assert_int_equal(link(under(beside, "ours"), under(home, "ours")), 0);
	assert_int_equal(wipe(), VID_STATE); /* theirs is of another user's */
	it_says("other users: 1,");
	assert_int_equal(stat(under(beside, "ours"), &st), 0);
	assert_int_equal(st.st_size, 4);
	assert_int_equal(stat(under(beside, "theirs"), &st), 0);
	assert_int_equal(st.st_size, 4);
	assert_int_equal(st.st_nlink, 2);
}

static void what_others_own_stays_and_is_told(void **state)
{
	char kept[PATH_MAX];

	(void)state;
	file_made(under(home, "mine"), UID);
	file_made(under(home, "theirs"), OTHER);
	file_made(under(home, "root's"), 0);
	folder_made(under(home, "in"), UID, 0700);
	folder_made(under(home, "in/their folder"), OTHER, 0777);
	file_made(under(home, "in/their folder/mine"), UID);
	assert_int_equal(wipe(), VID_STATE);
	it_says("other users: 3, and what cannot be removed: 0;");
	assert_false(there(home)); /* the next login gets a fresh one */
	(void)snprintf(kept, sizeof(kept), "%s", left());
	assert_int_equal(entries(kept, NULL), 3);
	assert_true(there(under(kept, "in/their folder/mine")));

	folder_made(home, UID, 0700);
	file_made(under(home, "fresh"), UID);
	assert_int_equal(wipe(), VID_STATE); /* told again, and the fresh one is gone */
	it_says("other users: 3,");
	assert_string_equal(left(), kept);

	assert_int_equal(unlink(under(kept, "theirs")), 0);
	assert_int_equal(unlink(under(kept, "root's")), 0);
	assert_int_equal(chown(under(kept, "in/their folder"), UID, UID), 0);
	all_is_gone();
}

static void a_link_in_the_homes_place_is_refused(void **state)
{
	(void)state;
	assert_int_equal(rename(home, under(homes, "elsewhere")), 0);
	file_made(under(homes, "elsewhere/file"), UID);
	assert_int_equal(symlink("elsewhere", home), 0);
	assert_int_equal(lchown(home, UID, UID), 0);
	assert_int_equal(wipe(), VID_STATE);
	it_says("it is no folder");
	assert_true(there(home));
	assert_true(there(under(homes, "elsewhere/file")));
	assert_int_equal(unlink(home), 0);
	file_made(home, UID);
	assert_int_equal(wipe(), VID_STATE);
	assert_true(there(home));
}

static void somebody_elses_home_is_refused(void **state)
{
	static const uid_t owners[] = { 0, OTHER };

	(void)state;
	file_made(under(home, "file"), UID);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(chown(home, owners[i], UID), 0);
		assert_int_equal(wipe(), VID_STATE);
		it_says("it belongs to somebody else");
		assert_int_equal(entries(homes, NULL), 1);
		assert_true(there(under(home, "file")));
	}
}

static void a_home_that_is_none_of_the_account_is_refused(void **state)
{
	(void)state;
	assert_int_equal(home_wipe(home, "kiosk-50124", UID, UID, &problem), VID_STATE);
	assert_int_equal(home_wipe(homes, NAME, UID, UID, &problem), VID_STATE);
	assert_int_equal(home_wipe(under(home, ""), NAME, UID, UID, &problem), VID_STATE);
	assert_int_equal(home_wipe(NAME, NAME, UID, UID, &problem), VID_STATE);
	assert_int_equal(home_wipe("", "", UID, UID, &problem), VID_STATE);
	assert_int_equal(home_wipe("/..", "..", UID, UID, &problem), VID_STATE);
	assert_int_equal(home_wipe(home, NAME, 0, UID, &problem), VID_STATE);
	assert_int_equal(home_wipe(home, NAME, UID, 0, &problem), VID_STATE);
	assert_int_equal(entries(homes, NULL), 1);
}

static void a_parent_that_others_may_write_is_refused(void **state)
{
	(void)state;
	file_made(under(home, "file"), UID);
	assert_int_equal(chmod(homes, 0775), 0);
	assert_int_equal(wipe(), VID_FILE_UNTRUSTED);
	assert_int_equal(chmod(homes, 01777), 0);
	assert_int_equal(wipe(), VID_FILE_UNTRUSTED);
	assert_int_equal(chmod(homes, 0755), 0);
	assert_int_equal(chown(homes, OTHER, 0), 0);
	assert_int_equal(wipe(), VID_FILE_UNTRUSTED);
	assert_true(there(under(home, "file")));
}

static void only_folders_of_roots_are_taken_up_again(void **state)
{
	(void)state;
	folder_made(under(homes, "." NAME ".wipe-0123456789abcdef"), OTHER, 0700);
	folder_made(under(homes, "." NAME ".wipe-0123456789abcdef/home"), UID, 0700);
	folder_made(under(homes, "." NAME ".wipe-0123456789abcdeF"), 0, 0700);
	folder_made(under(homes, "." NAME "1.wipe-0123456789abcdef"), 0, 0700);
	assert_int_equal(wipe(), VID_STATE);
	it_says("it is not what a home is set aside in");
	assert_int_equal(entries(homes, NULL), 3);
}

/* --- large ones --- */

static void deep_tree(unsigned levels)
{
	int fd = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC), next;

	for (unsigned i = 0; i < levels; i++) {
		assert_int_equal(mkdirat(fd, "d", 0700), 0);
		next = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(next >= 0);
		assert_int_equal(fchown(next, UID, UID), 0);
		assert_int_equal(fchmod(fd, i % 7 ? 0700 : 0), 0);
		close(fd);
		fd = next;
	}
	close(fd);
}

static void a_tree_of_5000_levels_goes_with_few_descriptors(void **state)
{
	struct rlimit before, few = { 64, 64 };

	(void)state;
	deep_tree(5000);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	all_is_gone();
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static void many_files(unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "%s%u", i % 2 ? "d/" : "", i);
		if (i == 0)
			folder_made(under(home, "d"), UID, 0700);
		file_made(under(home, name), UID);
	}
}

static void a_home_of_20000_files_goes(void **state)
{
	(void)state;
	many_files(20000);
	all_is_gone();
}

/* --- mounts, in a namespace of the test's own --- */

/* The status of `work` in a process of its own. */
static int in_child(int (*work)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(work());
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

#define MUST(what)                                                                       \
	do {                                                                             \
		if (!(what)) {                                                           \
			(void)fprintf(stderr, "# line %d: %s (%s)\n", __LINE__, #what,   \
				      problem.text);                                     \
			return 1;                                                        \
		}                                                                        \
	} while (0)

static bool mounts_here(void)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static int mounts_inside(void)
{
	char kept[PATH_MAX];

	if (!mounts_here())
		return 77;
	MUST(mount("none", under(home, "tmpfs"), "tmpfs", 0, "uid=50123,mode=0700") == 0);
	MUST(mount(beside, under(home, "bind"), NULL, MS_BIND, NULL) == 0);
	file_made(under(home, "tmpfs/file"), UID);
	MUST(wipe() == VID_STATE);
	MUST(strstr(problem.text, "other users: 0, and what cannot be removed: 2;"));
	(void)snprintf(kept, sizeof(kept), "%s", left());
	MUST(entries(kept, NULL) == 2);
	MUST(there(under(kept, "tmpfs/file")));
	MUST(there(under(kept, "bind/file")));
	MUST(umount(under(kept, "tmpfs")) == 0);
	MUST(umount(under(kept, "bind")) == 0);
	all_is_gone();
	return 0;
}

static void what_is_mounted_inside_is_not_entered(void **state)
{
	int status;

	(void)state;
	folder_made(under(home, "tmpfs"), UID, 0700);
	folder_made(under(home, "bind"), UID, 0700);
	file_made(under(home, "file"), UID);
	/* of the same file system: the number of its device tells nothing */
	assert_int_equal(chown(beside, UID, UID), 0);
	file_made(under(beside, "file"), UID);
	if ((status = in_child(mounts_inside)) == 77)
		skip();
	assert_int_equal(status, 0);
	assert_true(there(under(beside, "file")));
}

static int mounts_on_it(void)
{
	if (!mounts_here())
		return 77;
	MUST(mount(beside, home, NULL, MS_BIND, NULL) == 0);
	MUST(wipe() == VID_STATE);
	MUST(strstr(problem.text, "something is mounted there"));
	MUST(there(under(home, "file")));
	MUST(entries(homes, NULL) == 1);
	return 0;
}

static void a_home_that_is_a_mount_point_is_refused(void **state)
{
	int status;

	(void)state;
	assert_int_equal(chown(beside, UID, UID), 0);
	file_made(under(beside, "file"), UID);
	if ((status = in_child(mounts_on_it)) == 77)
		skip();
	assert_int_equal(status, 0);
}

/* --- time, power, signals --- */

static void what_takes_too_long_is_said_and_goes_next_time(void **state)
{
	(void)state;
	many_files(10);
	assert_int_equal(home_wipe_within(0, home, NAME, UID, UID, &problem), VID_STATE);
	it_says("more than could be wiped in 0 s; the rest goes at the next login");
	assert_false(there(home));
	assert_int_equal(entries(left(), NULL), 6);
	all_is_gone();
}

static int wipe_now(void)
{
	return (int)wipe();
}

static void killed_at_any_system_call_it_leaves_a_home_or_none_S34(void **state)
{
	unsigned stops = 0;
	int code = -1;
	bool whole = false;

	(void)state;
	for (; !whole && stops < CUT_STOPS_MAX; stops++) {
		if (!there(home))
			folder_made(home, UID, 0700);
		(void)unlink(under(home, "one"));
		file_made(under(home, "one"), UID);
		if (!there(under(home, "two")))
			file_made(under(home, "two"), UID);
		whole = cut_short(stops, wipe_now, &code);
		if (there(home))
			assert_int_equal(entries(home, NULL), 2); /* never half of one */
	}
	assert_true(whole);
	assert_int_equal(code, VID_OK);
	assert_true(stops > 20);
	all_is_gone();
}

/* Killed while files go: what is left is wiped by the next call. */
static void killed_in_the_middle_it_is_finished_by_the_next_call_S34(void **state)
{
	bool cut = false;

	(void)state;
	for (unsigned tries = 0; !cut && tries < 20; tries++) {
		pid_t child;

		if (!there(home))
			folder_made(home, UID, 0700);
		many_files(3000);
		if ((child = fork()) == 0)
			_exit(wipe_now());
		while (there(home))
			(void)sched_yield();
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		cut = entries(homes, NULL) == 1;
	}
	assert_true(cut);
	all_is_gone();
}

static int wipe_with_ignored_children(void)
{
	(void)signal(SIGCHLD, SIG_IGN);
	return wipe_now();
}

static void a_caller_that_ignores_its_children_is_served_as_well(void **state)
{
	(void)state;
	many_files(10);
	assert_int_equal(in_child(wipe_with_ignored_children), VID_OK);
	assert_int_equal(entries(homes, NULL), 0);
}

/* --- the rights of the process that empties --- */

static int rights(void)
{
	gid_t group = 4711;

	/* a caller that would keep its capabilities, and is in a group */
	MUST(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) == 0);
	MUST(setgroups(1, &group) == 0);
	MUST(emptying_start(UID, UID));
	MUST(unlink(under(beside, "root's")) < 0 && errno == EACCES);
	MUST(unlink(under(beside, "group/file")) < 0 && errno == EACCES);
	MUST(open(under(beside, "theirs"), O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
	MUST(chmod(under(beside, "theirs"), 0666) < 0 && errno == EPERM);
	MUST(prctl(PR_GET_DUMPABLE) == 0);
	return 0;
}

static void the_emptying_process_has_the_accounts_rights_alone(void **state)
{
	(void)state;
	file_made(under(beside, "root's"), 0);
	file_made(under(beside, "theirs"), OTHER);
	folder_made(under(beside, "group"), 0, 0770);
	assert_int_equal(chown(under(beside, "group"), 0, 4711), 0);
	file_made(under(beside, "group/file"), 0);
	assert_int_equal(in_child(rights), 0);
}

static pid_t emptier;

static int attack(void)
{
	MUST(setgroups(0, NULL) == 0 && setresgid(UID, UID, UID) == 0);
	MUST(setresuid(UID, UID, UID) == 0);
	MUST(kill(emptier, SIGKILL) < 0 && errno == EPERM);
	MUST(kill(emptier, SIGSTOP) < 0 && errno == EPERM);
	MUST(ptrace(PTRACE_ATTACH, emptier, NULL, NULL) < 0 && errno == EPERM);
	return 0;
}

static void the_account_can_neither_signal_nor_trace_it(void **state)
{
	int ready[2], status;
	char byte;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	if ((emptier = fork()) == 0) {
		byte = emptying_start(UID, UID);
		(void)!write(ready[1], &byte, 1);
		for (;;)
			(void)pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 1);
	status = in_child(attack);
	assert_int_equal(kill(emptier, SIGKILL), 0);
	assert_int_equal(waitpid(emptier, NULL, 0), emptier);
	assert_int_equal(status, 0);
	close(ready[0]);
	close(ready[1]);
}

/* --- processes of the account that go on --- */

#define VICTIMS 3
static const char *const victims[VICTIMS] = { "root's", "everybody's", "its own" };
static const uid_t victim_owners[VICTIMS] = { 0, OTHER, UID };
static const mode_t victim_modes[VICTIMS] = { 0755, 0777, 0700 };

/* As the account, from inside the home: folders become links to folders of victims, and
 * folders again, and new things are made, for ever. */
static _Noreturn void swap_for_ever(volatile unsigned *swaps, int ready)
{
	if (setgroups(0, NULL) < 0 || setresgid(UID, UID, UID) < 0 ||
	    setresuid(UID, UID, UID) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ||
	    write(ready, "", 1) != 1)
		_exit(1);
	for (unsigned i = 0;; i++) {
		char name[16], link[16];

		(void)snprintf(name, sizeof(name), "%u", i % 20);
		(void)snprintf(link, sizeof(link), "link%u", i % 20);
		(void)mkdir(name, 0700);
		(void)mkdir(under(name, "in"), 0);
		(void)close(
			open(under(name, "file"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
		(void)!symlink(under(beside, victims[i % VICTIMS]), link);
		for (unsigned k = 0; k < 100; k++)
			if (renameat2(AT_FDCWD, name, AT_FDCWD, link, RENAME_EXCHANGE) ==
			    0)
				*swaps += 1;
	}
}

static pid_t start_swapping(volatile unsigned *swaps)
{
	int ready[2];
	pid_t child;
	char byte;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(chdir(home), 0);
	if ((child = fork()) == 0)
		swap_for_ever(swaps, ready[1]);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return child;
}

static void full_home(void)
{
	if (!there(home))
		folder_made(home, UID, 0700);
	for (unsigned i = 0; i < 60; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "%u", i);
		folder_made(under(home, name), UID, 0700);
		for (char file[] = "a"; file[0] <= 'h'; file[0]++)
			file_made(under(under(home, name), file), UID);
	}
}

static void victims_are_whole(void)
{
	for (unsigned i = 0; i < VICTIMS; i++) {
		struct stat st;

		assert_int_equal(stat(under(beside, victims[i]), &st), 0);
		assert_int_equal(st.st_mode & 07777, victim_modes[i]);
		for (char file[] = "a"; file[0] <= 'h'; file[0]++)
			assert_true(there(under(under(beside, victims[i]), file)));
	}
}

static void folders_swapped_for_links_all_the_time_lead_it_nowhere(void **state)
{
	volatile unsigned *swaps = mmap(NULL, sizeof(unsigned), PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_true(swaps != MAP_FAILED);
	for (unsigned i = 0; i < VICTIMS; i++) {
		folder_made(under(beside, victims[i]), victim_owners[i], victim_modes[i]);
		for (char file[] = "a"; file[0] <= 'h'; file[0]++)
			file_made(under(under(beside, victims[i]), file),
				  victim_owners[i]);
	}
	for (unsigned round = 0; round < 4; round++) {
		pid_t attacker;
		enum vid_reason why;

		full_home();
		attacker = start_swapping(swaps);
		problem.text[0] = '\0';
		why = home_wipe_within(1, home, NAME, UID, UID, &problem);
		assert_false(there(home));
		assert_int_equal(kill(attacker, SIGKILL), 0);
		assert_int_equal(waitpid(attacker, NULL, 0), attacker);
		if (why != VID_OK) { /* it went on writing, and that is said */
			assert_int_equal(why, VID_STATE);
			assert_true(problem.text[0]);
		}
		victims_are_whole();
	}
	assert_true(*swaps > 0);
	all_is_gone();
	victims_are_whole();
	(void)munmap((void *)(uintptr_t)swaps, sizeof(unsigned));
}

/* Stopped right before each folder is opened, which has been looked at: `swap` then. */
static void emptied_and_swapped(void (*swap)(void))
{
	struct __ptrace_syscall_info info;
	pid_t child = fork();
	int status, top;

	if (child == 0) {
		struct emptying_rest rest;

		top = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (!emptying_start(UID, UID) ||
		    ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(255);
		(void)raise(SIGSTOP);
		emptying_run(top, UID, INT64_MAX, &rest);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(
		ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)PTRACE_O_TRACESYSGOOD), 0);
	while (WIFSTOPPED(status)) {
		if (ptrace(PTRACE_GET_SYSCALL_INFO, child, (void *)sizeof(info), &info) >
			    0 &&
		    info.op == PTRACE_SYSCALL_INFO_ENTRY && info.entry.nr == SYS_openat2)
			swap();
		assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static unsigned swapped;

static void swap_for_a_link(void)
{
	if (rename(under(home, "folder"), under(beside, "away")) < 0)
		return;
	assert_int_equal(symlink(under(beside, "victim"), under(home, "folder")), 0);
	assert_int_equal(lchown(under(home, "folder"), UID, UID), 0);
	swapped++;
}

static void swap_for_anothers_folder(void)
{
	if (rename(under(home, "folder"), under(beside, "away")) < 0)
		return;
	assert_int_equal(rename(under(beside, "victim"), under(home, "folder")), 0);
	swapped++;
}

/* The account's own file, which its rights would let go: what is not in the home stays.
 */
static void a_link_that_comes_between_look_and_opening_is_not_followed(void **state)
{
	static const mode_t modes[] = { 0700, 0 };

	(void)state;
	folder_made(under(beside, "victim"), UID, 0700);
	file_made(under(beside, "victim/file"), UID);
	for (size_t i = 0; i < 2; i++) {
		folder_made(under(home, "folder"), UID, modes[i]);
		swapped = 0;
		emptied_and_swapped(swap_for_a_link);
		assert_int_equal(swapped, 1);
		assert_int_equal(entries(home, NULL), 0);
		assert_true(there(under(beside, "victim/file")));
		assert_int_equal(rmdir(under(beside, "away")), 0);
	}
}

static void a_folder_of_another_that_comes_between_is_left_alone(void **state)
{
	(void)state;
	folder_made(under(beside, "victim"), OTHER, 0777);
	file_made(under(beside, "victim/file"), UID);
	folder_made(under(home, "folder"), UID, 0700);
	swapped = 0;
	emptied_and_swapped(swap_for_anothers_folder);
	assert_int_equal(swapped, 1);
	assert_true(there(under(home, "folder/file")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_that_the_account_has_in_its_home_goes),
		TEST(no_home_is_no_error),
		TEST(folders_without_rights_are_wiped_too),
		TEST(links_go_and_what_they_lead_to_stays),
		TEST(a_file_with_another_name_elsewhere_stays_there),
		TEST(what_others_own_stays_and_is_told),
		TEST(a_link_in_the_homes_place_is_refused),
		TEST(somebody_elses_home_is_refused),
		TEST(a_home_that_is_none_of_the_account_is_refused),
		TEST(a_parent_that_others_may_write_is_refused),
		TEST(only_folders_of_roots_are_taken_up_again),
		TEST(a_tree_of_5000_levels_goes_with_few_descriptors),
		TEST(a_home_of_20000_files_goes),
		TEST(what_is_mounted_inside_is_not_entered),
		TEST(a_home_that_is_a_mount_point_is_refused),
		TEST(what_takes_too_long_is_said_and_goes_next_time),
		TEST(killed_at_any_system_call_it_leaves_a_home_or_none_S34),
		TEST(killed_in_the_middle_it_is_finished_by_the_next_call_S34),
		TEST(a_caller_that_ignores_its_children_is_served_as_well),
		TEST(the_emptying_process_has_the_accounts_rights_alone),
		TEST(the_account_can_neither_signal_nor_trace_it),
		TEST(a_link_that_comes_between_look_and_opening_is_not_followed),
		TEST(a_folder_of_another_that_comes_between_is_left_alone),
		TEST(folders_swapped_for_links_all_the_time_lead_it_nowhere),
	};

	if (geteuid() != 0) {
		puts("1..0 # SKIP files of two users take root");
		return 0;
	}
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
