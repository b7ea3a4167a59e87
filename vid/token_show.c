/* SPDX-License-Identifier: BSD-2-Clause */
/* vid token show - what a token or a presentation says, for people; nothing is verified
 */
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/presentation.h"
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

static json_t *json_of(struct cbor *at);

static json_t *json_of_map(struct cbor *at, uint64_t pairs)
{
	json_t *out = json_object();

	for (uint64_t i = 0; i < pairs; i++) {
		struct bytes raw = { 0 };
		char *name = NULL;
		size_t len = 0;
		struct cbor key = *at;
		FILE *to = open_memstream(&name, &len);

		if (!to || !cbor_skip(at, &raw)) {
			if (to)
				(void)fclose(to);
			free(name);
			break;
		}
		if (cbor_peek(&key) == CBOR_TSTR && cbor_tstr(&key, &raw))
			(void)fwrite(raw.at, 1, raw.len, to);
		else
			diagnose_item(&key, to);
		(void)fclose(to);
		json_object_set_new(out, name, json_of(at));
		free(name);
	}
	return out;
}

/* Byte strings become hex text, integer keys text of digits; as JSON has neither. */
static json_t *json_of(struct cbor *at)
{
	struct cbor_item item;
	struct cbor before = *at;
	json_t *list;
	int64_t number;
	char *hex;

	if (cbor_int(&before, &number)) {
		*at = before;
		return json_integer(number);
	}
	if (!cbor_next(at, &item))
		return json_null();
	switch (item.type) {
	case CBOR_BSTR:
		hex = malloc(2 * item.string.len + 1);
		if (!hex)
			return json_null();
		cli_to_hex(item.string, hex);
		list = json_string(hex);
		free(hex);
		return list;
	case CBOR_TSTR:
		return cli_json_text(item.string);
	case CBOR_ARRAY:
		list = json_array();
		for (uint64_t i = 0; i < item.value; i++)
			json_array_append_new(list, json_of(at));
		return list;
	case CBOR_MAP:
		return json_of_map(at, item.value);
	case CBOR_TAG:
		return json_of(at);
	case CBOR_SIMPLE:
		return item.value == 21   ? json_true()
		       : item.value == 20 ? json_false()
					  : json_null();
	default:
		return json_sprintf("%llu", (unsigned long long)item.value);
	}
}

static json_t *json_of_bytes(struct bytes map)
{
	struct cbor at = cbor_of(map);

	return map.len && cbor_check(map) == VID_OK ? json_of(&at) : json_null();
}

static json_t *message_json(struct bytes message, enum vid_reason *why)
{
	struct cose_sign1 cose;
	json_t *out, *header;

	*why = cose_open(message, COSE_ANY, &cose);
	if (*why != VID_OK)
		return NULL;
	header = json_of_bytes(cose.protected);
	json_object_del(header, "13");
	out = json_pack("{s:s, s:b, s:o, s:o, s:o, s:I}", "kind",
			cose.has_kcwt ? "presentation" : "token", "verified", 0,
			"protected", header, "unprotected",
			json_of_bytes(cose.unprotected), "claims",
			json_of_bytes(cose.payload), "bytes", (json_int_t)message.len);
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
		.usage = "vid token show [--json] FILE|-",
		.about = N_("Print what a token or a presentation says. Nothing is "
			    "verified: anybody can write\na token that says anything; "
			    "vid token verify judges."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO ||
	    (code = carrier_read(operands[0], &carrier)) != CLI_GO)
		return code;
	why = presentation_decode(bytes_of(carrier.at, carrier.len), &decoded, &message);
	if (why != VID_OK)
		return unreadable(operands[0], why);
	return show(operands[0], message, json);
}
