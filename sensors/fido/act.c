/* SPDX-License-Identifier: BSD-2-Clause */
/* What is asked of a credential that was found, or of the key. */
#include "sensors/fido/visit.h"

#include <fido/credman.h>
#include <fido/err.h>
#include <sodium.h>
#include <string.h>

#include "libvid/cbor.h"
#include "sensors/fido/talk.h"

#define SALT_LEN 32

static bool not_understood(struct visit *visit)
{
	return visit_fail(visit, FIDO_FAILURE_PROTOCOL, "not understood");
}

/* What was sent, and vidd hung up on. */
static bool told(struct visit *visit, bool sent)
{
	return sent || visit_fail(visit, FIDO_FAILURE_CANCELLED, "vidd is gone");
}

static struct held *held_of(struct visit *visit, const struct wire_frame *asked)
{
	uint32_t index;

	return wire_get_u32(asked, FIDO_FIELD_INDEX, &index) && index < visit->held_count
		       ? &visit->held[index]
		       : NULL;
}

static bool get_exactly(const struct wire_frame *asked, uint8_t tag, size_t len,
			struct bytes *out)
{
	return wire_get(asked, tag, out) && out->len == len;
}

/* --- ASSERT ------------------------------------------------------------------------- */

/* One salt or two, as hmac-secret takes them. False: malformed. */
static bool read_salts(const struct wire_frame *asked, uint8_t salts[2 * SALT_LEN],
		       size_t *len)
{
	struct bytes first, second;

	*len = 0;
	if (!wire_get(asked, FIDO_FIELD_SALT, &first))
		return !wire_get(asked, FIDO_FIELD_SALT2, &second);
	if (first.len != SALT_LEN)
		return false;
	memcpy(salts, first.at, SALT_LEN);
	*len = SALT_LEN;
	if (!wire_get(asked, FIDO_FIELD_SALT2, &second))
		return true;
	if (second.len != SALT_LEN)
		return false;
	memcpy(salts + SALT_LEN, second.at, SALT_LEN);
	*len = 2 * (size_t)SALT_LEN;
	return true;
}

static int prepare(const struct visit *visit, const struct held *held, struct bytes hash,
		   struct bytes salts, fido_assert_t *assertion)
{
	int code = fido_assert_set_rp(assertion, held->rp_id);

	if (code == FIDO_OK)
		code = fido_assert_set_clientdata_hash(assertion, hash.at, hash.len);
	if (code == FIDO_OK)
		code = fido_assert_allow_cred(assertion, held->id, held->id_len);
	if (code == FIDO_OK && visit->verifies)
		code = fido_assert_set_uv(assertion, FIDO_OPT_TRUE);
	if (code == FIDO_OK && salts.len)
		code = fido_assert_set_extensions(assertion, FIDO_EXT_HMAC_SECRET);
	if (code == FIDO_OK && salts.len)
		code = fido_assert_set_hmac_salt(assertion, salts.at, salts.len);
	return code;
}

static bool put_secrets(const fido_assert_t *assertion, struct wire_frame *frame)
{
	struct bytes secret = bytes_of(fido_assert_hmac_secret_ptr(assertion, 0),
				       fido_assert_hmac_secret_len(assertion, 0));

	if (secret.len != KEY_SECRET_LEN && secret.len != 2 * (size_t)KEY_SECRET_LEN)
		return true; /* absent, which the other side notices */
	if (!wire_put(frame, FIDO_FIELD_SECRET, bytes_of(secret.at, KEY_SECRET_LEN)))
		return false;
	return secret.len == KEY_SECRET_LEN ||
	       wire_put(frame, FIDO_FIELD_SECRET2,
			bytes_of(secret.at + KEY_SECRET_LEN, KEY_SECRET_LEN));
}

static bool tell_assertion(struct visit *visit, const fido_assert_t *assertion)
{
	struct bytes data, signature = bytes_of(fido_assert_sig_ptr(assertion, 0),
						fido_assert_sig_len(assertion, 0));
	struct wire_frame frame;
	bool sent;

	if (fido_assert_count(assertion) != 1 || !visit_auth_data(assertion, 0, &data) ||
	    signature.len > ASSERTION_SIGNATURE_MAX)
		return visit_fail(visit, FIDO_FAILURE_DEVICE,
				  "an assertion out of bounds");
	wire_start(&frame, FIDO_ASSERTION);
	sent = wire_put(&frame, FIDO_FIELD_AUTH_DATA, data) &&
	       wire_put(&frame, FIDO_FIELD_SIGNATURE, signature) &&
	       put_secrets(assertion, &frame) && talk_say(&frame);
	sodium_memzero(&frame, sizeof(frame));
	return told(visit, sent);
}

static bool act_assert(struct visit *visit, const struct wire_frame *asked)
{
	uint8_t salts[2 * SALT_LEN];
	const struct held *held = held_of(visit, asked);
	fido_assert_t *assertion;
	struct bytes hash;
	size_t salts_len;
	bool done = false;
	int code;

	if (!held || !get_exactly(asked, FIDO_FIELD_HASH, 32, &hash) ||
	    !read_salts(asked, salts, &salts_len))
		return not_understood(visit);
	if (salts_len && !(visit->can & FIDO_CAN_HMAC_SECRET))
		return visit_fail(visit, FIDO_FAILURE_UNABLE,
				  "the key has no hmac-secret");
	if (!(assertion = fido_assert_new()))
		return visit_fault(visit, "assertion", FIDO_ERR_INTERNAL);
	code = prepare(visit, held, hash, bytes_of(salts, salts_len), assertion);
	talk_event(visit->verifies ? FIDO_EVENT_VERIFY : FIDO_EVENT_TOUCH);
	if (code == FIDO_OK)
		code = fido_dev_get_assert(visit->chosen->device, assertion,
					   visit_pin(visit));
	if (code == FIDO_OK)
		done = tell_assertion(visit, assertion);
	else
		(void)visit_fault(visit, "getAssertion", code);
	fido_assert_free(&assertion); /* wipes the secrets */
	return done;
}

/* --- MAKE --------------------------------------------------------------------------- */

struct make {
	char rp_id[VID_RP_ID_MAX + 1], name[65];
	struct bytes user, hash;
	uint32_t alg, protect;
};

static bool read_make(const struct wire_frame *asked, struct make *out)
{
	return wire_get_text(asked, FIDO_FIELD_RP, out->rp_id, sizeof(out->rp_id)) &&
	       out->rp_id[0] &&
	       wire_get_text(asked, FIDO_FIELD_NAME, out->name, sizeof(out->name)) &&
	       out->name[0] && wire_get(asked, FIDO_FIELD_USER, &out->user) &&
	       out->user.len >= 1 && out->user.len <= 64 &&
	       get_exactly(asked, FIDO_FIELD_HASH, 32, &out->hash) &&
	       wire_get_u32(asked, FIDO_FIELD_ALG, &out->alg) &&
	       (out->alg == KEY_ED25519 || out->alg == KEY_P256) &&
	       wire_get_u32(asked, FIDO_FIELD_PROTECT, &out->protect) &&
	       out->protect >= 1 && out->protect <= 3;
}

static int extensions_of(const struct visit *visit)
{
	int extensions = 0;

	if (visit->can & FIDO_CAN_PROTECT)
		extensions |= FIDO_EXT_CRED_PROTECT;
	if (visit->can & FIDO_CAN_HMAC_SECRET)
		extensions |= FIDO_EXT_HMAC_SECRET;
	if (visit->can & FIDO_CAN_LARGE_BLOB)
		extensions |= FIDO_EXT_LARGEBLOB_KEY;
	return extensions;
}

static int prepare_make(const struct visit *visit, const struct make *make,
			fido_cred_t *cred)
{
	int extensions = extensions_of(visit);
	int code =
		fido_cred_set_type(cred, make->alg == KEY_P256 ? COSE_ES256 : COSE_EDDSA);

	if (code == FIDO_OK)
		code = fido_cred_set_rp(cred, make->rp_id, make->rp_id);
	if (code == FIDO_OK)
		code = fido_cred_set_user(cred, make->user.at, make->user.len, make->name,
					  NULL, NULL);
	if (code == FIDO_OK)
		code = fido_cred_set_clientdata_hash(cred, make->hash.at, make->hash.len);
	if (code == FIDO_OK)
		code = fido_cred_set_rk(cred, FIDO_OPT_TRUE);
	if (code == FIDO_OK && visit->verifies)
		code = fido_cred_set_uv(cred, FIDO_OPT_TRUE);
	if (code == FIDO_OK && extensions)
		code = fido_cred_set_extensions(cred, extensions);
	if (code == FIDO_OK && (extensions & FIDO_EXT_CRED_PROTECT))
		code = fido_cred_set_prot(cred, (int)make->protect);
	return code;
}

/* authenticator data of a new credential (WebAuthn section 6.5.1): 37 bytes, AAGUID 16,
 * the length of an id, the id, its COSE_Key, and what the extensions say */
enum { ATTESTED_AT = 37 + 16, FLAGS_AT = 32, FLAG_ED = 0x80 };

/* fido_cred_prot() gives back what was asked for; the key's own word stands in its
 * extensions. 0: it says nothing. */
static uint64_t granted_protection(const fido_cred_t *cred)
{
	struct bytes data = bytes_of(fido_cred_authdata_raw_ptr(cred),
				     fido_cred_authdata_raw_len(cred));
	struct cbor cbor, found;
	struct bytes skipped;
	uint64_t level;
	size_t id_len;

	if (data.len < ATTESTED_AT + 2 || !(data.at[FLAGS_AT] & FLAG_ED))
		return 0;
	id_len = (size_t)data.at[ATTESTED_AT] << 8 | data.at[ATTESTED_AT + 1];
	if (data.len - ATTESTED_AT - 2 < id_len)
		return 0;
	cbor = cbor_of(bytes_of(data.at + ATTESTED_AT + 2 + id_len,
				data.len - ATTESTED_AT - 2 - id_len));
	if (!cbor_skip(&cbor, &skipped) ||
	    cbor_check_wellformed(bytes_of(cbor.at, (size_t)(cbor.end - cbor.at))) !=
		    VID_OK ||
	    !cbor_find_text(&cbor, "credProtect", &found) || !cbor_uint(&found, &level))
		return 0;
	return level;
}

static bool tell_made(struct visit *visit, const struct make *make,
		      const fido_cred_t *cred)
{
	struct bytes id = bytes_of(fido_cred_id_ptr(cred), fido_cred_id_len(cred));
	struct bytes public =
		bytes_of(fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred));
	uint32_t can = visit->can;
	struct wire_frame frame;

	if (!id.len || id.len > FIDO_ID_MAX ||
	    public.len != (make->alg == KEY_P256 ? 64 : 32))
		return visit_fail(visit, FIDO_FAILURE_DEVICE,
				  "a credential out of bounds");
	if (make->protect > 1 && granted_protection(cred) < make->protect) {
		if (visit->manages) /* nobody is to find it there */
			(void)fido_credman_del_dev_rk(visit->chosen->device, id.at,
						      id.len, visit_pin(visit));
		return visit_fail(visit, FIDO_FAILURE_UNABLE,
				  "the key did not grant credProtect");
	}
	if (fido_cred_largeblob_key_len(cred) != BLOB_KEY_LEN)
		can &= ~FIDO_CAN_LARGE_BLOB;
	wire_start(&frame, FIDO_MADE);
	return told(visit, wire_put(&frame, FIDO_FIELD_ID, id) &&
				   wire_put_u32(&frame, FIDO_FIELD_ALG, make->alg) &&
				   wire_put(&frame, FIDO_FIELD_PUBLIC, public) &&
				   wire_put_u32(&frame, FIDO_FIELD_CAN, can) &&
				   talk_say(&frame));
}

static bool act_make(struct visit *visit, const struct wire_frame *asked)
{
	struct make make;
	fido_cred_t *cred;
	bool done = false;
	int code;

	if (visit->wish.purpose != FIDO_FOR_MAKE || !read_make(asked, &make))
		return not_understood(visit);
	if (make.protect > 1 && !(visit->can & FIDO_CAN_PROTECT))
		return visit_fail(visit, FIDO_FAILURE_UNABLE,
				  "the key has no credProtect");
	if (!(cred = fido_cred_new()))
		return visit_fault(visit, "credential", FIDO_ERR_INTERNAL);
	code = prepare_make(visit, &make, cred);
	talk_event(visit->verifies ? FIDO_EVENT_VERIFY : FIDO_EVENT_TOUCH);
	if (code == FIDO_OK)
		code = fido_dev_make_cred(visit->chosen->device, cred, visit_pin(visit));
	if (code == FIDO_OK)
		done = tell_made(visit, &make, cred);
	else
		(void)visit_fault(visit, "makeCredential", code);
	fido_cred_free(&cred);
	return done;
}

/* --- STORE, DELETE --------------------------------------------------------------------
 */

static bool has_room(struct visit *visit, const struct held *held, size_t len)
{
	size_t free =
		visit->room + (held->blob_len ? held->blob_len + FIDO_ENTRY_COST : 0);

	if (!visit->has_room || len + FIDO_ENTRY_COST <= free)
		return true;
	visit->failure = FIDO_FAILURE_FULL;
	problem_set(&visit->problem, "%zu bytes are needed, %zu are free on the key",
		    len + FIDO_ENTRY_COST, free);
	return false;
}

static int take_blob_away(struct visit *visit, struct held *held)
{
	int code = FIDO_OK;

	if (held->has_blob_key && held->blob_len)
		code = fido_dev_largeblob_remove(visit->chosen->device, held->blob_key,
						 BLOB_KEY_LEN, visit_pin(visit));
	if (code == FIDO_ERR_NOTFOUND)
		code = FIDO_OK;
	if (code == FIDO_OK)
		held->blob_len = 0;
	return code;
}

static bool act_store(struct visit *visit, const struct wire_frame *asked)
{
	struct held *held = held_of(visit, asked);
	struct bytes blob;
	int code;

	if (visit->wish.purpose != FIDO_FOR_CHANGE || !held ||
	    !wire_get(asked, FIDO_FIELD_BLOB, &blob) || blob.len > KEY_BLOB_MAX)
		return not_understood(visit);
	if (!held->has_blob_key)
		return visit_fail(visit, FIDO_FAILURE_UNABLE,
				  "the key has no large blobs");
	if (blob.len == 0) {
		code = take_blob_away(visit, held);
	} else {
		if (!has_room(visit, held, blob.len))
			return false;
		code = fido_dev_largeblob_set(visit->chosen->device, held->blob_key,
					      BLOB_KEY_LEN, blob.at, blob.len,
					      visit_pin(visit));
		if (code == FIDO_OK)
			held->blob_len = blob.len;
	}
	if (code != FIDO_OK)
		return visit_fault(visit, "largeBlobs", code);
	visit_measure(visit); /* the next one has that much less, or more */
	talk_done();
	return true;
}

/* The blob first: without its credential nobody could find it again. */
static bool act_delete(struct visit *visit, const struct wire_frame *asked)
{
	struct held *held = held_of(visit, asked);
	int code;

	if (visit->wish.purpose != FIDO_FOR_CHANGE || !held)
		return not_understood(visit);
	if (!visit->manages || (!visit_pin(visit) && !visit->verifies))
		return visit_fail(visit, FIDO_FAILURE_UNABLE,
				  "only a key with a PIN or a fingerprint and credential "
				  "management lets one be deleted");
	code = take_blob_away(visit, held);
	if (code == FIDO_OK)
		code = fido_credman_del_dev_rk(visit->chosen->device, held->id,
					       held->id_len, visit_pin(visit));
	if (code != FIDO_OK)
		return visit_fault(visit, "deleting", code);
	talk_done();
	return true;
}

bool visit_act(struct visit *visit, const struct wire_frame *asked)
{
	switch (asked->type) {
	case FIDO_ASSERT:
		return act_assert(visit, asked);
	case FIDO_MAKE:
		return act_make(visit, asked);
	case FIDO_STORE:
		return act_store(visit, asked);
	case FIDO_DELETE:
		return act_delete(visit, asked);
	case FIDO_CANCEL:
		return visit_fail(visit, FIDO_FAILURE_CANCELLED, "cancelled");
	default:
		return not_understood(visit);
	}
}
