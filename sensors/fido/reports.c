/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/fido/reports.h"

#include <string.h>

#define AUTH_DATA_MIN 37 /* bytes, WebAuthn section 6.1 */

static enum vid_reason malformed(const char *what, struct problem *problem)
{
	problem_set(problem, "vid-fido sent %s out of its bounds", what);
	return VID_SENSOR_FAILED;
}

static enum vid_reason read_failure(const struct wire_frame *frame,
				    struct problem *problem)
{
	static const enum vid_reason whys[] = {
		[FIDO_FAILURE_GONE] = VID_KEY_GONE,
		[FIDO_FAILURE_DECLINED] = VID_KEY_DECLINED,
		[FIDO_FAILURE_CANCELLED] = VID_CANCELLED,
		[FIDO_FAILURE_PIN_BLOCKED] = VID_KEY_PIN_BLOCKED,
		[FIDO_FAILURE_PIN_PAUSE] = VID_KEY_PIN_PAUSE,
		[FIDO_FAILURE_NO_PIN] = VID_KEY_NO_PIN,
		[FIDO_FAILURE_OLD] = VID_KEY_OLD,
		[FIDO_FAILURE_EMPTY] = VID_KEY_EMPTY,
		[FIDO_FAILURE_FULL] = VID_KEY_FULL,
		[FIDO_FAILURE_UNABLE] = VID_KEY_UNABLE,
		[FIDO_FAILURE_DEVICE] = VID_KEY_FAILED,
		[FIDO_FAILURE_PROTOCOL] = VID_SENSOR_FAILED,
		[FIDO_FAILURE_ACCESS] = VID_KEY_FAILED,
		[FIDO_FAILURE_PIN_WRONG] = VID_KEY_PIN,
	};
	char text[sizeof(problem->text)];
	uint32_t failure;

	if (!wire_get_u32(frame, FIDO_FIELD_FAILURE, &failure) || failure == 0 ||
	    failure > FIDO_FAILURE_LAST)
		return malformed("a failure", problem);
	if (wire_get_text(frame, FIDO_FIELD_WHY, text, sizeof(text)))
		problem_set(problem, "%s", text);
	else
		problem_set(problem, "vid-fido gave no reason");
	return whys[failure];
}

/* A field of min..max bytes. */
static bool take(const struct wire_frame *frame, uint8_t tag, size_t min, size_t max,
		 uint8_t *to, size_t *len)
{
	struct bytes found;

	if (!wire_get(frame, tag, &found) || found.len < min || found.len > max)
		return false;
	if (found.len)
		memcpy(to, found.at, found.len);
	*len = found.len;
	return true;
}

static enum vid_reason read_event(const struct wire_frame *frame,
				  struct fido_report *report, struct problem *problem)
{
	uint32_t event, tries, wrong = 0;

	if (!wire_get_u32(frame, FIDO_FIELD_EVENT, &event) || event == 0 ||
	    event > FIDO_EVENT_LAST)
		return malformed("an event", problem);
	report->event = (enum fido_event)event;
	report->has_tries = wire_get_u32(frame, FIDO_FIELD_TRIES, &tries);
	(void)wire_get_u32(frame, FIDO_FIELD_WRONG, &wrong);
	if ((report->has_tries && tries > 255) || wrong > 1)
		return malformed("a number of tries", problem);
	report->tries = report->has_tries ? tries : 0;
	report->wrong = wrong == 1;
	return VID_OK;
}

static enum vid_reason read_credential(const struct wire_frame *frame, struct fido *fido,
				       struct fido_credential *out,
				       struct problem *problem)
{
	struct bytes blob;
	uint32_t index;

	if (fido->found || fido->credentials >= FIDO_CREDENTIALS_MAX ||
	    !wire_get_u32(frame, FIDO_FIELD_INDEX, &index) || index != fido->credentials)
		return malformed("a credential's number", problem);
	if (!wire_get_text(frame, FIDO_FIELD_RP, out->rp_id, sizeof(out->rp_id)) ||
	    !out->rp_id[0] ||
	    !take(frame, FIDO_FIELD_ID, 1, sizeof(out->id), out->id, &out->id_len) ||
	    !take(frame, FIDO_FIELD_AUTH_DATA, AUTH_DATA_MIN, sizeof(out->auth_data),
		  out->auth_data, &out->auth_data_len) ||
	    !take(frame, FIDO_FIELD_SIGNATURE, 1, sizeof(out->signature), out->signature,
		  &out->signature_len))
		return malformed("a credential", problem);
	out->has_blob = wire_get(frame, FIDO_FIELD_BLOB, &blob);
	if (out->has_blob && !take(frame, FIDO_FIELD_BLOB, 0, sizeof(out->blob),
				   out->blob, &out->blob_len))
		return malformed("a blob", problem);
	out->index = index;
	fido->credentials++;
	return VID_OK;
}

static enum vid_reason read_found(const struct wire_frame *frame, struct fido *fido,
				  struct fido_found *out, struct problem *problem)
{
	uint32_t count;

	if (fido->found || !wire_get_u32(frame, FIDO_FIELD_COUNT, &count) ||
	    count != fido->credentials || !wire_get_u32(frame, FIDO_FIELD_CAN, &out->can))
		return malformed("what it found", problem);
	out->count = count;
	out->has_room = wire_get_u32(frame, FIDO_FIELD_ROOM, &out->room);
	if (out->has_room && (!wire_get_u32(frame, FIDO_FIELD_ROOM_ALL, &out->room_all) ||
			      out->room > out->room_all))
		return malformed("a key's room", problem);
	out->has_slots = wire_get_u32(frame, FIDO_FIELD_SLOTS, &out->slots);
	fido->found = true;
	return VID_OK;
}

static bool take_secret(const struct wire_frame *frame, uint8_t tag, uint8_t *to,
			bool *there)
{
	struct bytes found;
	size_t len;

	*there = wire_get(frame, tag, &found);
	return !*there || take(frame, tag, KEY_SECRET_LEN, KEY_SECRET_LEN, to, &len);
}

static enum vid_reason read_assertion(const struct wire_frame *frame,
				      const struct fido *fido, struct fido_assertion *out,
				      struct problem *problem)
{
	if (!fido->found ||
	    !take(frame, FIDO_FIELD_AUTH_DATA, AUTH_DATA_MIN, sizeof(out->auth_data),
		  out->auth_data, &out->auth_data_len) ||
	    !take(frame, FIDO_FIELD_SIGNATURE, 1, sizeof(out->signature), out->signature,
		  &out->signature_len) ||
	    !take_secret(frame, FIDO_FIELD_SECRET, out->secret, &out->has_secret) ||
	    !take_secret(frame, FIDO_FIELD_SECRET2, out->secret2, &out->has_secret2))
		return malformed("an assertion", problem);
	return VID_OK;
}

static enum vid_reason read_made(const struct wire_frame *frame, const struct fido *fido,
				 struct fido_made *out, struct problem *problem)
{
	size_t len;
	uint32_t alg;

	if (!fido->found || fido->purpose != FIDO_FOR_MAKE ||
	    !take(frame, FIDO_FIELD_ID, 1, sizeof(out->id), out->id, &out->id_len) ||
	    !wire_get_u32(frame, FIDO_FIELD_ALG, &alg) ||
	    (alg != KEY_ED25519 && alg != KEY_P256) ||
	    !wire_get_u32(frame, FIDO_FIELD_CAN, &out->can))
		return malformed("a new credential", problem);
	out->public.alg = (enum key_alg)alg;
	if (!take(frame, FIDO_FIELD_PUBLIC, public_key_len(&out->public),
		  public_key_len(&out->public), out->public.at, &len) ||
	    !public_key_check(&out->public))
		return malformed("a public key", problem);
	return VID_OK;
}

enum vid_reason fido_report_read(const struct wire_frame *frame, struct fido *fido,
				 struct fido_report *report, struct problem *problem)
{
	report->kind = (enum fido_frame)frame->type;
	switch (report->kind) {
	case FIDO_FAILED:
		return read_failure(frame, problem);
	case FIDO_EVENT:
		return read_event(frame, report, problem);
	case FIDO_CREDENTIAL:
		return read_credential(frame, fido, &report->credential, problem);
	case FIDO_FOUND:
		return read_found(frame, fido, &report->found, problem);
	case FIDO_ASSERTION:
		return read_assertion(frame, fido, &report->assertion, problem);
	case FIDO_MADE:
		return read_made(frame, fido, &report->made, problem);
	case FIDO_DONE:
		return fido->found && fido->purpose == FIDO_FOR_CHANGE
			       ? VID_OK
			       : malformed("an end", problem);
	default:
		return malformed("a frame", problem);
	}
}
