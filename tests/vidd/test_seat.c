/* SPDX-License-Identifier: BSD-2-Clause */
/* seat = local: only a person who is at a seat of this machine is asked anything (S28).
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "tests/vidd/walks.h"
#include "vidd/login.h"

static void refused(const struct asking *asking, const char *because)
{
	struct outcome out;

	kim_walks_up();
	out = expect(asking, VID_REMOTE);
	assert_int_equal(stage->opened, 0);
	assert_int_equal(out.prompts, 0);
	assert_string_equal(out.said, "");
	assert_non_null(strstr(stage->log, because));
}

static void let_in(const struct asking *asking)
{
	kim_walks_up();
	expect(asking, VID_OK);
	assert_true(stage->opened > 0);
}

/* su of kim's, in a session of kim's at the console. */
static struct asking su_in_session(void)
{
	stage->session = true;
	stage->seat = "seat0";
	stage->owner = stage->real = world.kim.uid;
	return (struct asking){ .account = KIM };
}

#ifdef HAVE_LIBSYSTEMD
static void a_left_over_process_of_a_closing_session_opens_nothing_S28(void **state)
{
	struct asking su = su_in_session(), sudo = { .account = KIM };

	(void)state;
	let_in(&su);
	stage->state = "closing";
	refused(&su, "session is closing");
	stage->real = 0; /* sudo is root, whoever runs it */
	refused(&sudo, "session is closing");
	su.uid = world.kim.uid; /* a lock screen */
	refused(&su, "session is closing");
}

static void a_setuid_caller_needs_an_active_session_S28(void **state)
{
	struct asking su = su_in_session(), sudo = { .account = KIM };

	(void)state;
	stage->state = "online"; /* switched away from */
	refused(&su, "session is not active");
	stage->real = 0;
	refused(&sudo, "session is not active");
	sudo.uid = world.kim.uid;
	refused(&sudo, "session is not active");
}

static void a_session_of_another_user_is_not_the_callers_S28(void **state)
{
	struct asking su = su_in_session(), sudo = { .account = KIM, .service = "sudo" };

	(void)state;
	stage->owner = world.lee.uid;
	refused(&su, "belongs to another user");
	su.uid = world.kim.uid;
	refused(&su, "belongs to another user");
	stage->real = 0;
	sudo.ruser = KIM;
	refused(&sudo, "belongs to another user");
	sudo.ruser = "nosuchaccount";
	refused(&sudo, "belongs to another user");
	sudo.ruser = LEE; /* the session's owner runs sudo */
	let_in(&sudo);
	sudo.ruser = "root"; /* and root may in any */
	let_in(&sudo);
}

static void a_session_that_logind_forgot_is_refused_by_any_policy_S28(void **state)
{
	struct asking su = su_in_session();

	(void)state;
	stage->vanished = true;
	refused(&su, "does not know it any more");
	world_settings("seat = any");
	refused(&su, "does not know it any more");
}

static void ssh_and_sudo_never_open_the_consoles_devices_S28(void **state)
{
	struct asking su = su_in_session();
	const struct asking sudo = { .account = KIM, .service = "sudo", .ruser = KIM };

	(void)state;
	stage->remote = true;
	stage->seat = NULL;
	refused(&su, "session is remote");
	stage->real = 0;
	refused(&sudo, "session is remote");
	world_settings("seat = any"); /* not even so */
	refused(&sudo, "session is remote");
	stage->session = false;
	stage->manager = true; /* systemd-run --user */
	stage->seat = "seat0";
	refused(&sudo, "session is remote");
}

static void a_session_without_a_seat_is_refused_S28(void **state)
{
	struct asking su = su_in_session();

	(void)state;
	stage->seat = NULL;
	refused(&su, "has no seat");
}

static void a_user_manager_counts_as_its_owners_display(void **state)
{
	struct asking su = su_in_session();
	const struct asking sudo = { .account = KIM, .service = "sudo", .ruser = KIM };

	(void)state;
	stage->session = false;
	stage->manager = true;
	let_in(&su); /* a terminal window of GNOME or Plasma */
	stage->real = 0;
	let_in(&sudo);
	stage->state = "closing";
	refused(&sudo, "session is closing");
	stage->state = "online";
	refused(&sudo, "session is not active");
	stage->state = NULL;
	stage->type = "tty";
	refused(&sudo, "no display");
	stage->type = NULL;
	stage->seat = NULL; /* lingers, without a session */
	refused(&sudo, "owner has no session");
}

static void a_user_manager_of_another_user_is_refused_S28(void **state)
{
	struct asking su = su_in_session();

	(void)state;
	stage->session = false;
	stage->manager = true;
	stage->owner = world.lee.uid;
	refused(&su, "belongs to another user");
}

static void a_greeter_asks_as_root_and_need_not_be_in_front(void **state)
{
	struct asking greeter = { .account = KIM };

	(void)state;
	stage->session = true;
	stage->seat = "seat0";
	stage->class = "greeter";
	stage->owner = 117;
	stage->state = "online";
	let_in(&greeter);
	stage->state = "closing";
	refused(&greeter, "closing");
	stage->state = "online";
	stage->real = world.kim.uid; /* su is no display manager */
	refused(&greeter, "not active");
}

static void only_services_that_people_log_in_at_may_ask_S28(void **state)
{
	static const char *const others[] = { "cron.service",  "ssh.service",
					      "getty.service", "xgdm.service",
					      "gdm.service.d", "user@1000.service" };
	static const char *const displays[] = { "gdm.service", "lightdm.service",
						"sddm.service" };
	struct asking login = { .account = KIM };
	struct asking display = { .account = KIM, .tty = "" };

	(void)state;
	let_in(&login); /* getty@tty1.service */
	for (size_t i = 0; i < sizeof(displays) / sizeof(*displays); i++) {
		stage->unit = displays[i];
		let_in(&display);
	}
	display.tty = "far:0"; /* xdm, asked over the network */
	refused(&display, "none of this machine");
	display.tty = ":0";
	stage->seats = 2;
	refused(&display, "which of several seats");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		stage->unit = others[i];
		refused(&login, "no service that people log in at");
	}
	stage->unit = NULL;
	login.ruser = KIM; /* sudo, of somebody who is in the service's cgroup */
	refused(&login, "no service that people log in at");
	login.ruser = NULL;
	stage->real = world.kim.uid;
	refused(&login, "belongs to no session");
}

static void a_pid_that_was_given_to_another_process_is_refused_S28(void **state)
{
	struct asking su = su_in_session();

	(void)state;
	stage->other_start = true;
	refused(&su, "has ended meanwhile");
}

static void the_session_says_more_than_the_terminal_S28(void **state)
{
	struct asking su = su_in_session();

	(void)state;
	su.tty = "/dev/pts/3"; /* a terminal window of a desktop */
	let_in(&su);
	su.tty = NULL;
	stage->seat = NULL; /* at tty1, su says */
	refused(&su, "has no seat");
}

static void the_seat_is_the_sessions(void **state)
{
	struct asking su = su_in_session();

	(void)state;
	stage->seat = "seat-left";
	let_in(&su);
	assert_string_equal(stage->camera_seat, "seat-left");
}
#endif

static void where_there_is_no_logind_the_kernels_terminal_counts_S28(void **state)
{
	struct asking anybody = { .account = KIM, .tty = ":0" };

	(void)state;
	stage->no_logind = true;
	let_in(&anybody); /* at tty1, which is in front; PAM_TTY says nothing */
	anybody.tty = "/dev/tty1";
	stage->tty[1] = 2;
	stage->tty[0] = 4;
	refused(&anybody, "not the one in front");
	stage->tty[0] = 136; /* a pseudo terminal, whatever PAM_TTY says */
	refused(&anybody, "no console");
	stage->tty[0] = 5;
	stage->tty[1] = 0; /* /dev/tty */
	refused(&anybody, "no console");
	stage->tty[1] = 1;
	let_in(&anybody); /* /dev/console */
	stage->tty[0] = 4;
	stage->tty[1] = 64;
	let_in(&anybody); /* ttyS0 */
	stage->tty[0] = 0;
	stage->tty[1] = 3;
	refused(&anybody, "no console");
	world_settings("seat = any");
	let_in(&anybody);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef HAVE_LIBSYSTEMD
		test(a_left_over_process_of_a_closing_session_opens_nothing_S28),
		test(a_setuid_caller_needs_an_active_session_S28),
		test(a_session_of_another_user_is_not_the_callers_S28),
		test(a_session_that_logind_forgot_is_refused_by_any_policy_S28),
		test(ssh_and_sudo_never_open_the_consoles_devices_S28),
		test(a_session_without_a_seat_is_refused_S28),
		test(a_user_manager_counts_as_its_owners_display),
		test(a_user_manager_of_another_user_is_refused_S28),
		test(a_greeter_asks_as_root_and_need_not_be_in_front),
		test(only_services_that_people_log_in_at_may_ask_S28),
		test(a_pid_that_was_given_to_another_process_is_refused_S28),
		test(the_session_says_more_than_the_terminal_S28),
		test(the_seat_is_the_sessions),
#endif
		test(where_there_is_no_logind_the_kernels_terminal_counts_S28),
	};

	return WALKS_RUN("seat");
}
