/* SPDX-License-Identifier: BSD-2-Clause */
/* The module's entry points: the code of each verdict, whose account it is, what is
 * handed on, and the vidd that it starts itself. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/limits.h"
#include "libvid/paths.h"
#include "libvid/reason.h"
#include "tests/pam/app.h"
#include "tests/root.h"

static void every_verdict_has_its_code(void **state)
{
	static const struct {
		uint32_t verdict;
		int code;
	} table[] = {
		{ VERDICT_GRANTED, PAM_SUCCESS },
		{ VERDICT_DENIED, PAM_AUTH_ERR },
		{ VERDICT_MAXTRIES, PAM_MAXTRIES },
		{ VERDICT_UNKNOWN, PAM_USER_UNKNOWN },
		{ VERDICT_UNAVAILABLE, PAM_AUTHINFO_UNAVAIL },
		{ VERDICT_BROKEN, PAM_SERVICE_ERR },
		{ VERDICT_ABORT, PAM_ABORT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const struct say_verdict verdict = { .value = table[i].verdict,
						     .account = USER };

		vidd_is(play_verdict, &verdict);
		assert_int_equal(authenticate("plain", USER, 0), table[i].code);
	}
}

static void every_other_verdict_is_abort_S36(void **state)
{
	static const uint32_t others[] = { 0,    1,      0x50,       0x52,  0x61,
					   0x68, 0x5100, 0x51000000, 0x151, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const struct say_verdict verdict = { .value = others[i],
						     .account = USER };

		vidd_is(play_verdict, &verdict);
		assert_int_equal(authenticate("plain", USER, 0), PAM_ABORT);
	}
}

static void a_grant_for_another_account_is_no_grant_S39(void **state)
{
	static const char *const others[] = { "root", "",      "vkim2", "vki",
					      "VKIM", "vkim ", NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const struct say_verdict verdict = { .value = VERDICT_GRANTED,
						     .account = others[i] };

		vidd_is(play_verdict, &verdict);
		assert_int_equal(authenticate("plain", USER, 0), PAM_ABORT);
	}
}

static void an_empty_user_is_set_once_S39(void **state)
{
	const void *user = NULL;
	pam_handle_t *pamh;

	(void)state;
	vidd_is(play_verdict, &grant);
	pamh = start("plain", NULL);
	assert_int_equal(pam_authenticate(pamh, 0), PAM_SUCCESS);
	assert_int_equal(pam_get_item(pamh, PAM_USER, &user), PAM_SUCCESS);
	assert_string_equal(user, USER);
	assert_int_equal(app.calls, 0); /* the name was never asked for */
	pam_end(pamh, 0);
}

static void an_empty_user_stays_empty_without_a_grant(void **state)
{
	static const struct say_verdict denied = { .value = VERDICT_DENIED,
						   .account = USER };
	static const struct say_verdict nobody = { .value = VERDICT_GRANTED,
						   .account = "" };
	const void *user = NULL;
	pam_handle_t *pamh;

	(void)state;
	pamh = start("plain", NULL);
	vidd_is(play_verdict, &denied);
	assert_int_equal(pam_authenticate(pamh, 0), PAM_AUTH_ERR);
	vidd_is(play_verdict, &nobody);
	assert_int_equal(pam_authenticate(pamh, 0), PAM_ABORT);
	assert_int_equal(pam_get_item(pamh, PAM_USER, &user), PAM_SUCCESS);
	assert_null(user);
	pam_end(pamh, 0);
}

static void there_is_no_password_to_change(void **state)
{
	pam_handle_t *pamh = start("plain", USER);

	(void)state;
	assert_int_equal(pam_chauthtok(pamh, 0), PAM_AUTHTOK_ERR);
	pam_end(pamh, 0);
}

static void odd_arguments_change_nothing(void **state)
{
	(void)state;
	vidd_is(play_verdict, &grant);
	assert_int_equal(authenticate("odd", USER, 0), PAM_SUCCESS);
}

/* --- what opens a keyring -------------------------------------------------------------
 */

#define SECRET "correct horse"
#define KEEPER VID_RUNDIR "/keeper"
#define KEPT   VID_RUNDIR "/kept"

/* What the module behind us was given: its length, or -1 for nothing. */
static int kept(char to[512])
{
	FILE *file = fopen(KEPT, "re");
	size_t len = file ? fread(to, 1, 511, file) : 0;

	to[len] = '\0';
	if (file)
		fclose(file);
	return file && len ? (int)strlen(to) : -1;
}

static void a_granted_secret_is_the_password_of_the_modules_behind(void **state)
{
	static char longest[VID_UNLOCK_MAX + 1], found[512];
	const struct say_verdict one = { .value = VERDICT_GRANTED,
					 .account = USER,
					 .secret = bytes_of_text(SECRET) };
	struct say_verdict other = one;

	(void)state;
	vidd_is(play_verdict, &one);
	assert_int_equal(authenticate("keyring", USER, 0), PAM_SUCCESS);
	(void)kept(found);
	assert_string_equal(found, SECRET);
	assert_string_equal(app.said, ""); /* nobody reads it, nobody is asked */
	memset(longest, 'x', VID_UNLOCK_MAX);
	other.secret = bytes_of_text(longest);
	vidd_is(play_verdict, &other);
	assert_int_equal(authenticate("keyring", USER, 0), PAM_SUCCESS);
	assert_int_equal(kept(found), VID_UNLOCK_MAX);
}

static void without_a_secret_there_is_no_password(void **state)
{
	char found[512];

	(void)state;
	(void)unlink(KEPT);
	vidd_is(play_verdict, &grant);
	assert_int_equal(authenticate("keyring", USER, 0), PAM_SUCCESS);
	assert_int_equal(kept(found), -1);
}

static void a_secret_beside_anything_but_a_grant_is_abort(void **state)
{
	static const uint32_t verdicts[] = { VERDICT_DENIED,      VERDICT_MAXTRIES,
					     VERDICT_UNKNOWN,     VERDICT_UNAVAILABLE,
					     VERDICT_BROKEN,      VERDICT_ABORT,
					     VERDICT_GRANTED + 1, 0 };
	char found[512];

	(void)state;
	(void)unlink(KEPT);
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
		const struct say_verdict odd = { .value = verdicts[i],
						 .account = USER,
						 .secret = bytes_of_text(SECRET) };

		vidd_is(play_verdict, &odd);
		assert_int_equal(authenticate("keyring", USER, 0), PAM_ABORT);
		assert_int_equal(kept(found), -1);
	}
}

static void a_secret_that_is_no_text_is_abort_S30(void **state)
{
	static uint8_t odd[VID_UNLOCK_MAX + 1];
	struct say_verdict verdict = { .value = VERDICT_GRANTED, .account = USER };
	char found[512];

	(void)state;
	(void)unlink(KEPT);
	memset(odd, 'x', sizeof(odd));
	verdict.secret = bytes_of(odd, sizeof(odd)); /* a byte too long */
	vidd_is(play_verdict, &verdict);
	assert_int_equal(authenticate("keyring", USER, 0), PAM_ABORT);
	odd[3] = '\0';
	verdict.secret = bytes_of(odd, 8);
	vidd_is(play_verdict, &verdict);
	assert_int_equal(authenticate("keyring", USER, 0), PAM_ABORT);
	assert_int_equal(kept(found), -1);
}

/* --- a vidd of our own ---------------------------------------------------------------
 */

static void without_a_socket_vidd_is_started_clean_S29_S31(void **state)
{
	struct sigaction mine = { .sa_handler = SIG_IGN }, now;
	sigset_t blocked, after;

	(void)state;
	setenv("LD_PRELOAD_X", "evil", 1);
	sigaction(SIGUSR1, &mine, NULL);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR2);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	(void)open("/dev/zero", O_RDONLY); /* not close-on-exec */
	assert_int_equal(authenticate("plain", USER, 0), PAM_SUCCESS);
	sigaction(SIGUSR1, NULL, &now);
	assert_ptr_equal(now.sa_handler, SIG_IGN);
	sigprocmask(SIG_UNBLOCK, &blocked, &after);
	assert_true(sigismember(&after, SIGUSR2));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no zombie */
	assert_int_equal(errno, ECHILD);
}

static void other_children_are_not_waited_for_S31(void **state)
{
	pid_t other = fork();
	int status;

	(void)state;
	if (other == 0)
		_exit(7);
	usleep(20000);
	assert_int_equal(authenticate("plain", USER, 0), PAM_SUCCESS);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void an_application_that_ignores_children_is_served_S31(void **state)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;

	(void)state;
	sigaction(SIGCHLD, &ignore, &before);
	assert_int_equal(authenticate("plain", USER, 0), PAM_SUCCESS);
	sigaction(SIGCHLD, &before, NULL);
}

static void closed_standard_descriptors_do_no_harm(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		close(0);
		close(1);
		close(2);
		_exit(authenticate("plain", USER, 0) == PAM_SUCCESS ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void a_vidd_that_hangs_is_killed_S50(void **state)
{
	int64_t before = wire_now();

	(void)state;
	close(open(VID_RUNDIR "/hang", O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
	assert_int_equal(authenticate("short", USER, 0), PAM_AUTHINFO_UNAVAIL);
	assert_in_range(wire_now() - before, 1900, 4000);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void without_vidd_nothing_can_be_judged(void **state)
{
	(void)state;
	assert_int_equal(rename(PATH_VIDD, PATH_VIDD ".away"), 0);
	assert_int_equal(authenticate("plain", USER, 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(rename(PATH_VIDD ".away", PATH_VIDD), 0);
}

/* As the listener does when there are too many: no other vidd is started for that. */
static void a_connection_that_is_turned_away_is_unavailable_S62(void **state)
{
	(void)state;
	vidd_is(play_nothing, NULL);
	assert_int_equal(authenticate("plain", USER, 0), PAM_AUTHINFO_UNAVAIL);
}

/* PATH_VIDD is a fake one, which grants: only for a machine without the socket. */
static void root_starts_its_own_vidd_only_without_a_socket_S60(void **state)
{
	int fd;

	(void)state;
	no_vidd();
	assert_int_equal(authenticate("plain", USER, 0),
			 geteuid() == 0 ? PAM_SUCCESS : PAM_AUTHINFO_UNAVAIL);
	/* a socket at which nobody listens any more */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd,
			      (const struct sockaddr *)&(struct sockaddr_un){
				      .sun_family = AF_UNIX, .sun_path = PATH_SOCKET },
			      sizeof(struct sockaddr_un)),
			 0);
	close(fd);
	assert_int_equal(authenticate("plain", USER, 0), PAM_AUTHINFO_UNAVAIL);
	no_vidd();
}

static void play_end(int fd, const struct wire_frame *ask, const void *script)
{
	(void)ask;
	(void)script;
	(void)fd;
	_exit(0); /* hangs up: told apart from a grant */
}

/* Root's socket is one that no user's connections can fill. */
static void root_asks_at_its_own_socket_first_S62(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	vidd_is(play_end, NULL);
	assert_int_equal(rename(PATH_SOCKET, PATH_ROOT_SOCKET), 0);
	assert_int_equal(authenticate("plain", USER, 0), PAM_AUTHINFO_UNAVAIL);
	(void)unlink(PATH_ROOT_SOCKET);
	no_vidd();
}

/* What su answers, which `uid` has started: the real uid is the user's. */
static int code_for(uid_t uid)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		if (setresuid(uid, 0, 0) < 0)
			_exit(99);
		_exit(authenticate("plain", USER, 0));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

static void one_users_programs_cannot_use_up_roots_logins_S62(void **state)
{
	int held[4];

	(void)state;
	if (geteuid() != 0)
		skip();
	no_vidd();
	(void)mkdir(PATH_CALLERS, 0700);
	for (int i = 0; i < 4; i++) {
		char path[sizeof(PATH_CALLERS) + 32];

		(void)snprintf(path, sizeof(path), PATH_CALLERS "/4001.%d", i);
		held[i] = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		assert_int_equal(flock(held[i], LOCK_EX | LOCK_NB), 0);
	}
	assert_int_equal(code_for(4001), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(code_for(4002), PAM_SUCCESS);
	assert_int_equal(code_for(0), PAM_SUCCESS);
	close(held[2]); /* one login is over */
	assert_int_equal(code_for(4001), PAM_SUCCESS);
	for (int i = 0; i < 4; i++)
		if (i != 2)
			close(held[i]);
}

static int keyring_prepare(void **state)
{
	if (group_prepare(state) != 0)
		return -1;
	/* what a module behind us finds as the password */
	write_stack("keyring",
		    "auth required " TEST_MODULE " debug\n"
		    "auth optional pam_exec.so quiet expose_authtok " KEEPER "\n");
	write_stack("keeper", "#!/bin/sh\ncat >" KEPT "\n");
	return chmod(KEEPER, 0755);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(every_verdict_has_its_code),
		test(every_other_verdict_is_abort_S36),
		test(a_grant_for_another_account_is_no_grant_S39),
		test(an_empty_user_is_set_once_S39),
		test(an_empty_user_stays_empty_without_a_grant),
		test(there_is_no_password_to_change),
		test(a_connection_that_is_turned_away_is_unavailable_S62),
		test(root_starts_its_own_vidd_only_without_a_socket_S60),
		test(root_asks_at_its_own_socket_first_S62),
		test(one_users_programs_cannot_use_up_roots_logins_S62),
		test(odd_arguments_change_nothing),
		test(a_granted_secret_is_the_password_of_the_modules_behind),
		test(without_a_secret_there_is_no_password),
		test(a_secret_beside_anything_but_a_grant_is_abort),
		test(a_secret_that_is_no_text_is_abort_S30),
		test(without_a_socket_vidd_is_started_clean_S29_S31),
		test(other_children_are_not_waited_for_S31),
		test(an_application_that_ignores_children_is_served_S31),
		test(closed_standard_descriptors_do_no_harm),
		test(a_vidd_that_hangs_is_killed_S50),
		test(without_vidd_nothing_can_be_judged),
	};

	/* The module believes root alone. */
	if (!become_root()) {
		printf("1..0 # SKIP the module believes root alone\n");
		return 0;
	}
	return cmocka_run_group_tests_name("pam_vid", tests, keyring_prepare,
					   group_clean);
}
