/* SPDX-License-Identifier: BSD-2-Clause */
/* The last step before the verdict, for who is here for the first time: everything was
 * judged by now, so that nobody else uses up a number. */
#include "config.h"

#include "vidd/login.h"

enum vid_reason newcomer_given(struct login *login)
{
	enum vid_reason why;

	if (!login->account.due)
		return VID_OK;
	why = walkup_allocate(login->place->files, login->place->index, &login->key,
			      login->grant.identity, login->place->now(), &login->account,
			      &login->problem);
	if (why != VID_OK)
		return why;
	accounts_settle();
	if ((why = judge_account_here(login)) != VID_OK)
		return why;
	if (!login->ask.silent)
		person_cued(login, 0,
			    N_("You are here for the first time: your account is {1}."),
			    login->account.name);
	return VID_OK;
}
