/* SPDX-License-Identifier: BSD-2-Clause */
/* vid issuer trust - let an issuer's signature count on this host */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/ini.h"
#include "libvid/output_folder.h"
#include "libvid/paths.h"
#include "libvid/rp_id.h"
#include "libvid/statuses.h"
#include "vid/cli.h"
#include "vid/holder.h"
#include "vid/issuer_dir.h"
#include "vid/issuer_update.h"
#include "vid/key_option.h"

/* A line of an INI file has at most 200 bytes, "status-uri = " among them. */
#define STATUS_URI_LINE 180

struct trust {
	const char *dir, *alias, *status, *max_lifetime; /* either way */
	const char *status_uri;
	const char *iss, *realm, *rp_id, *key, *kid, *alg; /* without a file */
	const char *uid_min, *uid_max, *accounts, *services;
	const char *file;
	bool force, update, json;
};

static int from_file(const struct trust *t, struct issuer *out)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct problem problem = { .text = "" };
	enum vid_reason why;

	if (t->iss || t->realm || t->rp_id || t->key || t->kid || t->alg)
		return cli_fail(_("give either FILE or --iss, --realm and --key"));
	why = file_read_untrusted(t->file, VID_CONFIG_FILE_MAX, &file, &problem);
	if (why == VID_OK)
		why = issuer_parse(bytes_of(file.at, file.len), t->file, out, &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

static int from_options(const struct trust *t, struct issuer *out)
{
	struct issuer_key *key = &out->key[0];

	if (!t->iss || !t->realm || !t->key)
		return cli_fail(_("give FILE (of vid issuer export), or --iss, --realm "
				  "and --key"));
	*out = (struct issuer){ .status = STATUS_REQUIRED,
				.max_lifetime = VID_LIFETIME_DEFAULT,
				.key_count = 1 };
	if (!issuer_name("--iss", t->iss, out->iss, sizeof(out->iss)) ||
	    !issuer_uri("--realm", t->realm, out->realm, sizeof(out->realm)))
		return CLI_FAILED;
	rp_id_of_realm(out->realm, out->rp_id);
	if (t->rp_id && !issuer_rp_id(t->rp_id, out->rp_id))
		return CLI_FAILED;
	if (key_option(t->key, t->alg, &key->public) != CLI_GO)
		return CLI_FAILED;
	issuer_key_id(&key->public, key->kid);
	if (t->kid && !cli_hex("--kid", t->kid, key->kid, VID_KID_LEN))
		return CLI_FAILED;
	return CLI_GO;
}

/*
 * How strictly tokens are judged is for this host to say. What an issuer's file proposes
 * counts where it is stricter than our defaults, never where it is laxer.
 */
static void keep_strict(const struct trust *t, struct issuer *issuer)
{
	if (!t->status && issuer->status != STATUS_REQUIRED) {
		cli_warn(_("%s proposes status = %s; 'required' is set "
			   "(--status says otherwise)"),
			 t->file, status_name(issuer->status));
		issuer->status = STATUS_REQUIRED;
	}
	if (!t->max_lifetime && issuer->max_lifetime > VID_LIFETIME_DEFAULT) {
		cli_warn(_("%s proposes max-lifetime = %lld; %lld is set "
			   "(--max-lifetime says otherwise)"),
			 t->file, (long long)issuer->max_lifetime,
			 (long long)VID_LIFETIME_DEFAULT);
		issuer->max_lifetime = VID_LIFETIME_DEFAULT;
	}
}

/* As the issuer file has it; the reader's own rule judges. */
static bool set_status_uri(const char *uris, struct issuer *issuer)
{
	const char *next = uris;
	char uri[VID_STATUS_URI_TEXT];
	bool good = true;

	while (issuer_status_uri(&next, uri))
		good = good && statuses_uri_valid(bytes_of_text(uri));
	if (!good || *next || !*uris || strlen(uris) > STATUS_URI_LINE) {
		cli_fail(_("--status-uri takes https:// addresses with blanks between, "
			   "%d bytes at most"),
			 STATUS_URI_LINE);
		return false;
	}
	return bytes_to_text(bytes_of_text(uris), issuer->status_uris,
			     sizeof(issuer->status_uris));
}

static int set_reach(const struct trust *t, struct reach *reach)
{
	const struct {
		const char *key, *value;
	} all[] = { { "uid-min", t->uid_min },
		    { "uid-max", t->uid_max },
		    { "accounts", t->accounts },
		    { "services", t->services } };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const char *complaint = NULL;

		if (all[i].value &&
		    reach_set(reach, all[i].key, all[i].value, &complaint) && complaint)
			return cli_fail("--%s: '%s': %s", all[i].key, all[i].value,
					complaint);
	}
	return reach_whole(reach) ? CLI_GO : cli_fail(_("--uid-min is above --uid-max"));
}

/* What the options say that the host decides. */
static int set_own(const struct trust *t, struct issuer *issuer)
{
	if (t->status && !status_of_name(t->status, &issuer->status))
		return CLI_FAILED;
	if (t->status_uri && !set_status_uri(t->status_uri, issuer))
		return CLI_FAILED;
	if (t->max_lifetime &&
	    !cli_number("--max-lifetime", t->max_lifetime, 60, (int64_t)10 * 366 * 86400,
			&issuer->max_lifetime))
		return CLI_FAILED;
	return set_reach(t, &issuer->reach);
}

static int settle(const struct trust *t, struct issuer *issuer)
{
	if (!t->alias)
		return cli_fail(_("--as ALIAS is needed"));
	if (!alias_valid(t->alias))
		return cli_fail(_("--as takes a short name: a letter, then up to 31 of "
				  "a-z, 0-9 and '-'; not '%s'"),
				t->alias);
	(void)snprintf(issuer->alias, sizeof(issuer->alias), "%s", t->alias);
	keep_strict(t, issuer);
	return set_own(t, issuer);
}

/* The folder as it is: nothing may hide behind a second file of the same issuer. */
static int check_others(const struct trust *t, const struct issuers *trusted,
			const struct issuer *issuer)
{
	const struct issuer *same_iss =
		issuer_by_iss(trusted, bytes_of_text(issuer->iss));
	const struct issuer *same_alias =
		issuer_by_alias(trusted, bytes_of_text(issuer->alias));

	if (t->force)
		return CLI_GO;
	if (same_iss)
		return cli_fail(_("%s is trusted already, as '%s'; --force replaces it"),
				issuer->iss, same_iss->alias);
	if (same_alias)
		return cli_fail(_("'%s' names %s already; choose another alias, or "
				  "--force replaces it"),
				issuer->alias, same_alias->iss);
	return CLI_GO;
}

static int file_of(const char *dir, const char *alias, char *path, size_t size)
{
	char name[VID_ALIAS_MAX + 8];

	(void)snprintf(name, sizeof(name), "%s.conf", alias);
	return path_join(path, size, dir, name)
		       ? CLI_GO
		       : cli_fail(_("the file name is too long"));
}

static int write_issuer(const struct trust *t, const struct issuers *trusted,
			const struct issuer *issuer)
{
	const struct issuer *old = issuer_by_iss(trusted, bytes_of_text(issuer->iss));
	char path[PATH_MAX], old_path[PATH_MAX];
	struct problem problem = { .text = "" };
	struct issuers after = { .count = 0 };
	size_t len = 0;
	AUTO_FREE char *text = issuer_text(issuer, &len);
	enum vid_reason why;

	if (!text)
		return cli_fail(_("not enough memory"));
	if (file_of(t->dir, issuer->alias, path, sizeof(path)) != CLI_GO)
		return CLI_FAILED;
	if (cli_write(path, bytes_of(text, len), 0644, t->force) != CLI_YES)
		return CLI_FAILED;
	if (old && strcmp(old->alias, issuer->alias) != 0 &&
	    file_of(t->dir, old->alias, old_path, sizeof(old_path)) == CLI_GO)
		(void)file_remove(old_path, &problem);
	/* What login will read must be readable: a second file of this issuer under a
	 * name that is not its alias would show here. */
	why = issuers_load(t->dir, &after, &problem);
	issuers_free(&after);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

/* A trust that is there, with the keys of a newer file; options change what the host
 * itself decided. */
static int renew(struct trust *t)
{
	AUTO(issuers_free) struct issuers trusted = { .count = 0 };
	struct problem problem = { .text = "" };
	struct issuer newer, issuer;
	const struct issuer *old;
	enum vid_reason why;
	int code;

	if (!t->file)
		return cli_fail(_("--update takes FILE, of vid issuer export"));
	if ((code = from_file(t, &newer)) != CLI_GO)
		return code;
	if ((why = issuers_load(t->dir, &trusted, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	old = issuer_by_iss(&trusted, bytes_of_text(newer.iss));
	if (!old)
		return cli_fail(_("%s is not trusted yet; without --update it can be"),
				newer.iss);
	if (t->alias && strcmp(t->alias, old->alias) != 0)
		return cli_fail(_("%s is trusted as '%s'; an update keeps the alias"),
				newer.iss, old->alias);
	t->alias = old->alias;
	t->force = true; /* it is there: that is the point */
	if ((code = issuer_update(old, &newer, &issuer)) != CLI_GO ||
	    (code = set_own(t, &issuer)) != CLI_GO ||
	    (code = write_issuer(t, &trusted, &issuer)) != CLI_GO)
		return code;
	if (t->json)
		return cli_json(issuer_record_json(&issuer));
	printf(_("updated: %s as '%s'\n"), issuer.iss, issuer.alias);
	issuer_print_keys(&issuer);
	puts(_("Compare the fingerprint of a new key with the one the issuer gives you "
	       "in "
	       "person."));
	return CLI_YES;
}

static int run(const struct trust *t)
{
	AUTO(issuers_free) struct issuers trusted = { .count = 0 };
	struct problem problem = { .text = "" };
	struct issuer issuer;
	enum vid_reason why;
	int code = t->file ? from_file(t, &issuer) : from_options(t, &issuer);

	if (code != CLI_GO || (code = settle(t, &issuer)) != CLI_GO)
		return code;
	if (output_folder_make(t->dir, 0755) < 0 && errno != EEXIST)
		return cli_fail(_("cannot make the folder %s: %s"), t->dir,
				strerror(errno));
	if ((why = issuers_load(t->dir, &trusted, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	if ((code = check_others(t, &trusted, &issuer)) != CLI_GO ||
	    (code = write_issuer(t, &trusted, &issuer)) != CLI_GO)
		return code;
	if (t->json)
		return cli_json(issuer_record_json(&issuer));
	printf(_("trusted: %s as '%s', realm %s, status %s\n"), issuer.iss, issuer.alias,
	       issuer.realm, status_name(issuer.status));
	issuer_print_keys(&issuer);
	puts(_("Compare the fingerprint with the one the issuer gives you in person."));
	return CLI_YES;
}

int cmd_issuer_trust(int argc, char **argv)
{
	struct trust t = { .dir = PATH_ISSUERS };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "as",
		  .arg = N_("ALIAS"),
		  .text = &t.alias,
		  .help = N_("the short name: identities are written SUBJECT@ALIAS") },
		{ .name = "status",
		  .arg = N_("POLICY"),
		  .text = &t.status,
		  .help = N_("required, soft or none: must tokens be revocable?") },
		{ .name = "status-uri",
		  .arg = N_("URI"),
		  .text = &t.status_uri,
		  .help = N_("where its status lists are fetched, with blanks between") },
		{ .name = "max-lifetime",
		  .arg = N_("SECONDS"),
		  .text = &t.max_lifetime,
		  .help = N_("refuse tokens that are valid for longer") },
		{ .name = "uid-min",
		  .arg = N_("N"),
		  .text = &t.uid_min,
		  .help = N_("it may speak for accounts from this uid on") },
		{ .name = "uid-max",
		  .arg = N_("N"),
		  .text = &t.uid_max,
		  .help = N_("and up to this one") },
		{ .name = "accounts",
		  .arg = N_("NAMES"),
		  .text = &t.accounts,
		  .help = N_("and for these accounts alone: names with blanks between") },
		{ .name = "services",
		  .arg = N_("NAMES"),
		  .text = &t.services,
		  .help = N_("and for these PAM services alone") },
		{ .name = "update",
		  .given = &t.update,
		  .help = N_(
			  "take the keys of a newer FILE of an issuer that is trusted; "
			  "one of them must be trusted already") },
		{ .name = "dir",
		  .arg = N_("DIR"),
		  .text = &t.dir,
		  .help = N_("the folder of trusted issuers, not the usual one") },
		{ .name = "iss",
		  .arg = N_("URI"),
		  .text = &t.iss,
		  .help = N_("without FILE: the issuer's name") },
		{ .name = "realm",
		  .arg = N_("URI"),
		  .text = &t.realm,
		  .help = N_("without FILE: the realm its tokens are for") },
		{ .name = "rp-id",
		  .arg = N_("NAME"),
		  .text = &t.rp_id,
		  .help = N_("without FILE: the DNS name that its holders' security "
			     "keys are enrolled for; of the realm without it") },
		{ .name = "key",
		  .arg = N_("KEY"),
		  .text = &t.key,
		  .help = N_("without FILE: its public key, as hex or a PEM file") },
		{ .name = "kid",
		  .arg = N_("HEX"),
		  .text = &t.kid,
		  .help = N_("without FILE: the key's id; derived when not given") },
		{ .name = "alg",
		  .arg = N_("ALG"),
		  .text = &t.alg,
		  .help = N_("without FILE: EdDSA (the default) or ES256") },
		{ .name = "force",
		  .given = &t.force,
		  .help = N_("replace an issuer of the same name or alias") },
		{ .name = "json", .given = &t.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid issuer trust [OPTION]... --as ALIAS [FILE]\n"
			 "       vid issuer trust [OPTION]... --update FILE",
		.about = N_(
			"Trust the issuer that FILE (made by vid issuer export) or the "
			"options describe:\nits tokens may then log in, once their "
			"identities are mapped to accounts."),
		.options = options,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	t.file = operands[0];
	return t.update ? renew(&t) : run(&t);
}
