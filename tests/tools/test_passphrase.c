/* SPDX-License-Identifier: BSD-2-Clause */
/* A passphrase at a terminal: not echoed, asked twice when new, and Ctrl-C leaves no
 * mess. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define WORD "correct horse battery"

static char folder[] = "/tmp/vid-pty-XXXXXX";

struct session {
	int master;
	pid_t pid;
	char wallet[64];
	char said[4096];
	size_t len;
};

static void start(struct session *s, const char *name)
{
	const char *build = getenv("VID_BUILD");
	char vid[PATH_MAX];

	memset(s, 0, sizeof(*s));
	snprintf(vid, sizeof(vid), "%s/vid/vid", build ? build : ".");
	snprintf(s->wallet, sizeof(s->wallet), "%s/%s", folder, name);
	s->pid = forkpty(&s->master, NULL, NULL, NULL);
	assert_true(s->pid >= 0);
	if (s->pid == 0) {
		clearenv();
		execl(vid, "vid", "wallet", "init", s->wallet, (char *)NULL);
		_exit(127);
	}
}

/* Read until `text` was said; false when the program ended or five seconds passed. */
static bool wait_for(struct session *s, const char *text)
{
	struct pollfd wait = { .fd = s->master, .events = POLLIN };

	while (!strstr(s->said, text)) {
		ssize_t got;

		if (s->len + 1 >= sizeof(s->said) || poll(&wait, 1, 5000) <= 0)
			return false;
		got = read(s->master, s->said + s->len, sizeof(s->said) - 1 - s->len);
		if (got <= 0)
			return false;
		s->len += (size_t)got;
		s->said[s->len] = '\0';
	}
	return true;
}

static void forget(struct session *s)
{
	s->len = 0;
	s->said[0] = '\0';
}

static void type(const struct session *s, const char *text)
{
	assert_int_equal(write(s->master, text, strlen(text)), strlen(text));
}

static bool echo_is_on(const struct session *s)
{
	struct termios now;

	assert_int_equal(tcgetattr(s->master, &now), 0);
	return now.c_lflag & ECHO;
}

static int end(struct session *s)
{
	int status;

	wait_for(s, "\001 never said");
	assert_int_equal(waitpid(s->pid, &status, 0), s->pid);
	close(s->master);
	return status;
}

static void new_passphrase_is_asked_twice_and_never_echoed(void **state)
{
	struct session s;
	int status;

	(void)state;
	start(&s, "good");
	assert_true(wait_for(&s, "New passphrase"));
	assert_false(echo_is_on(&s));
	type(&s, WORD "\n");
	assert_true(wait_for(&s, "again: "));
	assert_false(echo_is_on(&s));
	type(&s, WORD "\n");
	status = end(&s);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_null(strstr(s.said, "horse"));
	assert_int_equal(access(s.wallet, F_OK), 0);
}

static void two_that_differ_make_nothing(void **state)
{
	struct session s;
	int status;

	(void)state;
	start(&s, "differ");
	assert_true(wait_for(&s, "New passphrase"));
	type(&s, WORD "\n");
	assert_true(wait_for(&s, "again: "));
	type(&s, WORD "x\n");
	status = end(&s);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
	assert_non_null(strstr(s.said, "differ"));
	assert_int_not_equal(access(s.wallet, F_OK), 0);
}

static void end_of_input_is_an_empty_passphrase(void **state)
{
	struct session s;
	int status;

	(void)state;
	start(&s, "eof");
	assert_true(wait_for(&s, "New passphrase"));
	type(&s, "\004");
	assert_true(wait_for(&s, "again: "));
	type(&s, "\004");
	status = end(&s);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
	assert_non_null(strstr(s.said, "empty"));
}

static void interrupt_ends_it_and_restores_the_echo(void **state)
{
	struct session s;
	int status;

	(void)state;
	start(&s, "interrupted");
	assert_true(wait_for(&s, "New passphrase"));
	assert_false(echo_is_on(&s));
	type(&s, "half a pass\003");
	assert_int_equal(waitpid(s.pid, &status, 0), s.pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	assert_true(echo_is_on(&s));
	assert_int_not_equal(access(s.wallet, F_OK), 0);
	close(s.master);
}

static void terminated_from_outside_restores_the_echo(void **state)
{
	struct session s;
	int status;

	(void)state;
	start(&s, "terminated");
	assert_true(wait_for(&s, "New passphrase"));
	kill(s.pid, SIGTERM);
	assert_int_equal(waitpid(s.pid, &status, 0), s.pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	assert_true(echo_is_on(&s));
	close(s.master);
}

static void stopped_and_continued_asks_again(void **state)
{
	struct session s;
	int status;

	(void)state;
	start(&s, "stopped");
	assert_true(wait_for(&s, "New passphrase"));
	/* SIGTSTP has no effect on an orphaned process group; SIGSTOP would not be seen
	 * coming. So only what is left after a stop is looked at: the terminal. */
	kill(s.pid, SIGTSTP);
	forget(&s);
	assert_true(wait_for(&s, "New passphrase"));
	assert_false(echo_is_on(&s));
	type(&s, WORD "\n");
	assert_true(wait_for(&s, "again: "));
	type(&s, WORD "\n");
	status = end(&s);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void no_core_file_can_hold_it_S32(void **state)
{
	char path[64], line[256];
	bool none = false;
	struct session s;
	FILE *limits;
	int status;

	(void)state;
	start(&s, "core");
	assert_true(wait_for(&s, "New passphrase"));
	snprintf(path, sizeof(path), "/proc/%d/limits", (int)s.pid);
	limits = fopen(path, "r");
	assert_non_null(limits);
	while (fgets(line, sizeof(line), limits)) {
		unsigned long long soft = 1, hard = 1;

		if (sscanf(line, "Max core file size %llu %llu", &soft, &hard) == 2)
			none = soft == 0 && hard == 0;
	}
	fclose(limits);
	assert_true(none);
	kill(s.pid, SIGTERM);
	assert_int_equal(waitpid(s.pid, &status, 0), s.pid);
	close(s.master);
}

static void too_long_is_refused(void **state)
{
	static char word[1500];
	struct session s;
	int status;

	(void)state;
	memset(word, 'x', sizeof(word) - 2);
	word[sizeof(word) - 2] = '\n';
	start(&s, "long");
	assert_true(wait_for(&s, "New passphrase"));
	type(&s, word);
	status = end(&s);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
	assert_int_not_equal(access(s.wallet, F_OK), 0);
}

static int tidy(void **state)
{
	static const char *const names[] = { "good", "good.pub", "stopped",
					     "stopped.pub" };
	char path[96];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_passphrase_is_asked_twice_and_never_echoed),
		cmocka_unit_test(two_that_differ_make_nothing),
		cmocka_unit_test(end_of_input_is_an_empty_passphrase),
		cmocka_unit_test(interrupt_ends_it_and_restores_the_echo),
		cmocka_unit_test(terminated_from_outside_restores_the_echo),
		cmocka_unit_test(stopped_and_continued_asks_again),
		cmocka_unit_test(no_core_file_can_hold_it_S32),
		cmocka_unit_test(too_long_is_refused),
	};

	if (!mkdtemp(folder))
		return 99;
	return cmocka_run_group_tests_name("passphrase", tests, NULL, tidy);
}
