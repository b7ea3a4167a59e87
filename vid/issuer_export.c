/* SPDX-License-Identifier: BSD-2-Clause */
/* vid issuer export - the public part, signed, as hosts' issuers.d wants it */
#include <stdio.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/issuer_export.h"
#include "vid/cli.h"
#include "vid/issuer_dir.h"
#include "vid/sealed.h"

struct export
{
	const char *dir, *output, *passphrase_file;
	bool force, json, sign;
	struct issuer_dir paths;
	struct issuer issuer;
};

/* --- sign anew ---------------------------------------------------------------- */

struct signers {
	size_t count;
	struct keyfile_key key[VID_ISSUER_KEYS_MAX];
};

static void signers_wipe(struct signers *signers)
{
	for (size_t i = 0; i < signers->count; i++)
		keyfile_wipe(&signers->key[i]);
}

/* The key that signs now, or an older one beside it. */
static bool key_path(const struct export *e, const struct issuer_key *key, bool current,
		     char path[PATH_MAX])
{
	char id[2 * VID_KID_LEN + 1], name[64];
	uint8_t kid[VID_KID_LEN];

	if (current)
		return bytes_to_text(bytes_of_text(e->paths.key), path, PATH_MAX);
	issuer_key_id(&key->public, kid);
	cli_to_hex(bytes_of(kid, sizeof(kid)), id);
	(void)snprintf(name, sizeof(name), "issuer-%s.key", id);
	return path_join(path, PATH_MAX, e->dir, name);
}

/* Hosts that know an older key alone want its signature. Whose passphrase is another, or
 * whose file is elsewhere, does not sign. */
static void add_signer(struct export *e, const struct issuer_key *key, bool current,
		       const struct cli_passphrase *passphrase, struct signers *signers)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct keyfile_key *out = &signers->key[signers->count];
	char path[PATH_MAX];

	if (!key_path(e, key, current, path) ||
	    file_read_untrusted(path, KEYFILE_MAX, &file, NULL) != VID_OK)
		return;
	if (keyfile_open(bytes_of(file.at, file.len), "issuer",
			 bytes_of(passphrase->at, passphrase->len), out, NULL) == VID_OK)
		signers->count++;
	else
		cli_warn(_("%s does not open with this passphrase and does not sign: a "
			   "host that knows its key alone asks for the fingerprint"),
			 path);
}

static int sign(struct export *e)
{
	AUTO(cli_passphrase_wipe) struct cli_passphrase passphrase = { .len = 0 };
	AUTO(signers_wipe) struct signers signers = { .count = 0 };
	const struct keyfile_key *all[VID_ISSUER_KEYS_MAX];
	int64_t now = (int64_t)time(NULL);
	struct public_key current;
	char prompt[320];
	int code = sealed_public(e->paths.key, "issuer", &current);

	if (code != CLI_GO)
		return code;
	(void)snprintf(prompt, sizeof(prompt), _("Passphrase of %s: "), e->paths.key);
	if (!cli_passphrase(e->passphrase_file, prompt, false, &passphrase))
		return CLI_FAILED;
	for (size_t i = 0; i < e->issuer.key_count; i++) {
		const struct issuer_key *key = &e->issuer.key[i];

		if (issuer_key_check(key, KEY_USE_TOKENS, now) == VID_OK)
			add_signer(e, key, public_key_same(&key->public, &current),
				   &passphrase, &signers);
	}
	for (size_t i = 0; i < signers.count; i++)
		all[i] = &signers.key[i];
	if (!signers.count)
		return cli_fail(_("no key signs: wrong passphrase?"));
	return issuer_dir_write(&e->paths, &e->issuer, all, signers.count);
}

/* --- print -------------------------------------------------------------------- */

/* What hosts get is issuer.conf as it is, byte by byte: that is what is signed. */
static int write_out(const struct export *e)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct problem problem = { .text = "" };
	struct issuer_export export;
	bool is_signed = false;
	enum vid_reason why =
		file_read_untrusted(e->paths.conf, VID_CONFIG_FILE_MAX, &file, &problem);

	if (why == VID_OK)
		why = issuer_export_split(bytes_of(file.at, file.len), e->paths.conf,
					  &export, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	for (size_t i = 0; i < e->issuer.key_count; i++)
		is_signed |= !e->issuer.key[i].revoked &&
			     issuer_export_signed_by(&export, &e->issuer.key[i].public);
	if (!is_signed)
		cli_warn(_("%s is not signed, or was changed since: hosts that update "
			   "ask for the fingerprint; --sign signs it"),
			 e->paths.conf);
	if (e->output)
		return cli_write(e->output, bytes_of(file.at, file.len), 0644, e->force);
	fwrite(file.at, 1, file.len, stdout);
	return CLI_YES;
}

int cmd_issuer_export(int argc, char **argv)
{
	struct export e = { .dir = NULL };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "output",
		  .letter = 'o',
		  .arg = N_("FILE"),
		  .text = &e.output,
		  .help = N_("write to FILE instead of standard output") },
		{ .name = "force", .given = &e.force, .help = N_("replace FILE") },
		{ .name = "sign",
		  .given = &e.sign,
		  .help = N_("sign the public part anew, after it was changed by hand: "
			     "with each key in DIR that the passphrase opens") },
		CLI_PASSPHRASE_OPTION(e.passphrase_file),
		{ .name = "json",
		  .given = &e.json,
		  .help = N_("print JSON, with the fingerprint of each key") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid issuer export [--sign [--passphrase-file FILE]] [-o FILE "
			 "[--force] | --json] DIR",
		.about = N_("Print the public part of the issuer in DIR, for vid issuer "
			    "trust on a host.\nIt holds no secret. vid issuer init and "
			    "rotate have signed it, with a serial number."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	if (e.json && e.output)
		return cli_fail(_("--json prints; a host reads what -o FILE writes"));
	e.dir = operands[0];
	if ((code = issuer_dir_paths(e.dir, &e.paths)) != CLI_GO ||
	    (code = issuer_dir_read(&e.paths, &e.issuer)) != CLI_GO ||
	    (e.sign && (code = sign(&e)) != CLI_GO))
		return code;
	return e.json ? cli_json(issuer_record_json(&e.issuer)) : write_out(&e);
}
