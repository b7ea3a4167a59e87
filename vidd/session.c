/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The session phases, of walk-ups: a vidd that root's own module has started notes who
 * has one open. With the last one that is noted the account's processes end, and its home
 * is wiped where the rule says so. A session that is not noted (pam_vid is not in its
 * stack) keeps both. Of the caller's word nothing is believed but the note of the login.
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
#include "vidd/occupants.h"
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

/* A session neither fails nor waits because of what could not be wiped. */
static void told(const struct account *account, enum vid_reason why,
		 const struct problem *problem)
{
	if (why != VID_OK)
		syslog(LOG_AUTHPRIV | LOG_ERR,
		       "what %s has left could not be wiped: %s; look there, and remove "
		       "it",
		       account->name, problem->text);
}

/*
 * Under the lock the home is only set aside: another session may begin while it is wiped.
 */
static void wipe(struct login *login, int *held)
{
	const struct account *account = &login->account;
	struct problem problem = { "" };
	enum vid_reason why;

	/* a walk-up's group has its own number */
	why = home_set_aside(account->home, account->name, account->uid, account->uid,
			     &problem);
	sessions_release(held);
	if (why == VID_OK)
		why = home_wipe_aside(account->home, account->name, account->uid,
				      account->uid, &problem);
	told(account, why, &problem);
}

/* What an earlier session has left, whose end was not noted. The session that begins may
 * have a user manager already: nothing is ended. */
static void clear_before(struct login *login, int *held)
{
	const struct account *account = &login->account;
	const char *proc = login->place->processes;
	struct problem problem = { "" };

	hostkey_wipe(&login->key); /* wiping starts a process */
	if (!account->wipe)
		return;
	if (occupants_elsewhere(proc, account->uid, login->ask.pid, &problem) ||
	    occupants_any(proc, account->uid, &problem)) {
		syslog(LOG_AUTHPRIV | LOG_NOTICE,
		       "the home of %s is left as it is: the account is in use: %s",
		       account->name, problem.text);
		return;
	}
	wipe(login, held);
}

/* Processes that the last session has left end with it; the home goes. */
static void clear_after(struct login *login, int *held)
{
	const struct account *account = &login->account;
	const char *proc = login->place->processes;
	struct problem problem = { "" };
	bool used, ended = false;

	hostkey_wipe(&login->key);
	used = occupants_elsewhere(proc, account->uid, login->ask.pid, &problem);
	if (!used) {
		ended = occupants_end(proc, account->uid, &problem);
		/* a session may have begun meanwhile in a way that vidd is not told of */
		used = ended &&
		       occupants_elsewhere(proc, account->uid, login->ask.pid, &problem);
	}
	if (used || !ended) {
		syslog(LOG_AUTHPRIV | LOG_NOTICE,
		       "%s of %s is left as it is: the account is in use: %s",
		       used ? "everything" : "the home", account->name, problem.text);
		return;
	}
	if (account->wipe)
		wipe(login, held);
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
	if (why == VID_OK && !others)
		clear_before(login, &held);
	return why;
}

/* Of an account that the map has dropped or shut out meanwhile the session ends as well,
 * and what it leaves goes as it was promised at the login. */
enum vid_reason session_end(struct login *login)
{
	const char *folder = login->place->sessions;
	AUTO(sessions_release) int held = -1;
	size_t others = 0;
	enum vid_reason why, now;

	if ((why = recall(login)) != VID_OK)
		return why;
	if ((why = hold(login, &held)) != VID_OK)
		return why;
	why = session_close(folder, login->grant.uid, login->ask.pid, &others,
			    &login->problem);
	if (why != VID_OK)
		return why;
	if ((now = grant_account(login)) != VID_OK)
		grant_former_account(login);
	if (!others && login->account.walkup)
		clear_after(login, &held);
	return now;
}
