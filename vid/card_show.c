/* SPDX-License-Identifier: BSD-2-Clause */
/* What a card says, for `vid token show`; nothing is verified. */
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/presentation.h"
#include "vid/card.h"
#include "vid/cli.h"
#include "vid/diagnose.h"

#define MEMBERS 66 /* one more than the last that has a name */

static bool is_packed(struct bytes carrier)
{
	uint8_t room[VID_KBT_MAX];
	struct buffer decoded = buffer_of(room, sizeof(room));
	struct cose_sign1 cose;
	struct bytes message;

	return presentation_decode(carrier, &decoded, &message) == VID_OK &&
	       cose_open(message, COSE_ANY, &cose) != VID_OK;
}

bool card_recognised(struct bytes carrier)
{
	AUTO(card_rooms_wipe) struct card_rooms rooms;
	struct bytes message;

	card_rooms_empty(&rooms);
	return is_packed(carrier) &&
	       claim169_decode(carrier, &rooms.decoded, &message) == VID_OK;
}

static void name_members(struct label labels[MEMBERS])
{
	size_t count = 0;

	for (int64_t member = 0; member < MEMBERS; member++) {
		const char *name = claim169_name(member);

		if (name)
			labels[count++] = (struct label){
				.label = member,
				.name = name,
				.key = name,
				.how = member == 16 || member >= 50 ? LABEL_SIZE
								    : LABEL_PLAIN,
			};
	}
	labels[count] = (struct label){ .name = NULL };
}

/* claim_labels with other words for 169. */
static void name_claims(struct label labels[MEMBERS])
{
	size_t count = 0;

	for (; claim_labels[count].name && count < MEMBERS - 1; count++) {
		labels[count] = claim_labels[count];
		if (labels[count].label == 169) {
			labels[count].name = "identity data";
			labels[count].how = LABEL_SKIP;
		}
	}
	labels[count] = (struct label){ .name = NULL };
}

struct parts {
	struct cose_sign1 cose;
	struct bytes header, claims, identity; /* rewritten; empty: none */
};

static struct bytes rewritten(struct bytes from, struct buffer *room)
{
	struct buffer to = buffer_of(room->at + room->len, room->size - room->len);

	if (from.len == 0 || cbor_rewrite(from, &to) != VID_OK)
		return bytes_of(NULL, 0);
	room->len += to.len;
	return buffer_bytes(&to);
}

static enum vid_reason open_parts(struct bytes message, struct buffer *room,
				  struct parts *out)
{
	enum vid_reason why = cose_open_foreign(message, room, &out->cose);
	struct cbor claims, found;

	if (why != VID_OK && why != VID_UNSIGNED)
		return why;
	/* An unsigned one was not read on behind its elements. */
	if (why == VID_OK)
		out->header = rewritten(out->cose.protected, room);
	out->claims = rewritten(out->cose.payload, room);
	claims = cbor_of(out->claims);
	if (out->claims.len && cbor_find_int(&claims, 169, &found))
		(void)cbor_skip(&found, &out->identity);
	return VID_OK;
}

static int show_text(const struct parts *parts, size_t len)
{
	struct label labels[MEMBERS];
	char signature[2 * 64 + 1];

	printf(_("%s, %zu bytes, NOT VERIFIED\n"), _("claim-169 card"), len);
	if (parts->header.len) {
		puts(_("header, protected:"));
		diagnose_map(parts->header, header_labels, stdout);
	}
	puts(_("claims:"));
	name_claims(labels);
	diagnose_map(parts->claims, labels, stdout);
	puts(_("identity data:"));
	name_members(labels);
	diagnose_map(parts->identity, labels, stdout);
	cli_to_hex(parts->cose.signature, signature);
	if (parts->cose.signature.len)
		printf(_("signature: %s\n"), signature);
	else
		puts(_("no signature: anybody could have made this card"));
	return CLI_YES;
}

static int show_json(const struct parts *parts, size_t len)
{
	json_t *claims = cbor_json(parts->claims, claim_labels);
	json_t *identity = json_object();

	json_object_del(claims, "identity_data"); /* stands by its names */
	card_members(parts->identity, identity);
	return cli_json(json_pack("{s:s, s:b, s:b, s:o, s:o, s:I}", "kind", "card",
				  "verified", 0, "signed", parts->cose.signature.len != 0,
				  "claims", claims, "identity", identity, "bytes",
				  (json_int_t)len));
}

int card_show(const char *name, struct bytes carrier, bool json)
{
	/* The message, its header and its claims twice at most. */
	uint8_t at[2 * VID_CARD_ROOM];
	struct buffer room = buffer_of(at, sizeof(at));
	AUTO(card_rooms_wipe) struct card_rooms rooms;
	struct parts parts = { .header = { 0 } };
	struct bytes message;
	enum vid_reason why;
	int code;

	card_rooms_empty(&rooms);
	why = claim169_decode(carrier, &rooms.decoded, &message);
	if (why == VID_OK)
		why = open_parts(message, &room, &parts);
	if (why != VID_OK) {
		cli_fail(_("%s: not readable as a token (step %d): %s"), name,
			 reason_step(why), _(reason_sentence(why)));
		code = CLI_REFUSED;
	} else {
		code = json ? show_json(&parts, message.len)
			    : show_text(&parts, message.len);
	}
	explicit_bzero(at, sizeof(at));
	return code;
}
