/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The session phases, of accounts whose home goes with the last session: a vidd that
 * root's own module has started notes who has one open, and has the home wiped. Of the
 * caller's word nothing is believed but the note of the login.
 */
#include "config.h"

#include "vidd/login.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "vidd/home.h"
#include "vidd/sessions.h"

/* What a person waits for ends; what was begun goes on at the next session. */
static enum vid_reason recall(struct login *login)
{
	if (login->ask.uid != 0)
		return VID_NOT_ALLOWED;
	(void)alarm(VID_SESSION_SECONDS);
	return grant_recall(login);
}

/* /run/vid, where no systemd-tmpfiles has made it: with the socket in it, everybody's to
 * enter, whatever our umask is. */
static void make_parent(const char *folder)
{
	char path[PATH_MAX];
	char *end;

	(void)snprintf(path, sizeof(path), "%s", folder);
	end = strrchr(path, '/');
	if (!end || end == path)
		return;
	*end = '\0';
	if (mkdir(path, 0755) == 0)
		(void)chmod(path, 0755);
}

static enum vid_reason hold(struct login *login, int *held)
{
	make_parent(login->place->sessions);
	return sessions_hold(login->place->sessions, login->grant.uid, held,
			     &login->problem);
}

/* Nobody is kept out, or in, because of what could not be wiped. */
static void wipe(const struct account *account)
{
	struct problem problem = { "" };

	/* a walk-up's group has its own number */
	if (home_wipe(account->home, account->name, account->uid, account->uid,
		      &problem) == VID_OK)
		return;
	syslog(LOG_AUTHPRIV | LOG_ERR,
	       "what %s has left could not be wiped: %s; look there, and remove it",
	       account->name, problem.text);
}

/* The host's key is needed no longer, and wiping starts a process. */
static void wipe_when_alone(struct login *login, size_t others)
{
	hostkey_wipe(&login->key);
	if (!others && login->account.wipe)
		wipe(&login->account);
}

enum vid_reason session_begin(struct login *login)
{
	const char *folder = login->place->sessions;
	AUTO(sessions_release) int held = -1;
	size_t others = 0;
	enum vid_reason why;

	if ((why = recall(login)) != VID_OK)
		return why;
	if ((why = grant_account(login)) != VID_OK)
		return why;
	if ((why = hold(login, &held)) != VID_OK)
		return why;
	why = session_open(folder, login->account.uid, login->ask.pid, &others,
			   &login->problem);
	if (why == VID_OK)
		wipe_when_alone(login, others);
	return why;
}

/* Of an account that the map has dropped meanwhile the session ends as well. */
enum vid_reason session_end(struct login *login)
{
	const char *folder = login->place->sessions;
	AUTO(sessions_release) int held = -1;
	size_t others = 0;
	enum vid_reason why;

	if ((why = recall(login)) != VID_OK)
		return why;
	if ((why = hold(login, &held)) != VID_OK)
		return why;
	why = session_close(folder, login->grant.uid, login->ask.pid, &others,
			    &login->problem);
	if (why == VID_OK && (why = grant_account(login)) == VID_OK)
		wipe_when_alone(login, others);
	return why;
}
