/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/launch.c: what a sensor is given, and that it always ends. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/wire.h"
#include "sensors/launch.h"
#include "tests/unit/sensor_paths.h"

#ifndef __has_feature
#define __has_feature(what) 0
#endif

static char folder[64];

static struct sensor_spec spec_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return (struct sensor_spec){
		.path = path, .user = sensor_user(), .memory_max = 64 << 20, .cpu_max = 7
	};
}

static int make_links(void **state)
{
	static const char *const names[] = { "report", "silent", "dies" };
	char from[PATH_MAX], to[128];

	(void)state;
	built_program(from, "tests/unit/fake_sensor");
	if (!sensor_folder_make(folder))
		return -1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(to, sizeof(to), "%s/%s", folder, names[i]);
		if (symlink(from, to) < 0)
			return -1;
	}
	return 0;
}

static int remove_links(void **state)
{
	(void)state;
	sensor_folder_remove(folder);
	return 0;
}

/* What the started sensor says of itself. */
static void read_report(char *text, size_t size)
{
	struct sensor_spec spec = spec_of("report");
	struct sensor sensor = SENSOR_NONE;
	struct problem problem = { "" };
	size_t len = 0;
	ssize_t got;

	if (sensor_start(&spec, &sensor, &problem) != VID_OK)
		fail_msg("%s", problem.text);
	while ((got = read(sensor.fd, text + len, size - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	sensor_stop(&sensor);
	assert_non_null(strstr(text, "\nend\n"));
}

static void assert_says(const char *text, const char *fact)
{
	if (!strstr(text, fact))
		fail_msg("the sensor does not say \"%s\" but: %s", fact, text);
}

static void a_sensor_starts_with_nothing_of_its_parent_S29(void **state)
{
	char text[16384];
	int leak = open("/dev/null", O_RDONLY); /* without close-on-exec */

	(void)state;
	setenv("LD_PRELOAD_LOOKALIKE", "1", 1);
	signal(SIGPIPE, SIG_IGN);
	read_report(text, sizeof(text));
	signal(SIGPIPE, SIG_DFL);
	close(leak);
	assert_says(text, "environment empty\n");
	assert_says(text, "cwd /\n");
	assert_says(text, "umask 077\n");
	assert_says(text, "sigpipe default\n");
	assert_says(text, "SigBlk:\t0000000000000000\n");
	assert_says(text, "null 1\n");
	assert_null(strstr(text, "leaked"));
}

static void a_sensor_is_limited_and_gains_no_privileges(void **state)
{
	char text[16384];

	(void)state;
	read_report(text, sizeof(text));
	assert_says(text, "NoNewPrivs:\t1\n");
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer)
	assert_says(text, "as 67108864\n"); /* launch.c says why not */
#endif
	assert_says(text, "cpu 7\n");
	assert_says(text, "core 0\n");
	assert_says(text, "fsize 0\n");
}

static void a_sensor_of_root_becomes_its_own_user(void **state)
{
	const struct passwd *user = getpwnam(sensor_user());
	const struct passwd is = user ? *user : (struct passwd){ 0 };
	char text[16384], line[96];

	(void)state;
	if (geteuid() != 0) /* only root can become another */
		return;
	assert_true(is.pw_uid != 0);
	read_report(text, sizeof(text));
	snprintf(line, sizeof(line), "Uid:\t%u\t%u\t%u\t%u\n", is.pw_uid, is.pw_uid,
		 is.pw_uid, is.pw_uid);
	assert_says(text, line);
	snprintf(line, sizeof(line), "Gid:\t%u\t%u\t%u\t%u\n", is.pw_gid, is.pw_gid,
		 is.pw_gid, is.pw_gid);
	assert_says(text, line);
	assert_says(text, "CapEff:\t0000000000000000\n");
	assert_says(text, "CapPrm:\t0000000000000000\n");
	assert_null(strstr(text, "Groups:\t0 ")); /* not root's */
}

static void a_missing_user_or_root_itself_is_refused(void **state)
{
	struct sensor_spec spec = spec_of("report");
	struct sensor sensor = SENSOR_NONE;
	struct problem problem = { "" };

	(void)state;
	if (geteuid() != 0) /* only root can become another */
		return;
	spec.user = "no-such-user-here";
	assert_int_equal(sensor_start(&spec, &sensor, &problem), VID_SENSOR_FAILED);
	assert_non_null(strstr(problem.text, "no-such-user-here does not exist"));
	spec.user = "root";
	assert_int_equal(sensor_start(&spec, &sensor, &problem), VID_SENSOR_FAILED);
	assert_int_equal(sensor.pid, 0);
	assert_int_equal(sensor.fd, -1);
}

static void a_missing_program_is_named_and_leaves_no_zombie(void **state)
{
	struct sensor_spec spec = spec_of("not-there");
	struct sensor sensor = SENSOR_NONE;
	struct problem problem = { "" };

	(void)state;
	assert_int_equal(sensor_start(&spec, &sensor, &problem), VID_SENSOR_FAILED);
	assert_non_null(strstr(problem.text, "not-there"));
	assert_non_null(strstr(problem.text, "exec: No such file"));
	assert_int_equal(sensor.pid, 0);
	assert_int_equal(sensor.fd, -1);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void a_hundred_sensors_leave_no_zombie_and_no_descriptor_S50(void **state)
{
	int before = dup(0);

	(void)state;
	close(before);
	for (int i = 0; i < 100; i++) {
		struct sensor_spec spec = spec_of(i % 2 ? "silent" : "dies");
		struct sensor sensor = SENSOR_NONE;

		assert_int_equal(sensor_start(&spec, &sensor, NULL), VID_OK);
		sensor_stop(&sensor);
		sensor_stop(&sensor); /* twice is safe */
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		assert_int_equal(errno, ECHILD);
	}
	assert_int_equal(dup(0), before);
	close(before);
}

static void a_stop_reaps_no_other_child_S31(void **state)
{
	struct sensor_spec spec = spec_of("silent");
	struct sensor sensor = SENSOR_NONE;
	pid_t other = fork();
	int status;

	(void)state;
	if (other == 0)
		_exit(42);
	assert_int_equal(sensor_start(&spec, &sensor, NULL), VID_OK);
	sensor_stop(&sensor);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(WEXITSTATUS(status), 42);
}

/* A process that is traced stays a zombie for its tracer: as one that hangs in a driver,
 * it cannot be reaped after SIGKILL. */
static pid_t trace(pid_t traced, int ready)
{
	pid_t tracer = fork();

	if (tracer != 0)
		return tracer;
	(void)!write(ready, ptrace(PTRACE_SEIZE, traced, NULL, NULL) == 0 ? "y" : "n", 1);
	for (;;)
		pause();
}

static void a_sensor_that_does_not_die_is_not_waited_for_S50(void **state)
{
	struct sensor_spec spec = spec_of("silent");
	struct sensor sensor = SENSOR_NONE;
	struct problem problem = { "" };
	int64_t started;
	pid_t tracer, pid;
	int ends[2];
	char seized = 0;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(sensor_start(&spec, &sensor, &problem), VID_OK);
	pid = sensor.pid;
	assert_true((tracer = trace(pid, ends[1])) > 0);
	assert_int_equal(read(ends[0], &seized, 1), 1);
	started = wire_now();
	if (seized == 'y')
		sensor_stop(&sensor);
	started = wire_now() - started;
	(void)kill(tracer, SIGKILL);
	assert_int_equal(waitpid(tracer, NULL, 0), tracer);
	(void)close(ends[0]);
	(void)close(ends[1]);
	if (seized != 'y') {
		sensor_stop(&sensor);
		skip(); /* no process can be traced here */
	}
	assert_true(started >= 900 && started < 3000);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_sensor_dies_with_its_parent(void **state)
{
	int ends[2];
	pid_t parent, sensor_pid = 0;
	int64_t deadline = wire_now() + 5000;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	parent = fork();
	if (parent == 0) {
		struct sensor_spec spec = spec_of("silent");
		struct sensor sensor = SENSOR_NONE;

		(void)sensor_start(&spec, &sensor, NULL);
		(void)!write(ends[1], &sensor.pid, sizeof(sensor.pid));
		_exit(0); /* without stopping it */
	}
	assert_int_equal(read(ends[0], &sensor_pid, sizeof(sensor_pid)),
			 sizeof(sensor_pid));
	assert_true(sensor_pid > 0);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	while (kill(sensor_pid, 0) == 0 && wire_now() < deadline) {
		char path[64], stat[256] = "";
		FILE *file;

		/* An orphan may wait for its new parent: dead is dead. */
		snprintf(path, sizeof(path), "/proc/%d/stat", (int)sensor_pid);
		if ((file = fopen(path, "r"))) {
			(void)!fgets(stat, sizeof(stat), file);
			fclose(file);
		}
		if (strstr(stat, ") Z "))
			break;
		usleep(2000);
	}
	assert_true(wire_now() < deadline);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sensor_starts_with_nothing_of_its_parent_S29),
		cmocka_unit_test(a_sensor_is_limited_and_gains_no_privileges),
		cmocka_unit_test(a_sensor_of_root_becomes_its_own_user),
		cmocka_unit_test(a_missing_user_or_root_itself_is_refused),
		cmocka_unit_test(a_missing_program_is_named_and_leaves_no_zombie),
		cmocka_unit_test(a_hundred_sensors_leave_no_zombie_and_no_descriptor_S50),
		cmocka_unit_test(a_stop_reaps_no_other_child_S31),
		cmocka_unit_test(a_sensor_that_does_not_die_is_not_waited_for_S50),
		cmocka_unit_test(a_sensor_dies_with_its_parent),
	};

	return cmocka_run_group_tests_name("launch", tests, make_links, remove_links);
}
