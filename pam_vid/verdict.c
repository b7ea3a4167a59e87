/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "pam_vid/pam_vid.h"

#include <string.h>

#include "libvid/reason.h"

void verdict_wipe(struct verdict *verdict)
{
	explicit_bzero(verdict, sizeof(*verdict));
}

/* One word for a variable: nothing in it can be another one, or another line. */
static bool get_word(const struct wire_frame *frame, uint8_t tag, char *to, size_t size)
{
	if (!wire_get_text(frame, tag, to, size) || !*to)
		return false;
	for (; *to; to++)
		if (*to <= ' ' || *to >= 0x7f)
			return false;
	return true;
}

static bool get_note(const struct wire_frame *frame, struct granted *granted)
{
	struct bytes note;

	if (!wire_get(frame, PAM_FIELD_GRANT, &note) || !note.len ||
	    note.len > sizeof(granted->note))
		return false;
	memcpy(granted->note, note.at, note.len);
	granted->note_len = note.len;
	return true;
}

/* The two that may be left out. */
static bool get_others(const struct wire_frame *frame, struct verdict *verdict)
{
	struct bytes there;
	uint32_t flags = 0;

	if (wire_get(frame, PAM_FIELD_FLAGS, &there) &&
	    !wire_get_u32(frame, PAM_FIELD_FLAGS, &flags))
		return false;
	verdict->granted.session = (flags & PAM_FLAG_SESSION) != 0;
	return !wire_get(frame, PAM_FIELD_SECRET, &there) ||
	       wire_get_text(frame, PAM_FIELD_SECRET, verdict->secret,
			     sizeof(verdict->secret));
}

static bool get_grant(const struct wire_frame *frame, struct verdict *verdict)
{
	struct granted *granted = &verdict->granted;

	return get_note(frame, granted) &&
	       get_word(frame, PAM_FIELD_SUBJECT, granted->subject,
			sizeof(granted->subject)) &&
	       get_word(frame, PAM_FIELD_ISSUER, granted->issuer,
			sizeof(granted->issuer)) &&
	       get_word(frame, PAM_FIELD_ASSURANCE, granted->assurance,
			sizeof(granted->assurance)) &&
	       get_others(frame, verdict);
}

static bool has_grant(const struct wire_frame *frame)
{
	static const uint8_t tags[] = { PAM_FIELD_SECRET, PAM_FIELD_GRANT,
					PAM_FIELD_SUBJECT, PAM_FIELD_ISSUER,
					PAM_FIELD_ASSURANCE };
	struct bytes there;

	for (size_t i = 0; i < sizeof(tags); i++)
		if (wire_get(frame, tags[i], &there))
			return true;
	return false;
}

bool verdict_read(const struct wire_frame *frame, enum pam_frame phase,
		  struct verdict *verdict)
{
	struct granted *granted = &verdict->granted;
	uint32_t value;

	if (!wire_get_u32(frame, PAM_FIELD_VERDICT, &value))
		return false;
	if (value == VERDICT_GRANTED &&
	    !wire_get_text(frame, PAM_FIELD_ACCOUNT, granted->account,
			   sizeof(granted->account)))
		return false;
	if (value == VERDICT_GRANTED && phase == PAM_FRAME_ASK
		    ? !get_grant(frame, verdict)
		    : has_grant(frame))
		return false;
	verdict->value = value;
	return true;
}
