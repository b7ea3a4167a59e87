/* SPDX-License-Identifier: BSD-2-Clause */
/* vid key list - what a security key can do, and what it has for the realms that are
 * meant */
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/key_blob.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/key_kept.h"
#include "vid/key_realm.h"

struct listing {
	struct keys_options keys;
	struct key_realm realm;
	const char *tokens;
	bool json;
	struct issuers trusted;
};

static void listing_free(struct listing *l)
{
	issuers_free(&l->trusted);
}

/* One credential, and the token that goes with it. */
struct row {
	const struct fido_credential *credential;
	enum { ROW_NONE, ROW_KEY, ROW_HERE } where;
	bool template;
	struct key_token token;
	uint8_t room[VID_TOKEN_MAX];
};

static void row_of(const struct listing *l, const struct fido_credential *credential,
		   struct row *row)
{
	struct buffer room = buffer_of(row->room, sizeof(row->room));
	struct key_blob blob;

	*row = (struct row){ .credential = credential, .token.why = VID_TOKEN_EMPTY };
	if (credential->has_blob) {
		row->where = ROW_KEY;
		if (key_blob_read(bytes_of(credential->blob, credential->blob_len),
				  &blob) != VID_OK)
			return;
		row->template = blob.template.len > 0;
		key_token_judge(blob.token, &l->trusted, &row->token);
	} else if (key_kept_find(l->tokens, keys_id(credential), &l->trusted, &room,
				 &row->token)) {
		row->where = ROW_HERE;
	}
}

/* --- for people ------------------------------------------------------------------------
 */

static void print_key(const struct fido_found *found)
{
	if (found->has_room)
		printf(_("room: %u of %u bytes are free\n"), found->room,
		       found->room_all);
	else
		puts(_("room: none (no largeBlob): tokens are kept on each terminal"));
	if (found->has_slots)
		printf(_("credentials: %u more fit\n"), found->slots);
	puts(found->can & FIDO_CAN_VERIFY ? _("verifies its user: itself")
	     : found->can & FIDO_CAN_PIN
		     ? _("verifies its user: by PIN")
		     : _("verifies its user: no, no PIN is set (fido2-token -S "
			 "/dev/hidrawN)"));
	puts(found->can & FIDO_CAN_HMAC_SECRET
		     ? _("can seal a face template and what opens a keyring")
		     : _("can seal nothing (no hmac-secret)"));
}

static void print_row(const struct row *row)
{
	char id[2 * KEYS_SHORT_ID + 1], text[512];

	keys_short_id(row->credential, id);
	if (row->where == ROW_NONE)
		(void)snprintf(text, sizeof(text), "%s", _("no virtual ID"));
	else
		key_token_text(&row->token, text, sizeof(text));
	printf("%s  %s  %s%s%s\n", id, PRINTABLE(row->credential->rp_id), PRINTABLE(text),
	       row->template ? _(", with a face template") : "",
	       row->where == ROW_HERE ? _(", kept on this host") : "");
}

static int print_list(const struct listing *l, const struct keys *keys)
{
	struct row row;

	print_key(&keys->found);
	for (size_t i = 0; i < keys->found.count; i++) {
		row_of(l, &keys->credential[i], &row);
		print_row(&row);
	}
	if (keys->found.count == 0)
		printf(_("nothing for %s: it is enrolled for another realm (--rp-id), or "
			 "not yet (vid key enroll)\n"),
		       keys->rps);
	return CLI_YES;
}

/* --- JSON
 * -------------------------------------------------------------------------------- */

static json_t *row_json(const struct row *row)
{
	static const char *const places[] = { "none", "key", "here" };
	const struct token *token = &row->token.token;
	char id[2 * FIDO_ID_MAX + 1];
	json_t *out;

	cli_to_hex(keys_id(row->credential), id);
	out = json_pack("{s:s, s:s, s:s, s:b}", "rp_id", row->credential->rp_id,
			"credential", id, "token", places[row->where], "template",
			row->template);
	if (out && row->where != ROW_NONE)
		json_object_set_new(out, "verdict",
				    json_string(key_token_verdict(&row->token)));
	if (out && row->token.readable) {
		json_object_set_new(out, "iss", cli_json_text(token->iss));
		json_object_set_new(out, "exp", json_integer((json_int_t)token->exp));
	}
	return out;
}

static int print_json(const struct listing *l, const struct keys *keys)
{
	const struct fido_found *found = &keys->found;
	json_t *rows = json_array();
	struct row row;
	json_t *out;

	for (size_t i = 0; rows && i < found->count; i++) {
		row_of(l, &keys->credential[i], &row);
		json_array_append_new(rows, row_json(&row));
	}
	out = json_pack("{s:b, s:b, s:b, s:b, s:b, s:o}", "large_blob",
			!!(found->can & FIDO_CAN_LARGE_BLOB), "hmac_secret",
			!!(found->can & FIDO_CAN_HMAC_SECRET), "cred_protect",
			!!(found->can & FIDO_CAN_PROTECT), "pin",
			!!(found->can & FIDO_CAN_PIN), "verifies_itself",
			!!(found->can & FIDO_CAN_VERIFY), "credentials", rows);
	if (out && found->has_room) {
		json_object_set_new(out, "room", json_integer(found->room));
		json_object_set_new(out, "room_all", json_integer(found->room_all));
	}
	if (out && found->has_slots)
		json_object_set_new(out, "slots", json_integer(found->slots));
	return cli_json(out);
}

static int list(struct listing *l)
{
	AUTO(keys_free) struct keys *keys = keys_new();
	char rps[KEYS_RPS_SIZE];
	int code;

	if (!keys)
		return CLI_FAILED;
	if ((code = key_issuers(l->realm.trust, &l->trusted)) != CLI_GO ||
	    (code = key_realm_rps(&l->realm, &l->trusted, rps)) != CLI_GO ||
	    (code = keys_begin(keys, &l->keys)) != CLI_GO)
		return code;
	if (keys_look(keys, rps, FIDO_FOR_CHANGE, FIDO_UV_PREFERRED) != CLI_GO)
		return keys_complain(keys);
	keys_end(keys);
	return l->json ? print_json(l, keys) : print_list(l, keys);
}

int cmd_key_list(int argc, char **argv)
{
	AUTO(listing_free)
	struct listing l = { .realm.trust = PATH_ISSUERS, .tokens = PATH_TOKENS };
	char **operands;
	int code;
	const struct cli_option options[] = {
		KEY_REALM_OPTIONS(l.realm),
		KEYS_OPTIONS(l.keys),
		KEY_KEPT_OPTION(l.tokens),
		{ .name = "json", .given = &l.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid key list [--rp-id RP | --issuer ALIAS] [OPTION]...",
		.about =
			N_("Show what a security key can do, and its credentials for a "
			   "realm: without --rp-id or --issuer\nfor those of all issuers "
			   "that are trusted here."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return list(&l);
}
