/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card from QR text to verdict; the same bytes as a message, and as claims that the
 * target signs itself, so that every step is reached. Also: what is rewritten is what the
 * strict reader takes, floats aside, does not grow, and stays as it is when it is
 * rewritten again.
 */
#include <sodium.h>

#include "libvid/claim169.h"
#include "tests/fuzz/fuzz.h"

#define NOW 1760000000

static struct issuer issuer = { .iss = "https://id.example.org",
				.realm = "realm:example.org",
				.alias = "example",
				.status = STATUS_REQUIRED,
				.key_count = 1 };
static uint8_t secret[64];

/* The key that seeds/card were signed with (make_card 1). */
static void make_the_issuer(void)
{
	static const uint8_t seed[32] = { '1' };

	if (sodium_init() < 0)
		abort();
	issuer.key[0].public.alg = KEY_ED25519;
	crypto_sign_seed_keypair(issuer.key[0].public.at, secret, seed);
	issuer_key_id(&issuer.key[0].public, issuer.key[0].kid);
}

static bool within(struct bytes part, const struct buffer *room)
{
	return part.len == 0 ||
	       (part.at >= room->at && part.at + part.len <= room->at + room->size);
}

static void judge(struct bytes message)
{
	static const struct issuers trust = { .count = 1, .at = &issuer };
	static const struct hostkey host = { { 1 } };
	const struct token_rules rules = { .trust = &trust, .now = NOW, .skew = 60 };
	uint8_t at[VID_CARD_ROOM];
	struct buffer room = buffer_of(at, sizeof(at));
	char subject[VID_SUB_LEN + 1];
	struct card card;
	enum vid_reason why = claim169_verify(message, &rules, &room, &card);

	must((why == VID_OK) == (card.issuer != NULL));
	if (why == VID_UNSIGNED) {
		struct buffer again = buffer_of(at, sizeof(at));

		(void)claim169_unsigned_fault(message, &rules, &again);
	}
	if (why != VID_OK)
		return;
	must(card.exp > card.iat && card.exp + rules.skew > NOW);
	must(within(card.id, &room) && within(card.sub, &room) &&
	     within(card.portrait, &room) && within(card.template, &room));
	if (claim169_subject(&card, &host, subject) == VID_OK)
		must(subject_valid(bytes_of_text(subject)));
}

static void rewrite(struct bytes message)
{
	uint8_t once_at[VID_CARD_MAX], twice_at[VID_CARD_MAX];
	struct buffer once = buffer_of(once_at, sizeof(once_at));
	struct buffer twice = buffer_of(twice_at, sizeof(twice_at));
	enum vid_reason why;

	if (message.len > VID_CARD_MAX || cbor_rewrite(message, &once) != VID_OK)
		return;
	must(once.len <= message.len);
	why = cbor_check(buffer_bytes(&once));
	must(why == VID_OK || why == VID_CBOR_FLOAT);
	must(cbor_rewrite(buffer_bytes(&once), &twice) == VID_OK);
	must(bytes_equal(buffer_bytes(&once), buffer_bytes(&twice)));
}

static void judge_claims(struct bytes claims)
{
	static const uint8_t header[] = "\xa1\x01\x27";
	uint8_t at[VID_CARD_MAX];
	struct buffer message = buffer_of(at, sizeof(at));

	cose_sign(bytes_of(header, sizeof(header) - 1), claims, secret, &message);
	if (!message.full)
		judge(buffer_bytes(&message));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t at[VID_CARD_MAX];
	struct buffer room = buffer_of(at, sizeof(at));
	struct bytes message;

	if (issuer.key[0].public.alg == KEY_NONE)
		make_the_issuer();
	rewrite(bytes_of(data, size));
	judge(bytes_of(data, size));
	judge_claims(bytes_of(data, size));
	if (claim169_decode(bytes_of(data, size), &room, &message) == VID_OK) {
		must(message.len <= VID_CARD_MAX);
		judge(message);
	}
	return 0;
}
