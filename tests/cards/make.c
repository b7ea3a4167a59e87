/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "tests/cards/make.h"

#include <brotli/encode.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdlib.h>
#include <zlib.h>

#include "libvid/base45.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

void made_key_ed25519(struct made_key *key, const uint8_t seed[32])
{
	*key = (struct made_key){ .public.alg = KEY_ED25519 };
	must(crypto_sign_seed_keypair(key->public.at, key->secret, seed) == 0);
}

void made_key_p256(struct made_key *key)
{
	uint8_t point[65];
	size_t len;

	*key = (struct made_key){ .public.alg = KEY_P256 };
	key->p256 = EVP_EC_gen("prime256v1");
	must(key->p256 &&
	     EVP_PKEY_get_octet_string_param(key->p256, OSSL_PKEY_PARAM_PUB_KEY, point,
					     sizeof(point), &len) == 1);
	must(len == 65 && point[0] == 4);
	memcpy(key->public.at, point + 1, 64);
}

void made_key_free(struct made_key *key)
{
	EVP_PKEY_free(key->p256);
	*key = (struct made_key){ .p256 = NULL };
}

static void sign_p256(EVP_PKEY *key, struct bytes message, uint8_t signature[64])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t der[128];
	const uint8_t *at = der;
	size_t len = sizeof(der);
	ECDSA_SIG *sig;

	must(EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, key, NULL) == 1);
	must(EVP_DigestSign(ctx, der, &len, message.at, message.len) == 1);
	sig = d2i_ECDSA_SIG(NULL, &at, (long)len);
	must(sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, 32) == 32 &&
	     BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + 32, 32) == 32);
	ECDSA_SIG_free(sig);
	EVP_MD_CTX_free(ctx);
}

static void put_face(const struct made_card *card, struct buffer *to)
{
	cbor_put_int(to, 62);
	if (!card->face_bare)
		cbor_put_array(to, 1);
	cbor_put_map(to, (size_t)(1 + (card->face_format >= 0) + (card->face_sub >= 0)));
	cbor_put_int(to, 0);
	cbor_put_bstr(to, card->face);
	if (card->face_format >= 0) {
		cbor_put_int(to, 1);
		cbor_put_int(to, card->face_format);
	}
	if (card->face_sub >= 0) {
		cbor_put_int(to, 2);
		cbor_put_int(to, card->face_sub);
	}
}

static void put_identity(const struct made_card *card, struct buffer *to)
{
	size_t members = (size_t)((card->id != NULL) + (card->name != NULL) +
				  (card->face.len != 0) + (card->image.len != 0));

	cbor_put_int(to, 169);
	cbor_put_map(to, members);
	if (card->id) {
		cbor_put_int(to, 1);
		cbor_put_text(to, card->id);
	}
	if (card->name) {
		cbor_put_int(to, 4);
		cbor_put_text(to, card->name);
	}
	if (card->image.len) {
		cbor_put_int(to, 16);
		cbor_put_bstr(to, card->image);
	}
	if (card->face.len)
		put_face(card, to);
}

static void put_text(int64_t label, const char *text, struct buffer *to)
{
	if (text) {
		cbor_put_int(to, label);
		cbor_put_text(to, text);
	}
}

static void put_time(int64_t label, int64_t time, struct buffer *to)
{
	if (time) {
		cbor_put_int(to, label);
		cbor_put_int(to, time);
	}
}

void made_claims(const struct made_card *card, struct buffer *to)
{
	cbor_put_map(to,
		     (size_t)((card->iss != NULL) + (card->sub != NULL) +
			      (card->aud != NULL) + (card->exp != 0) + (card->nbf != 0) +
			      (card->iat != 0) + !card->no_identity));
	put_text(1, card->iss, to);
	put_text(2, card->sub, to);
	put_text(3, card->aud, to);
	put_time(4, card->exp, to);
	put_time(5, card->nbf, to);
	put_time(6, card->iat, to);
	if (!card->no_identity)
		put_identity(card, to);
	must(!to->full);
}

static void put_alg(const struct made_key *key, struct buffer *to)
{
	cbor_put_int(to, 1);
	cbor_put_int(to, key->p256 ? -7 : -8);
}

static void put_header(const struct made_card *card, const struct made_key *key,
		       struct buffer *to)
{
	cbor_put_map(to, (size_t)(!card->alg_unprotected + (card->kid.len != 0) +
				  (card->typ != NULL)));
	if (!card->alg_unprotected)
		put_alg(key, to);
	if (card->kid.len) {
		cbor_put_int(to, 4);
		cbor_put_bstr(to, card->kid);
	}
	put_text(16, card->typ, to);
}

void made_message(const struct made_card *card, struct bytes payload,
		  const struct made_key *key, struct buffer *to)
{
	uint8_t header_at[256], tbs_at[20000], signature[64];
	struct buffer header = buffer_of(header_at, sizeof(header_at));
	struct buffer tbs = buffer_of(tbs_at, sizeof(tbs_at));
	struct cose_sign1 message = { .payload = payload };

	put_header(card, key, &header);
	message.protected = buffer_bytes(&header);
	cose_tbs(&message, &tbs);
	must(!tbs.full);
	if (key->p256)
		sign_p256(key->p256, buffer_bytes(&tbs), signature);
	else
		crypto_sign_detached(signature, NULL, tbs.at, tbs.len, key->secret);
	if (card->form == MADE_TAG_61_18 || card->form == MADE_TAG_61_BARE)
		cbor_put_tag(to, 61);
	if (card->form == MADE_TAG_18 || card->form == MADE_TAG_61_18)
		cbor_put_tag(to, 18);
	cbor_put_array(to, 4);
	cbor_put_bstr(to, message.protected);
	cbor_put_map(to, card->alg_unprotected ? 1 : 0);
	if (card->alg_unprotected)
		put_alg(key, to);
	cbor_put_bstr(to, payload);
	cbor_put_bstr(to, bytes_of(signature, card->is_unsigned ? 0 : sizeof(signature)));
	must(!to->full);
}

void made_packed(enum made_packing packing, struct bytes message, struct buffer *to)
{
	size_t room = to->size - to->len;
	uLongf zlib_len = room;

	if (packing == MADE_PLAIN) {
		buffer_add(to, message.at, message.len);
	} else if (packing == MADE_ZLIB) {
		must(compress2(to->at + to->len, &zlib_len, message.at, message.len, 9) ==
		     Z_OK);
		to->len += zlib_len;
	} else {
		must(BrotliEncoderCompress(11, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC,
					   message.len, message.at, &room,
					   to->at + to->len));
		to->len += room;
	}
	must(!to->full);
}

void made_text(enum made_packing packing, struct bytes message, char to[CARD_TEXT_MAX])
{
	uint8_t packed_at[CARD_TEXT_MAX];
	struct buffer packed = buffer_of(packed_at, sizeof(packed_at));
	struct buffer text = buffer_of(to, CARD_TEXT_MAX);

	made_packed(packing, message, &packed);
	base45_encode(buffer_bytes(&packed), &text);
	buffer_add(&text, "", 1);
	must(!text.full);
}

void made_card_text(const struct made_card *card, const struct made_key *key,
		    char to[CARD_TEXT_MAX])
{
	uint8_t claims_at[16384], message_at[20000];
	struct buffer claims = buffer_of(claims_at, sizeof(claims_at));
	struct buffer message = buffer_of(message_at, sizeof(message_at));

	made_claims(card, &claims);
	made_message(card, buffer_bytes(&claims), key, &message);
	made_text(card->packing, buffer_bytes(&message), to);
}
