/* SPDX-License-Identifier: BSD-2-Clause */
/* vid key read - the token that a security key carries, out to a file */
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/key_blob.h"
#include "libvid/paths.h"
#include "libvid/presentation.h"
#include "libvid/printable.h"
#include "vid/key_realm.h"
#include "vid/key_token.h"

struct reading {
	struct keys_options keys;
	struct key_realm realm;
	const char *credential, *output;
	bool force, json;
};

/* The named credential; else the only one that has something. */
static int choose(const struct reading *r, const struct keys *keys, size_t *index)
{
	size_t with = 0;

	if (r->credential)
		return keys_choose(keys, r->credential, index);
	for (size_t i = 0; i < keys->found.count; i++)
		if (keys->credential[i].has_blob) {
			*index = i;
			with++;
		}
	return with == 1 ? CLI_GO : keys_choose(keys, NULL, index);
}

static int print_token(const struct reading *r, const struct fido_credential *credential,
		       const struct key_token *token)
{
	char text[512], id[2 * FIDO_ID_MAX + 1];
	uint8_t room[VID_QR_TEXT_MAX + 1];
	struct buffer qr = buffer_of(room, sizeof(room));

	presentation_text(token->token.raw, &qr);
	if (qr.full)
		return cli_problem(VID_TOKEN_TOO_LARGE, NULL);
	cli_to_hex(keys_id(credential), id);
	key_token_text(token, text, sizeof(text));
	if (r->json)
		return cli_json(json_pack("{s:s, s:s, s:s, s:s, s:I}", "rp_id",
					  credential->rp_id, "credential", id, "verdict",
					  key_token_verdict(token), "text", room, "bytes",
					  (json_int_t)token->token.raw.len));
	if (r->output)
		printf(_("%s: %s\n"), PRINTABLE(r->output), PRINTABLE(text));
	else
		puts((const char *)room);
	return CLI_YES;
}

static int write_out(const struct reading *r, const struct issuers *trusted,
		     const struct fido_credential *credential)
{
	struct key_token token = { .why = VID_TOKEN_EMPTY };
	struct key_blob blob;

	if (!credential->has_blob) {
		(void)cli_fail(_("there is no virtual ID on this credential (vid key "
				 "store puts one there)"));
		return CLI_REFUSED;
	}
	if (key_blob_read(bytes_of(credential->blob, credential->blob_len), &blob) ==
	    VID_OK)
		key_token_judge(blob.token, trusted, &token);
	if (!token.readable) {
		(void)cli_fail(_("what this credential carries is no token: %s"),
			       _(reason_sentence(token.why)));
		return CLI_REFUSED;
	}
	if (r->output && cli_write(r->output, blob.token, 0600, r->force) != CLI_YES)
		return CLI_FAILED;
	return print_token(r, credential, &token);
}

static int read_key(const struct reading *r)
{
	AUTO(issuers_free) struct issuers trusted = { .count = 0 };
	AUTO(keys_free) struct keys *keys = keys_new();
	char rps[KEYS_RPS_SIZE];
	size_t index = 0;
	int code;

	if (!keys)
		return CLI_FAILED;
	if ((code = keys_choice_check(r->credential)) != CLI_GO ||
	    (r->output && (code = cli_writable(r->output, r->force)) != CLI_GO) ||
	    (code = key_issuers(r->realm.trust, &trusted)) != CLI_GO ||
	    (code = key_realm_rps(&r->realm, &trusted, rps)) != CLI_GO ||
	    (code = keys_begin(keys, &r->keys)) != CLI_GO ||
	    (code = keys_find(keys, rps)) != CLI_GO)
		return code;
	keys_end(keys);
	code = choose(r, keys, &index);
	return code == CLI_GO ? write_out(r, &trusted, &keys->credential[index]) : code;
}

int cmd_key_read(int argc, char **argv)
{
	struct reading r = { .realm.trust = PATH_ISSUERS };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "output",
		  .letter = 'o',
		  .arg = N_("FILE"),
		  .text = &r.output,
		  .help = N_("write the token to FILE instead of its text") },
		{ .name = "force", .given = &r.force, .help = N_("replace FILE") },
		KEYS_CREDENTIAL_OPTION(r.credential),
		KEY_REALM_OPTIONS(r.realm),
		KEYS_OPTIONS(r.keys),
		{ .name = "json", .given = &r.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid key read [-o FILE] [OPTION]...",
		.about = N_("Read the token that a security key carries: to FILE, or as "
			    "VID1: text, which vid token show and\nvid token verify take "
			    "as well."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return read_key(&r);
}
