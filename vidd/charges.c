/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/login.h"

#include <stdio.h>

#include "libvid/attempts.h"

#define KEY_MAX (LOGIN_SEAT_MAX + 16)

typedef enum vid_reason attempt_fn(const char *folder, const char *key, int64_t now,
				   int64_t *wait_seconds, struct problem *problem);

static enum vid_reason attempt(struct login *login, attempt_fn *fn, const char *kind,
			       const char *name)
{
	char key[KEY_MAX];
	int64_t seconds = 0;
	enum vid_reason why;

	(void)snprintf(key, sizeof(key), "%s:%s", kind, name);
	why = fn(login->place->attempts, key, login->place->now(), &seconds,
		 &login->problem);
	if (why == VID_TOO_MANY_ATTEMPTS)
		problem_set(&login->problem, "of this %s; the next one in %lld s", kind,
			    (long long)seconds);
	return why;
}

enum vid_reason charges_check(struct login *login)
{
	enum vid_reason why = attempt(login, attempt_check, "seat", login->ask.seat);

	if (why != VID_OK || !login->ask.account[0])
		return why;
	return attempt(login, attempt_check, "account", login->ask.account);
}

enum vid_reason charge_seat(struct login *login)
{
	enum vid_reason why = attempt(login, attempt_charge, "seat", login->ask.seat);

	login->charged_seat = why == VID_OK;
	return why;
}

enum vid_reason charge_account(struct login *login, const char *name)
{
	enum vid_reason why;

	if (login->charged_account)
		return VID_OK; /* the name that was asked for, and it is the same */
	(void)snprintf(login->charged, sizeof(login->charged), "%s", name);
	why = attempt(login, attempt_charge, "account", name);
	login->charged_account = why == VID_OK;
	return why;
}

static enum vid_reason each_charged(struct login *login,
				    enum vid_reason (*fn)(const char *folder,
							  const char *key,
							  struct problem *problem))
{
	enum vid_reason why = VID_OK, other = VID_OK;
	char key[KEY_MAX];

	if (login->charged_seat) {
		(void)snprintf(key, sizeof(key), "seat:%s", login->ask.seat);
		why = fn(login->place->attempts, key, &login->problem);
	}
	if (login->charged_account) {
		(void)snprintf(key, sizeof(key), "account:%s", login->charged);
		other = fn(login->place->attempts, key, &login->problem);
	}
	return why == VID_OK ? other : why;
}

enum vid_reason charges_settle(struct login *login, enum vid_reason why)
{
	struct problem before = login->problem;
	enum vid_reason settled;

	switch (reason_verdict(why)) {
	case VERDICT_DENIED:
	case VERDICT_UNKNOWN:
		return why; /* judged: they stay charged */
	case VERDICT_GRANTED:
		settled = each_charged(login, attempt_clear);
		return settled == VID_OK ? why : settled;
	default: /* nothing was judged */
		if (each_charged(login, attempt_refund) == VID_OK)
			login->problem = before;
		return why;
	}
}
