/* SPDX-License-Identifier: BSD-2-Clause */
/* vid token show - what a token or a presentation says, for people; nothing is verified
 */
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/presentation.h"
#include "vid/card.h"
#include "vid/carrier.h"
#include "vid/cli.h"
#include "vid/diagnose.h"

static int unreadable(const char *name, enum vid_reason why)
{
	cli_fail(_("%s: not readable as a token (step %d): %s"), name, reason_step(why),
		 _(reason_sentence(why)));
	return CLI_REFUSED;
}

static void show_payload(struct bytes payload)
{
	struct cbor at = cbor_of(payload);

	if (cbor_peek(&at) == CBOR_MAP && cbor_check(payload) == VID_OK)
		diagnose_map(payload, claim_labels, stdout);
	else
		printf("  (%s)\n", _("the payload is not a map of claims"));
}

static int show_message(const char *name, struct bytes message, const char *kind)
{
	char signature[2 * 64 + 1];
	struct cose_sign1 cose;
	enum vid_reason why = cose_open(message, COSE_ANY, &cose);

	if (why != VID_OK)
		return unreadable(name, why);
	printf(_("%s, %zu bytes, NOT VERIFIED\n"), kind, message.len);
	puts(_("header, protected:"));
	diagnose_map(cose.protected, header_labels, stdout);
	if (cose.unprotected.len > 1) {
		puts(_("header, unprotected:"));
		diagnose_map(cose.unprotected, header_labels, stdout);
	}
	puts(_("claims:"));
	show_payload(cose.payload);
	cli_to_hex(bytes_of(cose.signature.at,
			    cose.signature.len <= 64 ? cose.signature.len : 64),
		   signature);
	printf(_("signature: %s\n"), signature);
	if (!cose.has_kcwt)
		return CLI_YES;
	putchar('\n');
	return show_message(name, cose.kcwt, _("virtual ID token inside"));
}

static json_t *message_json(struct bytes message, enum vid_reason *why)
{
	struct cose_sign1 cose;
	json_t *out, *header;

	*why = cose_open(message, COSE_ANY, &cose);
	if (*why != VID_OK)
		return NULL;
	header = cbor_json(cose.protected, header_labels);
	json_object_del(header, "kcwt"); /* stands as "token" */
	out = json_pack("{s:s, s:b, s:o, s:o, s:o, s:I}", "kind",
			cose.has_kcwt ? "presentation" : "token", "verified", 0,
			"protected", header, "unprotected",
			cbor_json(cose.unprotected, header_labels), "claims",
			cbor_json(cose.payload, claim_labels), "bytes",
			(json_int_t)message.len);
	if (cose.has_kcwt) {
		json_t *inner = message_json(cose.kcwt, why);

		json_object_set_new(out, "token", inner ? inner : json_null());
	}
	return out;
}

static int show(const char *name, struct bytes message, bool json)
{
	struct cose_sign1 cose;
	enum vid_reason why = cose_open(message, COSE_ANY, &cose);
	json_t *out;

	if (why != VID_OK)
		return unreadable(name, why);
	if (!json)
		return show_message(name, message,
				    cose.has_kcwt ? _("presentation (key binding token)")
						  : _("virtual ID token"));
	out = message_json(message, &why);
	if (why != VID_OK) {
		json_decref(out);
		return unreadable(name, why);
	}
	return cli_json(out);
}

int cmd_token_show(int argc, char **argv)
{
	AUTO(blob_free) struct blob carrier = { 0 };
	uint8_t room[VID_KBT_MAX];
	struct buffer decoded = buffer_of(room, sizeof(room));
	struct bytes message;
	bool json = false;
	char **operands;
	enum vid_reason why;
	int code;
	const struct cli_option options[] = {
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid token show [--json] FILE|QRTEXT|-",
		.about = N_(
			"Print what a token, a presentation or a card says. Nothing is "
			"verified: anybody can write\na token that says anything; "
			"vid token verify judges."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO ||
	    (code = carrier_read(operands[0], &carrier)) != CLI_GO)
		return code;
	if (card_recognised(bytes_of(carrier.at, carrier.len)))
		return card_show(operands[0], bytes_of(carrier.at, carrier.len), json);
	why = presentation_decode(bytes_of(carrier.at, carrier.len), &decoded, &message);
	if (why != VID_OK)
		return unreadable(operands[0], why);
	return show(operands[0], message, json);
}
