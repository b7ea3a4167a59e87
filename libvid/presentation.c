/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/presentation.h"

#include <sodium.h>

#include "libvid/base45.h"

#define QR_PREFIX "VID1:"
#define KBT_TYPE  "application/kb+cwt"

/* CoAP content format of a KBT (SD-CWT); claims and header labels of section 3 */
enum { KBT_FORMAT = 294, LABEL_ALG = 1, LABEL_KCWT = 13, LABEL_TYP = 16 };
enum { CLAIM_AUD = 3, CLAIM_IAT = 6, CLAIM_CNONCE = 39 };

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct bytes trimmed(struct bytes text)
{
	while (text.len && is_space(text.at[0])) {
		text.at++;
		text.len--;
	}
	while (text.len && is_space(text.at[text.len - 1]))
		text.len--;
	return text;
}

enum vid_reason presentation_decode(struct bytes carrier, struct buffer *room,
				    struct bytes *message)
{
	struct bytes text = trimmed(carrier);
	size_t prefix = strlen(QR_PREFIX);
	enum vid_reason why;

	*message = carrier;
	if (text.len < prefix || memcmp(text.at, QR_PREFIX, prefix) != 0)
		return carrier.len ? VID_OK : VID_TOKEN_EMPTY;
	text.at += prefix;
	text.len -= prefix;
	if (text.len > VID_QR_TEXT_MAX)
		return VID_TOKEN_TOO_LARGE;
	if ((why = base45_decode(text, room)) != VID_OK)
		return why;
	*message = buffer_bytes(room);
	return message->len ? VID_OK : VID_TOKEN_EMPTY;
}

/* Does the protected header carry a token (label 13)? Judges nothing. */
bool presentation_is_kbt(struct bytes message)
{
	struct cbor cbor = cbor_of(message), header, found;
	struct bytes protected;
	uint64_t tag;
	size_t count;

	while (cbor_tag(&cbor, &tag))
		;
	if (!cbor_array(&cbor, &count) || !cbor_bstr(&cbor, &protected))
		return false;
	header = cbor_of(protected);
	return cbor_find_int(&header, LABEL_KCWT, &found);
}

static bool typ_is_kbt(const struct cbor_item *typ)
{
	return (typ->type == CBOR_UINT && typ->value == KBT_FORMAT) ||
	       (typ->type == CBOR_TSTR && bytes_are(typ->string, KBT_TYPE));
}

static bool empty_map(struct bytes map)
{
	return map.len == 1 && map.at[0] == 0xa0;
}

/* alg, kcwt and typ and nothing else: a KBT has no room for a word of the holder's own */
bool presentation_header_exact(const struct cose_sign1 *kbt)
{
	struct cbor header = cbor_of(kbt->protected);
	size_t pairs;

	return cbor_map(&header, &pairs) && pairs == 3 && typ_is_kbt(&kbt->typ) &&
	       kbt->has_alg && empty_map(kbt->unprotected);
}

struct kbt_claims {
	struct bytes aud, cnonce; /* cnonce empty when absent */
	uint64_t iat;
};

/* {3: tstr, 6: uint, ? 39: bstr .size 16} */
static bool claims_read(struct bytes payload, struct kbt_claims *out)
{
	struct cbor claims = cbor_of(payload), inside = claims, found;
	size_t pairs, want = 2;

	*out = (struct kbt_claims){ 0 };
	if (!cbor_map(&inside, &pairs))
		return false;
	if (cbor_find_int(&claims, CLAIM_CNONCE, &found)) {
		want++;
		if (!cbor_bstr(&found, &out->cnonce) || out->cnonce.len != VID_NONCE_LEN)
			return false;
	}
	return pairs == want && cbor_find_int(&claims, CLAIM_AUD, &found) &&
	       cbor_tstr(&found, &out->aud) &&
	       cbor_find_int(&claims, CLAIM_IAT, &found) &&
	       cbor_uint(&found, &out->iat) && out->iat <= VID_TIME_MAX;
}

static bool nonce_answers(struct bytes shown, struct bytes cnonce)
{
	if (shown.len ==
	    0) /* none was shown: the time window and the replay cache decide */
		return true;
	return shown.len == cnonce.len &&
	       sodium_memcmp(shown.at, cnonce.at, shown.len) == 0;
}

/* Step 17. */
static enum vid_reason holder_judge(const struct cose_sign1 *kbt,
				    const struct presentation_rules *rules,
				    struct presentation *out)
{
	const struct token *token = &out->token;
	struct kbt_claims claims;
	int64_t now = rules->token.now;

	if (!presentation_header_exact(kbt) || !alg_fits(kbt->alg, token->holder.alg))
		return VID_HOLDER_PROOF;
	if (!cose_verify(kbt, &token->holder))
		return VID_HOLDER_SIGNATURE;
	if (!claims_read(kbt->payload, &claims))
		return VID_HOLDER_PROOF;
	if (!rules->host || !bytes_are(claims.aud, rules->host))
		return VID_HOLDER_AUD;
	out->iat = (int64_t)claims.iat;
	if (out->iat < now - VID_KBT_AGE_MAX || out->iat > now + VID_KBT_AHEAD_MAX ||
	    out->iat < token->iat)
		return VID_HOLDER_STALE;
	return nonce_answers(rules->nonce, claims.cnonce) ? VID_OK : VID_HOLDER_NONCE;
}

/*
 * The hash for the replay cache is over what the holder signed, not over the message: tag
 * 61 or another encoding of an ECDSA signature would make the same proof look like new.
 */
static void signed_hash(const struct cose_sign1 *kbt, uint8_t hash[32])
{
	uint8_t room[VID_KBT_MAX + 32];
	struct buffer tbs = buffer_of(room, sizeof(room));

	cose_tbs(kbt, &tbs);
	crypto_hash_sha256(hash, tbs.at, tbs.len);
}

static enum vid_reason kbt_judge(struct bytes message,
				 const struct presentation_rules *rules,
				 struct presentation *out)
{
	struct cose_sign1 kbt;
	enum vid_reason why;

	if ((why = cose_open(message, COSE_CLAIMS, &kbt)) != VID_OK)
		return why;
	if (!kbt.has_kcwt)
		return VID_HOLDER_PROOF;
	if ((why = token_verify(kbt.kcwt, &rules->token, &out->token)) != VID_OK)
		return why;
	signed_hash(&kbt, out->hash);
	return holder_judge(&kbt, rules, out);
}

static enum vid_reason judge(struct bytes message, const struct presentation_rules *rules,
			     struct presentation *out)
{
	enum vid_reason why;

	if (message.len == 0)
		return VID_TOKEN_EMPTY;
	if (message.len > VID_KBT_MAX)
		return VID_TOKEN_TOO_LARGE;
	if (presentation_is_kbt(message)) {
		out->kind = PRESENTATION_KBT;
		why = kbt_judge(message, rules, out);
	} else {
		out->kind = PRESENTATION_TOKEN;
		why = token_verify(message, &rules->token, &out->token);
		crypto_hash_sha256(out->hash, message.at, message.len);
	}
	if (why != VID_OK)
		return why;
	if ((why = token_status_form(&out->token)) != VID_OK)
		return why;
	return token_face_form(&out->token);
}

enum vid_reason presentation_verify(struct bytes message,
				    const struct presentation_rules *rules,
				    struct presentation *out)
{
	struct presentation judged = { 0 };
	enum vid_reason why = judge(message, rules, &judged);

	*out = (struct presentation){ .kind = judged.kind };
	if (why == VID_OK)
		*out = judged;
	return why;
}

static enum vid_reason holder_is(struct bytes token, const uint8_t secret[64])
{
	struct cose_sign1 cose;
	struct cbor claims, cnf, key;
	struct public_key holder;

	if (cose_open(token, COSE_CLAIMS, &cose) != VID_OK ||
	    cbor_of(cose.payload).at == NULL)
		return VID_CBOR;
	claims = cbor_of(cose.payload);
	if (!cbor_find_int(&claims, 8, &cnf) || !cbor_find_int(&cnf, 1, &key) ||
	    !cose_key_read(&key, &holder) || holder.alg != KEY_ED25519)
		return VID_CNF;
	return sodium_memcmp(holder.at, secret + 32, 32) == 0 ? VID_OK : VID_CNF;
}

enum vid_reason presentation_make(struct bytes token, const char *host, int64_t iat,
				  struct bytes nonce, const uint8_t secret[64],
				  struct buffer *to)
{
	uint8_t header_room[VID_KBT_MAX], claims_room[256];
	struct buffer header = buffer_of(header_room, sizeof(header_room));
	struct buffer claims = buffer_of(claims_room, sizeof(claims_room));
	size_t before = to->len;
	enum vid_reason why;

	if ((why = holder_is(token, secret)) != VID_OK)
		return why;
	cbor_put_map(&header, 3);
	cbor_put_int(&header, LABEL_ALG);
	cbor_put_int(&header, -19);
	cbor_put_int(&header, LABEL_KCWT);
	buffer_add(&header, token.at, token.len);
	cbor_put_int(&header, LABEL_TYP);
	cbor_put_int(&header, KBT_FORMAT);
	cbor_put_map(&claims, nonce.len ? 3 : 2);
	cbor_put_int(&claims, CLAIM_AUD);
	cbor_put_text(&claims, host);
	cbor_put_int(&claims, CLAIM_IAT);
	cbor_put_int(&claims, iat);
	if (nonce.len) {
		cbor_put_int(&claims, CLAIM_CNONCE);
		cbor_put_bstr(&claims, nonce);
	}
	cose_sign(buffer_bytes(&header), buffer_bytes(&claims), secret, to);
	if (header.full || claims.full || to->full || to->len - before > VID_KBT_MAX)
		return VID_TOKEN_TOO_LARGE;
	return VID_OK;
}

void presentation_text(struct bytes message, struct buffer *to)
{
	buffer_add(to, QR_PREFIX, strlen(QR_PREFIX));
	base45_encode(message, to);
	buffer_add(to, "", 1);
	if (!to->full)
		to->len--; /* the NUL is there, but is no part of the text */
}
