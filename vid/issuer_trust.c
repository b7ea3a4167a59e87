/* SPDX-License-Identifier: BSD-2-Clause */
/* vid issuer trust - let an issuer's signature count on this host */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/output_folder.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "libvid/rp_id.h"
#include "libvid/statuses.h"
#include "vid/alias_use.h"
#include "vid/cli.h"
#include "vid/holder.h"
#include "vid/issuer_dir.h"
#include "vid/issuer_update.h"
#include "vid/key_option.h"
#include "vid/trusted.h"

/* A line of an INI file has at most 200 bytes, "status-uri = " among them. */
#define STATUS_URI_LINE 180

struct trust {
	const char *dir, *alias, *status, *max_lifetime; /* either way */
	const char *status_uri;
	const char *iss, *realm, *rp_id, *key, *kid, *alg; /* without a file */
	const char *uid_min, *uid_max, *accounts, *services;
	const char *file, *fingerprint;
	struct account_places places; /* of the map: map, index and key alone */
	bool force, update, again, json;
	struct trust_record record;
	struct issuers trusted;
};

/* Each word that this version does not know is kept: a later one may. */
static void say_kept(const struct trust *t, const char *kept)
{
	while (*kept) {
		size_t len = strcspn(kept, "\n");

		cli_warn(
			_("%s says '%.*s', which this version does not know: it is kept, "
			  "and counts for nothing"),
			t->file, (int)len, kept);
		kept += len + 1;
	}
}

/* The file's text stays in `file`, into which the export points. */
static int from_file(const struct trust *t, struct blob *file, struct issuer_export *out)
{
	struct problem problem = { .text = "" };
	enum vid_reason why;

	if (t->iss || t->realm || t->rp_id || t->key || t->kid || t->alg)
		return cli_fail(_("give either FILE or --iss, --realm and --key"));
	why = file_read_untrusted(t->file, VID_CONFIG_FILE_MAX, file, &problem);
	if (why == VID_OK)
		why = issuer_export_parse(bytes_of(file->at, file->len), t->file, out,
					  &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	say_kept(t, out->issuer.kept);
	return CLI_GO;
}

static int from_options(const struct trust *t, struct issuer *out)
{
	struct issuer_key *key = &out->key[0];

	if (!t->iss || !t->realm || !t->key)
		return cli_fail(_("give FILE (of vid issuer export), or --iss, --realm "
				  "and --key"));
	*out = (struct issuer){ .status = STATUS_REQUIRED, .key_count = 1 };
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
		issuer->max_lifetime = 0; /* not set: the default */
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

/* The files of the same issuer, or of the same alias, that the new one replaces. */
static void remove_replaced(const struct trust *t, const struct issuer *issuer,
			    const char *written)
{
	for (size_t i = 0; i < t->trusted.count; i++) {
		const struct issuer *old = &t->trusted.at[i];
		struct problem problem = { .text = "" };
		char path[PATH_MAX];

		if (strcmp(old->iss, issuer->iss) != 0 &&
		    strcmp(old->alias, issuer->alias) != 0)
			continue;
		if (path_join(path, sizeof(path), t->dir, t->trusted.file[i].name) &&
		    strcmp(path, written) != 0 && file_remove(path, &problem) != VID_OK)
			cli_warn("%s", problem.text);
	}
}

/* The record first: a revocation that is written nowhere would be lost. */
static int write_issuer(const struct trust *t, struct issuer *issuer)
{
	AUTO(issuers_free) struct issuers after = { .count = 0 };
	struct problem problem = { .text = "" };
	AUTO_FREE char *text = NULL;
	char path[PATH_MAX];
	enum vid_reason why;
	size_t len = 0;

	issuer->serial = 0; /* the record's */
	if (!(text = issuer_text(issuer, &len)))
		return cli_fail(_("not enough memory"));
	if (!trusted_path(t->dir, issuer->alias, path))
		return CLI_FAILED;
	if (!t->force && (cli_writable(path, false)) != CLI_GO)
		return CLI_FAILED;
	why = trust_record_store(t->dir, &t->record, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (cli_write(path, bytes_of(text, len), 0644, t->force) != CLI_YES)
		return CLI_FAILED;
	remove_replaced(t, issuer, path);
	/* What a login will read must be readable: a second file of this issuer under a
	 * name that is not its alias would show here. */
	why = trusted_load(t->dir, &after, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (!issuer_by_iss(&after, bytes_of_text(issuer->iss)))
		return cli_fail(_("%s is written, and yet not trusted: see the warnings"),
				path);
	return CLI_GO;
}

/* --- what the host remembers ----------------------------------------------------- */

static int record_full(void)
{
	return cli_fail(_("%s is full: remove entries that cannot matter any more"),
			TRUST_RECORD_FILE);
}

/* Keep what must not be lost: the revoked keys, and which export this was, if it is the
 * issuer's own word. */
static int note(struct trust *t, const struct issuer *issuer,
		const struct issuer_export *export, bool vouched)
{
	struct trust_issuer *known;

	if (!trust_record_note_revoked(&t->record, issuer) ||
	    !(known = trust_record_add_issuer(&t->record, issuer->iss)))
		return record_full();
	known->untrusted = 0; /* --again, or it never was */
	if (vouched && export->issuer.serial) {
		known->serial = export->issuer.serial;
		issuer_export_digest(export, known->content);
	}
	return CLI_GO;
}

/* Is the file signed by one of its own keys? Then nobody changed it, whoever made it. */
static bool is_own_word(const struct issuer_export *export)
{
	for (size_t i = 0; i < export->issuer.key_count; i++)
		if (!export->issuer.key[i].revoked &&
		    issuer_export_signed_by(export, &export->issuer.key[i].public))
			return true;
	return false;
}

/* What was untrusted or revoked here comes back by an explicit word alone. */
static int check_record(struct trust *t, struct issuer *issuer)
{
	struct trust_issuer *known = trust_record_issuer(&t->record, issuer->iss);
	bool refused = false;

	if (known && known->untrusted && !t->again) {
		(void)cli_fail(_("%s was untrusted on this host"), issuer->iss);
		refused = true;
	}
	for (size_t i = 0; i < issuer->key_count; i++) {
		struct trust_key *key =
			trust_record_key(&t->record, &issuer->key[i].public);
		char fingerprint[65];

		if (!key || issuer->key[i].revoked || (!key->revoked && !key->untrusted))
			continue;
		issuer_fingerprint(&key->public, fingerprint);
		if (!t->again)
			(void)cli_fail(key->revoked
					       ? _("the key SHA256:%s is revoked here")
					       : _("the key SHA256:%s is of an issuer "
						   "that was untrusted here"),
				       fingerprint);
		refused = refused || !t->again;
		if (t->again)
			key->revoked = key->untrusted = false;
	}
	if (!refused)
		return CLI_GO;
	(void)cli_fail(_("--again trusts it all the same; nothing was changed"));
	return CLI_REFUSED;
}

static int load(struct trust *t)
{
	struct problem problem = { .text = "" };
	enum vid_reason why = trust_record_load(t->dir, &t->record, &problem);

	if (why == VID_OK)
		why = trusted_load(t->dir, &t->trusted, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	/* Also what an administrator revoked by hand, in a file that will be replaced. */
	for (size_t i = 0; i < t->trusted.count; i++)
		if (!trust_record_note_revoked(&t->record, &t->trusted.at[i]))
			return record_full();
	return CLI_GO;
}

/* --- the two ways ---------------------------------------------------------------- */

/* A trust that is there, with the keys of a newer file; options change what the host
 * itself decided. */
static int renew(struct trust *t)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct issuer_export newer;
	struct issuer issuer;
	const struct issuer *old;
	bool vouched;
	int code;

	if (!t->file)
		return cli_fail(_("--update takes FILE, of vid issuer export"));
	if ((code = from_file(t, &file, &newer)) != CLI_GO || (code = load(t)) != CLI_GO)
		return code;
	old = issuer_by_iss(&t->trusted, bytes_of_text(newer.issuer.iss));
	if (!old)
		return cli_fail(_("%s is not trusted yet; without --update it can be"),
				newer.issuer.iss);
	if (t->alias && strcmp(t->alias, old->alias) != 0)
		return cli_fail(_("%s is trusted as '%s'; an update keeps the alias"),
				newer.issuer.iss, old->alias);
	t->alias = old->alias;
	t->force = true; /* it is there: that is the point */
	if ((code = issuer_update_check_serial(&t->record, &newer)) != CLI_GO ||
	    (code = issuer_update(old, &newer.issuer, &issuer)) != CLI_GO ||
	    (code = check_record(t, &issuer)) != CLI_GO ||
	    (code = set_own(t, &issuer)) != CLI_GO)
		return code;
	vouched = issuer_update_is_signed(old, &newer, (int64_t)time(NULL));
	if (!vouched &&
	    (code = issuer_update_confirm(&newer.issuer, t->fingerprint)) != CLI_GO)
		return code;
	if ((code = note(t, &issuer, &newer, vouched || is_own_word(&newer))) != CLI_GO ||
	    (code = write_issuer(t, &issuer)) != CLI_GO)
		return code;
	if (t->json)
		return cli_json(issuer_record_json(&issuer));
	printf(_("updated: %s as '%s'\n"), PRINTABLE(issuer.iss),
	       PRINTABLE(issuer.alias));
	issuer_print_keys(&issuer);
	return CLI_YES;
}

/*
 * Whatever --force says: an alias that the map of accounts uses for one issuer must not
 * come to name another. The usual map goes with the usual folder of issuers; with another
 * folder it is looked at when it is named.
 */
static int check_alias(const struct trust *t, const struct issuer *issuer)
{
	const struct account_places usual = ACCOUNT_PLACES;
	struct account_places places = t->places;

	if (strcmp(t->dir, PATH_ISSUERS) != 0 && (!places.map || !places.index))
		return CLI_GO;
	places.map = places.map ? places.map : usual.map;
	places.index = places.index ? places.index : usual.index;
	places.key = places.key ? places.key : usual.key;
	return alias_use_check(&places, issuer->alias, issuer->iss);
}

/* A first trust: a person compares the fingerprint, whatever the file says of itself. */
static int take(struct trust *t)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct issuer_export export = { .content = bytes_of(NULL, 0) };
	struct issuer issuer;
	bool own = false;
	int code = t->file ? from_file(t, &file, &export) : from_options(t, &issuer);

	if (code != CLI_GO)
		return code;
	if (t->file) {
		issuer = export.issuer;
		own = is_own_word(&export);
		if (export.signature_count && !own)
			cli_warn(_("%s was changed after it was signed"), t->file);
	}
	if ((code = settle(t, &issuer)) != CLI_GO || (code = load(t)) != CLI_GO ||
	    (code = check_others(t, &t->trusted, &issuer)) != CLI_GO ||
	    (code = check_alias(t, &issuer)) != CLI_GO ||
	    (t->file && !t->again &&
	     (code = issuer_update_check_serial(&t->record, &export)) != CLI_GO) ||
	    (code = check_record(t, &issuer)) != CLI_GO ||
	    (code = note(t, &issuer, &export, own)) != CLI_GO ||
	    (code = write_issuer(t, &issuer)) != CLI_GO)
		return code;
	if (t->json)
		return cli_json(issuer_record_json(&issuer));
	printf(_("trusted: %s as '%s', realm %s, status %s\n"), PRINTABLE(issuer.iss),
	       PRINTABLE(issuer.alias), PRINTABLE(issuer.realm),
	       status_name(issuer.status));
	issuer_print_keys(&issuer);
	puts(_("Compare the fingerprint with the one the issuer gives you in person."));
	return CLI_YES;
}

static int run(struct trust *t)
{
	AUTO_CLOSE int held = -1;
	int code;

	if (!t->update && output_folder_make(t->dir, 0755) < 0 && errno != EEXIST)
		return cli_fail(_("cannot make the folder %s: %s"), t->dir,
				strerror(errno));
	if ((held = trusted_lock(t->dir)) < 0)
		return CLI_FAILED;
	code = t->update ? renew(t) : take(t);
	trust_record_free(&t->record);
	issuers_free(&t->trusted);
	return code;
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
			  "take the keys of a newer FILE of an issuer that is trusted; a "
			  "key that is trusted already must have signed it, or you are "
			  "asked") },
		{ .name = "fingerprint",
		  .arg = N_("LIST"),
		  .text = &t.fingerprint,
		  .help = N_("with --update: the fingerprints of the file's keys, which "
			     "you have compared, instead of the question") },
		{ .name = "again",
		  .given = &t.again,
		  .help = N_("trust an issuer that was untrusted here, a key that is "
			     "revoked here, or an older file") },
		{ .name = "dir",
		  .arg = N_("DIR"),
		  .text = &t.dir,
		  .help = N_("the folder of trusted issuers, not the usual one") },
		{ .name = "map",
		  .arg = N_("FILE"),
		  .text = &t.places.map,
		  .help = N_("the map of accounts in which ALIAS may be in use, not the "
			     "usual one") },
		{ .name = "index",
		  .arg = N_("FILE"),
		  .text = &t.places.index,
		  .help = N_("the compiled map, not the usual one") },
		{ .name = "host-key",
		  .arg = N_("FILE"),
		  .text = &t.places.key,
		  .help = N_("the host key, not the usual one") },
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
	return run(&t);
}
