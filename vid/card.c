/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/card.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/identity.h"
#include "libvid/printable.h"
#include "vid/carrier.h"
#include "vid/cli.h"

void card_rooms_empty(struct card_rooms *rooms)
{
	rooms->decoded = buffer_of(rooms->decoded_at, sizeof(rooms->decoded_at));
	rooms->room = buffer_of(rooms->room_at, sizeof(rooms->room_at));
}

void card_rooms_wipe(struct card_rooms *rooms)
{
	sodium_memzero(rooms, sizeof(*rooms));
}

int card_read(const char *operand, struct blob *out)
{
	if (strcmp(operand, "-") == 0 || access(operand, F_OK) == 0)
		return carrier_read(operand, out);
	/* No QR text of a card has small letters: it was a file's name, and mistyped. */
	if (strpbrk(operand, "abcdefghijklmnopqrstuvwxyz"))
		cli_warn(_("there is no file '%s'; judging it as the text of a QR code"),
			 operand);
	out->at = (uint8_t *)strdup(operand);
	if (!out->at)
		return cli_fail(_("not enough memory"));
	out->len = strlen(operand);
	return CLI_GO;
}

/* --- JSON -------------------------------------------------------------------------- */

static json_t *value_json(struct cbor *at, bool biometric);

static json_t *base64_json(struct bytes bytes)
{
	size_t size =
		sodium_base64_ENCODED_LEN(bytes.len, sodium_base64_VARIANT_ORIGINAL);
	AUTO_FREE char *text = malloc(size);

	if (!text)
		return NULL;
	sodium_bin2base64(text, size, bytes.at, bytes.len,
			  sodium_base64_VARIANT_ORIGINAL);
	return json_string(text);
}

/* Members that have no number for a key are not of this specification: left out. */
static json_t *map_json(struct cbor *at, size_t pairs, bool biometric)
{
	static const char *const names[] = { "data", "format", "subFormat", "issuer" };
	json_t *out = json_object();

	for (; pairs; pairs--) {
		char digits[24];
		int64_t member;

		if (!cbor_int(at, &member)) {
			if (!cbor_skip(at, NULL) || !cbor_skip(at, NULL))
				break;
			continue;
		}
		(void)snprintf(digits, sizeof(digits), "%" PRId64, member);
		json_object_set_new(out,
				    biometric && member >= 0 && member < 4 ? names[member]
									   : digits,
				    value_json(at, false));
	}
	return out;
}

static json_t *array_json(struct cbor *at, size_t count, bool biometric)
{
	json_t *out = json_array();

	for (; count; count--)
		json_array_append_new(out, value_json(at, biometric));
	return out;
}

static json_t *value_json(struct cbor *at, bool biometric)
{
	struct cbor_item item;
	int64_t number;

	if (cbor_int(at, &number))
		return json_integer(number);
	if (!cbor_next(at, &item))
		return json_null();
	switch (item.type) {
	case CBOR_BSTR:
		return base64_json(item.string);
	case CBOR_TSTR:
		return cli_json_text(item.string);
	case CBOR_ARRAY:
		return array_json(at, (size_t)item.value, biometric);
	case CBOR_MAP:
		return map_json(at, (size_t)item.value, biometric);
	case CBOR_TAG:
		return value_json(at, biometric);
	case CBOR_SIMPLE:
		return item.value == 20   ? json_false()
		       : item.value == 21 ? json_true()
					  : json_null();
	default:
		return json_sprintf("%" PRIu64, item.value);
	}
}

void card_members(struct bytes identity, json_t *object)
{
	struct cbor at = cbor_of(identity);
	size_t pairs;

	if (!cbor_map(&at, &pairs))
		return;
	for (; pairs; pairs--) {
		const char *name;
		char digits[24];
		int64_t member;

		if (!cbor_int(&at, &member)) {
			if (!cbor_skip(&at, NULL) || !cbor_skip(&at, NULL))
				return;
			continue;
		}
		name = claim169_name(member);
		(void)snprintf(digits, sizeof(digits), "%" PRId64, member);
		json_object_set_new(object, name ? name : digits,
				    value_json(&at, member >= 50 && member <= 65));
	}
}

/* --- a judged card ----------------------------------------------------------------- */

/* "SUBJECT@ALIAS" on the host of that key; empty without one. */
static int identity_of(const struct card *card, const char *host_key,
		       char identity[VID_IDENTITY_MAX + 1])
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	char subject[VID_SUB_LEN + 1];
	struct problem problem = { .text = "" };
	enum vid_reason why;

	identity[0] = '\0';
	if (!host_key)
		return CLI_GO;
	if ((why = hostkey_load(host_key, &key, &problem)) != VID_OK ||
	    (why = claim169_subject(card, &key, subject)) != VID_OK)
		return cli_problem(why, &problem);
	(void)snprintf(identity, VID_IDENTITY_MAX + 1, "%s@%s", subject,
		       card->issuer->alias);
	return CLI_GO;
}

static int valid_json(const struct card *card, const char *identity)
{
	struct cbor claims = cbor_of(card->claims), found;
	json_t *out = json_object();

	card_members(card->identity, out);
	json_object_set_new(out, "verdict", json_string("valid"));
	json_object_set_new(out, "kind", json_string("card"));
	json_object_set_new(out, "holder_proof", json_false());
	json_object_set_new(out, "alias", json_string(card->issuer->alias));
	json_object_set_new(out, "realm", json_string(card->issuer->realm));
	json_object_set_new(out, "issuer", cli_json_text(card->iss));
	json_object_set_new(out, "issuedAt", json_integer(card->iat));
	json_object_set_new(out, "expiresAt", json_integer(card->exp));
	if (cbor_find_int(&claims, 5, &found))
		json_object_set_new(out, "notBefore", json_integer(card->nbf));
	if (card->sub.len)
		json_object_set_new(out, "subject", cli_json_text(card->sub));
	if (identity[0])
		json_object_set_new(out, "identity", json_string(identity));
	return cli_json(out);
}

int card_valid(const struct card *card, const char *host_key, bool json)
{
	char identity[VID_IDENTITY_MAX + 1];
	int code = identity_of(card, host_key, identity);

	if (code != CLI_GO)
		return code;
	if (json)
		return valid_json(card, identity);
	puts("valid"); /* not translated: scripts and tests read this line */
	puts(_("This is a card: it carries no holder proof, and whoever has a copy can "
	       "show "
	       "it."));
	if (identity[0])
		printf(_("identity: %s\n"), PRINTABLE(identity));
	return CLI_YES;
}
