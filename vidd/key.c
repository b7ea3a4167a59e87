/* SPDX-License-Identifier: BSD-2-Clause */
/* Step 3 with a security key: wait for one, find what it holds, have it touched. */
#include "config.h"

#include "vidd/login.h"

#include <sodium.h>
#include <stdio.h>
#include <syslog.h>

#include "libvid/printable.h"

#define BEGIN_ANEW_MAX     16 /* a loose contact is no reason to go on for ever */
#define SHORT_PINS_MAX     3
#define TOUCH_MILLISECONDS 15000

/* So few tries are left that no more of them is spent here after a wrong one (S6). */
#define TRIES_KEPT 3

/* The realms of the issuers that may speak for this service, each once. */
static bool rp_ids_of(const struct login *login, char *to, size_t size)
{
	const char *seen[FIDO_RPS_MAX];
	size_t count = 0, len = 0;

	for (size_t i = 0; i < login->issuers.count; i++) {
		const struct issuer *issuer = &login->issuers.at[i];
		size_t j = 0;

		if (!issuer->rp_id[0] ||
		    !reach_service(&issuer->reach, login->ask.service))
			continue;
		while (j < count && strcmp(seen[j], issuer->rp_id) != 0)
			j++;
		if (j < count)
			continue;
		if (count == FIDO_RPS_MAX) {
			syslog(LOG_AUTHPRIV | LOG_WARNING,
			       "security keys of %s are not looked for: more than %d "
			       "realms count for %s",
			       PRINTABLE(issuer->alias), FIDO_RPS_MAX,
			       login->ask.service);
			continue;
		}
		seen[count++] = issuer->rp_id;
		len += (size_t)snprintf(to + len, size - len, "%s%s", len ? " " : "",
					issuer->rp_id);
		if (len >= size)
			return false;
	}
	return count > 0;
}

static enum fido_uv uv_of(enum key_uv uv)
{
	switch (uv) {
	case KEY_UV_NO:
		return FIDO_UV_NO;
	case KEY_UV_PREFERRED:
		return FIDO_UV_PREFERRED;
	case KEY_UV_REQUIRED:
		break;
	}
	return FIDO_UV_REQUIRED;
}

static enum vid_reason open_keys(struct login *login)
{
	struct key_visit *visit = &login->visit;
	struct fido_wish wish = {
		.devices = login->settings.keys,
		.seat = login->settings.seat,
		.rp_ids = visit->rp_ids,
		.purpose = FIDO_FOR_LOGIN,
		.uv = visit->behind_pin ? FIDO_UV_PREFERRED
					: uv_of(login->policy->key_uv),
	};

	if (!rp_ids_of(login, visit->rp_ids, sizeof(visit->rp_ids))) {
		problem_set(&login->problem, "no issuer that counts for %s has an rp-id",
			    login->ask.service);
		return VID_KEY_EMPTY;
	}
	randombytes_buf(visit->hash, sizeof(visit->hash));
	memcpy(wish.hash, visit->hash, sizeof(wish.hash));
	visit->count = 0;
	visit->waits_for = 0;
	visit->pin_given = false;
	return fido_open(&wish, visit->until, login->fd, &visit->fido, &login->problem);
}

/* --- the PIN ------------------------------------------------------------------------ */

/* Who asks stands in front of what nobody else should be told (S58). */
static const char *pin_sentence(bool wrong)
{
	return wrong ? N_("That PIN was wrong. {2}: PIN of your security key (tries "
			  "left: {1}): ")
		     : N_("{2}: PIN of your security key (tries left: {1}): ");
}

/* One that could be a PIN, or nothing: what is shorter never reaches the key. */
static enum vid_reason ask_pin(struct login *login, const struct fido_report *report,
			       char *pin, size_t size)
{
	char host[PERSON_HOST_SIZE], where[PERSON_HOST_SIZE + VID_SERVICE_MAX + 2];
	char tries[12] = "?";
	enum vid_reason why;

	person_host(host);
	(void)snprintf(where, sizeof(where), "%s, %s", host, login->ask.service);
	if (report->has_tries)
		(void)snprintf(tries, sizeof(tries), "%u", report->tries);
	for (unsigned i = 0; i < SHORT_PINS_MAX; i++) {
		why = person_asked(login,
				   report->wrong ? PAM_EVENT_KEY_PIN_WRONG
						 : PAM_EVENT_KEY_PIN,
				   pin_sentence(report->wrong), tries, where, pin, size);
		if (why != VID_OK || !pin[0])
			return why == VID_OK ? VID_CANCELLED : why;
		if (fido_pin_fits(pin))
			return VID_OK;
		person_told(login, STYLE_ERROR,
			    N_("A PIN has at least 4 characters; nothing was sent to the "
			       "key."));
	}
	return VID_CANCELLED;
}

/* A key that was pulled out over a PIN does not say whether that was wrong: where one was
 * given and few tries are left, it was. */
static bool tries_are_spared(const struct key_visit *visit)
{
	const struct fido_report *report = &visit->report;

	if (report->wrong && !report->has_tries)
		return true;
	return visit->pins > 0 && report->has_tries && report->tries <= TRIES_KEPT;
}

/* Who has just typed a PIN gets the time to touch, if the login has it. */
static void give_time(struct login *login)
{
	int64_t more = wire_now() + TOUCH_MILLISECONDS;

	if (more > login->deadline)
		more = login->deadline;
	if (login->visit.until < more)
		login->visit.until = more;
}

static enum vid_reason give_pin(struct login *login)
{
	struct key_visit *visit = &login->visit;
	char pin[FIDO_PIN_MAX + 1];
	enum vid_reason why;

	visit->pin_was_wrong = visit->pin_was_wrong || visit->report.wrong;
	if (tries_are_spared(visit)) {
		problem_set(&login->problem, "%u PIN tries are left on the key",
			    visit->report.tries);
		return VID_KEY_PIN;
	}
	why = ask_pin(login, &visit->report, pin, sizeof(pin));
	if (why == VID_OK) {
		give_time(login);
		visit->waits_for = 0;
		visit->pins++;
		visit->pin_unanswered = true;
		why = fido_pin(&visit->fido, bytes_of_text(pin), visit->until);
	}
	sodium_memzero(pin, sizeof(pin));
	return why;
}

/* --- what vid-fido says ---------------------------------------------------------------
 */

static void cue(const struct login *login, enum fido_event event)
{
	static const enum pam_event events[] = {
		[FIDO_EVENT_INSERT] = PAM_EVENT_KEY_INSERT,
		[FIDO_EVENT_SELECT] = PAM_EVENT_KEY_SELECT,
		[FIDO_EVENT_TOUCH] = PAM_EVENT_KEY_TOUCH,
		[FIDO_EVENT_VERIFY] = PAM_EVENT_KEY_VERIFY,
	};

	person_cued(login, events[event], fido_event_sentence(event, false), NULL);
}

/* An event. *anew: another key came while none was chosen yet: that is, before one was
 * given its PIN or opened. */
static enum vid_reason heed(struct login *login, bool *anew)
{
	struct key_visit *visit = &login->visit;

	switch (visit->report.event) {
	case FIDO_EVENT_PIN:
		visit->waits_for = FIDO_EVENT_PIN;
		visit->pin_given = true;
		return give_pin(login);
	case FIDO_EVENT_ADDED:
		*anew = visit->count == 0 && !visit->pin_given;
		return VID_OK;
	default:
		visit->waits_for = visit->report.event;
		cue(login, visit->report.event);
		return VID_OK;
	}
}

/* Hear until `kind` comes. Credentials are kept on the way. */
static enum vid_reason hear(struct login *login, enum fido_frame kind, bool *anew)
{
	struct key_visit *visit = &login->visit;
	enum vid_reason why;

	*anew = false;
	do {
		why = fido_next(&visit->fido, &visit->report, visit->until, login->fd,
				&login->problem);
		if (why == VID_OK && visit->report.kind == FIDO_EVENT)
			why = heed(login, anew);
		else if (why == VID_OK && visit->report.kind == FIDO_CREDENTIAL)
			why = key_keep_candidate(login, &visit->report.credential);
		else if (why == VID_OK && visit->report.kind != kind)
			why = VID_SENSOR_FAILED;
	} while (why == VID_OK && !*anew && visit->report.kind != kind);
	return why;
}

/* The time was up: what was it that did not come? */
static enum vid_reason late(const struct login *login)
{
	switch (login->visit.waits_for) {
	case FIDO_EVENT_INSERT:
		return VID_KEY_NONE;
	case FIDO_EVENT_SELECT:
	case FIDO_EVENT_TOUCH:
	case FIDO_EVENT_VERIFY:
		return VID_KEY_DECLINED;
	case FIDO_EVENT_PIN:
		return VID_DEADLINE;
	case FIDO_EVENT_ADDED:
		break;
	}
	return VID_KEY_FAILED;
}

/* --- one visit ------------------------------------------------------------------------
 */

static enum vid_reason touch(struct login *login, const struct candidate *candidate)
{
	struct key_visit *visit = &login->visit;
	const struct key_proof *proof = &login->proof;
	uint8_t hash[32], template_salt[32], unlock_salt[32];
	const uint8_t *salt[2] = { NULL, NULL };
	size_t salts = 0;
	enum vid_reason why;
	bool anew;

	proof_hash(login, hash);
	key_template_salt(template_salt);
	if (proof->has_template_key)
		salt[salts++] = template_salt;
	if (proof->has_unlock_key) {
		secret_salt(&login->key, &login->presentation.token.holder, unlock_salt);
		salt[salts++] = unlock_salt;
	}
	why = fido_assert(&visit->fido, (unsigned)(candidate - visit->candidate), hash,
			  salt[0], salt[1], visit->until);
	if (why == VID_OK)
		why = hear(login, FIDO_ASSERTION, &anew);
	if (why == VID_OK)
		proof_take(login, candidate, &visit->report.assertion);
	fido_report_wipe(&visit->report);
	return why;
}

/* key-uv = no, and nothing that shows itself is what this login is about: that may be
 * behind the PIN. Nothing was touched or judged yet. */
static bool may_hide(const struct login *login, enum vid_reason why)
{
	const struct key_visit *visit = &login->visit;

	return (why == VID_OK || why == VID_KEY_NO_TOKEN) && !visit->fits &&
	       !visit->behind_pin && !visit->pin_given &&
	       login->policy->key_uv == KEY_UV_NO && (visit->can & FIDO_CAN_PIN);
}

static enum vid_reason visit_once(struct login *login, bool *anew)
{
	struct key_visit *visit = &login->visit;
	size_t picked = 0;
	enum vid_reason why;

	*anew = false;
	if ((why = open_keys(login)) != VID_OK ||
	    (why = hear(login, FIDO_FOUND, anew)) != VID_OK || *anew)
		return why;
	visit->can = visit->report.found.can;
	visit->waits_for = 0;
	visit->pin_was_wrong = false; /* the last one was right */
	visit->pin_unanswered = false;
	why = key_pick(login, &picked);
	if (may_hide(login, why)) {
		visit->behind_pin = true;
		*anew = true;
		return VID_OK;
	}
	if (why != VID_OK ||
	    (why = proof_start(login, &visit->candidate[picked])) != VID_OK)
		return why;
	return touch(login, &visit->candidate[picked]);
}

/* A key that is pulled out before it was touched may be put in again: until the time is
 * up, there is nothing to be judged. */
static enum vid_reason visit_all(struct login *login)
{
	for (unsigned i = 0; i < BEGIN_ANEW_MAX; i++) {
		bool anew;
		enum vid_reason why = visit_once(login, &anew);

		fido_close(&login->visit.fido);
		if (!anew && why != VID_KEY_GONE)
			return why;
		if (why == VID_KEY_GONE)
			person_told(login, STYLE_INFO,
				    N_("The security key was taken out."));
	}
	problem_set(&login->problem, "keys came and went %d times", BEGIN_ANEW_MAX);
	return VID_KEY_FAILED;
}

enum vid_reason key_obtain(struct login *login, int64_t until)
{
	enum vid_reason why = VID_NO_PRESENTATION;

	login->visit.until = until;
	if (login->policy->accept_vid) /* a key carries no card */
		why = visit_all(login);
	sodium_memzero(login->visit.candidate, sizeof(login->visit.candidate));
	if (why == VID_OK)
		return VID_OK;
	if (why == VID_KEY_EMPTY && login->visit.rp_ids[0])
		problem_set(&login->problem, "looked for %s", login->visit.rp_ids);
	proof_forget(login);
	/* Pulling the key out makes no other carrier of a wrong PIN. */
	if (login->visit.pin_was_wrong && why != VID_KEY_PIN_PAUSE &&
	    why != VID_KEY_PIN_BLOCKED)
		return VID_KEY_PIN;
	return why == VID_DEADLINE ? late(login) : why;
}
