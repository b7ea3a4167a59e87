/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/parse_verdict.h"

#include "libvid/claim169.h"
#include "libvid/presentation.h"

enum { TAG_SIGN1 = 18, LABEL_KID = 4 };

#define SIGNATURE_LEN 64
#define STEP_OPEN     9 /* the last step before the signature */

/* --- in vid-parse ------------------------------------------------------------------ */

/* What has no room makes the verdict one of a message that is too large. */
static void keep(struct parse_verdict *out, struct bytes bytes, struct parse_piece *piece)
{
	*piece = (struct parse_piece){ out->used, 0 };
	if (bytes.len == 0)
		return;
	if (bytes.len > sizeof(out->room) - out->used) {
		out->why_open = VID_TOKEN_TOO_LARGE;
		return;
	}
	memcpy(out->room + out->used, bytes.at, bytes.len);
	piece->len = (uint32_t)bytes.len;
	out->used += piece->len;
}

static void keep_message(struct parse_verdict *out, const struct cose_sign1 *cose,
			 struct bytes iss, struct parse_message *to)
{
	struct cbor unprotected = cbor_of(cose->unprotected), found;

	keep(out, cose->protected, &to->protected);
	keep(out, cose->payload, &to->payload);
	keep(out, cose->signature, &to->signature);
	keep(out, cose->has_kid ? cose->kid : bytes_of(NULL, 0), &to->kid);
	keep(out, iss, &to->iss);
	to->has_alg = cose->has_alg;
	to->alg = cose->has_alg ? cose->alg : 0;
	to->has_kid = cose->has_kid;
	to->kid_unprotected = cbor_find_int(&unprotected, LABEL_KID, &found);
}

static enum vid_reason open_token(struct bytes message, struct parse_verdict *out)
{
	struct cose_sign1 cose;
	struct bytes iss;
	enum vid_reason why = token_open(message, &cose, &iss);

	if (why == VID_OK)
		keep_message(out, &cose, iss, &out->document);
	return why;
}

static enum vid_reason open_kbt(struct bytes message, struct parse_verdict *out)
{
	struct cose_sign1 kbt;
	enum vid_reason why = cose_open(message, COSE_CLAIMS, &kbt);

	if (why != VID_OK)
		return why;
	if (!kbt.has_kcwt)
		return VID_HEADER;
	out->is_kbt = 1;
	out->exact = presentation_header_exact(&kbt);
	keep_message(out, &kbt, bytes_of(NULL, 0), &out->proof);
	return open_token(kbt.kcwt, out);
}

static void parse_vid(struct bytes carrier, struct parse_verdict *out)
{
	uint8_t at[VID_KBT_MAX];
	struct buffer room = buffer_of(at, sizeof(at));
	struct bytes message = bytes_of(NULL, 0);
	enum vid_reason why = presentation_decode(carrier, &room, &message);

	if (why == VID_OK && message.len > VID_KBT_MAX)
		why = VID_TOKEN_TOO_LARGE;
	if (why == VID_OK)
		why = cbor_check(message);
	out->why_message = why;
	if (why != VID_OK)
		return;
	keep(out, message, &out->message);
	why = presentation_is_kbt(message) ? open_kbt(message, out)
					   : open_token(message, out);
	if (why != VID_OK)
		out->why_open = why;
}

static void parse_card(struct bytes carrier, struct parse_verdict *out)
{
	uint8_t at[VID_CARD_MAX], rewritten[VID_CARD_ROOM];
	struct buffer room = buffer_of(at, sizeof(at));
	struct buffer parts = buffer_of(rewritten, sizeof(rewritten));
	struct cose_sign1 cose;
	struct bytes message, iss;
	enum vid_reason why = claim169_decode(carrier, &room, &message);

	out->why_message = why;
	if (why != VID_OK)
		return;
	keep(out, message, &out->message);
	why = claim169_open(message, &parts, &cose, &iss);
	if (why != VID_OK)
		out->why_open = why;
	else
		keep_message(out, &cose, iss, &out->document);
}

static void parse_blob(struct bytes carrier, struct parse_verdict *out)
{
	struct key_blob blob;

	out->why_message = key_blob_read(carrier, &blob);
	if (out->why_message != VID_OK)
		return;
	keep(out, blob.token, &out->message);
	keep(out, blob.template, &out->template);
}

void parse_carrier(enum parse_kind kind, struct bytes carrier, struct parse_verdict *out)
{
	memset(out, 0, sizeof(*out)); /* padding leaves the process as well */
	out->magic = PARSE_MAGIC;
	out->kind = kind;
	switch (kind) {
	case PARSE_VID:
		parse_vid(carrier, out);
		return;
	case PARSE_CARD:
		parse_card(carrier, out);
		return;
	case PARSE_BLOB:
		parse_blob(carrier, out);
		return;
	}
	out->why_message = VID_INTERNAL;
}

/* --- in vidd: the answer is hostile --------------------------------------------------
 */

static bool piece_fits(const struct parse_piece *piece, size_t max)
{
	return piece->len <= max && piece->at <= PARSE_ROOM &&
	       piece->len <= PARSE_ROOM - piece->at;
}

static bool message_fits(const struct parse_message *message)
{
	return piece_fits(&message->protected, VID_CARD_MAX) &&
	       piece_fits(&message->payload, VID_CARD_MAX) &&
	       piece_fits(&message->signature, SIGNATURE_LEN) &&
	       piece_fits(&message->kid, VID_CARD_MAX) &&
	       piece_fits(&message->iss, VID_CARD_MAX) && message->has_alg <= 1 &&
	       message->has_kid <= 1 && message->kid_unprotected <= 1;
}

/* A parser has no other reasons than those of the steps before the signature. */
static bool reason_fits(uint32_t why)
{
	return why == VID_OK ||
	       (why < VID_REASON_COUNT && reason_step((enum vid_reason)why) >= 1 &&
		reason_step((enum vid_reason)why) <= STEP_OPEN);
}

static bool is_signed(const struct parse_message *message)
{
	return message->signature.len == SIGNATURE_LEN;
}

bool parse_verdict_check(const struct parse_verdict *verdict, enum parse_kind asked)
{
	if (verdict->magic != PARSE_MAGIC || verdict->kind != asked ||
	    !reason_fits(verdict->why_message) || !reason_fits(verdict->why_open) ||
	    verdict->is_kbt > 1 || verdict->exact > 1 ||
	    !piece_fits(&verdict->message,
			asked == PARSE_VID ? VID_KBT_MAX : VID_CARD_MAX) ||
	    !piece_fits(&verdict->template, KEY_TEMPLATE_MAX) ||
	    !message_fits(&verdict->document) || !message_fits(&verdict->proof))
		return false;
	if (verdict->why_message != VID_OK)
		return true;
	if (verdict->message.len == 0)
		return false;
	if (asked == PARSE_BLOB)
		return verdict->message.len <= VID_TOKEN_MAX;
	if (verdict->why_open != VID_OK)
		return true;
	return is_signed(&verdict->document) && verdict->document.iss.len > 0 &&
	       (!verdict->is_kbt || (asked == PARSE_VID && is_signed(&verdict->proof)));
}

struct bytes parse_verdict_piece(const struct parse_verdict *verdict,
				 const struct parse_piece *piece)
{
	return bytes_of(verdict->room + piece->at, piece->len);
}

static struct cose_sign1 cose_of(const struct parse_verdict *verdict,
				 const struct parse_message *from)
{
	return (struct cose_sign1){
		.protected = parse_verdict_piece(verdict, &from->protected),
		.payload = parse_verdict_piece(verdict, &from->payload),
		.signature = parse_verdict_piece(verdict, &from->signature),
		.has_alg = from->has_alg,
		.alg = from->alg,
		.has_kid = from->has_kid,
		.kid = parse_verdict_piece(verdict, &from->kid),
		.typ = { .type = CBOR_NONE },
	};
}

/* Our own frame around what was signed. Of what was not, the name of a key alone. */
static void put_message(struct buffer *to, const struct cose_sign1 *cose,
			bool kid_unprotected)
{
	bool kid = cose->has_kid && kid_unprotected;

	cbor_put_array(to, 4);
	cbor_put_bstr(to, cose->protected);
	cbor_put_map(to, kid);
	if (kid) {
		cbor_put_int(to, LABEL_KID);
		cbor_put_bstr(to, cose->kid);
	}
	cbor_put_bstr(to, cose->payload);
	cbor_put_bstr(to, cose->signature);
}

/* Steps 9-11 */
static enum vid_reason verify_issuer(const struct parse_verdict *verdict,
				     const struct token_rules *rules, struct buffer *to)
{
	const struct parse_message *document = &verdict->document;
	const struct cose_sign1 cose = cose_of(verdict, document);
	const struct issuer *issuer =
		issuer_by_iss(rules->trust, parse_verdict_piece(verdict, &document->iss));
	bool is_card = verdict->kind == PARSE_CARD;
	enum vid_reason why;

	if (!issuer)
		return VID_ISS_UNKNOWN;
	why = is_card ? claim169_signature(&cose, issuer)
		      : token_signature(&cose, issuer);
	if (why != VID_OK)
		return why;
	/* A card may come without the tag, and must not grow. */
	if (!is_card)
		cbor_put_tag(to, TAG_SIGN1);
	put_message(to, &cose, document->kid_unprotected);
	return to->full ? VID_TOKEN_TOO_LARGE : VID_OK;
}

/* Step 17, the signature: by the key that the issuer's signed claims name. */
static enum vid_reason verify_holder(const struct parse_verdict *verdict,
				     const struct token_rules *rules, struct bytes inner,
				     struct buffer *to)
{
	const struct cose_sign1 proof = cose_of(verdict, &verdict->proof);
	struct token token;
	enum vid_reason why = token_verify(inner, rules, &token);

	if (why != VID_OK)
		return why;
	if (!verdict->exact || !proof.has_alg || !alg_fits(proof.alg, token.holder.alg))
		return VID_HOLDER_PROOF;
	if (!cose_verify(&proof, &token.holder))
		return VID_HOLDER_SIGNATURE;
	cbor_put_tag(to, TAG_SIGN1);
	put_message(to, &proof, false);
	return to->full ? VID_TOKEN_TOO_LARGE : VID_OK;
}

enum vid_reason parse_verdict_verify(const struct parse_verdict *verdict,
				     const struct token_rules *rules, struct buffer *to)
{
	uint8_t at[VID_TOKEN_MAX];
	struct buffer inner = buffer_of(at, sizeof(at));
	const size_t before = to->len;
	enum vid_reason why = (enum vid_reason)verdict->why_open;

	if (why == VID_OK && !verdict->is_kbt)
		why = verify_issuer(verdict, rules, to);
	else if (why == VID_OK && (why = verify_issuer(verdict, rules, &inner)) == VID_OK)
		why = verify_holder(verdict, rules, buffer_bytes(&inner), to);
	if (why != VID_OK)
		to->len = before;
	return why;
}
