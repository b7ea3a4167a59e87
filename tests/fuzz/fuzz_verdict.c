/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a vid-parse that was taken over answers (S59). The input is one byte for the kind,
 * a mask over every field before `room`, and a carrier: the carrier is parsed, and the
 * mask changes the answer. An answer that nothing changed passes the check; one that
 * passes it has its parts within `room`; and what is verified then is a whole message.
 *
 * The seeds of tests/fuzz/seeds/verdict are carriers of the presentation and card seeds
 * behind a mask of zeros. Their issuers are trusted, so that the seeds reach every step.
 */
#include <sodium.h>

#include "libvid/cbor.h"
#include "libvid/parse_verdict.h"
#include "tests/fuzz/fuzz.h"

#define NOW       1760000100
#define MASK_SIZE offsetof(struct parse_verdict, room)

static struct issuer issuers[] = {
	{ .iss = "https://id.example.org",
	  .realm = "realm:example.org",
	  .alias = "example",
	  .status = STATUS_REQUIRED,
	  .max_lifetime = 7776000,
	  .key_count = 2 },
};
static bool is_ready;

/* The vectors' key, and the one that seeds/card were signed with (make_card 1). */
static void trust_the_seeds(void)
{
	static const uint8_t seed[32] = { '1' };
	uint8_t secret[64];
	struct issuer_key *key = issuers[0].key;

	if (sodium_init() < 0 ||
	    sodium_hex2bin(
		    key[0].public.at, 32,
		    "05be533ed4e718f0dee72c005353d7cf01aeaf4515c6acc30b8c66a5845eb2f7",
		    64, NULL, NULL, NULL) != 0)
		abort();
	crypto_sign_seed_keypair(key[1].public.at, secret, seed);
	for (size_t i = 0; i < 2; i++) {
		key[i].public.alg = KEY_ED25519;
		issuer_key_id(&key[i].public, key[i].kid);
	}
	is_ready = true;
}

static void check_piece(const struct parse_verdict *verdict,
			const struct parse_piece *piece)
{
	struct bytes bytes = parse_verdict_piece(verdict, piece);

	must(bytes.at >= verdict->room);
	must(bytes.at + bytes.len <= verdict->room + sizeof(verdict->room));
}

static void check_message(const struct parse_verdict *verdict,
			  const struct parse_message *message)
{
	check_piece(verdict, &message->protected);
	check_piece(verdict, &message->payload);
	check_piece(verdict, &message->signature);
	check_piece(verdict, &message->kid);
	check_piece(verdict, &message->iss);
}

static void verify_signatures(const struct parse_verdict *verdict)
{
	static const struct issuers trust = { .count = 1, .at = issuers };
	const struct token_rules rules = { .trust = &trust, .now = NOW, .skew = 60 };
	uint8_t room[VID_CARD_MAX];
	struct buffer to = buffer_of(room, sizeof(room));

	if (parse_verdict_verify(verdict, &rules, &to) == VID_OK)
		must(to.len > 0 && !to.full && to.len <= sizeof(room));
	else
		must(to.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct parse_verdict verdict;
	enum parse_kind kind;
	uint8_t changed = 0;

	if (size < 1 + MASK_SIZE || size > 1 + MASK_SIZE + PARSE_CARRIER_MAX)
		return 0;
	if (!is_ready)
		trust_the_seeds();
	kind = (enum parse_kind)(PARSE_VID + data[0] % PARSE_BLOB);
	parse_carrier(kind, bytes_of(data + 1 + MASK_SIZE, size - 1 - MASK_SIZE),
		      &verdict);
	must(parse_verdict_check(&verdict, kind));
	for (size_t i = 0; i < MASK_SIZE; i++) {
		((uint8_t *)&verdict)[i] ^= data[1 + i];
		changed |= data[1 + i];
	}
	if (!parse_verdict_check(&verdict, kind)) {
		must(changed != 0);
		return 0;
	}
	check_piece(&verdict, &verdict.message);
	check_piece(&verdict, &verdict.template);
	check_message(&verdict, &verdict.document);
	check_message(&verdict, &verdict.proof);
	if (kind != PARSE_BLOB && verdict.why_message == VID_OK)
		verify_signatures(&verdict);
	return 0;
}
