/* SPDX-License-Identifier: BSD-2-Clause */
/* The seven steps of a login, in the order of ARCHITECTURE.md. */
#include "config.h"

#include "vidd/login.h"

#include <sodium.h>
#include <string.h>
#include <syslog.h>

#include "libvid/audit.h"
#include "libvid/clock.h"

/* 1. Who asks, and from where. */
static enum vid_reason who_asks(struct login *login)
{
	enum vid_reason why;

	if ((why = ask_receive(login)) != VID_OK)
		return why;
	return ask_judge(login);
}

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
	return charge_account(login, login->account.name);
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
		who_asks, what_is_wanted, what_is_shown, whose_it_is, who_is_there,
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

/* What the person reads. One sentence for everything that was judged wrong, whichever
 * part it was (S53); none where a stack with another way in just goes on. */
static const char *farewell(enum vid_reason why)
{
	switch (why) {
	case VID_REMOTE:
	case VID_NOT_ALLOWED:
	case VID_POLICY_OFF:
	case VID_ACCOUNT_NONE:
	case VID_CANCELLED:
		return NULL;
	default:
		break;
	}
	switch (reason_verdict(why)) {
	case VERDICT_GRANTED:
		return NULL;
	case VERDICT_DENIED:
	case VERDICT_UNKNOWN:
		/* The key itself has said that much already. */
		return why == VID_KEY_PIN || why == VID_KEY_PIN_PAUSE
			       ? reason_sentence(why)
			       : N_("Your virtual ID was not accepted.");
	case VERDICT_MAXTRIES:
		return N_("Too many attempts: wait, or log in another way.");
	case VERDICT_UNAVAILABLE:
		return reason_sentence(why);
	case VERDICT_BROKEN:
	case VERDICT_ABORT:
		break;
	}
	return N_("Virtual IDs do not work here at the moment; the system log says why.");
}

static void audit(const struct login *login, const char *event, enum vid_reason why)
{
	const struct issuer *issuer = login->presentation.token.issuer;
	const struct audit_record record = {
		.event = event,
		.service = login->ask.service,
		.account =
			login->account.name[0] ? login->account.name : login->ask.account,
		.alias = issuer ? issuer->alias : "",
		.cti = login->presentation.token.cti,
		/* what was reached, not what was asked for */
		.assurance = why == VID_OK && login->assurance ? login->assurance : "",
		.why = why,
		.milliseconds = wire_now() - login->started,
		.problem = &login->problem,
	};

	audit_write(&record);
}

static void send_verdict(const struct login *login, enum vid_reason why)
{
	struct wire_frame frame;

	wire_start(&frame, PAM_FRAME_VERDICT);
	(void)wire_put_u32(&frame, PAM_FIELD_VERDICT, reason_verdict(why));
	(void)wire_put_text(&frame, PAM_FIELD_REASON, reason_name(why));
	if (why == VID_OK)
		(void)wire_put_text(&frame, PAM_FIELD_ACCOUNT, login->account.name);
	if (why == VID_OK && login->unlock[0])
		(void)wire_put_text(&frame, PAM_FIELD_SECRET, login->unlock);
	/* The deadline may just have passed; the module waits a second longer. */
	(void)wire_send(login->fd, &frame, wire_now() + 1000);
	sodium_memzero(&frame, sizeof(frame));
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

static void login_end(struct login *login)
{
	camera_close(&login->camera);
	fido_close(&login->visit.fido);
	issuers_free(&login->issuers);
	sodium_munlock(login, sizeof(*login)); /* wipes */
}

/* 7. Verdict, counters, one audit record; everything secret is wiped. */
enum vid_reason login_serve(struct login *login, int fd, const struct login_place *place)
{
	enum vid_reason why;
	const char *text;

	memset(login, 0, sizeof(*login));
	(void)sodium_mlock(login, sizeof(*login)); /* as far as limits allow */
	login->camera = (struct camera)CAMERA_CLOSED;
	login->visit.fido = (struct fido)FIDO_CLOSED;
	login->place = place;
	login->fd = fd;
	login->started = wire_now();

	why = walk(login);
	camera_close(&login->camera); /* before anything else: the light goes out */
	fido_close(&login->visit.fido);
	why = charges_settle(login, why);
	if (why == VID_OK) {
		remember_time(login);
		proof_unlock(login);
	}
	if (why == VID_FACE_SWAPPED || why == VID_FACE_TEMPLATE_BROKEN)
		audit(login, "swap", why);
	audit(login, "login", why);
	if ((text = farewell(why)))
		person_told(login, STYLE_ERROR, text);
	send_verdict(login, why);
	login_end(login);
	return why;
}
