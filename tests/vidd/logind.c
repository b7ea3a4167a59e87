/* SPDX-License-Identifier: BSD-2-Clause */
/* What logind says, in this program: as the stage has it. Session "7" is the caller's. */
#include "config.h"

#include "tests/vidd/world.h"

#ifdef HAVE_LIBSYSTEMD
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-login.h>

static int said(const char *text, const char *otherwise, char **to)
{
	*to = strdup(text ? text : otherwise);
	return *to ? 0 : -ENOMEM;
}

static bool is_callers(const char *session)
{
	return strcmp(session, "7") == 0;
}

int sd_pid_get_session(pid_t pid, char **session)
{
	if (stage->other_start)
		world_process(pid, 1001);
	return stage->session ? said("7", "", session) : -ENODATA;
}

int sd_pid_get_user_unit(pid_t pid, char **unit)
{
	(void)pid;
	return stage->manager ? said("vte-spawn-1.scope", "", unit) : -ENXIO;
}

int sd_pid_get_owner_uid(pid_t pid, uid_t *uid)
{
	(void)pid;
	*uid = stage->owner;
	return stage->manager ? 0 : -ENXIO;
}

int sd_pid_get_unit(pid_t pid, char **unit)
{
	(void)pid;
	return said(stage->unit, "getty@tty1.service", unit);
}

int sd_uid_get_display(uid_t uid, char **session)
{
	return uid == stage->owner && stage->seat ? said("7", "", session) : -ENODATA;
}

int sd_uid_get_sessions(uid_t uid, int active, char ***sessions)
{
	int count = 0;

	(void)uid;
	(void)active;
	*sessions = calloc(4, sizeof(**sessions));
	if (stage->session)
		(*sessions)[count++] = strdup("7");
	for (size_t i = 0; i < 2 && stage->others[i]; i++)
		(*sessions)[count++] = strdup(stage->others[i]);
	return count;
}

int sd_get_seats(char ***seats)
{
	if (seats)
		*seats = NULL;
	return stage->seats ? stage->seats : 1;
}

int sd_session_is_remote(const char *session)
{
	(void)session;
	return stage->vanished ? -ENXIO : stage->remote;
}

int sd_session_get_state(const char *session, char **state)
{
	if (stage->vanished)
		return -ENXIO;
	return said(is_callers(session) ? stage->state : stage->others_state, "active",
		    state);
}

int sd_session_get_class(const char *session, char **class)
{
	(void)session;
	return said(stage->class, "user", class);
}

int sd_session_get_type(const char *session, char **type)
{
	(void)session;
	return said(stage->type, "wayland", type);
}

int sd_session_get_uid(const char *session, uid_t *uid)
{
	(void)session;
	*uid = stage->owner;
	return 0;
}

int sd_session_get_seat(const char *session, char **seat)
{
	(void)session;
	return stage->seat ? said(stage->seat, "", seat) : -ENODATA;
}
#endif
