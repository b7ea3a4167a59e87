/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an attempt is charged to (S49).
 *
 * - Until a presentation is verified, its sender has proven nothing but where they are:
 *   the attempt is charged to the caller: the user who runs it, for su and sudo too,
 *   or the seat where that is root. This
 *   counter never stops a login: a presentation that verifies is judged whatever others
 *   did here, and its attempt is given back. While it is over its limit, what does not
 *   verify is answered with VID_TOO_MANY_ATTEMPTS.
 * - From then on it is charged to the identity. Only a holder of that identity's key can
 *   use this counter up. A bearer token or a card proves no holder, and anybody with a
 *   copy can show it: those attempts have a counter of their own, so that a copy cannot
 *   delay the holder's own login.
 *
 * The account that PAM asks about is never charged: its name proves nothing.
 */
#include "config.h"

#include "vidd/login.h"

#include <stdio.h>

#include "libvid/attempts.h"

typedef enum vid_reason attempt_fn(const char *folder, const char *key, int64_t now,
				   int64_t *wait_seconds, struct problem *problem);

static enum vid_reason charge_apply(struct login *login, attempt_fn *fn, const char *key,
				    const char *what)
{
	int64_t seconds = 0;
	enum vid_reason why;

	why = fn(login->place->attempts, key, login->place->now(), &seconds,
		 &login->problem);
	if (why == VID_TOO_MANY_ATTEMPTS)
		problem_set(
			&login->problem,
			"too many attempts of this %s; next attempt allowed in %lld s",
			what, (long long)seconds);
	return why;
}

/* The user who runs a setuid caller (su, sudo), whose own user is root. Where the process
 * has ended or is another by now, it stays root's: the seat is charged. */
static uid_t caller_uid(const struct login *login)
{
	const struct peer *peer = &login->ask.peer;
	struct process_facts facts;

	if (login->ask.uid != 0 || !process_read(login->place->proc, peer->pid, &facts) ||
	    !peer_is_same(peer, login->place->proc))
		return login->ask.uid;
	return facts.uid;
}

/* Asked once: the charge and its refund are of the same counter. */
static void caller_key(struct login *login, char key[CHARGE_KEY_SIZE])
{
	if (!login->caller_known) {
		login->caller_uid = caller_uid(login);
		login->caller_known = true;
	}
	if (login->caller_uid == 0)
		(void)snprintf(key, CHARGE_KEY_SIZE, "seat:%s", login->ask.seat);
	else
		(void)snprintf(key, CHARGE_KEY_SIZE, "caller:%u",
			       (unsigned)login->caller_uid);
}

enum vid_reason charges_check(struct login *login)
{
	char key[CHARGE_KEY_SIZE];
	enum vid_reason why;

	caller_key(login, key);
	why = charge_apply(login, attempt_check, key, "caller");
	return why == VID_TOO_MANY_ATTEMPTS ? VID_OK : why;
}

enum vid_reason charge_caller(struct login *login)
{
	char key[CHARGE_KEY_SIZE];
	enum vid_reason why;

	caller_key(login, key);
	why = charge_apply(login, attempt_charge, key, "caller");
	login->caller_charged = why == VID_OK;
	login->caller_paused = why == VID_TOO_MANY_ATTEMPTS;
	return login->caller_paused ? VID_OK : why;
}

enum vid_reason charge_refusal(const struct login *login, enum vid_reason why)
{
	enum vid_verdict verdict = reason_verdict(why);

	return login->caller_paused &&
			       (verdict == VERDICT_DENIED || verdict == VERDICT_UNKNOWN)
		       ? VID_TOO_MANY_ATTEMPTS
		       : why;
}

/* The caller's attempt became the identity's, or nothing was judged. A PIN that the key
 * did not confirm stays an attempt. */
static enum vid_reason caller_refund(struct login *login)
{
	char key[CHARGE_KEY_SIZE];

	if (!login->caller_charged || login->visit.pin_unanswered)
		return VID_OK;
	login->caller_charged = false;
	caller_key(login, key);
	return attempt_refund(login->place->attempts, key, &login->problem);
}

enum vid_reason charge_identity(struct login *login, const char *identity, bool proven)
{
	enum vid_reason why;

	(void)snprintf(login->charged, sizeof(login->charged), "%s:%s",
		       proven ? "identity" : "bearer", identity);
	why = charge_apply(login, attempt_charge, login->charged, "virtual ID");
	login->identity_charged = why == VID_OK;
	if (why != VID_OK && why != VID_TOO_MANY_ATTEMPTS)
		return why;
	return caller_refund(login) == VID_OK ? why : VID_FILE_IO;
}

/* Nothing was judged and nothing was shown. */
static void charges_refund(struct login *login)
{
	struct problem before = login->problem;
	enum vid_reason why = caller_refund(login);

	if (login->identity_charged && why == VID_OK)
		why = attempt_refund(login->place->attempts, login->charged,
				     &login->problem);
	if (why == VID_OK)
		login->problem = before;
}

enum vid_reason charges_settle(struct login *login, enum vid_reason why)
{
	enum vid_reason cleared;

	switch (reason_verdict(why)) {
	case VERDICT_DENIED:
	case VERDICT_UNKNOWN:
		return why; /* judged: they stay charged */
	case VERDICT_GRANTED:
		cleared = login->identity_charged
				  ? attempt_clear(login->place->attempts, login->charged,
						  &login->problem)
				  : VID_OK;
		return cleared == VID_OK ? why : cleared;
	default:
		if (!login->challenged)
			charges_refund(login);
		return why;
	}
}
