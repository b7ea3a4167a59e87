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
	/* The key has judged, and found wrong; or it did not come to say so (S49). */
	if (why != VID_KEY_PIN && why != VID_KEY_PIN_PAUSE &&
	    !login->visit.pin_unanswered)
		return why;
	if ((charged = charge_caller(login)) != VID_OK)
		return charged;
	return charge_refusal(login, why);
}

/* Did more than possession of the token's bytes prove the holder? */
static bool holder_is_proven(const struct login *login)
{
	return login->proof.made || login->presentation.kind == PRESENTATION_KBT;
}

/* 4 and 5. The presentation, and whose it is. The caller is charged before it is judged,
 * so that hanging up early does not make a wrong attempt free; the identity as soon as it
 * is verified. */
static enum vid_reason whose_it_is(struct login *login)
{
	enum vid_reason why;

	if (!login->caller_charged && !login->caller_paused &&
	    (why = charge_caller(login)) != VID_OK)
		return why;
	if ((why = judge_presentation(login)) != VID_OK)
		return charge_refusal(login, why);
	grant_note(login);
	why = charge_identity(login, login->grant.identity, holder_is_proven(login));
	return why == VID_OK ? judge_account(login) : why;
}

/* Does that say what this host's map holds of an identity whose proof was found right? */
static bool tells_of_map(enum vid_reason why)
{
	return why == VID_IDENTITY_UNKNOWN || why == VID_IDENTITY_DENIED ||
	       why == VID_ACCOUNT_OTHER || why == VID_ISSUER_REACH;
}

/* The person goes through the same questions as with a wrong face, and an end before a
 * face was seen is the same end (S53). */
static enum vid_reason whose_it_is_quietly(struct login *login)
{
	enum vid_reason why = whose_it_is(login), looked;
	struct problem of_look;

	if (!tells_of_map(why) || !login->policy->face)
		return why;
	looked = face_look_only(login, &of_look);
	if (looked == VID_OK)
		return why;
	login_audit(login, "map", why);
	login->problem = of_look;
	return looked;
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
		ask_judge,           what_is_wanted, what_is_shown,
		whose_it_is_quietly, who_is_there,   newcomer_given,
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
	const struct anchor anchor = login_anchor(login);
	struct problem problem = { "" };

	if (clock_raise(&anchor, login->place->now(), &problem) != VID_OK)
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
