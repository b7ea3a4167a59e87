/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a path leads that something is written to (libvid/output_folder.h), relative
 * paths of trusted files, modes of secrets, and a system without openat2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/hostkey.h"
#include "libvid/index_write.h"
#include "libvid/output_folder.h"
#include "tests/unit/folder.h"

#define STRANGER 12345

static char home[] = "/tmp/vid-output-XXXXXX", before[PATH_MAX];

static const char *at(const char *name)
{
	static char path[4][PATH_MAX];
	static unsigned next;
	char *to = path[next++ % 4];

	(void)snprintf(to, PATH_MAX, "%s/%s", home, name);
	return to;
}

/* home/goal is ours; home/theirs belongs to another user, who put a link to it there. */
static int set_up(void **state)
{
	(void)state;
	memcpy(strrchr(home, '-'), "-XXXXXX", 8);
	if (!getcwd(before, sizeof(before)) || !mkdtemp(home) || chdir(home) < 0 ||
	    mkdir("goal", 0755) < 0 || mkdir("theirs", 0755) < 0 ||
	    mkdir("theirs/real", 0755) < 0 || symlink("goal", "mine") < 0 ||
	    symlink("../goal", "theirs/link") < 0)
		return -1;
	return geteuid() != 0 || (chown("theirs", STRANGER, 0) == 0 &&
				  lchown("theirs/link", STRANGER, 0) == 0)
		       ? 0
		       : -1;
}

static int tear_down(void **state)
{
	(void)state;
	folder_drop(home);
	return chdir(before);
}

static void need_root(void)
{
	if (geteuid() != 0)
		skip();
}

static enum vid_reason put(const char *path, struct problem *problem)
{
	return file_write(path, bytes_of_text("x"), 0600, problem);
}

static void nothing_reached_goal(void)
{
	assert_int_equal(rmdir(at("goal")), 0);
	assert_int_equal(mkdir(at("goal"), 0755), 0);
}

static void a_write_follows_no_link_of_another_user_S33(void **state)
{
	const char *const paths[] = { at("theirs/link/out"), "theirs/link/out",
				      "./mine/../theirs/link/out" };
	struct problem problem;

	(void)state;
	need_root();
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		problem.text[0] = '\0';
		assert_int_equal(put(paths[i], &problem), VID_FILE_IO);
		assert_non_null(strstr(problem.text, "a symbolic link"));
		assert_int_equal(file_write_new(paths[i], bytes_of_text("x"), 0600, NULL),
				 VID_FILE_IO);
		assert_int_not_equal(file_remove(paths[i], NULL), VID_OK);
		assert_int_equal(file_lock(paths[i], 0), -1);
		assert_int_equal(output_folder_make(paths[i], 0700), -1);
		assert_int_equal(errno, ELOOP);
		assert_int_equal(output_rename("theirs/real", paths[i]), -1);
		assert_int_equal(output_link(at("goal"), paths[i]), -1);
	}
	nothing_reached_goal();
}

static void an_index_follows_no_link_of_another_user_S33(void **state)
{
	const struct index head = { 0 };
	const struct hostkey key = { 0 };
	struct index_writer writer;

	(void)state;
	need_root();
	assert_int_equal(
		index_write_start(&writer, at("theirs/link/index"), &head, &key, NULL),
		VID_FILE_IO);
	index_write_abandon(&writer);
	nothing_reached_goal();
}

static void links_and_folders_of_ones_own_are_followed(void **state)
{
	(void)state;
	assert_int_equal(put("mine/out", NULL), VID_OK);
	assert_int_equal(put(at("mine/out"), NULL), VID_OK);
	assert_int_equal(access("goal/out", F_OK), 0);
	assert_int_equal(output_folder_make("mine/new/", 0700), 0);
	assert_int_equal(access("goal/new", F_OK), 0);
	assert_int_equal(output_folder_make("mine/new", 0700), -1);
	assert_int_equal(errno, EEXIST);
	/* A folder of another user that the path names itself is as it always was. */
	assert_int_equal(put("theirs/real/out", NULL), VID_OK);
}

static void a_path_that_no_link_ends_is_refused(void **state)
{
	(void)state;
	assert_int_equal(symlink("round", "round"), 0);
	assert_int_equal(output_folder_open("round"), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(output_folder_open("mine/none"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(output_folder_open("/proc/self/root/proc/self/cwd/none"), -1);
}

static void put_stranger_link(const char *target, const char *path)
{
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(lchown(path, STRANGER, 0), 0);
}

static void a_stream_is_a_device_that_nobody_else_put_there_S33(void **state)
{
	char shared[] = "/dev/shm/vid-stream-XXXXXX", path[64];
	AUTO_CLOSE int null = output_stream_find("/dev/null");
	AUTO_CLOSE int out = -1;
	int ends[2];

	(void)state;
	assert_true(null >= 0);
	assert_int_equal(pipe(ends), 0);
	(void)snprintf(path, sizeof(path), "/dev/fd/%d", ends[1]);
	assert_true((out = output_stream_find(path)) >= 0);
	(void)close(out);
	assert_int_equal(output_stream_find("/dev/fd/987"), -1);
	assert_int_equal(output_stream_find(at("goal")), -1);
	assert_int_equal(output_stream_find("/dev"), -1);
	assert_int_equal(output_stream_find("/dev/../etc/passwd"), -1);
	if (geteuid() == 0 && mkdtemp(shared)) {
		(void)snprintf(path, sizeof(path), "%s/link", shared);
		put_stranger_link("/dev/null", path);
		out = output_stream_find(path);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(rmdir(shared), 0);
		assert_int_equal(out, -1);
		put_stranger_link("/dev/null", shared);
		out = output_stream_find(shared);
		assert_int_equal(unlink(shared), 0);
		assert_int_equal(out, -1);
		assert_int_equal(mkfifo(shared, 0666), 0);
		out = output_stream_find(shared);
		assert_int_equal(unlink(shared), 0);
		assert_int_equal(out, -1);
	}
}

static void folders_above_a_relative_path_are_checked_S33(void **state)
{
	struct problem problem = { "" };
	struct blob blob;

	(void)state;
	need_root();
	assert_int_equal(put("theirs/real/conf", NULL), VID_OK);
	assert_int_equal(chdir("theirs/real"), 0);
	assert_int_equal(file_read_trusted("conf", 10, &blob, &problem),
			 VID_FILE_UNTRUSTED);
	assert_non_null(strstr(problem.text, "the current one"));
	assert_int_equal(file_read_trusted("./conf", 10, &blob, NULL),
			 VID_FILE_UNTRUSTED);
	assert_int_equal(file_read_trusted("../real/conf", 10, &blob, NULL),
			 VID_FILE_UNTRUSTED);
	assert_int_equal(chdir(at("goal")), 0);
	assert_int_equal(put("conf", NULL), VID_OK);
	assert_int_equal(file_read_trusted("conf", 10, &blob, NULL), VID_OK);
	blob_free(&blob);
	assert_int_equal(file_read_trusted("../goal/conf", 10, &blob, NULL), VID_OK);
	blob_free(&blob);
}

static void a_secret_that_others_may_read_is_refused_S21(void **state)
{
	static const mode_t modes[] = { 0644, 0640, 0604, 0610, 0444 };
	struct problem problem = { "" };
	struct hostkey key;
	struct blob blob;

	(void)state;
	assert_int_equal(hostkey_create("host.key", NULL), VID_OK);
	assert_int_equal(hostkey_load("host.key", &key, NULL), VID_OK);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod("host.key", modes[i]), 0);
		assert_int_equal(hostkey_load("host.key", &key, &problem),
				 VID_FILE_UNTRUSTED);
		assert_non_null(strstr(problem.text, "run chmod 600 host.key"));
		assert_int_equal(file_read_private("host.key", 64, &blob, &problem),
				 VID_FILE_UNTRUSTED);
		assert_null(blob.at);
	}
	assert_int_equal(chmod("host.key", 0600), 0);
	assert_int_equal(hostkey_load("host.key", &key, NULL), VID_OK);
	assert_int_equal(file_read_private("host.key", 64, &blob, NULL), VID_OK);
	blob_free(&blob);
}

/* From here on the process has no openat2: it answers `error`. */
static void take_openat2_away(unsigned error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]),
					    .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		_exit(2);
}

static void without_openat2_the_reason_names_it_S33(void **state)
{
	static const unsigned errors[] = { ENOSYS, EPERM };

	(void)state;
	assert_int_equal(put("conf", NULL), VID_OK);
	for (size_t i = 0; i < 2; i++) {
		pid_t child = fork();
		int status;

		if (child == 0) {
			struct problem read_one = { "" }, written = { "" };
			struct blob blob;

			take_openat2_away(errors[i]);
			_exit(file_read_trusted(at("conf"), 9, &blob, &read_one) ==
						      VID_FILE_IO &&
					      strstr(read_one.text,
						     "openat2 is not available") &&
					      strstr(read_one.text, "seccomp") &&
					      put(at("conf"), &written) == VID_FILE_IO &&
					      strstr(written.text,
						     "openat2 is not available")
				      ? 0
				      : 1);
		}
		assert_true(child > 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
	}
}

int main(void)
{
#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ONE(a_write_follows_no_link_of_another_user_S33),
		ONE(an_index_follows_no_link_of_another_user_S33),
		ONE(links_and_folders_of_ones_own_are_followed),
		ONE(a_path_that_no_link_ends_is_refused),
		ONE(a_stream_is_a_device_that_nobody_else_put_there_S33),
		ONE(folders_above_a_relative_path_are_checked_S33),
		ONE(a_secret_that_others_may_read_is_refused_S21),
		ONE(without_openat2_the_reason_names_it_S33),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
