/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/claim169.h"

#include <sodium.h>

#include "libvid/base45.h"
#include "libvid/inflate.h"

/* What stands before the ID or the foreign `sub` in the hash that names a person here. */
enum { DOMAIN_ID = 0, DOMAIN_SUB = 1 };

/* --- steps 1-3 -------------------------------------------------------------------- */

static bool is_line_end(uint8_t c)
{
	return c == '\n' || c == '\r' || c == '\t';
}

/* A blank is a character of base45, and may be a card's last. */
static struct bytes trimmed(struct bytes text)
{
	while (text.len && is_line_end(text.at[0])) {
		text.at++;
		text.len--;
	}
	while (text.len && is_line_end(text.at[text.len - 1]))
		text.len--;
	return text;
}

/* Compressed bytes hold others than these soon; where they do not, they are no card. */
static bool is_text(struct bytes carrier)
{
	for (size_t i = 0; i < carrier.len; i++)
		if (carrier.at[i] < ' ' || carrier.at[i] > '~')
			return false;
	return true;
}

/* Not compressed: a tag, or a bare array. */
static bool is_message(struct bytes raw)
{
	struct cbor cbor = cbor_of(raw);
	enum cbor_type type = cbor_peek(&cbor);

	return (type == CBOR_TAG || type == CBOR_ARRAY) &&
	       cbor_check_wellformed(raw) == VID_OK;
}

static enum vid_reason decode_text(struct bytes text, struct buffer *room)
{
	uint8_t at[VID_CARD_MAX];
	struct buffer compressed = buffer_of(at, sizeof(at));
	enum vid_reason why = base45_decode(text, &compressed);

	if (why == VID_OK)
		why = inflate_any(buffer_bytes(&compressed), room);
	sodium_memzero(at, sizeof(at));
	return why;
}

enum vid_reason claim169_decode(struct bytes carrier, struct buffer *room,
				struct bytes *message)
{
	struct bytes text = trimmed(carrier);
	enum vid_reason why;

	*message = bytes_of(room->at + room->len, 0);
	if (text.len == 0)
		return VID_TOKEN_EMPTY;
	if (is_text(text)) {
		why = decode_text(text, room);
	} else if (is_message(carrier)) {
		buffer_add(room, carrier.at, carrier.len);
		why = room->full ? VID_TOKEN_TOO_LARGE : VID_OK;
	} else {
		why = inflate_any(carrier, room);
	}
	if (why != VID_OK)
		return why;
	message->len = (size_t)(room->at + room->len - message->at);
	if (message->len == 0)
		return VID_TOKEN_EMPTY;
	if (message->len > VID_CARD_MAX)
		return VID_TOKEN_TOO_LARGE;
	return cbor_check_wellformed(*message);
}

/* --- who that is, and what members are called -------------------------------------- */

enum vid_reason claim169_subject(const struct card *card, const struct hostkey *key,
				 char subject[VID_SUB_LEN + 1])
{
	uint8_t domain = card->sub.len ? DOMAIN_SUB : DOMAIN_ID;
	struct bytes name = card->sub.len ? card->sub : card->id;
	crypto_generichash_state state;
	uint8_t realm[32], hash[32];

	subject[0] = '\0';
	if (name.len == 0)
		return VID_NAMELESS;
	if (subject_valid(card->sub)) {
		(void)bytes_to_text(card->sub, subject, VID_SUB_LEN + 1);
		return VID_OK;
	}
	hostkey_derive(key, "vid-realm-v1", bytes_of_text(card->issuer->realm), realm);
	crypto_generichash_init(&state, realm, sizeof(realm), sizeof(hash));
	crypto_generichash_update(&state, card->iss.at, card->iss.len);
	crypto_generichash_update(&state, &domain, 1);
	crypto_generichash_update(&state, name.at, name.len);
	crypto_generichash_final(&state, hash, sizeof(hash));
	sodium_bin2base64(subject, VID_SUB_LEN + 1, hash, 16,
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(&state, sizeof(state));
	sodium_memzero(realm, sizeof(realm));
	sodium_memzero(hash, sizeof(hash));
	return VID_OK;
}

const char *claim169_name(int64_t member)
{
	static const char *const names[] = {
		[1] = "id",
		[2] = "version",
		[3] = "language",
		[4] = "fullName",
		[5] = "firstName",
		[6] = "middleName",
		[7] = "lastName",
		[8] = "dateOfBirth",
		[9] = "gender",
		[10] = "address",
		[11] = "email",
		[12] = "phone",
		[13] = "nationality",
		[14] = "maritalStatus",
		[15] = "guardian",
		[16] = "photo",
		[17] = "photoFormat",
		[18] = "bestQualityFingers",
		[19] = "secondaryFullName",
		[20] = "secondaryLanguage",
		[21] = "locationCode",
		[22] = "legalStatus",
		[23] = "countryOfIssuance",
		[50] = "rightThumb",
		[51] = "rightPointerFinger",
		[52] = "rightMiddleFinger",
		[53] = "rightRingFinger",
		[54] = "rightLittleFinger",
		[55] = "leftThumb",
		[56] = "leftPointerFinger",
		[57] = "leftMiddleFinger",
		[58] = "leftRingFinger",
		[59] = "leftLittleFinger",
		[60] = "rightIris",
		[61] = "leftIris",
		[62] = "face",
		[63] = "rightPalm",
		[64] = "leftPalm",
		[65] = "voice",
	};

	return member >= 0 && (size_t)member < sizeof(names) / sizeof(*names)
		       ? names[member]
		       : NULL;
}
