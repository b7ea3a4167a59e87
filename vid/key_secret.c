/* SPDX-License-Identifier: BSD-2-Clause */
/* vid key secret set | remove - what opens a person's keyring, sealed so that only their
 * security key opens it on this host */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "libvid/accounts.h"
#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "libvid/secrets.h"
#include "vid/key_kept.h"
#include "vid/key_realm.h"

struct keyring {
	const char *whose; /* --account */
	struct keys_options keys;
	struct key_realm realm;
	const char *path, *credential, *secret_file, *tokens, *secrets, *index, *hostkey;
	bool json;
	/* read from the files above */
	struct issuers trusted;
	struct hostkey host;
	/* whose: a token that counts here, and its account */
	uint8_t room[VID_KBT_MAX];
	struct key_token token;
	struct account account;
	size_t which; /* credential of the key */
};

static void keyring_wipe(struct keyring *k)
{
	issuers_free(&k->trusted);
	hostkey_wipe(&k->host);
}

static const struct cli_secret_words secret_words = {
	.no_terminal = N_("there is no terminal to ask for the secret; give it with "
			  "--secret-file FILE"),
	.empty = N_("the secret is empty"),
	.again = N_("The same again: "),
	.differ = N_("the two differ; nothing was done"),
};

/* --- whose it is
 * ------------------------------------------------------------------------ */

/* Steps 9-16 and 19, as a login judges them. */
static enum vid_reason whose_is(struct keyring *k, struct problem *problem)
{
	const struct token *token = &k->token.token;
	char identity[VID_IDENTITY_MAX + 1];
	enum vid_reason why;

	if (k->token.why != VID_OK)
		return k->token.why;
	(void)snprintf(identity, sizeof(identity), "%.*s@%s", (int)token->sub.len,
		       (const char *)token->sub.at, token->issuer->alias);
	why = account_of_identity(k->index, &k->host, token->issuer->iss, identity,
				  &k->account, problem);
	if (why == VID_OK &&
	    !reach_account(&token->issuer->reach, k->account.name, k->account.uid))
		why = VID_ISSUER_REACH;
	return why;
}

static int nobodys(enum vid_reason why, const struct problem *problem)
{
	if (why == VID_STATE || reason_step(why) == 0)
		return cli_problem(why, problem);
	(void)cli_fail(_("the virtual ID counts for no account here (step %d): %s"),
		       reason_step(why), _(reason_sentence(why)));
	return CLI_REFUSED;
}

static int whose_file_is(struct keyring *k)
{
	struct buffer room = buffer_of(k->room, sizeof(k->room));
	struct problem problem = { .text = "" };
	int code = key_token_read(k->path, &k->trusted, &room, &k->token);
	enum vid_reason why;

	if (code != CLI_GO)
		return code;
	why = whose_is(k, &problem);
	return why == VID_OK ? CLI_GO : nobodys(why, &problem);
}

/* The token of one credential: the key's, or the one that is kept for it. */
static bool token_of(struct keyring *k, const struct fido_credential *credential)
{
	struct buffer room = buffer_of(k->room, sizeof(k->room));
	struct key_blob blob;

	if (!credential->has_blob)
		return key_kept_find(k->tokens, keys_id(credential), &k->trusted, &room,
				     &k->token);
	if (key_blob_read(bytes_of(credential->blob, credential->blob_len), &blob) !=
	    VID_OK)
		return false;
	buffer_add(&room, blob.token.at, blob.token.len);
	key_token_judge(buffer_bytes(&room), &k->trusted, &k->token);
	return !room.full;
}

/* The one whose token counts for an account here, as at a login. */
static int whose_key_is(struct keyring *k, const struct keys *keys)
{
	enum vid_reason why = VID_KEY_NO_TOKEN;
	struct problem problem = { .text = "" };
	size_t only = 0, of_holder = 0, count = 0, last = 0;
	int code = CLI_GO;

	if (k->credential && (code = keys_choose(keys, k->credential, &only)) != CLI_GO)
		return code;
	for (size_t i = 0; i < keys->found.count; i++) {
		if ((k->credential && i != only) || !token_of(k, &keys->credential[i]))
			continue;
		why = whose_is(k, &problem);
		if (why == VID_OK && keys_of(keys, &k->token.token.holder, &of_holder) &&
		    of_holder == i) {
			count++;
			last = i;
		}
		why = why == VID_OK ? VID_HOLDER_SIGNATURE : why;
	}
	if (count == 0)
		return nobodys(why, &problem);
	if (count > 1)
		return cli_fail(_("%zu credentials of this key may be meant; say which "
				  "with --credential HEX (vid key list shows them)"),
				count);
	k->which = last;
	if (!token_of(k, &keys->credential[last]))
		return nobodys(VID_KEY_NO_TOKEN, &problem);
	why = whose_is(k, &problem);
	return why == VID_OK ? CLI_GO : nobodys(why, &problem);
}

/* --- the key
 * ------------------------------------------------------------------------------ */

static int visit(struct keyring *k, struct keys *keys)
{
	char rps[KEYS_RPS_SIZE];
	int code;

	if (k->path) {
		if ((code = whose_file_is(k)) != CLI_GO)
			return code;
		(void)bytes_to_text(k->token.token.rp_id, rps, sizeof(rps));
	} else if ((code = key_realm_rps(&k->realm, &k->trusted, rps)) != CLI_GO) {
		return code;
	}
	if ((code = keys_begin(keys, &k->keys)) != CLI_GO ||
	    (code = keys_find(keys, rps)) != CLI_GO)
		return code;
	if (!k->path)
		return whose_key_is(k, keys);
	if (keys_of(keys, &k->token.token.holder, &k->which))
		return CLI_GO;
	(void)cli_fail(_("%s was issued to another key"), k->path);
	return CLI_REFUSED;
}

/* --- set
 * ---------------------------------------------------------------------------------- */

static int seal(const struct keyring *k, const uint8_t answer[KEY_SECRET_LEN])
{
	AUTO(cli_passphrase_wipe) struct cli_passphrase secret = { .len = 0 };
	const struct secret_owner owner = { .account = k->account.name,
					    .uid = k->account.uid,
					    .holder = &k->token.token.holder };
	struct problem problem = { .text = "" };
	char prompt[256];
	enum vid_reason why;
	int code;

	(void)snprintf(prompt, sizeof(prompt), _("What opens the keyring of %s: "),
		       k->account.name);
	if (!cli_secret(k->secret_file, prompt, &secret_words, &secret))
		return CLI_FAILED;
	if (secret.len > SECRET_MAX)
		return cli_fail(_("the secret has more than %d bytes"), SECRET_MAX);
	if ((code = key_kept_folder(k->secrets)) != CLI_GO)
		return code;
	why = secret_store(k->secrets, &owner, &k->host, answer,
			   bytes_of(secret.at, secret.len), &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

static int set(struct keyring *k)
{
	AUTO(keys_free) struct keys *keys = keys_new();
	uint8_t salt[32], answer[KEY_SECRET_LEN];
	int code = keys ? visit(k, keys) : CLI_FAILED;

	if (code != CLI_GO)
		return code;
	secret_salt(&k->host, &k->token.token.holder, salt);
	code = keys_secret(keys, k->which, &k->token.token.holder, salt, answer);
	if (code == CLI_GO) {
		keys_end(keys);
		code = seal(k, answer);
	}
	sodium_memzero(answer, sizeof(answer));
	if (code != CLI_GO)
		return code;
	if (k->json)
		return cli_json(json_pack("{s:s, s:s}", "set", k->account.name, "rp_id",
					  keys->credential[k->which].rp_id));
	printf(_("sealed for %s and this security key, on this host alone. It is handed "
		 "on at a login where vid.conf says unlock-secret = yes for the "
		 "service.\n"),
	       PRINTABLE(k->account.name));
	return CLI_YES;
}

/* --- remove
 * -------------------------------------------------------------------------------- */

/* The key is lost, the token has ended, or the mapping is gone: the name is enough. */
static int forget_all(const struct keyring *k)
{
	struct problem problem = { .text = "" };
	enum vid_reason why = secret_remove_all(k->secrets, k->whose, &problem);

	if (why == VID_FILE_MISSING) {
		(void)cli_fail(_("no secret of %s is kept here"), k->whose);
		return CLI_REFUSED;
	}
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (k->json)
		return cli_json(json_pack("{s:o}", "removed",
					  cli_json_text(bytes_of_text(k->whose))));
	printf(_("the secret of %s is forgotten\n"), PRINTABLE(k->whose));
	return CLI_YES;
}

static int forget(struct keyring *k)
{
	AUTO(keys_free) struct keys *keys = k->path ? NULL : keys_new();
	struct secret_owner owner = { .account = k->account.name };
	struct problem problem = { .text = "" };
	enum vid_reason why;
	int code;

	if (!k->path && !keys)
		return CLI_FAILED;
	if ((code = k->path ? whose_file_is(k) : visit(k, keys)) != CLI_GO)
		return code;
	owner.uid = k->account.uid;
	owner.holder = &k->token.token.holder;
	why = secret_remove(k->secrets, &owner, &k->host, &problem);
	if (why == VID_FILE_MISSING) {
		(void)cli_fail(_("no secret of %s is kept here for that key"),
			       k->account.name);
		return CLI_REFUSED;
	}
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (k->json)
		return cli_json(json_pack("{s:s}", "removed", k->account.name));
	printf(_("the secret of %s is forgotten\n"), PRINTABLE(k->account.name));
	return CLI_YES;
}

static int run(struct keyring *k, const char *what)
{
	struct problem problem = { .text = "" };
	bool setting = strcmp(what, "set") == 0;
	enum vid_reason why;
	int code;

	if (!setting && strcmp(what, "remove") != 0)
		return cli_fail(_("'%s' is not what can be done with a secret: set or "
				  "remove"),
				what);
	if (!setting && k->secret_file)
		return cli_fail(_("--secret-file is for set"));
	if (setting && k->whose)
		return cli_fail(_("--account is for remove"));
	if (k->whose)
		return forget_all(k);
	if ((code = keys_choice_check(k->credential)) != CLI_GO ||
	    (code = key_issuers(k->realm.trust, &k->trusted)) != CLI_GO)
		return code;
	why = hostkey_load(k->hostkey, &k->host, &problem);
	if (why == VID_FILE_MISSING)
		return cli_fail(_("%s is missing: run vid host init first"), k->hostkey);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	return setting ? set(k) : forget(k);
}

int cmd_key_secret(int argc, char **argv)
{
	AUTO(keyring_wipe)
	struct keyring k = { .realm.trust = PATH_ISSUERS,
			     .tokens = PATH_TOKENS,
			     .secrets = PATH_SECRETS,
			     .index = PATH_INDEX,
			     .hostkey = PATH_HOSTKEY };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "token",
		  .arg = N_("FILE"),
		  .text = &k.path,
		  .help = N_("the virtual ID, where neither the key nor this host has "
			     "it; for remove: the key is not needed then") },
		{ .name = "secret-file",
		  .arg = N_("FILE"),
		  .text = &k.secret_file,
		  .help = N_("take the secret from the first line of FILE") },
		{ .name = "account",
		  .arg = N_("ACCOUNT"),
		  .text = &k.whose,
		  .help = N_("for remove: all that is kept for this account; neither key "
			     "nor token is needed") },
		KEYS_CREDENTIAL_OPTION(k.credential),
		KEY_REALM_OPTIONS(k.realm),
		KEYS_OPTIONS(k.keys),
		KEY_KEPT_OPTION(k.tokens),
		{ .name = "secrets",
		  .arg = N_("DIR"),
		  .text = &k.secrets,
		  .help = N_("the folder of sealed secrets, not the usual one") },
		{ .name = "index",
		  .arg = N_("FILE"),
		  .text = &k.index,
		  .help = N_("the compiled map, not the usual one") },
		{ .name = "key",
		  .arg = N_("FILE"),
		  .text = &k.hostkey,
		  .help = N_("the host key, not the usual one") },
		{ .name = "json", .given = &k.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid key secret set|remove [OPTION]...",
		.about =
			N_("Set (or forget) the secret that opens the keyring of the "
			   "account to which the virtual ID on the\nsecurity key is "
			   "mapped here: mostly its password. Only a login with that key "
			   "on this host opens it (root)."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return run(&k, operands[0]);
}
