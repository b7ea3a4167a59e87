/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/login.h"

#include <sodium.h>
#include <unistd.h>

#define HINT_MILLISECONDS 1000

/* `event` 0: none of those that have a number. */
static bool put_text(struct wire_frame *frame, enum pam_style style, enum pam_event event,
		     const char *text, const char *arg)
{
	return wire_put_u32(frame, PAM_FIELD_STYLE, style) &&
	       wire_put_text(frame, PAM_FIELD_TEXT, text) &&
	       (!event || wire_put_u32(frame, PAM_FIELD_EVENT, event)) &&
	       (!arg || wire_put_text(frame, PAM_FIELD_ARG1, arg));
}

static void say(const struct login *login, enum pam_style style, enum pam_event event,
		const char *text, const char *arg)
{
	struct wire_frame frame;

	wire_start(&frame, PAM_FRAME_SAY);
	if (put_text(&frame, style, event, text, arg))
		(void)wire_send(login->fd, &frame, wire_now() + 1000);
}

void person_told(const struct login *login, enum pam_style style, const char *text)
{
	if (!login->ask.silent)
		say(login, style, 0, text, NULL);
}

void person_cued(const struct login *login, enum pam_event event, const char *text,
		 const char *arg)
{
	say(login, STYLE_INFO, event, text, arg);
}

void person_hinted(struct login *login, const char *text)
{
	int64_t now = wire_now();

	if (!text || now - login->said < HINT_MILLISECONDS)
		return;
	login->said = now;
	person_told(login, STYLE_INFO, text);
}

static enum vid_reason why_of_wire(enum wire_result result)
{
	switch (result) {
	case WIRE_OK:
		return VID_OK;
	case WIRE_TIMEOUT:
		return VID_DEADLINE;
	case WIRE_BAD:
		return VID_WIRE;
	default:
		return VID_CANCELLED;
	}
}

void person_host(char to[PERSON_HOST_SIZE])
{
	memset(to, 0, PERSON_HOST_SIZE);
	(void)gethostname(to, PERSON_HOST_SIZE - 1);
}

/* Host and service (S58). */
static enum vid_reason send_prompt(struct login *login)
{
	char name[PERSON_HOST_SIZE];
	struct wire_frame frame;

	person_host(name);
	wire_start(&frame, PAM_FRAME_PROMPT);
	if (!put_text(&frame, STYLE_ECHO, PAM_EVENT_INTENT,
		      N_("{1}, {2}: press Enter to log in with your virtual ID "
			 "(n: no) "),
		      name) ||
	    !wire_put_text(&frame, PAM_FIELD_ARG2, login->ask.service) ||
	    !wire_put_u32(&frame, PAM_FIELD_DEADLINE, login->seconds))
		return VID_INTERNAL;
	return why_of_wire(wire_send(login->fd, &frame, login->deadline));
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
	why = why_of_wire(wire_receive(login->fd, &frame, login->deadline, -1));
	if (why == VID_OK)
		why = read_answer(&frame);
	sodium_memzero(&frame, sizeof(frame));
	deadline_for_login(login);
	return why;
}

/* What does not fit is no answer: wire_get_text leaves an empty one. */
enum vid_reason person_asked(struct login *login, enum pam_event event, const char *text,
			     const char *arg1, const char *arg2, char *to, size_t size)
{
	struct wire_frame frame;
	enum vid_reason why;

	to[0] = '\0';
	wire_start(&frame, PAM_FRAME_PROMPT);
	if (!put_text(&frame, STYLE_SECRET, event, text, arg1) ||
	    !wire_put_text(&frame, PAM_FIELD_ARG2, arg2))
		return VID_INTERNAL;
	why = why_of_wire(wire_send(login->fd, &frame, login->deadline));
	if (why == VID_OK)
		why = why_of_wire(wire_receive(login->fd, &frame, login->deadline, -1));
	if (why == VID_OK && frame.type != PAM_FRAME_ANSWER)
		why = VID_WIRE;
	if (why == VID_OK)
		(void)wire_get_text(&frame, PAM_FIELD_TEXT, to, size);
	sodium_memzero(&frame, sizeof(frame));
	return why;
}
