/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/login.h"

#ifdef HAVE_LIBSYSTEMD
#include <stdlib.h>
#include <systemd/sd-login.h>

#include "libvid/cleanup.h"
#endif

#define SEAT_DEFAULT "seat0" /* logind's name for a machine's own console */

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

enum where { WHERE_UNKNOWN, WHERE_SEAT, WHERE_ELSEWHERE };

/* What logind knows of the session that the caller belongs to. */
static enum where where_by_session(pid_t pid, uid_t uid, char *seat, size_t size)
{
#ifdef HAVE_LIBSYSTEMD
	AUTO_FREE char *session = NULL;
	AUTO_FREE char *name = NULL;

	if (sd_pid_get_session(pid, &session) < 0)
		return WHERE_UNKNOWN; /* before a session, or no logind at all */
	/* Whoever is switched away from sits at no device (a display manager's own
	 * session asks as root). */
	if (uid != 0 && sd_session_is_active(session) <= 0)
		return WHERE_ELSEWHERE;
	if (sd_session_is_remote(session) != 0 ||
	    sd_session_get_seat(session, &name) < 0 || !name ||
	    !bytes_to_text(bytes_of_text(name), seat, size) || !seat[0])
		return WHERE_ELSEWHERE;
	return WHERE_SEAT;
#else
	(void)pid;
	(void)uid;
	(void)seat;
	(void)size;
	return WHERE_UNKNOWN;
#endif
}

enum vid_reason seat_judge(struct login *login)
{
	struct ask *ask = &login->ask;
	enum where where =
		where_by_session(ask->pid, ask->uid, ask->seat, sizeof(ask->seat));

	/* A terminal's name is the caller's word: root's counts. */
	if (where == WHERE_UNKNOWN && ask->uid == 0 && tty_is_local(ask->tty))
		where = WHERE_SEAT;
	if (where != WHERE_SEAT && login->policy->seat == SEAT_LOCAL) {
		problem_set(&login->problem, "no local seat; the terminal is '%s'",
			    ask->tty);
		return VID_REMOTE;
	}
	if (!ask->seat[0])
		(void)bytes_to_text(bytes_of_text(SEAT_DEFAULT), ask->seat,
				    sizeof(ask->seat));
	return VID_OK;
}
