/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Status lists. The first byte chooses what the rest is: a signed list as it came; the
 * claims behind a signature that holds; a bare map; or the zlib stream itself.
 */
#include <sodium.h>
#include <stdlib.h>

#include "libvid/claims.h"
#include "libvid/cleanup.h"
#include "libvid/status.h"
#include "tests/fuzz/fuzz.h"

#define URI "https://id.example.org/s/1"
#define NOW 1800000000

static struct issuer issuer = { .alias = "example", .key_count = 1 };
static uint8_t secret[64];
static const struct status_limits limits = { 1 << 20, 1 << 20 };
static const struct status_rules rules = { .issuer = &issuer,
					   .now = NOW,
					   .skew = 60,
					   .max_age = 86400,
					   .limits = { 1 << 20, 1 << 20 } };

static void make_the_issuer(void)
{
	static const uint8_t seed[32] = { 1 };

	if (sodium_init() < 0)
		abort();
	issuer.key[0].public.alg = KEY_ED25519;
	crypto_sign_seed_keypair(issuer.key[0].public.at, secret, seed);
}

/* Two ways to the same entry agree, and a whole list ends where it says. */
static void read_list(const struct status_list *list)
{
	uint64_t idx[3] = { 0, 9, 77777 }, entries;
	uint8_t values[3], again;
	size_t known, one;
	enum vid_reason why, whole = status_whole(list, &limits, &entries);

	must(list->bits == 1 || list->bits == 2 || list->bits == 4 || list->bits == 8);
	why = status_entries(list, idx, 3, &limits, values, &known);
	must(known <= 3 && (why != VID_OK || known == 3));
	for (size_t i = 0; i < known; i++) {
		must(values[i] < 1u << list->bits);
		must(status_entries(list, &idx[i], 1, &limits, &again, &one) == VID_OK);
		must(again == values[i]);
	}
	if (whole != VID_OK)
		return;
	must(entries <= limits.inflated * (8 / list->bits));
	must((why == VID_OK) == (entries > idx[2]));
	must(why == VID_OK || why == VID_STATUS_RANGE);
}

static void signed_claims(struct bytes payload)
{
	static const uint8_t header[] = "\xa2\x01\x32\x10\x78\x1a" STATUS_TYPE;
	size_t size = payload.len + 256;
	AUTO_FREE uint8_t *room = malloc(size);
	struct buffer message = buffer_of(room, room ? size : 0);
	struct status_list list;
	int64_t iat;

	cose_sign(bytes_of(header, sizeof(header) - 1), payload, secret, &message);
	must(!message.full);
	if (status_open(buffer_bytes(&message), &issuer, bytes_of(NULL, 0), &limits,
			&list) == VID_OK) {
		must(list.uri.len && list.iat > 0);
		read_list(&list);
	}
	(void)status_lookup(buffer_bytes(&message), &rules, bytes_of_text(URI), 3, &iat);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest = bytes_of(data + 1, size ? size - 1 : 0);
	struct status_list list = { .bits = 1 };

	if (issuer.key[0].public.alg == KEY_NONE)
		make_the_issuer();
	if (!size)
		return 0;
	switch (data[0] & 3) {
	case 0:
		must(status_lookup(rest, &rules, bytes_of_text(URI), 3, NULL) != VID_OK ||
		     rest.len > 64);
		break;
	case 1:
		signed_claims(rest);
		break;
	case 2:
		if (status_open_bare(rest, &limits, &list) == VID_OK)
			read_list(&list);
		break;
	default:
		list.bits = 1u << (data[0] >> 2 & 3);
		list.lst = rest;
		read_list(&list);
	}
	return 0;
}
