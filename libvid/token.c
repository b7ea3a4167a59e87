/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/token.h"
#include "libvid/claims.h"

/* A token that is being judged: what the steps hand on to each other. */
struct judging {
	struct cose_sign1 cose;
	struct cbor claims; /* the payload map */
	const struct token_rules *rules;
};

static size_t pairs_of(struct cbor map)
{
	size_t pairs = 0;

	return cbor_map(&map, &pairs) ? pairs : 0;
}

/* Unprotected stands a kid or nothing: whatever else could be put there, nobody signed.
 */
static bool unprotected_exact(const struct cose_sign1 *cose)
{
	struct cbor map = cbor_of(cose->unprotected);

	return pairs_of(map) == 0 || (pairs_of(map) == 1 && claim_is_there(&map, 4));
}

/* Steps 7 and 8, and then 6 again for what they would have said of an unprotected typ. */
static enum vid_reason header_judge(const struct cose_sign1 *cose)
{
	if (cose->typ.type != CBOR_TSTR || !bytes_are(cose->typ.string, TOKEN_TYPE))
		return VID_TYP;
	/* a VID token is signed with Ed25519 */
	if (!cose->has_alg || !alg_fits(cose->alg, KEY_ED25519))
		return VID_ALG;
	return unprotected_exact(cose) ? VID_OK : VID_HEADER;
}

static bool key_named(const struct issuer_key *key, const struct cose_sign1 *cose)
{
	return !cose->has_kid ||
	       bytes_equal(bytes_of(key->kid, sizeof(key->kid)), cose->kid);
}

/* Steps 10 and 11: a key of this issuer, of this kind, whose id is not another's. */
static enum vid_reason signature_judge(struct judging *judging, struct token *token)
{
	const struct issuer *issuer = token->issuer;
	enum vid_reason why = VID_KID_UNKNOWN;

	for (size_t i = 0; i < issuer->key_count; i++) {
		const struct issuer_key *key = &issuer->key[i];

		if (!key_named(key, &judging->cose))
			continue;
		if (!alg_fits(judging->cose.alg, key->public.alg)) {
			why = why == VID_SIGNATURE ? why : VID_ALG;
			continue;
		}
		if (cose_verify(&judging->cose, &key->public)) {
			token->key = key;
			return VID_OK;
		}
		why = VID_SIGNATURE;
	}
	return why;
}

/* Step 12. A claim whose absence has a step of its own is only judged there. */
static enum vid_reason types_judge(const struct judging *judging, struct token *token)
{
	const struct cbor *claims = &judging->claims;
	struct cbor keys = *claims;
	size_t pairs;

	if (cbor_check(judging->cose.payload) != VID_OK || !cbor_map(&keys, &pairs))
		return VID_CLAIMS;
	for (; pairs; pairs--) {
		enum cbor_type type = cbor_peek(&keys);

		if ((type != CBOR_UINT && type != CBOR_NINT) || !cbor_skip(&keys, NULL) ||
		    !cbor_skip(&keys, NULL))
			return VID_CLAIMS;
	}
	if ((claim_is_there(claims, CLAIM_SUB) &&
	     !claim_text(claims, CLAIM_SUB, &token->sub)) ||
	    (claim_is_there(claims, CLAIM_AUD) &&
	     !claim_text(claims, CLAIM_AUD, &token->aud)) ||
	    (claim_is_there(claims, CLAIM_RP_ID) &&
	     !claim_text(claims, CLAIM_RP_ID, &token->rp_id)) ||
	    token->rp_id.len > VID_RP_ID_MAX)
		return VID_CLAIMS;
	if (!claim_time(claims, CLAIM_EXP, &token->exp) ||
	    !claim_time(claims, CLAIM_IAT, &token->iat))
		return VID_CLAIMS;
	token->nbf = token->iat;
	if (claim_is_there(claims, CLAIM_NBF) &&
	    !claim_time(claims, CLAIM_NBF, &token->nbf))
		return VID_CLAIMS;
	if (!claim_bytes(claims, CLAIM_CTI, &token->cti) || token->cti.len != VID_CTI_LEN)
		return VID_CLAIMS;
	return VID_OK;
}

/* Step 13 */
static enum vid_reason audience_judge(const struct judging *judging,
				      const struct token *token)
{
	const char *realm =
		judging->rules->realm ? judging->rules->realm : token->issuer->realm;

	if (!token->aud.len || !bytes_are(token->aud, realm))
		return VID_AUD;
	/* an issuer reaches its own realm alone (S15) */
	return bytes_are(token->aud, token->issuer->realm) ? VID_OK : VID_AUD;
}

/* Step 14 */
static enum vid_reason clock_judge(const struct token_rules *rules,
				   const struct token *token)
{
	int64_t longest = rules->max_lifetime ? rules->max_lifetime
					      : issuer_token_lifetime(token->issuer);

	if (token->iat >= token->exp || token->nbf >= token->exp ||
	    token->exp - token->iat > longest)
		return VID_LIFETIME;
	if (token_expired(token->exp, rules->now, rules->skew))
		return VID_EXPIRED;
	if (rules->now + rules->skew < token->iat ||
	    rules->now + rules->skew < token->nbf)
		return VID_NOT_YET_VALID;
	return VID_OK;
}

/* Step 16: {1: COSE_Key} and nothing beside it. */
static enum vid_reason holder_judge(const struct judging *judging, struct token *token)
{
	struct cbor cnf, key;

	if (!cbor_find_int(&judging->claims, CLAIM_CNF, &cnf) || pairs_of(cnf) != 1 ||
	    !cbor_find_int(&cnf, CNF_COSE_KEY, &key) ||
	    !cose_key_read(&key, &token->holder))
		return VID_CNF;
	return VID_OK;
}

/* Steps 12-16: only of a message whose signature verified. */
static enum vid_reason claims_judge(struct judging *judging, struct token *token)
{
	enum vid_reason why;

	/* Step 10 again: iat has been read. It is the signer's word (issuers.h). */
	why = issuer_key_check(token->key, KEY_USE_TOKENS, token->iat);
	if (why != VID_OK)
		return why;
	if ((why = audience_judge(judging, token)) != VID_OK)
		return why;
	if ((why = clock_judge(judging->rules, token)) != VID_OK)
		return why;
	if (!subject_valid(token->sub))
		return VID_SUB;
	return holder_judge(judging, token);
}

enum vid_reason token_open(struct bytes message, struct cose_sign1 *cose,
			   struct bytes *iss)
{
	struct cbor claims;
	enum vid_reason why;

	*iss = bytes_of(NULL, 0);
	*cose = (struct cose_sign1){ .has_alg = false };
	if (message.len == 0)
		return VID_TOKEN_EMPTY;
	if (message.len > VID_TOKEN_MAX)
		return VID_TOKEN_TOO_LARGE;
	if ((why = cose_open(message, COSE_CLAIMS, cose)) != VID_OK)
		return why;
	if ((why = header_judge(cose)) != VID_OK)
		return why;
	claims = cbor_of(cose->payload);
	if (cbor_peek(&claims) != CBOR_MAP)
		return VID_PAYLOAD;
	return claim_text(&claims, CLAIM_ISS, iss) ? VID_OK : VID_ISS_UNKNOWN;
}

enum vid_reason token_signature(const struct cose_sign1 *cose,
				const struct issuer *issuer)
{
	struct judging judging = { .cose = *cose };
	struct token token = { .issuer = issuer };
	enum vid_reason why = signature_judge(&judging, &token);

	return why == VID_OK && token.key->revoked ? VID_KEY_REVOKED : why;
}

/* Steps 1 and 3-12. */
static enum vid_reason origin_judge(struct bytes message, struct judging *judging,
				    struct token *token)
{
	enum vid_reason why;

	if ((why = token_open(message, &judging->cose, &token->iss)) != VID_OK)
		return why;
	judging->claims = cbor_of(judging->cose.payload);
	token->issuer = issuer_by_iss(judging->rules->trust, token->iss);
	if (!token->issuer)
		return VID_ISS_UNKNOWN;
	if ((why = signature_judge(judging, token)) != VID_OK)
		return why;
	return types_judge(judging, token);
}

enum vid_reason token_verify(struct bytes message, const struct token_rules *rules,
			     struct token *out)
{
	struct judging judging = { .rules = rules };
	struct token token = { .raw = message };
	enum vid_reason why = origin_judge(message, &judging, &token);

	*out = (struct token){ 0 };
	if (why == VID_OK)
		why = claims_judge(&judging, &token);
	if (why != VID_OK)
		return why;
	token.claims = judging.cose.payload;
	*out = token;
	return VID_OK;
}

enum vid_reason token_verify_origin(struct bytes message, const struct issuers *trust,
				    struct token *out)
{
	const struct token_rules rules = { .trust = trust };
	struct judging judging = { .rules = &rules };
	struct token token = { .raw = message };
	enum vid_reason why = origin_judge(message, &judging, &token);

	*out = (struct token){ 0 };
	if (why == VID_OK && token.key->revoked)
		why = VID_KEY_REVOKED;
	if (why != VID_OK)
		return why;
	token.claims = judging.cose.payload;
	*out = token;
	return VID_OK;
}

enum vid_reason token_status_form(struct token *token)
{
	struct cbor claims = cbor_of(token->claims), claim, list, found;

	if (!cbor_find_int(&claims, CLAIM_STATUS, &claim))
		return token->issuer->status == STATUS_REQUIRED ? VID_STATUS_FORM
								: VID_OK;
	if (pairs_of(claim) != 1 || !cbor_find_text(&claim, "status_list", &list) ||
	    pairs_of(list) != 2)
		return VID_STATUS_FORM;
	if (!cbor_find_text(&list, "idx", &found) ||
	    !cbor_uint(&found, &token->status.idx))
		return VID_STATUS_FORM;
	if (!cbor_find_text(&list, "uri", &found) ||
	    !cbor_tstr(&found, &token->status.uri) || token->status.uri.len == 0 ||
	    token->status.uri.len > VID_URI_MAX)
		return VID_STATUS_FORM;
	token->status.present = true;
	return VID_OK;
}

static bool face_digest_read(const struct cbor *claim, struct token_face *face)
{
	struct cbor found;
	int64_t alg;

	return pairs_of(*claim) == 4 && cbor_find_int(claim, FACE_ALG, &found) &&
	       cbor_int(&found, &alg) && alg == ALG_SHA256 &&
	       claim_bytes(claim, FACE_DIGEST, &face->digest) && face->digest.len == 32 &&
	       claim_text(claim, FACE_MODEL, &face->model) && face->model.len > 0 &&
	       face->model.len <= VID_MODEL_ID_MAX &&
	       claim_uint(claim, FACE_COUNT, &face->count) && face->count > 0;
}

/* {62: [{0: bstr, 1: 1, 2: 100..200, ? 3: tstr}]}: a template, and no word about the
 * person. */
static bool face_template_read(struct cbor claim, struct bytes *template)
{
	uint64_t format, subformat;
	struct cbor biometric;
	struct bytes issuer;
	size_t count;

	if (pairs_of(claim) != 1 || !cbor_find_int(&claim, IDENTITY_FACE, &biometric) ||
	    !cbor_array(&biometric, &count) || count != 1)
		return false;
	if (!claim_bytes(&biometric, BIO_DATA, template) || template->len == 0 ||
	    !claim_uint(&biometric, BIO_FORMAT, &format) || format != 1 ||
	    !claim_uint(&biometric, BIO_SUBFORMAT, &subformat) || subformat < 100 ||
	    subformat > 200)
		return false;
	return pairs_of(biometric) ==
	       (claim_text(&biometric, BIO_ISSUER, &issuer) ? 4u : 3u);
}

enum vid_reason token_face_form(struct token *token)
{
	struct cbor claims = cbor_of(token->claims), claim;

	if (cbor_find_int(&claims, CLAIM_FACE, &claim)) {
		if (!face_digest_read(&claim, &token->face))
			return VID_FACE_FORM;
		token->face.present = true;
	}
	if (cbor_find_int(&claims, CLAIM_IDENTITY_DATA, &claim) &&
	    !face_template_read(claim, &token->face_template))
		return VID_FACE_FORM;
	return VID_OK;
}

struct bytes token_iss_unverified(struct bytes message)
{
	struct bytes iss = bytes_of(NULL, 0);
	struct cose_sign1 cose;
	struct cbor claims;

	if (message.len > VID_KBT_MAX || cose_open(message, COSE_CLAIMS, &cose) != VID_OK)
		return iss;
	claims = cbor_of(cose.payload);
	(void)claim_text(&claims, CLAIM_ISS, &iss);
	return iss;
}
