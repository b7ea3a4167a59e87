/* SPDX-License-Identifier: BSD-2-Clause */
/* The session phases: of an account whose home goes with its last session. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/vidd/walks.h"
#include "vidd/login.h"

#define NAME "kiosk-50000"
#define UID  50000

static struct outcome granted; /* of kim's login */

/* Called by vidd when it begins to wipe: is the account's lock free? */
int pipe2(int ends[2], int flags)
{
	int fd = open(world_path("run/sessions/50000/lock"), O_RDWR | O_CLOEXEC);

	if (fd >= 0) {
		stage->lock_looked_at = true;
		stage->lock_was_free = flock(fd, LOCK_EX | LOCK_NB) == 0;
		(void)close(fd);
	}
	return (int)syscall(SYS_pipe2, ends, flags);
}

static void map_with(const char *line, const char *policy)
{
	char text[PATH_MAX + 256];

	(void)snprintf(text, sizeof(text),
		       "%s*@example allocate prefix=kiosk- uids=50000-50001 "
		       "home=%s/{name} home-policy=%s\n",
		       line, world_path("homes"), policy);
	world_map(text, NULL);
}

static void map(const char *policy)
{
	map_with("", policy);
}

static int set_up_session(void **state)
{
	static const struct asking nobody = { .account = NULL };
	const struct shown shown = (set_up(state), shown_by(&world.kim));

	assert_int_equal(mkdir(world_path("homes"), 0755), 0);
	map("wipe-at-logout");
	world_settings("face = no");
	in_hand(&shown);
	stage_walk(code, world.kim.face);
	granted = expect(&nobody, VID_OK);
	assert_string_equal(granted.account, NAME);
	assert_int_equal(granted.flags, PAM_FLAG_SESSION);
	return 0;
}

#define session_test(name)                                                               \
	cmocka_unit_test_setup_teardown(name, set_up_session, tear_down)

/* What pam_mkhomedir makes, and somebody leaves there. */
static void live_in_it(void)
{
	const char *home = world_path("homes/" NAME);

	assert_int_equal(mkdir(home, 0700), 0);
	world_write("homes/" NAME "/diary", "dear", 4);
	assert_int_equal(chown(world_path("homes/" NAME "/diary"), UID, UID), 0);
	assert_int_equal(chown(home, UID, UID), 0);
}

static bool is_there(void)
{
	return access(world_path("homes/" NAME), F_OK) == 0;
}

/* How many entries, of what was set aside as well. */
static unsigned homes(void)
{
	DIR *folder = opendir(world_path("homes"));
	const struct dirent *entry;
	unsigned count = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		count += strcmp(entry->d_name, ".") != 0 &&
			 strcmp(entry->d_name, "..") != 0;
	closedir(folder);
	return count;
}

static struct outcome tell(enum pam_frame phase, enum vid_reason why)
{
	struct outcome out =
		ask_vidd_again(phase, bytes_of(granted.note, granted.note_len), 0);

	if (strcmp(out.reason, reason_name(why)) != 0)
		fail_msg("%s instead of %s; %s", out.reason, reason_name(why),
			 stage->log);
	assert_int_equal(out.verdict, reason_verdict(why));
	assert_string_equal(out.account, why == VID_OK ? NAME : "");
	assert_string_equal(out.said, "");
	assert_int_equal(out.note_len, 0);
	assert_non_null(strstr(stage->log,
			       phase == PAM_FRAME_OPEN ? "event=open " : "event=close "));
	return out;
}

/* Another process with a session of its own, which lives until it is told to end. */
static pid_t another_session(int *leash)
{
	int pair[2];
	pid_t child;
	char byte;

	assert_int_equal(pipe(pair), 0);
	child = fork();
	if (child == 0) {
		close(pair[1]);
		/* the parent waits for the end of this */
		tell(PAM_FRAME_OPEN, VID_OK);
		stage->answered = true;
		_exit(read(pair[0], &byte, 1) == 1 ? (tell(PAM_FRAME_CLOSE, VID_OK), 0)
						   : 0);
	}
	close(pair[0]);
	*leash = pair[1];
	while (!stage->answered && waitpid(child, NULL, WNOHANG) == 0)
		usleep(1000);
	assert_true(stage->answered);
	stage->answered = false;
	return child;
}

static void caught(int number)
{
	_exit(number == SIGTERM ? 3 : 4);
}

/* A process of the account. It is the caller's child, or (`stranger`) of another process
 * of root's, which is returned in *parent. */
static pid_t account_process(bool stubborn, pid_t *parent)
{
	int ready[2];
	pid_t child = 0;

	assert_int_equal(pipe(ready), 0);
	if (parent && (*parent = fork()) == 0)
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!parent || *parent == 0) {
		if ((child = fork()) == 0) {
			if (setresgid(UID, UID, UID) < 0 || setresuid(UID, UID, UID) < 0)
				_exit(1);
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			(void)signal(SIGTERM, stubborn ? SIG_IGN : caught);
			child = getpid();
			(void)!write(ready[1], &child, sizeof(child));
			for (;;)
				(void)pause();
		}
		while (parent)
			(void)pause();
	}
	assert_int_equal(read(ready[0], &child, sizeof(child)), sizeof(child));
	close(ready[0]);
	close(ready[1]);
	return child;
}

static bool lives(pid_t pid)
{
	return waitpid(pid, NULL, WNOHANG) == 0;
}

static void what_the_session_leaves_running_ends_with_it_S66(void **state)
{
	pid_t one, two;
	int status;

	(void)state;
	tell(PAM_FRAME_OPEN, VID_OK);
	live_in_it();
	one = account_process(false, NULL);
	two = account_process(true, NULL);
	tell(PAM_FRAME_CLOSE, VID_OK);
	assert_int_equal(waitpid(one, &status, WNOHANG), one);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3); /* it was asked to end */
	assert_int_equal(waitpid(two, &status, WNOHANG), two);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	assert_int_equal(homes(), 0);
}

static void processes_end_where_the_home_is_kept_too(void **state)
{
	pid_t one;

	(void)state;
	map("keep");
	tell(PAM_FRAME_OPEN, VID_OK);
	live_in_it();
	one = account_process(false, NULL);
	tell(PAM_FRAME_CLOSE, VID_OK);
	assert_int_equal(waitpid(one, NULL, WNOHANG), one);
	assert_true(is_there());
}

/* su by root, say, in a stack without pam_vid's session line. */
static void a_session_that_vidd_was_not_told_of_keeps_home_and_processes_S66(void **state)
{
	pid_t one, login;

	(void)state;
	tell(PAM_FRAME_OPEN, VID_OK);
	live_in_it();
	one = account_process(false, &login);
	tell(PAM_FRAME_CLOSE, VID_OK);
	assert_true(is_there());
	assert_int_equal(kill(one, 0), 0);
	assert_true(lives(login));
	assert_non_null(strstr(stage->log, "everything of " NAME " is left as it is: the "
					   "account is in use: its process"));
	assert_int_equal(kill(one, SIGKILL), 0);
	assert_int_equal(kill(login, SIGKILL), 0);
	assert_int_equal(waitpid(login, NULL, 0), login);
}

#ifdef HAVE_LIBSYSTEMD
static void a_session_that_logind_knows_keeps_home_and_processes_S66(void **state)
{
	pid_t one;

	(void)state;
	tell(PAM_FRAME_OPEN, VID_OK);
	live_in_it();
	one = account_process(false, NULL);
	stage->session = true; /* the caller's own, that ends now */
	stage->owner = UID;
	stage->others[0] = "12";
	stage->others_state = "online";
	tell(PAM_FRAME_CLOSE, VID_OK);
	assert_true(is_there());
	assert_true(lives(one));
	assert_non_null(strstr(stage->log, "its session 12 is open"));
	stage->others_state = "closing";
	tell(PAM_FRAME_CLOSE, VID_OK);
	assert_int_equal(waitpid(one, NULL, WNOHANG), one);
	assert_int_equal(homes(), 0);
}
#endif

static void a_home_in_use_is_not_wiped_at_the_beginning_either_S66(void **state)
{
	pid_t one = account_process(false, NULL);

	(void)state;
	live_in_it();
	tell(PAM_FRAME_OPEN, VID_OK);
	assert_true(is_there());
	assert_true(lives(one));
	assert_non_null(strstr(stage->log, "the home of " NAME " is left as it is"));
	assert_int_equal(kill(one, SIGKILL), 0);
	assert_int_equal(waitpid(one, NULL, 0), one);
}

/* A home may take a minute; a session waits ten seconds for the lock. */
static void another_session_may_begin_while_the_home_is_wiped(void **state)
{
	(void)state;
	tell(PAM_FRAME_OPEN, VID_OK);
	live_in_it();
	stage->lock_looked_at = stage->lock_was_free = false;
	tell(PAM_FRAME_CLOSE, VID_OK);
	assert_true(stage->lock_looked_at);
	assert_true(stage->lock_was_free);
	live_in_it();
	stage->lock_looked_at = stage->lock_was_free = false;
	tell(PAM_FRAME_OPEN, VID_OK); /* the same at the beginning */
	assert_true(stage->lock_looked_at);
	assert_true(stage->lock_was_free);
}

static void the_home_goes_with_the_session(void **state)
{
	(void)state;
	tell(PAM_FRAME_OPEN, VID_OK);
	live_in_it();
	assert_true(is_there());
	tell(PAM_FRAME_CLOSE, VID_OK);
	assert_int_equal(homes(), 0);
	assert_non_null(strstr(stage->log, "event=close service=su account=" NAME));
}

static void it_stays_while_another_session_is_open(void **state)
{
	pid_t other;
	int leash, status;

	(void)state;
	tell(PAM_FRAME_OPEN, VID_OK);
	live_in_it();
	other = another_session(&leash);
	assert_true(is_there());
	tell(PAM_FRAME_CLOSE, VID_OK);
	assert_true(is_there());
	assert_int_equal(write(leash, "x", 1), 1);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(status, 0);
	assert_int_equal(homes(), 0);
	close(leash);
}

/* Its process was killed: nobody tells of that end, and nobody waits for it. */
static void who_died_has_no_session(void **state)
{
	pid_t other;
	int leash;

	(void)state;
	tell(PAM_FRAME_OPEN, VID_OK);
	live_in_it();
	other = another_session(&leash);
	assert_int_equal(kill(other, SIGKILL), 0);
	assert_int_equal(waitpid(other, NULL, 0), other);
	tell(PAM_FRAME_CLOSE, VID_OK);
	assert_int_equal(homes(), 0);
	close(leash);
}

static void what_an_earlier_session_has_left_goes_at_the_beginning(void **state)
{
	pid_t other;
	int leash;

	(void)state;
	live_in_it();
	tell(PAM_FRAME_OPEN, VID_OK);
	assert_int_equal(homes(), 0);
	live_in_it(); /* and what is in use stays */
	other = another_session(&leash);
	assert_true(is_there());
	close(leash);
	assert_int_equal(waitpid(other, NULL, 0), other);
}

static void what_cannot_be_wiped_is_told_and_keeps_nobody_out(void **state)
{
	(void)state;
	assert_int_equal(mkdir(world_path("homes/" NAME), 0700), 0); /* root's own */
	tell(PAM_FRAME_OPEN, VID_OK);
	assert_true(is_there());
	assert_non_null(
		strstr(stage->log, "what " NAME " has left could not be wiped: "));
	assert_non_null(strstr(stage->log, "; look there, and remove it"));
	tell(PAM_FRAME_CLOSE, VID_OK);
	assert_true(is_there());
}

static void a_home_that_is_to_be_kept_is_kept(void **state)
{
	(void)state;
	tell(PAM_FRAME_OPEN, VID_OK);
	live_in_it();
	map("keep"); /* meanwhile */
	tell(PAM_FRAME_CLOSE, VID_OK);
	assert_true(is_there());
	tell(PAM_FRAME_OPEN, VID_OK);
	assert_true(is_there());
}

static void shut_out_meanwhile(const char *text, enum vid_reason why)
{
	map("wipe-at-logout");
	tell(PAM_FRAME_OPEN, VID_OK);
	live_in_it();
	world_map(text, NULL);
	tell(PAM_FRAME_CLOSE, why);
	assert_int_equal(homes(), 0);
	tell(PAM_FRAME_OPEN, why);
}

/* What the login promised goes, although the map knows nothing of the account any more.
 */
static void who_is_shut_out_while_logged_in_leaves_nothing_S66(void **state)
{
	char denied[256], with_rule[512];

	(void)state;
	(void)snprintf(denied, sizeof(denied), "%s@example deny\n", world.kim.sub);
	(void)snprintf(with_rule, sizeof(with_rule),
		       "%s*@example allocate prefix=kiosk- uids=50000-50001\n", denied);
	shut_out_meanwhile(with_rule, VID_IDENTITY_DENIED);
	shut_out_meanwhile(denied, VID_IDENTITY_DENIED);
	shut_out_meanwhile("*@example deny\n", VID_IDENTITY_UNKNOWN);
}

static void when_the_map_cannot_be_read_the_logins_word_counts_S66(void **state)
{
	(void)state;
	tell(PAM_FRAME_OPEN, VID_OK);
	live_in_it();
	world_write("accounts.cdb", "damaged", 7);
	tell(PAM_FRAME_CLOSE, VID_STATE);
	assert_int_equal(homes(), 0);
}

static void root_alone_tells_of_sessions(void **state)
{
	const struct bytes note = bytes_of(granted.note, granted.note_len);
	struct outcome out;

	(void)state;
	if (seteuid(UID) != 0)
		skip(); /* a user namespace with root alone */
	assert_int_equal(seteuid(0), 0);
	live_in_it();
	out = ask_vidd_again(PAM_FRAME_OPEN, note, UID); /* about themselves, even */
	assert_string_equal(out.reason, "NOT_ALLOWED");
	out = ask_vidd_again(PAM_FRAME_CLOSE, note, UID);
	assert_string_equal(out.reason, "NOT_ALLOWED");
	assert_true(is_there());
	assert_int_equal(access(world_path("run/sessions"), F_OK), -1);
}

static void without_a_good_note_nothing_is_wiped_S36(void **state)
{
	(void)state;
	live_in_it();
	granted.note[granted.note_len - 1] ^= 1;
	tell(PAM_FRAME_OPEN, VID_WIRE);
	tell(PAM_FRAME_CLOSE, VID_WIRE);
	granted.note_len = 0;
	tell(PAM_FRAME_CLOSE, VID_WIRE);
	assert_true(is_there());
	assert_int_equal(access(world_path("run/sessions"), F_OK), -1);
}

static void where_sessions_cannot_be_noted_none_begins(void **state)
{
	struct outcome out;

	(void)state;
	live_in_it();
	world_write("run", "", 0); /* no folder */
	out = ask_vidd_again(PAM_FRAME_OPEN, bytes_of(granted.note, granted.note_len), 0);
	assert_int_equal(out.verdict, VERDICT_BROKEN);
	assert_true(is_there());
}

/* A host without systemd-tmpfiles has no /run/vid at its start. */
static void the_folder_of_the_sessions_is_made_for_everybody_to_pass(void **state)
{
	struct stat found;

	(void)state;
	assert_int_equal(access(world_path("run"), F_OK), -1);
	umask(077);
	tell(PAM_FRAME_OPEN, VID_OK);
	umask(022);
	assert_int_equal(stat(world_path("run"), &found), 0);
	assert_int_equal(found.st_mode & 07777, 0755);
	assert_int_equal(stat(world_path("run/sessions"), &found), 0);
	assert_int_equal(found.st_mode & 07777, 0700);
}

static void tellers_tell_nothing_of_the_person_S52(void **state)
{
	(void)state;
	tell(PAM_FRAME_OPEN, VID_OK);
	assert_null(strstr(stage->log, world.kim.sub));
	tell(PAM_FRAME_CLOSE, VID_OK);
	assert_null(strstr(stage->log, world.kim.sub));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		session_test(the_home_goes_with_the_session),
		session_test(what_the_session_leaves_running_ends_with_it_S66),
		session_test(processes_end_where_the_home_is_kept_too),
		session_test(
			a_session_that_vidd_was_not_told_of_keeps_home_and_processes_S66),
#ifdef HAVE_LIBSYSTEMD
		session_test(a_session_that_logind_knows_keeps_home_and_processes_S66),
#endif
		session_test(a_home_in_use_is_not_wiped_at_the_beginning_either_S66),
		session_test(another_session_may_begin_while_the_home_is_wiped),
		session_test(it_stays_while_another_session_is_open),
		session_test(who_died_has_no_session),
		session_test(what_an_earlier_session_has_left_goes_at_the_beginning),
		session_test(what_cannot_be_wiped_is_told_and_keeps_nobody_out),
		session_test(a_home_that_is_to_be_kept_is_kept),
		session_test(who_is_shut_out_while_logged_in_leaves_nothing_S66),
		session_test(when_the_map_cannot_be_read_the_logins_word_counts_S66),
		session_test(root_alone_tells_of_sessions),
		session_test(without_a_good_note_nothing_is_wiped_S36),
		session_test(where_sessions_cannot_be_noted_none_begins),
		session_test(the_folder_of_the_sessions_is_made_for_everybody_to_pass),
		session_test(tellers_tell_nothing_of_the_person_S52),
	};

	if (geteuid() != 0) {
		puts("1..0 # SKIP needs root: a home is another user's");
		return 0;
	}
	return WALKS_RUN("session");
}
