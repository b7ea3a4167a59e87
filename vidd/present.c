/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/login.h"

#include <poll.h>

#define QR_PREFIX "VID1:"

/* What is no message at all (steps 1-3) was not presented. */
static enum vid_reason take_vid(struct login *login, struct bytes carrier)
{
	return intake_message(login, PARSE_VID, carrier);
}

/* "VID1:" is the mark of ours. */
static bool is_marked(struct bytes text)
{
	size_t len = strlen(QR_PREFIX);

	return text.len >= len && memcmp(text.at, QR_PREFIX, len) == 0;
}

/* Any other code may be before the camera, on a wall or on a poster; a card has no mark.
 */
static enum vid_reason take_code(struct login *login, struct bytes text)
{
	if (is_marked(text))
		return login->policy->accept_vid ? take_vid(login, text)
						 : VID_NO_PRESENTATION;
	return login->policy->accept_card ? card_take(login, text) : VID_NO_PRESENTATION;
}

enum vid_reason present_take(struct login *login, struct bytes carrier)
{
	enum vid_reason why = VID_NO_PRESENTATION;

	if (login->policy->accept_vid)
		why = take_vid(login, carrier);
	if (why != VID_OK && why != VID_SENSOR_FAILED && login->policy->accept_card &&
	    !is_marked(carrier))
		why = card_take(login, carrier);
	return why;
}

static enum vid_reason next_code(struct login *login, int64_t until)
{
	struct camera_report *report = &login->report;
	enum vid_reason why;

	do {
		why = camera_next(&login->codes, report, until, login->fd,
				  &login->problem);
		if (why != VID_OK)
			return why;
	} while (report->event != CAMERA_EVENT_QR);
	return VID_OK;
}

static enum vid_reason look_for_codes(struct login *login, int64_t until)
{
	enum vid_reason why;

	why = camera_open(&login->settings, true, ENGINE_NONE, until, login->fd,
			  &login->codes, &login->problem);
	if (why != VID_OK || (why = camera_want_qr(&login->codes, until)) != VID_OK)
		return why;
	person_cued(login, PAM_EVENT_SHOW_CODE, N_("Show your virtual ID to the camera."),
		    NULL);
	do {
		why = next_code(login, until);
		if (why == VID_DEADLINE)
			return VID_NO_PRESENTATION;
		if (why != VID_OK)
			return why;
		why = take_code(login, bytes_of(login->report.qr, login->report.qr_len));
	} while (why != VID_OK && why != VID_SENSOR_FAILED);
	return why;
}

/* The process that read codes ends with them: it reports no face. */
static enum vid_reason from_camera(struct login *login, int64_t until)
{
	enum vid_reason why = look_for_codes(login, until);

	camera_close(&login->codes);
	return why;
}

#define LOOK_AGAIN_MILLISECONDS 250

/* A file that answers a nonce is made after the nonce was shown: it is waited for. What
 * lay there before is no answer, and not judged as one. */
static enum vid_reason from_file(struct login *login, int64_t until)
{
	struct pollfd hangup = { .fd = login->fd, .events = POLLRDHUP };
	enum vid_reason why = carrier_read(login);

	while (login->nonce.until) {
		if (why == VID_OK && nonce_may_be_in(login))
			return VID_OK;
		if (why != VID_OK && why != VID_NO_PRESENTATION)
			return why;
		if (wire_now() >= until)
			return VID_NO_PRESENTATION;
		if (poll(&hangup, 1, LOOK_AGAIN_MILLISECONDS) == 1)
			return VID_CANCELLED;
		why = carrier_read(login);
	}
	return why;
}

/* Could another carrier still help? Not when the person went away. */
static bool may_go_on(enum vid_reason why)
{
	return reason_verdict(why) == VERDICT_UNAVAILABLE && why != VID_CANCELLED &&
	       why != VID_DEADLINE;
}

/* A key answers a nonce of its own; the others answer the one that is shown. */
static bool answers_number(const enum carrier *carriers)
{
	for (size_t i = 0; i < CARRIERS_MAX && carriers[i] != CARRIER_NONE; i++)
		if (carriers[i] != CARRIER_KEY)
			return true;
	return false;
}

static enum vid_reason obtain_from(struct login *login, enum carrier carrier,
				   int64_t until)
{
	switch (carrier) {
	case CARRIER_KEY:
		return key_obtain(login, until);
	case CARRIER_FILE:
		return from_file(login, until);
	case CARRIER_QR:
		return from_camera(login, until);
	case CARRIER_NONE:
		break;
	}
	return VID_NO_PRESENTATION;
}

/* A key's own token in a file is no presentation where the key did not prove it: the
 * key's reason stands, and nothing is charged. */
static bool is_for_key(const struct login *login)
{
	struct presentation shown;

	return !login->is_card && !login->policy->bearer &&
	       intake_verify(login, bytes_of(login->message, login->message_len),
			     login->message_why, &shown) == VID_OK &&
	       shown.kind == PRESENTATION_TOKEN && shown.token.rp_id.len > 0;
}

enum vid_reason present_obtain(struct login *login)
{
	const enum carrier *carriers = login->policy->carriers;
	enum vid_reason of_key = VID_OK;
	enum vid_reason why = VID_NO_PRESENTATION;
	int64_t now, until, end = login->deadline;

	if (login->policy->nonce == NONCE_SHOWN && answers_number(carriers)) {
		if ((why = nonce_show(login)) != VID_OK)
			return why;
		end = login->nonce.until < end ? login->nonce.until : end;
	}
	for (size_t i = 0; i < CARRIERS_MAX && carriers[i] != CARRIER_NONE; i++) {
		bool is_last = i + 1 == CARRIERS_MAX || carriers[i + 1] == CARRIER_NONE;

		/* What comes behind it gets half of the time that is left. */
		now = wire_now();
		until = is_last ? end : now + (end - now) / 2;
		why = obtain_from(login, carriers[i], until);
		if (carriers[i] == CARRIER_KEY)
			of_key = why;
		if (why == VID_OK && of_key != VID_OK && is_for_key(login))
			return of_key;
		if (!may_go_on(why))
			return why;
	}
	return why;
}
