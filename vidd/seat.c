/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is the person who asks at a seat of this machine (S28)?
 *
 * A caller's pid, terminal and real user are read from the kernel, its session from
 * logind. The caller has to run until all of it was read: otherwise its pid may have been
 * given to another process meanwhile. In this order:
 *
 * 1. The caller belongs to a session: that must be local, at a seat, active (not closing,
 *    not switched away from), and its owner must be the caller's real user. su and sudo
 *    are root by then: su keeps its real user, sudo says who runs it.
 *    Exception: a session of the class "greeter" that a display manager asks from as
 * root. It need not be active.
 * 2. The caller belongs to a user manager (user@.service), as terminals of GNOME and
 *    Plasma do: the same, of the manager's owner's graphical session.
 * 3. The caller is root in a system service that asks people to log in: `services`.
 * 4. There is no logind: the caller's controlling terminal must be the console.
 */
#include "config.h"

#include "vidd/login.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libvid/cleanup.h"

#ifdef HAVE_LIBSYSTEMD
#include <errno.h>
#include <stdlib.h>
#include <systemd/sd-login.h>
#endif

#define SEAT_DEFAULT "seat0" /* logind's name for a machine's own console */

/* ELSEWHERE: at no seat. FAR: at another machine, or nothing is known of the session any
 * more, so that it may have been. */
enum where { WHERE_SEAT, WHERE_ELSEWHERE, WHERE_FAR };

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

bool tty_is_local(const char *tty)
{
	/* ":0" and ":0.0" are local displays; "host:0" is not. */
	if (tty[0] == ':')
		return tty[1] && tty[1 + strspn(tty + 1, "0123456789.")] == '\0';
	if (!strncmp(tty, "/dev/", 5))
		tty += 5;
	if (!strcmp(tty, "console"))
		return true;
	if (!strncmp(tty, "ttyS", 4))
		return is_number(tty + 4);
	return !strncmp(tty, "tty", 3) && is_number(tty + 3);
}

static enum where elsewhere(struct login *login, const char *why)
{
	problem_set(&login->problem, "no local seat: %s", why);
	return WHERE_ELSEWHERE;
}

/* --- without logind ------------------------------------------------------------------
 */

#define TTY_MAJOR     4
#define TTY_SERIAL    64 /* the first minor of ttyS */
#define CONSOLE_MAJOR 5
#define CONSOLE_MINOR 1

/* Is the virtual terminal `number` the one in front? */
static bool is_in_front(const char *console, unsigned number)
{
	AUTO_CLOSE int fd = open(console, O_RDONLY | O_CLOEXEC);
	char name[16], text[32] = "";
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	(void)snprintf(name, sizeof(name), "tty%u\n", number);
	return got > 0 && strcmp(text, name) == 0;
}

/* PAM_TTY is the word of a program that anybody may have started: of a setuid one it may
 * be the name of any display. The controlling terminal is the kernel's. */
static enum where where_by_terminal(struct login *login,
				    const struct process_facts *caller)
{
	unsigned number = caller->tty_minor;

	if (caller->tty_major == CONSOLE_MAJOR && number == CONSOLE_MINOR)
		return WHERE_SEAT;
	if (caller->tty_major != TTY_MAJOR || number == 0)
		return elsewhere(login, "the caller's terminal is no console");
	if (number < TTY_SERIAL && !is_in_front(login->place->console, number))
		return elsewhere(login, "the caller's terminal is not the one in front");
	return WHERE_SEAT;
}

/* --- with logind -----------------------------------------------------------------------
 */

#ifdef HAVE_LIBSYSTEMD

/* Services that ask people at the machine to log in. "@" ends the name of a template. */
static const struct service {
	const char *name;
	bool terminal; /* it asks at a terminal, and says at which */
} services[] = {
	{ "getty@", true },
	{ "autovt@", true },
	{ "serial-getty@", true },
	{ "console-getty.service", true },
	{ "kmsconvt@", true },
	{ "gdm.service", false },
	{ "gdm3.service", false },
	{ "lightdm.service", false },
	{ "sddm.service", false },
	{ "plasmalogin.service", false },
	{ "greetd.service", false },
	{ "ly.service", false },
	{ "ly@", false },
	{ "lxdm.service", false },
	{ "nodm.service", false },
	{ "slim.service", false },
	{ "wdm.service", false },
	{ "xdm.service", false },
};

static const struct service *service_of(const char *unit)
{
	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++) {
		const char *name = services[i].name;
		size_t len = strlen(name);

		if (name[len - 1] == '@' ? strncmp(unit, name, len) == 0
					 : strcmp(unit, name) == 0)
			return &services[i];
	}
	return NULL;
}

/* Who has no session of logind's (no pam_systemd) is in the service's cgroup: their sudo
 * is no login at this service. */
static bool is_by_root(const struct ask *ask)
{
	return !ask->ruser[0] || strcmp(ask->ruser, "root") == 0;
}

static enum where where_by_service(struct login *login)
{
	const struct ask *ask = &login->ask;
	const struct service *service;
	AUTO_FREE char *unit = NULL;

	if (sd_pid_get_unit(ask->pid, &unit) < 0 || !unit)
		return elsewhere(login, "the caller belongs to no session");
	if (!is_by_root(ask) || !(service = service_of(unit))) {
		problem_set(&login->problem,
			    "no local seat: the caller belongs to no session, and %s is "
			    "no service that people log in at",
			    unit);
		return WHERE_ELSEWHERE;
	}
	/* xdm serves displays of other machines as well: "host:0" */
	if ((service->terminal || ask->tty[0]) && !tty_is_local(ask->tty))
		return elsewhere(login, "the terminal is none of this machine");
	/* A display manager has no session yet, so nothing tells at which seat it asks.
	 */
	if (!service->terminal && sd_get_seats(NULL) != 1)
		return elsewhere(login, "which of several seats is meant is not known");
	return WHERE_SEAT;
}

/* Is the caller run by the session's owner? Root may act in the session of another user:
 * for sudo, which says who runs it. */
static bool is_run_by(const struct ask *ask, uid_t real, uid_t owner)
{
	const struct passwd *user;

	if (real != 0)
		return real == owner;
	if (!ask->ruser[0])
		return true;
	user = getpwnam(ask->ruser);
	return user && (user->pw_uid == 0 || user->pw_uid == owner);
}

static bool is_word(const char *word, const char *first, const char *second,
		    const char *third)
{
	return strcmp(word, first) == 0 || strcmp(word, second) == 0 ||
	       strcmp(word, third) == 0;
}

/* State, owner and class: why this session does not count, or NULL. */
static const char *fault_of(const char *session, const struct ask *ask, uid_t real)
{
	AUTO_FREE char *state = NULL;
	AUTO_FREE char *class = NULL;
	uid_t owner;

	if (sd_session_get_state(session, &state) < 0 || !state ||
	    sd_session_get_class(session, &class) < 0 || !class ||
	    sd_session_get_uid(session, &owner) < 0)
		return "logind does not know the caller's session";
	if (strcmp(class, "greeter") == 0 && real == 0)
		return is_word(state, "active", "online", "opening")
			       ? NULL
			       : "the greeter's session is closing";
	if (strcmp(state, "active") != 0)
		return strcmp(state, "closing") == 0
			       ? "the caller's session is closing"
			       : "the caller's session is not active";
	return is_run_by(ask, real, owner)
		       ? NULL
		       : "the caller's session belongs to another user";
}

static enum where where_of_session(struct login *login, const char *session, uid_t real)
{
	struct ask *ask = &login->ask;
	AUTO_FREE char *seat = NULL;
	const char *fault;

	if (sd_session_is_remote(session) != 0) {
		problem_set(&login->problem,
			    "the caller's session is remote, or logind does not know it "
			    "any more");
		return WHERE_FAR;
	}
	if (sd_session_get_seat(session, &seat) < 0 || !seat || !seat[0])
		return elsewhere(login, "the caller's session has no seat");
	if ((fault = fault_of(session, ask, real)))
		return elsewhere(login, fault);
	if (!bytes_to_text(bytes_of_text(seat), ask->seat, sizeof(ask->seat)))
		return elsewhere(login, "the name of the seat is too long");
	return WHERE_SEAT;
}

/* The user manager is of all sessions of its owner: the graphical one counts. */
static enum where where_by_manager(struct login *login, uid_t real)
{
	AUTO_FREE char *session = NULL;
	AUTO_FREE char *type = NULL;
	uid_t owner;

	if (sd_pid_get_owner_uid(login->ask.pid, &owner) < 0)
		return elsewhere(login, "whose user manager this is, is not known");
	if (real != 0 && real != owner)
		return elsewhere(login, "the user manager belongs to another user");
	if (sd_uid_get_display(owner, &session) < 0 || !session)
		return elsewhere(login, "the user manager's owner has no session");
	if (sd_session_is_remote(session) == 0 &&
	    (sd_session_get_type(session, &type) < 0 || !type ||
	     !is_word(type, "x11", "wayland", "mir")))
		return elsewhere(login, "the user manager's owner has no display");
	return where_of_session(login, session, real);
}

static enum where where_by_logind(struct login *login, uid_t real)
{
	pid_t pid = login->ask.pid;
	AUTO_FREE char *session = NULL;
	AUTO_FREE char *unit = NULL;
	int got = sd_pid_get_session(pid, &session);

	if (got >= 0 && session)
		return where_of_session(login, session, real);
	if (got != -ENODATA)
		return elsewhere(login, "the caller's session cannot be told");
	if (sd_pid_get_user_unit(pid, &unit) >= 0)
		return where_by_manager(login, real);
	return real == 0 ? where_by_service(login)
			 : elsewhere(login, "the caller belongs to no session");
}

#else

static enum where where_by_logind(struct login *login, uid_t real)
{
	(void)real;
	return elsewhere(login, "this vidd was built without libsystemd");
}

#endif

static enum where where_is(struct login *login)
{
	const struct login_place *place = login->place;
	struct ask *ask = &login->ask;
	struct process_facts caller;
	enum where where;

	if (!process_read(place->proc, ask->pid, &caller))
		return elsewhere(login, "the caller cannot be looked up");
	/* An effective uid other than root's is the user: only setuid programs differ. */
	if (ask->uid != 0)
		caller.uid = ask->uid;
	where = access(place->logind, F_OK) == 0 ? where_by_logind(login, caller.uid)
						 : where_by_terminal(login, &caller);
	if (where == WHERE_SEAT && !peer_is_same(&ask->peer, place->proc))
		return elsewhere(login, "the caller has ended meanwhile");
	return where;
}

enum vid_reason seat_judge(struct login *login)
{
	struct ask *ask = &login->ask;
	enum where where = where_is(login);

	if (where == WHERE_FAR ||
	    (where != WHERE_SEAT && login->policy->seat == SEAT_LOCAL)) {
		ask->seat[0] = '\0';
		return VID_REMOTE;
	}
	problem_set(&login->problem, "%s", "");
	if (where != WHERE_SEAT || !ask->seat[0])
		(void)bytes_to_text(bytes_of_text(SEAT_DEFAULT), ask->seat,
				    sizeof(ask->seat));
	/* Only devices of this seat are opened. */
	memcpy(login->settings.seat, ask->seat, sizeof(login->settings.seat));
	return VID_OK;
}
