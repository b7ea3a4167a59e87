/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/fido/talk.h"

#include "libvid/limits.h"

#define SEND_PATIENCE 5000 /* milliseconds that vidd may not read */
#define LIFE_MAX      ((VID_DEADLINE_MAX + 30) * 1000LL)

bool talk_say(const struct wire_frame *frame)
{
	return wire_send(CONVERSATION, frame, wire_now() + SEND_PATIENCE) == WIRE_OK;
}

void talk_event(enum fido_event event)
{
	struct wire_frame frame;

	wire_start(&frame, FIDO_EVENT);
	(void)wire_put_u32(&frame, FIDO_FIELD_EVENT, event);
	(void)talk_say(&frame);
}

void talk_pin(int tries, bool wrong)
{
	struct wire_frame frame;

	wire_start(&frame, FIDO_EVENT);
	(void)wire_put_u32(&frame, FIDO_FIELD_EVENT, FIDO_EVENT_PIN);
	if (tries >= 0 && tries <= 255)
		(void)wire_put_u32(&frame, FIDO_FIELD_TRIES, (uint32_t)tries);
	if (wrong)
		(void)wire_put_u32(&frame, FIDO_FIELD_WRONG, 1);
	(void)talk_say(&frame);
}

void talk_done(void)
{
	struct wire_frame frame;

	wire_start(&frame, FIDO_DONE);
	(void)talk_say(&frame);
}

void talk_failed(enum fido_failure failure, const struct problem *problem)
{
	struct wire_frame frame;

	wire_start(&frame, FIDO_FAILED);
	(void)wire_put_u32(&frame, FIDO_FIELD_FAILURE, failure);
	(void)wire_put_text(&frame, FIDO_FIELD_WHY, problem->text);
	(void)talk_say(&frame);
}

bool talk_hear(struct wire_frame *frame)
{
	return wire_receive(CONVERSATION, frame, wire_now() + LIFE_MAX, -1) == WIRE_OK;
}
