/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps 4-14 of a claim-169 card, in the order of TOKEN.md section 2. */
#include "libvid/claim169.h"
#include "libvid/claims.h"

/* CoAP content format of a CWT (RFC 8392), which may stand as typ */
enum { FORMAT_CWT = 61 };

/* Formats of a biometric (specification, section 3.1) */
enum { FORMAT_IMAGE = 0, FORMAT_TEMPLATE = 1 };
enum { SUBFORMAT_VENDOR_FIRST = 100, SUBFORMAT_VENDOR_LAST = 200 };

/* A card that is being judged. */
struct judging {
	const struct token_rules *rules;
	struct cose_sign1 cose;
	struct cbor claims;
};

/* Steps 7 and 8. No type is needed, but another document's is refused: a VID token or a
 * status list of the same issuer is no card. */
static enum vid_reason header_judge(const struct cose_sign1 *cose)
{
	const struct cbor_item *typ = &cose->typ;

	if (cose->has_kcwt)
		return VID_TYP;
	if (typ->type != CBOR_NONE &&
	    !(typ->type == CBOR_UINT && typ->value == FORMAT_CWT) &&
	    !(typ->type == CBOR_TSTR && bytes_are(typ->string, "application/cwt")))
		return VID_TYP;
	if (!cose->has_alg ||
	    (!alg_fits(cose->alg, KEY_ED25519) && !alg_fits(cose->alg, KEY_P256)))
		return VID_ALG;
	return VID_OK;
}

static enum vid_reason payload_open(struct judging *judging, struct buffer *room,
				    struct card *card)
{
	struct buffer claims = buffer_of(room->at + room->len, room->size - room->len);
	enum vid_reason why = cbor_rewrite(judging->cose.payload, &claims);

	if (why != VID_OK)
		return why;
	room->len += claims.len;
	card->claims = buffer_bytes(&claims);
	judging->claims = cbor_of(card->claims);
	return cbor_peek(&judging->claims) == CBOR_MAP ? VID_OK : VID_PAYLOAD;
}

/* Steps 1-9 without the trust: nothing of it is verified. */
static enum vid_reason card_open(struct bytes message, struct buffer *room,
				 struct judging *judging, struct card *card)
{
	enum vid_reason why;

	if (message.len == 0)
		return VID_TOKEN_EMPTY;
	if (message.len > VID_CARD_MAX)
		return VID_TOKEN_TOO_LARGE;
	if ((why = cose_open_foreign(message, room, &judging->cose)) != VID_OK)
		return why;
	if ((why = header_judge(&judging->cose)) != VID_OK)
		return why;
	if ((why = payload_open(judging, room, card)) != VID_OK)
		return why;
	return claim_text(&judging->claims, CLAIM_ISS, &card->iss) ? VID_OK
								   : VID_ISS_UNKNOWN;
}

enum vid_reason claim169_open(struct bytes message, struct buffer *room,
			      struct cose_sign1 *cose, struct bytes *iss)
{
	struct judging judging = { .rules = NULL };
	struct card card = { .issuer = NULL };
	enum vid_reason why = card_open(message, room, &judging, &card);

	*cose = judging.cose;
	*iss = card.iss;
	return why;
}

/* Is the kid that of a key of ours? A foreign issuer's own name for its key is not. */
static bool kid_known(const struct issuer *issuer, const struct cose_sign1 *cose)
{
	for (size_t i = 0; cose->has_kid && i < issuer->key_count; i++)
		if (bytes_equal(bytes_of(issuer->key[i].kid, VID_KID_LEN), cose->kid))
			return true;
	return false;
}

/* Steps 10 and 11 */
static enum vid_reason signature_judge(struct judging *judging, struct card *card)
{
	const struct issuer *issuer = card->issuer;
	const struct cose_sign1 *cose = &judging->cose;
	bool named = kid_known(issuer, cose);
	enum vid_reason why = VID_ALG;

	for (size_t i = 0; i < issuer->key_count; i++) {
		const struct issuer_key *key = &issuer->key[i];

		if (!alg_fits(cose->alg, key->public.alg) ||
		    (named && !bytes_equal(bytes_of(key->kid, VID_KID_LEN), cose->kid)))
			continue;
		if (cose_verify(cose, &key->public)) {
			card->key = key;
			return VID_OK;
		}
		why = VID_SIGNATURE;
	}
	return why;
}

enum vid_reason claim169_signature(const struct cose_sign1 *cose,
				   const struct issuer *issuer)
{
	struct judging judging = { .cose = *cose };
	struct card card = { .issuer = issuer };
	enum vid_reason why = signature_judge(&judging, &card);

	return why == VID_OK && card.key->revoked ? VID_KEY_REVOKED : why;
}

/* Step 12 */
static enum vid_reason types_judge(const struct cbor *claims, struct card *card)
{
	struct cbor found;
	bool is_map;

	if (!claim_time(claims, CLAIM_EXP, &card->exp) ||
	    !claim_time(claims, CLAIM_IAT, &card->iat))
		return VID_CLAIMS;
	card->nbf = card->iat;
	if (claim_is_there(claims, CLAIM_NBF) &&
	    !claim_time(claims, CLAIM_NBF, &card->nbf))
		return VID_CLAIMS;
	if (claim_is_there(claims, CLAIM_SUB) &&
	    !claim_text(claims, CLAIM_SUB, &card->sub))
		return VID_CLAIMS;
	if (!cbor_find_int(claims, CLAIM_IDENTITY_DATA, &found))
		return VID_IDENTITY_DATA;
	is_map = cbor_peek(&found) == CBOR_MAP;
	return is_map && cbor_skip(&found, &card->identity) ? VID_OK : VID_IDENTITY_DATA;
}

/* Step 13: an issuer reaches its own realm alone (S15). RFC 8392 leaves `aud` out of most
 * documents; who names one means it. */
static enum vid_reason audience_judge(const struct judging *judging,
				      const struct issuer *issuer)
{
	const char *realm = judging->rules->realm;
	struct bytes aud;

	if (realm && strcmp(realm, issuer->realm) != 0)
		return VID_AUD;
	if (!claim_is_there(&judging->claims, CLAIM_AUD))
		return VID_OK;
	return claim_text(&judging->claims, CLAIM_AUD, &aud) &&
			       bytes_are(aud, issuer->realm)
		       ? VID_OK
		       : VID_AUD;
}

/* Step 14 */
static enum vid_reason clock_judge(const struct token_rules *rules, int64_t longest,
				   const struct card *card)
{
	if (card->iat >= card->exp || card->nbf >= card->exp ||
	    card->exp - card->iat > (rules->max_lifetime ? rules->max_lifetime : longest))
		return VID_LIFETIME;
	if (token_expired(card->exp, rules->now, rules->skew))
		return VID_EXPIRED;
	if (rules->now + rules->skew < card->iat || rules->now + rules->skew < card->nbf)
		return VID_NOT_YET_VALID;
	return VID_OK;
}

/* --- the face --------------------------------------------------------------------- */

/* One biometric. The sub-format of an image is not believed: its first bytes tell (the
 * specification's own example calls a WEBP file a PNG). */
static void face_read(const struct cbor *map, struct card *card)
{
	struct cbor found;
	struct bytes data;
	int64_t format = FORMAT_IMAGE, sub = -1;

	if (!claim_bytes(map, BIO_DATA, &data) || data.len == 0)
		return;
	if (cbor_find_int(map, BIO_FORMAT, &found) && !cbor_int(&found, &format))
		return;
	if (cbor_find_int(map, BIO_SUBFORMAT, &found) && !cbor_int(&found, &sub))
		return;
	if (format == FORMAT_IMAGE && card->portrait.len == 0)
		card->portrait = data;
	if (format == FORMAT_TEMPLATE && sub >= SUBFORMAT_VENDOR_FIRST &&
	    sub <= SUBFORMAT_VENDOR_LAST && card->template.len == 0)
		card->template = data;
}

/* The first portrait and the first template of the array, or of a single map (some
 * issuers leave the array out); otherwise the deprecated image. */
static void find_face(struct card *card)
{
	struct cbor identity = cbor_of(card->identity), face;
	size_t count = 1;

	if (cbor_find_int(&identity, CARD_FACE, &face)) {
		if (cbor_peek(&face) != CBOR_MAP && !cbor_array(&face, &count))
			count = 0;
		for (; count; count--) {
			face_read(&face, card);
			if (!cbor_skip(&face, NULL))
				break;
		}
	}
	if (card->portrait.len == 0)
		(void)claim_bytes(&identity, CARD_IMAGE, &card->portrait);
}

/* --- the walk --------------------------------------------------------------------- */

static enum vid_reason judge(struct bytes message, struct buffer *room,
			     struct judging *judging, struct card *card)
{
	struct cbor identity;
	enum vid_reason why;

	if ((why = card_open(message, room, judging, card)) != VID_OK)
		return why;
	card->issuer = issuer_by_iss(judging->rules->trust, card->iss);
	if (!card->issuer)
		return VID_ISS_UNKNOWN;
	if ((why = signature_judge(judging, card)) != VID_OK)
		return why;
	if ((why = types_judge(&judging->claims, card)) != VID_OK)
		return why;
	/* Step 10 again: iat has been read. It is the signer's word (issuers.h). */
	why = issuer_key_check(card->key, KEY_USE_TOKENS, card->iat);
	if (why != VID_OK)
		return why;
	if ((why = audience_judge(judging, card->issuer)) != VID_OK)
		return why;
	why = clock_judge(judging->rules, issuer_card_lifetime(card->issuer), card);
	if (why != VID_OK)
		return why;
	identity = cbor_of(card->identity);
	(void)claim_text(&identity, CARD_ID, &card->id);
	find_face(card);
	return VID_OK;
}

enum vid_reason claim169_verify(struct bytes message, const struct token_rules *rules,
				struct buffer *room, struct card *out)
{
	struct judging judging = { .rules = rules };
	struct card card = { .issuer = NULL };
	enum vid_reason why = judge(message, room, &judging, &card);

	*out = (struct card){ .issuer = NULL };
	if (why == VID_OK)
		*out = card;
	return why;
}

enum vid_reason claim169_unsigned_fault(struct bytes message,
					const struct token_rules *rules,
					struct buffer *room)
{
	struct judging judging = { .rules = rules };
	struct card card = { .issuer = NULL };
	enum vid_reason why = cose_open_foreign(message, room, &judging.cose);

	if (why != VID_UNSIGNED)
		return why;
	if ((why = payload_open(&judging, room, &card)) != VID_OK)
		return why;
	if ((why = types_judge(&judging.claims, &card)) != VID_OK)
		return why;
	return clock_judge(rules, VID_CARD_LIFETIME, &card);
}
