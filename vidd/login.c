/* SPDX-License-Identifier: BSD-2-Clause */
/* The seven steps of a login, in the order of ARCHITECTURE.md. */
#include "config.h"

#include "vidd/login.h"

#include <syslog.h>

#include "libvid/clock.h"

/* 2. What this service wants, and whether anything may be judged now. */
static enum vid_reason what_is_wanted(struct login *login)
{
	enum vid_reason why;

	if ((why = policy_load(login)) != VID_OK)
		return why;
	if ((why = seat_judge(login)) != VID_OK)
		return why;
	if (login->ask.account[0]) {
		why = account_has_identity(login->place->index, login->ask.account,
					   &login->problem);
		if (why != VID_OK)
			return why;
	}
	return charges_check(login);
}

/* 3. One prompt that names host and service; then whatever the person shows. */
static enum vid_reason what_is_shown(struct login *login)
{
	enum vid_reason why = person_intends(login), charged;

	if (why == VID_OK)
		why = present_obtain(login);
	if (why != VID_KEY_PIN && why != VID_KEY_PIN_PAUSE)
		return why;
	/* The key has judged, and found wrong: that counts here as well (S49). */
	if ((charged = charge_seat(login)) != VID_OK)
		return charged;
	if (login->ask.account[0] &&
	    (charged = charge_account(login, login->ask.account)) != VID_OK)
		return charged;
	return why;
}

/* 4 and 5. The presentation, and whose it is. Charged before it is judged, so that
 * hanging up early does not make a wrong attempt free. */
static enum vid_reason whose_it_is(struct login *login)
{
	enum vid_reason why;

	if ((why = charge_seat(login)) != VID_OK)
		return why;
	if (login->ask.account[0] &&
	    (why = charge_account(login, login->ask.account)) != VID_OK)
		return why;
	if ((why = judge_presentation(login)) != VID_OK)
		return why;
	if ((why = judge_account(login)) != VID_OK)
		return why;
	grant_note(login);
	return charge_account(login, login->account.due ? login->grant.identity
							: login->account.name);
}

/* 6. The face, against the reference that the token binds. */
static enum vid_reason who_is_there(struct login *login)
{
	enum vid_reason why;

	if (!login->policy->face)
		return VID_OK;
	if ((why = face_reference(login)) != VID_OK)
		return why;
	return face_judge(login);
}

static enum vid_reason walk(struct login *login)
{
	static enum vid_reason (*const rooms[])(struct login * login) = {
		ask_judge,   what_is_wanted, what_is_shown,
		whose_it_is, who_is_there,   newcomer_given,
	};

	for (size_t i = 0; i < sizeof(rooms) / sizeof(*rooms); i++) {
		enum vid_reason why = rooms[i](login);

		if (why != VID_OK)
			return why;
		/* What went wrong on a way that led on explains nothing later. */
		problem_set(&login->problem, "%s", "");
	}
	return VID_OK;
}

/* This moment has passed, for every later login (S47). Where it cannot be kept, the clock
 * is checked against an older one: no reason to refuse who was found to be right. */
static void remember_time(const struct login *login)
{
	struct problem problem = { "" };

	if (clock_raise(login->place->clock, &login->key, login->place->now(),
			&problem) != VID_OK)
		syslog(LOG_AUTHPRIV | LOG_WARNING,
		       "the time of this login is not kept: %s", problem.text);
}

/* 7. What counts from it for later ones. */
static enum vid_reason settled(struct login *login, enum vid_reason why)
{
	if (why == VID_OK)
		why = grant_make(login);
	why = charges_settle(login, why);
	if (why == VID_OK) {
		remember_time(login);
		proof_unlock(login);
	}
	return why;
}

enum vid_reason login_judge(struct login *login)
{
	enum vid_reason why = walk(login);

	camera_close(&login->camera); /* before anything else: the light goes out */
	fido_close(&login->visit.fido);
	why = settled(login, why);
	if (why == VID_FACE_SWAPPED || why == VID_FACE_TEMPLATE_BROKEN)
		login_audit(login, "swap", why);
	return why;
}
