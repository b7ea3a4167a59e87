/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * planted.c - an error that lets people in, for the proof that the harness finds one
 *
 * Linked into vidd_planted alone (--wrap=still_judge): the account phase answers yes
 * whenever it cannot find out, which is the kind of error that the harness looks for.
 */
#include "config.h"

#include "vidd/login.h"

#include <string.h>

enum vid_reason __real_still_judge(struct login *login);
enum vid_reason __wrap_still_judge(struct login *login);

enum vid_reason __wrap_still_judge(struct login *login)
{
	enum vid_reason why = __real_still_judge(login);

	switch (reason_verdict(why)) {
	case VERDICT_BROKEN:
	case VERDICT_ABORT:
		memcpy(login->account.name, login->ask.account,
		       sizeof(login->account.name));
		return VID_OK;
	default:
		return why;
	}
}
