/* SPDX-License-Identifier: BSD-2-Clause */
/* One conversation with the module: which phase of PAM's it is for, its verdict, one
 * audit record; everything secret is wiped. */
#include "config.h"

#include "vidd/login.h"

#include <sodium.h>
#include <string.h>

#include "libvid/audit.h"

/* The first is that of a frame that begins none. */
static const struct phase {
	enum pam_frame frame;
	enum login_phases of;
	const char *event; /* of the audit */
	enum vid_reason (*judge)(struct login *login);
} phases[] = {
	{ PAM_FRAME_ASK, PHASES_LOGIN, "login", login_judge },
	{ PAM_FRAME_ACCOUNT, PHASES_LOGIN, "account", still_judge },
	{ PAM_FRAME_OPEN, PHASES_SESSION, "open", session_begin },
	{ PAM_FRAME_CLOSE, PHASES_SESSION, "close", session_end },
};

static const struct phase *phase_of(uint8_t frame)
{
	for (size_t i = 0; i < sizeof(phases) / sizeof(*phases); i++)
		if (phases[i].frame == frame)
			return &phases[i];
	return &phases[0];
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

void login_audit(const struct login *login, const char *event, enum vid_reason why)
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
		.uid = login->ask.uid,
		.pid = login->ask.pid,
		.problem = &login->problem,
	};

	audit_write(&record);
}

/*
 * The answer to a login does not tell an identity that is mapped to no account from a
 * wrong face: su prints the words of a PAM code, and a lock screen's user reads all that
 * it gets (S53). The account phase, after a login, says which it was.
 */
static enum vid_verdict verdict_of(const struct login *login, enum vid_reason why)
{
	if (why == VID_IDENTITY_UNKNOWN && login->ask.frame == PAM_FRAME_ASK)
		return VERDICT_DENIED;
	return reason_verdict(why);
}

static void send_verdict(const struct login *login, enum vid_reason why)
{
	struct wire_frame frame;

	wire_start(&frame, PAM_FRAME_VERDICT);
	(void)wire_put_u32(&frame, PAM_FIELD_VERDICT, verdict_of(login, why));
	/* The exact reason is for the log, which root alone reads (S53). */
	if (login->ask.uid == 0)
		(void)wire_put_text(&frame, PAM_FIELD_REASON, reason_name(why));
	if (why == VID_OK)
		(void)wire_put_text(&frame, PAM_FIELD_ACCOUNT, login->account.name);
	if (why == VID_OK && login->ask.frame == PAM_FRAME_ASK)
		(void)grant_put(login, &frame); /* what is missing grants nothing */
	/* The deadline may just have passed; the module waits a second longer. */
	(void)wire_send(login->fd, &frame, wire_now() + 1000);
	sodium_memzero(&frame, sizeof(frame));
}

static void login_begin(struct login *login, int fd, const struct login_place *place)
{
	memset(login, 0, sizeof(*login));
	(void)sodium_mlock(login, sizeof(*login)); /* as far as limits allow */
	login->codes = (struct camera)CAMERA_CLOSED;
	login->portraits = (struct camera)CAMERA_CLOSED;
	login->camera = (struct camera)CAMERA_CLOSED;
	login->visit.fido = (struct fido)FIDO_CLOSED;
	login->ask.peer = (struct peer)PEER_NONE;
	login->place = place;
	login->fd = fd;
	login->started = wire_now();
}

static void login_end(struct login *login)
{
	camera_close(&login->codes);
	camera_close(&login->portraits);
	camera_close(&login->camera);
	fido_close(&login->visit.fido);
	issuers_free(&login->issuers);
	peer_close(&login->ask.peer);
	sodium_munlock(login, sizeof(*login)); /* wipes */
}

enum vid_reason login_serve(struct login *login, int fd, const struct login_place *place)
{
	const struct phase *phase;
	enum vid_reason why;
	const char *text;

	login_begin(login, fd, place);
	why = ask_receive(login);
	phase = phase_of(login->ask.frame);
	/* This process was confined for other phases (S60). */
	if (why == VID_OK && !(place->phases & phase->of))
		why = VID_NOT_ALLOWED;
	if (why == VID_OK)
		why = phase->judge(login);
	login_audit(login, phase->event, why);
	/* Behind the login nobody is spoken to from here. */
	if (phase->frame == PAM_FRAME_ASK && (text = farewell(why)))
		person_told(login, STYLE_ERROR, text);
	send_verdict(login, why);
	login_end(login);
	return why;
}
