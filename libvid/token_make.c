/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/claims.h"
#include "libvid/token.h"

static void header_write(const uint8_t kid[VID_KID_LEN], struct buffer *to)
{
	cbor_put_map(to, 3);
	cbor_put_int(to, 1);
	cbor_put_int(to, -19);
	cbor_put_int(to, 4);
	cbor_put_bstr(to, bytes_of(kid, VID_KID_LEN));
	cbor_put_int(to, 16);
	cbor_put_text(to, TOKEN_TYPE);
}

static void face_write(const struct token_claims *claims, struct buffer *to)
{
	cbor_put_int(to, CLAIM_FACE);
	cbor_put_map(to, 4);
	cbor_put_int(to, FACE_ALG);
	cbor_put_int(to, ALG_SHA256);
	cbor_put_int(to, FACE_DIGEST);
	cbor_put_bstr(to, claims->face_digest);
	cbor_put_int(to, FACE_MODEL);
	cbor_put_text(to, claims->face_model);
	cbor_put_int(to, FACE_COUNT);
	cbor_put_uint(to, claims->face_count);
}

/* The claims in the order of their encoding: 1..8, 65535, then -70001, -70003. */
static void claims_write(const struct token_claims *claims, struct buffer *to)
{
	cbor_put_map(to, 7u + (claims->nbf != 0) + (claims->status_uri != NULL) +
				 (claims->face_digest.len != 0) +
				 (claims->rp_id != NULL));
	cbor_put_int(to, CLAIM_ISS);
	cbor_put_text(to, claims->iss);
	cbor_put_int(to, CLAIM_SUB);
	cbor_put_text(to, claims->sub);
	cbor_put_int(to, CLAIM_AUD);
	cbor_put_text(to, claims->aud);
	cbor_put_int(to, CLAIM_EXP);
	cbor_put_int(to, claims->exp);
	if (claims->nbf) {
		cbor_put_int(to, CLAIM_NBF);
		cbor_put_int(to, claims->nbf);
	}
	cbor_put_int(to, CLAIM_IAT);
	cbor_put_int(to, claims->iat);
	cbor_put_int(to, CLAIM_CTI);
	cbor_put_bstr(to, bytes_of(claims->cti, VID_CTI_LEN));
	cbor_put_int(to, CLAIM_CNF);
	cbor_put_map(to, 1);
	cbor_put_int(to, CNF_COSE_KEY);
	cose_key_write(&claims->holder, to);
	if (claims->status_uri) {
		cbor_put_int(to, CLAIM_STATUS);
		cbor_put_map(to, 1);
		cbor_put_text(to, "status_list");
		cbor_put_map(to, 2);
		cbor_put_text(to, "idx");
		cbor_put_uint(to, claims->status_idx);
		cbor_put_text(to, "uri");
		cbor_put_text(to, claims->status_uri);
	}
	if (claims->face_digest.len)
		face_write(claims, to);
	if (claims->rp_id) {
		cbor_put_int(to, CLAIM_RP_ID);
		cbor_put_text(to, claims->rp_id);
	}
}

enum vid_reason token_make(const struct token_claims *claims,
			   const uint8_t kid[VID_KID_LEN], const uint8_t secret[64],
			   struct buffer *to)
{
	uint8_t header_room[64], claims_room[VID_TOKEN_MAX];
	struct buffer header = buffer_of(header_room, sizeof(header_room));
	struct buffer payload = buffer_of(claims_room, sizeof(claims_room));
	size_t before = to->len;

	header_write(kid, &header);
	claims_write(claims, &payload);
	cose_sign(buffer_bytes(&header), buffer_bytes(&payload), secret, to);
	if (header.full || payload.full || to->full || to->len - before > VID_TOKEN_MAX)
		return VID_TOKEN_TOO_LARGE;
	return VID_OK;
}
