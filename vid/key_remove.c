/* SPDX-License-Identifier: BSD-2-Clause */
/* vid key remove - a credential off a security key, or what it carries alone, or the
 * token that this host keeps for it */
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/tokens.h"
#include "vid/key_kept.h"
#include "vid/key_realm.h"

struct removal {
	struct keys_options keys;
	struct key_realm realm;
	const char *credential, *holder, *tokens;
	bool token_only, here, yes, json;
};

static int print_removed(const struct removal *r, const char *what, struct bytes id)
{
	char hex[2 * FIDO_ID_MAX + 1], brief[2 * KEYS_SHORT_ID + 1];

	cli_to_hex(id, hex);
	keys_short_hex(id, brief);
	if (r->json)
		return cli_json(
			json_pack("{s:s, s:s}", "removed", what, "credential", hex));
	printf(strcmp(what, "credential") == 0
		       ? _("credential %s is deleted; tokens that were issued to it no "
			   "longer log in\n")
	       : strcmp(what, "token") == 0
		       ? _("the virtual ID is off credential %s, which is still there\n")
		       : _("this host keeps no virtual ID for credential %s any more\n"),
	       brief);
	return CLI_YES;
}

static int remove_kept(const struct removal *r, struct bytes id)
{
	int code = key_kept_remove(r->tokens, id);

	return code == CLI_GO ? print_removed(r, "kept", id) : code;
}

/* Without the key, which may be lost: by the file that vid key enroll wrote. */
static int remove_kept_of(const struct removal *r)
{
	struct holder holder;
	int code = key_kept_holder(r->holder, &holder);

	return code == CLI_GO ? remove_kept(r, bytes_of(holder.credential,
							holder.credential_len))
			      : code;
}

static int ask(const struct removal *r, const struct fido_credential *credential)
{
	char id[2 * KEYS_SHORT_ID + 1], question[512];

	if (r->yes)
		return CLI_GO;
	keys_short_id(credential, id);
	(void)snprintf(question, sizeof(question),
		       r->token_only ? _("Take the virtual ID off credential %s for %s?")
				     : _("Delete credential %s for %s and all that it "
					 "carries? It cannot be brought back."),
		       id, credential->rp_id);
	return keys_confirm(question);
}

static int remove_from_key(const struct removal *r, struct keys *keys, size_t index)
{
	const struct fido_credential *credential = &keys->credential[index];
	enum vid_reason why;
	int code;

	if (r->token_only && !credential->has_blob) {
		(void)cli_fail(_("there is no virtual ID on this credential"));
		return CLI_REFUSED;
	}
	if ((code = keys_may_change(keys)) != CLI_GO ||
	    (code = ask(r, credential)) != CLI_GO)
		return code;
	why = r->token_only
		      ? fido_store(&keys->fido, credential->index, bytes_of("", 0),
				   keys_deadline(keys))
		      : fido_delete(&keys->fido, credential->index, keys_deadline(keys));
	if ((code = keys_answer(keys, why, FIDO_DONE)) != CLI_GO)
		return code;
	/* Without its credential a token that is kept here is of no use; only root can.
	 */
	if (!r->token_only)
		(void)tokens_remove(r->tokens, keys_id(credential), NULL);
	keys_end(keys);
	return print_removed(r, r->token_only ? "token" : "credential",
			     keys_id(credential));
}

static int visit(const struct removal *r)
{
	AUTO(issuers_free) struct issuers trusted = { .count = 0 };
	AUTO(keys_free) struct keys *keys = keys_new();
	char rps[KEYS_RPS_SIZE];
	size_t index = 0;
	int code;

	if (!keys)
		return CLI_FAILED;
	if ((code = keys_choice_check(r->credential)) != CLI_GO ||
	    (code = key_issuers(r->realm.trust, &trusted)) != CLI_GO ||
	    (code = key_realm_rps(&r->realm, &trusted, rps)) != CLI_GO ||
	    (code = keys_begin(keys, &r->keys)) != CLI_GO ||
	    (code = keys_find(keys, rps)) != CLI_GO ||
	    (code = keys_choose(keys, r->credential, &index)) != CLI_GO)
		return code;
	return r->here ? remove_kept(r, keys_id(&keys->credential[index]))
		       : remove_from_key(r, keys, index);
}

static int remove_what(const struct removal *r)
{
	if (r->here && r->token_only)
		return cli_fail(_("--here or --token-only, not both"));
	if (r->holder && !r->here)
		return cli_fail(_("--to goes with --here: what is on a key is removed "
				  "with the key at hand"));
	return r->holder ? remove_kept_of(r) : visit(r);
}

int cmd_key_remove(int argc, char **argv)
{
	struct removal r = { .realm.trust = PATH_ISSUERS, .tokens = PATH_TOKENS };
	char **operands;
	int code;
	const struct cli_option options[] = {
		KEYS_CREDENTIAL_OPTION(r.credential),
		{ .name = "token-only",
		  .given = &r.token_only,
		  .help = N_("what the credential carries, not the credential") },
		{ .name = "here",
		  .given = &r.here,
		  .help = N_("what this host keeps for it, nothing on the key (root)") },
		{ .name = "to",
		  .arg = N_("HOLDERKEY"),
		  .text = &r.holder,
		  .help = N_("with --here: the file of vid key enroll, where the key is "
			     "not at hand") },
		{ .name = "yes", .given = &r.yes, .help = N_("do not ask") },
		KEY_REALM_OPTIONS(r.realm),
		KEYS_OPTIONS(r.keys),
		KEY_KEPT_OPTION(r.tokens),
		{ .name = "json", .given = &r.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid key remove [--credential HEX] [--token-only | --here] "
			 "[OPTION]...",
		.about = N_("Delete a credential from a security key, with what it "
			    "carries; or only what it carries."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return remove_what(&r);
}
