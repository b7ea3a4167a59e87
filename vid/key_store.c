/* SPDX-License-Identifier: BSD-2-Clause */
/* vid key store - a token, and perhaps a face template, onto a security key; or a token
 * that this host keeps for a key without room */
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "vid/key_face.h"
#include "vid/key_kept.h"
#include "vid/key_load.h"
#include "vid/key_realm.h"

struct storing {
	struct keys_options keys;
	struct stored_places places;
	const char *account, *holder, *tokens, *path;
	bool here, force, json;
	/* read from the files above */
	struct issuers trusted;
	uint8_t room[VID_KBT_MAX];
	struct key_token token;
};

static void storing_free(struct storing *s)
{
	issuers_free(&s->trusted);
}

/* --- on the key ----------------------------------------------------------------------
 */

static int print_stored(const struct storing *s, const struct key_load *load,
			const struct fido_credential *credential)
{
	char id[2 * KEYS_SHORT_ID + 1];

	keys_short_id(credential, id);
	if (s->json)
		return cli_json(json_pack("{s:s, s:s, s:s, s:I, s:I, s:b, s:b}", "kept",
					  "key", "rp_id", credential->rp_id, "credential",
					  id, "bytes", (json_int_t)load->needed, "room",
					  (json_int_t)load->room, "template",
					  load->sealed.len > 0, "verified",
					  s->token.why == VID_OK));
	printf(_("stored on credential %s: %zu of %zu bytes\n"), id, load->needed,
	       load->room);
	if (load->kept)
		puts(_("The face template that was on the key is still there."));
	if (load->stored)
		printf(_("The key carries the face template of %s, for every terminal. "
			 "Where this one is to keep nothing of it: vid face remove %s\n"),
		       PRINTABLE(s->account), PRINTABLE(s->account));
	return CLI_YES;
}

static int store_on(const struct storing *s, const struct stored *stored,
		    struct keys *keys, struct key_load *load)
{
	char rp_id[VID_RP_ID_MAX + 1];
	int code;

	*load = (struct key_load){ .token = &s->token,
				   .trusted = &s->trusted,
				   .stored = s->account ? stored : NULL,
				   .force = s->force };
	(void)bytes_to_text(s->token.token.rp_id, rp_id, sizeof(rp_id));
	if ((code = keys_begin(keys, &s->keys)) != CLI_GO ||
	    (code = keys_find(keys, rp_id)) != CLI_GO ||
	    (code = key_load_put(load, keys)) != CLI_GO)
		return code;
	keys_end(keys);
	return print_stored(s, load, &keys->credential[load->index]);
}

static int store_on_key(const struct storing *s)
{
	AUTO(keys_free) struct keys *keys = keys_new();
	AUTO(stored_close) struct stored stored = { .any = false };
	AUTO_FREE struct key_load *load = calloc(1, sizeof(*load));
	int code;

	if (!keys || !load)
		return cli_fail(_("not enough memory"));
	if (s->account &&
	    ((code = stored_open(&s->places, s->account, &stored)) != CLI_GO ||
	     (code = key_face_check(&stored, s->account, &s->token.token)) != CLI_GO))
		return code;
	return store_on(s, &stored, keys, load);
}

/* --- on this host ---------------------------------------------------------------------
 */

static int store_here(const struct storing *s)
{
	struct holder holder;
	char id[2 * KEYS_SHORT_ID + 1];
	int code = key_kept_holder(s->holder, &holder);

	if (code != CLI_GO || (code = key_kept_put(s->tokens, &holder, &s->token,
						   &s->trusted, s->force)) != CLI_GO)
		return code;
	keys_short_hex(bytes_of(holder.credential, holder.credential_len), id);
	if (s->json)
		return cli_json(json_pack("{s:s, s:s, s:s, s:I, s:b}", "kept", "here",
					  "rp_id", holder.rp_id, "credential", id,
					  "bytes", (json_int_t)s->token.token.raw.len,
					  "verified", s->token.why == VID_OK));
	printf(_("kept on this host for credential %s: the key itself still has to be "
		 "there at a login\n"),
	       id);
	return CLI_YES;
}

static int store(struct storing *s)
{
	struct buffer room = buffer_of(s->room, sizeof(s->room));
	int code;

	if (s->here != !!s->holder)
		return cli_fail(_("--here and --to go together: the file of vid key "
				  "enroll says which key the token is kept for"));
	if (s->here && s->account)
		return cli_fail(_("--template is for the key; this host has the face of "
				  "%s already"),
				s->account);
	if ((code = key_issuers(s->places.issuers, &s->trusted)) != CLI_GO ||
	    (code = key_token_read(s->path, &s->trusted, &room, &s->token)) != CLI_GO)
		return code;
	return s->here ? store_here(s) : store_on_key(s);
}

int cmd_key_store(int argc, char **argv)
{
	AUTO(storing_free)
	struct storing s = { .places = STORED_PLACES, .tokens = PATH_TOKENS };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "template",
		  .arg = N_("ACCOUNT"),
		  .text = &s.account,
		  .help = N_("along with it the face that is enrolled for ACCOUNT "
			     "(root)") },
		{ .name = "here",
		  .given = &s.here,
		  .help = N_("keep the token on this host, for a key without room "
			     "(root)") },
		{ .name = "to",
		  .arg = N_("HOLDERKEY"),
		  .text = &s.holder,
		  .help = N_("with --here: the file of vid key enroll") },
		{ .name = "force",
		  .given = &s.force,
		  .help = N_("replace another token") },
		KEYS_OPTIONS(s.keys),
		STORED_OPTIONS(s.places),
		KEY_KEPT_OPTION(s.tokens),
		{ .name = "json", .given = &s.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid key store [--template ACCOUNT | --here --to HOLDERKEY] "
			 "[OPTION]... TOKEN",
		.about = N_("Store a token on the security key that it was issued to, "
			    "beside the credential, so that it\nlogs in where nobody has "
			    "seen it before. A face template on the key is sealed: only "
			    "the\nkey's touch (and its PIN) opens it."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	s.path = operands[0];
	return store(&s);
}
