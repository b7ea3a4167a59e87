/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/login.h"

#include <sodium.h>
#include <unistd.h>

#define HINT_MILLISECONDS 1000

static void say(const struct login *login, enum pam_style style, const char *text,
		const char *arg)
{
	struct wire_frame frame;

	wire_start(&frame, PAM_FRAME_SAY);
	if (wire_put_u32(&frame, PAM_FIELD_STYLE, style) &&
	    wire_put_text(&frame, PAM_FIELD_TEXT, text) &&
	    (!arg || wire_put_text(&frame, PAM_FIELD_ARG1, arg)))
		(void)wire_send(login->fd, &frame, wire_now() + 1000);
}

void person_told(const struct login *login, enum pam_style style, const char *text)
{
	if (!login->ask.silent)
		say(login, style, text, NULL);
}

void person_cued(const struct login *login, const char *text, const char *arg)
{
	say(login, STYLE_INFO, text, arg);
}

void person_hinted(struct login *login, const char *text)
{
	int64_t now = wire_now();

	if (!text || now - login->said < HINT_MILLISECONDS)
		return;
	login->said = now;
	person_told(login, STYLE_INFO, text);
}

/* The host by the name that people know it by, and the service (S58). */
static enum vid_reason send_prompt(struct login *login)
{
	struct wire_frame frame;
	char name[65] = "";

	(void)gethostname(name, sizeof(name) - 1);
	wire_start(&frame, PAM_FRAME_PROMPT);
	if (!wire_put_u32(&frame, PAM_FIELD_STYLE, STYLE_ECHO) ||
	    !wire_put_text(&frame, PAM_FIELD_TEXT,
			   N_("{1}, {2}: press Enter to log in with your virtual ID "
			      "(n: no) ")) ||
	    !wire_put_text(&frame, PAM_FIELD_ARG1, name) ||
	    !wire_put_text(&frame, PAM_FIELD_ARG2, login->ask.service) ||
	    !wire_put_u32(&frame, PAM_FIELD_DEADLINE, login->seconds))
		return VID_INTERNAL;
	switch (wire_send(login->fd, &frame, login->deadline)) {
	case WIRE_OK:
		return VID_OK;
	case WIRE_TIMEOUT:
		return VID_DEADLINE;
	default:
		return VID_CANCELLED;
	}
}

/* Enter goes on. What else was typed may be a password: it is not kept. */
static enum vid_reason read_answer(const struct wire_frame *frame)
{
	struct bytes answer;

	if (frame->type != PAM_FRAME_ANSWER)
		return VID_WIRE;
	if (!wire_get(frame, PAM_FIELD_TEXT, &answer) || bytes_are(answer, "n") ||
	    bytes_are(answer, "N") || bytes_are(answer, "no"))
		return VID_CANCELLED;
	return VID_OK;
}

enum vid_reason person_intends(struct login *login)
{
	struct wire_frame frame;
	enum vid_reason why;

	deadline_for_intent(login);
	if ((why = send_prompt(login)) != VID_OK)
		return why;
	switch (wire_receive(login->fd, &frame, login->deadline, -1)) {
	case WIRE_OK:
		why = read_answer(&frame);
		break;
	case WIRE_TIMEOUT:
		why = VID_DEADLINE;
		break;
	case WIRE_BAD:
		why = VID_WIRE;
		break;
	default:
		why = VID_CANCELLED;
		break;
	}
	sodium_memzero(&frame, sizeof(frame));
	deadline_for_login(login);
	return why;
}
