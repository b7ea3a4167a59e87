/* SPDX-License-Identifier: BSD-2-Clause */
/* What does the chosen key hold for these RP IDs? Found without a touch, with a PIN where
 * one is wanted or needed. */
#include "sensors/fido/visit.h"

#include <fido/credman.h>
#include <fido/err.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "libvid/cbor.h"
#include "libvid/cleanup.h"
#include "sensors/fido/talk.h"

static void free_blob(uint8_t **blob)
{
	free(*blob);
}

/* --- what it can ------------------------------------------------------------------ */

static bool has_option(const fido_cbor_info_t *info, const char *name)
{
	char **names = fido_cbor_info_options_name_ptr(info);
	const bool *values = fido_cbor_info_options_value_ptr(info);

	for (size_t i = 0; i < fido_cbor_info_options_len(info); i++)
		if (strcmp(names[i], name) == 0)
			return values[i];
	return false;
}

static bool has_extension(const fido_cbor_info_t *info, const char *name)
{
	char **names = fido_cbor_info_extensions_ptr(info);

	for (size_t i = 0; i < fido_cbor_info_extensions_len(info); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void read_can(struct visit *visit, const fido_cbor_info_t *info)
{
	const fido_dev_t *device = visit->chosen->device;
	int64_t slots = fido_cbor_info_rk_remaining(info);
	uint64_t room = fido_cbor_info_maxlargeblob(info);

	if (has_option(info, "largeBlobs") && has_extension(info, "largeBlobKey"))
		visit->can |= FIDO_CAN_LARGE_BLOB;
	if (has_extension(info, "hmac-secret"))
		visit->can |= FIDO_CAN_HMAC_SECRET;
	if (fido_dev_supports_cred_prot(device))
		visit->can |= FIDO_CAN_PROTECT;
	if (fido_dev_has_pin(device))
		visit->can |= FIDO_CAN_PIN;
	if (fido_dev_has_uv(device))
		visit->can |= FIDO_CAN_VERIFY;
	/* Such a key shows what it holds without, and then answers no touch (alwaysUv).
	 */
	if (has_option(info, "alwaysUv") && visit->wish.uv == FIDO_UV_NO)
		visit->wish.uv = FIDO_UV_PREFERRED;
	visit->manages = fido_dev_supports_credman(device);
	visit->room_all = room > UINT32_MAX ? UINT32_MAX : (uint32_t)room;
	visit->has_slots = slots >= 0;
	visit->slots = slots > 0 && slots <= UINT32_MAX ? (uint32_t)slots : 0;
}

static bool ask_what_it_can(struct visit *visit)
{
	fido_cbor_info_t *info = fido_cbor_info_new();
	int code = info ? fido_dev_get_cbor_info(visit->chosen->device, info)
			: FIDO_ERR_INTERNAL;

	if (code == FIDO_OK)
		read_can(visit, info);
	fido_cbor_info_free(&info);
	return code == FIDO_OK || visit_fault(visit, "getInfo", code);
}

/* The array of all blobs, and 16 bytes of checksum (CTAP 2.1 section 6.10.2). */
void visit_measure(struct visit *visit)
{
	AUTO(free_blob) uint8_t *array = NULL;
	size_t len = 0;

	if (!(visit->can & FIDO_CAN_LARGE_BLOB) ||
	    visit->wish.purpose == FIDO_FOR_LOGIN ||
	    fido_dev_largeblob_get_array(visit->chosen->device, &array, &len) != FIDO_OK)
		return;
	visit->has_room = true;
	visit->room =
		len + 16 < visit->room_all ? visit->room_all - (uint32_t)(len + 16) : 0;
}

/* --- the PIN ---------------------------------------------------------------------- */

static bool hear_pin(struct visit *visit)
{
	struct wire_frame frame;
	bool heard =
		talk_hear(&frame) && frame.type == FIDO_PIN &&
		wire_get_text(&frame, FIDO_FIELD_PIN, visit->pin, sizeof(visit->pin)) &&
		fido_pin_fits(visit->pin);

	sodium_memzero(&frame, sizeof(frame));
	return heard || visit_fail(visit, FIDO_FAILURE_CANCELLED, "no PIN");
}

static bool ask_pin(struct visit *visit, bool wrong)
{
	int tries = -1;
	int code = fido_dev_get_retry_count(visit->chosen->device, &tries);

	if (code != FIDO_OK)
		return visit_fault(visit, "PIN tries", code);
	if (tries == 0)
		return visit_fail(visit, FIDO_FAILURE_PIN_BLOCKED,
				  "no PIN tries are left");
	talk_pin(tries, wrong);
	return hear_pin(visit);
}

const char *visit_pin(const struct visit *visit)
{
	return visit->pin[0] ? visit->pin : NULL;
}

/* Must it be asked for before anything else? */
static bool wants_pin(const struct visit *visit)
{
	bool has_pin = (visit->can & FIDO_CAN_PIN) != 0;

	if (visit->wish.purpose != FIDO_FOR_LOGIN)
		return has_pin && !visit->verifies;
	return visit->wish.uv != FIDO_UV_NO && has_pin && !visit->verifies;
}

static bool decide_verification(struct visit *visit)
{
	visit->verifies = (visit->can & FIDO_CAN_VERIFY) && visit->wish.uv != FIDO_UV_NO;
	if (visit->wish.uv == FIDO_UV_REQUIRED && !visit->verifies &&
	    !(visit->can & FIDO_CAN_PIN))
		return visit_fail(visit, FIDO_FAILURE_NO_PIN,
				  "the key has no PIN and cannot verify its user");
	return true;
}

/* --- credentials ------------------------------------------------------------------ */

/* libfido2 hands out authenticator data as the CBOR string that it came in. */
bool visit_auth_data(const fido_assert_t *assertion, size_t at, struct bytes *out)
{
	struct cbor cbor = cbor_of(bytes_of(fido_assert_authdata_ptr(assertion, at),
					    fido_assert_authdata_len(assertion, at)));

	return cbor.at && cbor_bstr(&cbor, out) && out->len <= ASSERTION_AUTH_DATA_MAX;
}

static bool put_blob(struct visit *visit, struct held *held, struct wire_frame *frame)
{
	AUTO(free_blob) uint8_t *blob = NULL;
	size_t len = 0;
	int code;

	code = fido_dev_largeblob_get(visit->chosen->device, held->blob_key, BLOB_KEY_LEN,
				      &blob, &len);
	if (code == FIDO_ERR_NOTFOUND || (code == FIDO_OK && len > KEY_BLOB_MAX))
		return true; /* none of ours */
	/* A list of blobs that cannot be read hides a token; the key may still prove
	 * whose it is. */
	if (code != FIDO_OK && visit->chosen->link.end == LINK_UP &&
	    visit->wish.purpose == FIDO_FOR_LOGIN)
		return true;
	if (code != FIDO_OK)
		return visit_fault(visit, "largeBlobs", code);
	held->blob_len = len;
	return wire_put(frame, FIDO_FIELD_BLOB, bytes_of(blob, len)) ||
	       visit_fail(visit, FIDO_FAILURE_DEVICE, "more than fits into a message");
}

/* A finger that fails at one realm makes the PIN begin with the first again. */
static bool is_told(const struct visit *visit, const char *rp_id, struct bytes id)
{
	for (size_t i = 0; i < visit->held_count; i++)
		if (strcmp(visit->held[i].rp_id, rp_id) == 0 &&
		    bytes_equal(bytes_of(visit->held[i].id, visit->held[i].id_len), id))
			return true;
	return false;
}

/* One of an assertion's statements: a credential. Told, and kept. */
static bool tell_credential(struct visit *visit, const char *rp_id,
			    const fido_assert_t *assertion, size_t at)
{
	struct held *held = &visit->held[visit->held_count];
	struct bytes data, id, signature;
	struct wire_frame frame;

	id = bytes_of(fido_assert_id_ptr(assertion, at),
		      fido_assert_id_len(assertion, at));
	signature = bytes_of(fido_assert_sig_ptr(assertion, at),
			     fido_assert_sig_len(assertion, at));
	if (!visit_auth_data(assertion, at, &data) || !id.len || id.len > FIDO_ID_MAX ||
	    signature.len > ASSERTION_SIGNATURE_MAX)
		return visit_fail(visit, FIDO_FAILURE_DEVICE,
				  "an assertion out of bounds");
	if (is_told(visit, rp_id, id))
		return true;
	memcpy(held->rp_id, rp_id, sizeof(held->rp_id));
	memcpy(held->id, id.at, id.len);
	held->id_len = id.len;
	if ((held->has_blob_key =
		     fido_assert_largeblob_key_len(assertion, at) == BLOB_KEY_LEN))
		memcpy(held->blob_key, fido_assert_largeblob_key_ptr(assertion, at),
		       BLOB_KEY_LEN);
	wire_start(&frame, FIDO_CREDENTIAL);
	if (!wire_put_u32(&frame, FIDO_FIELD_INDEX, (uint32_t)visit->held_count) ||
	    !wire_put_text(&frame, FIDO_FIELD_RP, rp_id) ||
	    !wire_put(&frame, FIDO_FIELD_ID, id) ||
	    !wire_put(&frame, FIDO_FIELD_AUTH_DATA, data) ||
	    !wire_put(&frame, FIDO_FIELD_SIGNATURE, signature))
		return visit_fail(visit, FIDO_FAILURE_DEVICE,
				  "more than fits into a message");
	if (held->has_blob_key && !put_blob(visit, held, &frame))
		return false;
	visit->held_count++;
	return talk_say(&frame) ||
	       visit_fail(visit, FIDO_FAILURE_CANCELLED, "vidd is gone");
}

static int prepare(const struct visit *visit, const char *rp_id, fido_assert_t *assertion)
{
	int code = fido_assert_set_rp(assertion, rp_id);

	if (code == FIDO_OK)
		code = fido_assert_set_clientdata_hash(assertion, visit->wish.hash,
						       sizeof(visit->wish.hash));
	if (code == FIDO_OK)
		code = fido_assert_set_up(assertion, FIDO_OPT_FALSE);
	if (code == FIDO_OK && visit->verifies)
		code = fido_assert_set_uv(assertion, FIDO_OPT_TRUE);
	if (code == FIDO_OK && (visit->can & FIDO_CAN_LARGE_BLOB))
		code = fido_assert_set_extensions(assertion, FIDO_EXT_LARGEBLOB_KEY);
	return code;
}

/* FIDO_OK also where there are none; another code; or -1 for visit_fail's. */
#define TOLD_OF -1000

static int look_for(struct visit *visit, const char *rp_id)
{
	fido_assert_t *assertion = fido_assert_new();
	int code = assertion ? prepare(visit, rp_id, assertion) : FIDO_ERR_INTERNAL;

	if (visit->verifies)
		talk_event(FIDO_EVENT_VERIFY); /* each realm wants the finger anew */
	if (code == FIDO_OK)
		code = fido_dev_get_assert(visit->chosen->device, assertion,
					   visit_pin(visit));
	if (code == FIDO_ERR_NO_CREDENTIALS)
		code = FIDO_OK; /* and a count of 0 */
	else
		for (size_t i = 0; code == FIDO_OK && i < fido_assert_count(assertion) &&
				   visit->held_count < FIDO_CREDENTIALS_MAX;
		     i++)
			if (!tell_credential(visit, rp_id, assertion, i))
				code = TOLD_OF;
	fido_assert_free(&assertion);
	return code;
}

static int look_for_all(struct visit *visit)
{
	int code = FIDO_OK;

	for (size_t i = 0; code == FIDO_OK && i < visit->wish.rp_count; i++)
		code = look_for(visit, visit->wish.rp_ids[i]);
	return code;
}

/* A key that is changed or made use of by the command line: is the PIN right? Also says
 * how many credentials still fit. */
static int look_at_slots(struct visit *visit)
{
	fido_credman_metadata_t *data;
	int code;

	if (visit->wish.purpose == FIDO_FOR_LOGIN || !visit->manages || !visit_pin(visit))
		return FIDO_OK;
	if (!(data = fido_credman_metadata_new()))
		return FIDO_ERR_INTERNAL;
	code = fido_credman_get_dev_metadata(visit->chosen->device, data,
					     visit_pin(visit));
	if (code == FIDO_OK) {
		uint64_t slots = fido_credman_rk_remaining(data);

		visit->has_slots = true;
		visit->slots = slots > UINT32_MAX ? UINT32_MAX : (uint32_t)slots;
	}
	fido_credman_metadata_free(&data);
	return code;
}

/* --- all of it -------------------------------------------------------------------- */

/* A finger that is not known three times over: the PIN does instead. */
static bool finger_failed(struct visit *visit, int code)
{
	if (!visit->verifies || !(visit->can & FIDO_CAN_PIN) ||
	    (code != FIDO_ERR_UV_INVALID && code != FIDO_ERR_UV_BLOCKED &&
	     code != FIDO_ERR_PIN_AUTH_INVALID))
		return false;
	visit->verifies = false;
	return true;
}

/* Nothing was found without the PIN, and a credential may hide behind it (credProtect).
 */
static bool may_hide(const struct visit *visit)
{
	return visit->held_count == 0 && !visit->pin[0] && !visit->verifies &&
	       (visit->can & FIDO_CAN_PIN);
}

static bool find_credentials(struct visit *visit)
{
	bool pin = wants_pin(visit), wrong = false;

	for (;;) {
		int code;

		if (pin && !ask_pin(visit, wrong))
			return false;
		code = look_at_slots(visit);
		if (code == FIDO_OK)
			code = look_for_all(visit);
		if (code == TOLD_OF)
			return false;
		wrong = code == FIDO_ERR_PIN_INVALID;
		pin = wrong || finger_failed(visit, code) ||
		      (code == FIDO_OK && may_hide(visit) && visit->wish.rp_count);
		if (!pin)
			return code == FIDO_OK ||
			       visit_fault(visit, "getAssertion", code);
	}
}

static bool tell_found(struct visit *visit)
{
	struct wire_frame frame;
	bool fits;

	wire_start(&frame, FIDO_FOUND);
	fits = wire_put_u32(&frame, FIDO_FIELD_COUNT, (uint32_t)visit->held_count) &&
	       wire_put_u32(&frame, FIDO_FIELD_CAN, visit->can);
	if (visit->has_room)
		fits = fits && wire_put_u32(&frame, FIDO_FIELD_ROOM, visit->room) &&
		       wire_put_u32(&frame, FIDO_FIELD_ROOM_ALL, visit->room_all);
	if (visit->has_slots)
		fits = fits && wire_put_u32(&frame, FIDO_FIELD_SLOTS, visit->slots);
	return (fits && talk_say(&frame)) ||
	       visit_fail(visit, FIDO_FAILURE_CANCELLED, "vidd is gone");
}

bool visit_look(struct visit *visit)
{
	if (!ask_what_it_can(visit) || !decide_verification(visit) ||
	    !find_credentials(visit))
		return false;
	if (visit->held_count == 0 && visit->wish.purpose == FIDO_FOR_LOGIN)
		return visit_fail(visit, FIDO_FAILURE_EMPTY, "nothing for these RP IDs");
	visit_measure(visit);
	return tell_found(visit);
}
