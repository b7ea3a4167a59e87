/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/diagnose.h"

#include <inttypes.h>

#include "libvid/printable.h"
#include "vid/cli.h"

const struct label header_labels[] = {
	{ 1, "alg", "alg", LABEL_ALG },    { 2, "crit", "crit", LABEL_PLAIN },
	{ 4, "kid", "kid", LABEL_PLAIN },  { 13, "token inside", "kcwt", LABEL_SKIP },
	{ 16, "typ", "typ", LABEL_PLAIN }, { 0, NULL, NULL, LABEL_PLAIN },
};

const struct label claim_labels[] = {
	{ 1, "issuer", "iss", LABEL_PLAIN },
	{ 2, "subject", "sub", LABEL_PLAIN },
	{ 3, "audience", "aud", LABEL_PLAIN },
	{ 4, "expires", "exp", LABEL_TIME },
	{ 5, "not before", "nbf", LABEL_TIME },
	{ 6, "issued at", "iat", LABEL_TIME },
	{ 7, "token id", "cti", LABEL_PLAIN },
	{ 8, "holder key", "cnf", LABEL_PLAIN },
	{ 39, "nonce", "cnonce", LABEL_PLAIN },
	{ 169, "face template", "identity_data", LABEL_PLAIN },
	{ 65535, "status", "status", LABEL_PLAIN },
	{ -70001, "face digest", "face", LABEL_PLAIN },
	{ -70003, "FIDO RP ID", "rp_id", LABEL_PLAIN },
	{ 0, NULL, NULL, LABEL_PLAIN },
};

static void put_text(struct bytes text, FILE *to)
{
	fputc('"', to);
	while (text.len) {
		uint32_t point = 0;
		size_t len = printable_character(text, &point), used = len ? len : 1;

		if (len == 0)
			fprintf(to, "\\x%02x", text.at[0]);
		else if (printable_is_hidden(point))
			fprintf(to, point > 0xffff ? "\\U%08x" : "\\u%04x",
				(unsigned)point);
		else if (point == '"' || point == '\\')
			fprintf(to, "\\%c", (char)point);
		else
			(void)fwrite(text.at, 1, len, to);
		text = bytes_of(text.at + used, text.len - used);
	}
	fputc('"', to);
}

static void put_hex(struct bytes string, FILE *to)
{
	fputs("h'", to);
	for (size_t i = 0; i < string.len; i++)
		fprintf(to, "%02x", string.at[i]);
	fputc('\'', to);
}

static void put_simple(uint64_t value, FILE *to)
{
	static const char *const names[] = { "false", "true", "null", "undefined" };

	if (value >= 20 && value <= 23)
		fputs(names[value - 20], to);
	else
		fprintf(to, "simple(%" PRIu64 ")", value);
}

static void put_nint(uint64_t value, FILE *to)
{
	if (value == UINT64_MAX)
		fputs("-18446744073709551616", to);
	else
		fprintf(to, "-%" PRIu64, value + 1);
}

/* Recursion is bounded: cbor_check refused anything deeper than VID_CBOR_DEPTH_MAX. */
static void put_members(struct cbor *at, uint64_t count, bool map, FILE *to)
{
	fputc(map ? '{' : '[', to);
	for (uint64_t i = 0; i < count; i++) {
		if (i)
			fputs(", ", to);
		diagnose_item(at, to);
		if (map) {
			fputs(": ", to);
			diagnose_item(at, to);
		}
	}
	fputc(map ? '}' : ']', to);
}

void diagnose_item(struct cbor *at, FILE *to)
{
	struct cbor_item item;

	if (!cbor_next(at, &item)) {
		fputs("?", to);
		return;
	}
	switch (item.type) {
	case CBOR_UINT:
		fprintf(to, "%" PRIu64, item.value);
		break;
	case CBOR_NINT:
		put_nint(item.value, to);
		break;
	case CBOR_BSTR:
		put_hex(item.string, to);
		break;
	case CBOR_TSTR:
		put_text(item.string, to);
		break;
	case CBOR_ARRAY:
	case CBOR_MAP:
		put_members(at, item.value, item.type == CBOR_MAP, to);
		break;
	case CBOR_TAG:
		fprintf(to, "%" PRIu64 "(", item.value);
		diagnose_item(at, to);
		fputc(')', to);
		break;
	case CBOR_SIMPLE:
		put_simple(item.value, to);
		break;
	case CBOR_NONE:
		break;
	}
}

const struct label *label_of(const struct cbor *at, const struct label *labels)
{
	struct cbor ahead = *at;
	int64_t value;

	if (labels && cbor_int(&ahead, &value))
		for (; labels->name; labels++)
			if (labels->label == value)
				return labels;
	return NULL;
}

static const char *alg_words(int64_t alg)
{
	switch (alg) {
	case -19:
		return "Ed25519";
	case -8:
		return "EdDSA";
	case -9:
		return "ESP256";
	case -7:
		return "ES256";
	default:
		return NULL;
	}
}

static void put_value(struct cbor *at, const struct label *label, FILE *to)
{
	struct cbor ahead = *at;
	char when[64];
	int64_t value;

	if (label && (label->how == LABEL_SKIP || label->how == LABEL_SIZE)) {
		struct bytes raw;

		if (cbor_skip(at, &raw))
			fprintf(to,
				label->how == LABEL_SKIP ? _("%zu bytes, see below")
							 : _("%zu bytes"),
				raw.len);
		return;
	}
	diagnose_item(at, to);
	if (!label || label->how == LABEL_PLAIN || !cbor_int(&ahead, &value))
		return;
	if (label->how == LABEL_TIME) {
		cli_time(value, when);
		fprintf(to, " (%s)", when);
	} else if (alg_words(value)) {
		fprintf(to, " (%s)", alg_words(value));
	}
}

void diagnose_map(struct bytes map, const struct label *labels, FILE *to)
{
	struct cbor at = cbor_of(map);
	size_t pairs;

	if (!cbor_map(&at, &pairs))
		return;
	for (size_t i = 0; i < pairs; i++) {
		const struct label *label = label_of(&at, labels);

		fputs("  ", to);
		diagnose_item(&at, to);
		if (label)
			fprintf(to, " %s", label->name);
		fputs(": ", to);
		put_value(&at, label, to);
		fputc('\n', to);
	}
}
