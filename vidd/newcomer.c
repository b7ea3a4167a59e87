/* SPDX-License-Identifier: BSD-2-Clause */
/* The last step before the verdict, for who is here for the first time: everything was
 * judged by now, so that nobody else uses up a number. */
#include "config.h"

#include "vidd/login.h"

#include <syslog.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/userdb.h"

/* systemd's record of the account, where it keeps any. Names and numbers are known
 * without, so that its want is no reason to refuse. */
static void publish(const struct login *login)
{
	AUTO(index_close) struct index index = { 0 };
	struct problem problem = { "" };
	struct index_row row;

	if (!login->place->userdb || access(login->place->userdb, F_OK) != 0 ||
	    index_open(login->place->index, &index) != INDEX_OK ||
	    index_by_uid(&index, login->account.uid, &row) != INDEX_OK)
		return;
	if (userdb_add(login->place->userdb, &index, &row, &problem) != VID_OK)
		syslog(LOG_AUTHPRIV | LOG_WARNING,
		       "systemd has no record of %s (vid account publish): %s",
		       login->account.name, problem.text);
}

enum vid_reason newcomer_given(struct login *login)
{
	enum vid_reason why;

	if (!login->account.due)
		return VID_OK;
	why = walkup_allocate(login->place->files, login->place->index, &login->key,
			      login->grant.iss, login->grant.identity,
			      login->place->now(), &login->account, &login->problem);
	if (why != VID_OK)
		return why;
	accounts_settle();
	if ((why = judge_account_here(login)) != VID_OK)
		return why;
	publish(login);
	if (!login->ask.silent)
		person_cued(login, 0,
			    N_("You are here for the first time: your account is {1}."),
			    login->account.name);
	return VID_OK;
}
