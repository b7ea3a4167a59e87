/* SPDX-License-Identifier: BSD-2-Clause */
/* vid issuer init - a new issuer: its key, sealed, and its public part */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"
#include "libvid/output_folder.h"
#include "libvid/printable.h"
#include "libvid/rp_id.h"
#include "vid/cli.h"
#include "vid/issuer_dir.h"
#include "vid/sealed.h"

/* An alias to begin with, from the iss: https://id.example.org gives id-example-org. */
static void suggest_alias(const char *iss, char *alias)
{
	const char *at = strstr(iss, "://");
	size_t len = 0;

	at = at ? at + 3 : strchr(iss, ':') + 1;
	for (; *at && *at != '/' && *at != ':' && len < VID_ALIAS_MAX; at++) {
		char c = *at >= 'A' && *at <= 'Z' ? (char)(*at + 32) : *at;

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			c = '-';
		if (len > 0 || (c >= 'a' && c <= 'z'))
			alias[len++] = c;
	}
	alias[len] = '\0';
	if (!alias_valid(alias))
		(void)snprintf(alias, VID_ALIAS_MAX + 1, "issuer");
}

static int print_made(const struct issuer_dir *paths, const struct issuer *issuer,
		      bool json)
{
	json_t *out;

	if (!json) {
		printf(_("issuer: %s\nkey file: %s\npublic part: %s\n"),
		       PRINTABLE(issuer->iss), PRINTABLE(paths->key),
		       PRINTABLE(paths->conf));
		issuer_print_keys(issuer);
		return CLI_YES;
	}
	out = issuer_record_json(issuer);
	if (out) {
		json_object_set_new(out, "key_file",
				    cli_json_text(bytes_of_text(paths->key)));
		json_object_set_new(out, "public_part",
				    cli_json_text(bytes_of_text(paths->conf)));
	}
	return cli_json(out);
}

static int make(const char *dir, const char *passphrase_file, struct issuer *issuer,
		bool json)
{
	AUTO(keyfile_wipe) struct keyfile_key key = { .public.alg = KEY_NONE };
	const struct keyfile_key *const signers[] = { &key };
	struct issuer_dir paths;
	struct stat st;
	int code;

	if ((code = issuer_dir_paths(dir, &paths)) != CLI_GO)
		return code;
	if (output_folder_make(dir, 0700) < 0 && errno != EEXIST)
		return cli_fail(_("cannot make the folder %s: %s"), dir,
				output_strerror(errno));
	if (lstat(paths.conf, &st) == 0)
		return cli_fail(_("%s exists: there is an issuer in this folder"),
				paths.conf);
	if ((code = sealed_create(paths.key, "issuer", passphrase_file, &key)) != CLI_GO)
		return code;
	issuer->key[0].public = key.public;
	issuer_key_id(&issuer->key[0].public, issuer->key[0].kid);
	if (issuer_dir_write(&paths, issuer, signers, 1) != CLI_GO) {
		/* A key that nobody used yet: leave nothing half-made. */
		(void)remove(paths.key);
		return CLI_FAILED;
	}
	return print_made(&paths, issuer, json);
}

int cmd_issuer_init(int argc, char **argv)
{
	const char *iss = NULL, *realm = NULL, *rp_id = NULL, *passphrase_file = NULL;
	struct issuer issuer = { .status = STATUS_REQUIRED, .key_count = 1 };
	bool json = false;
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "iss",
		  .arg = N_("URI"),
		  .text = &iss,
		  .required = true,
		  .help = N_("the issuer's name, for ever: https://id.example.org") },
		{ .name = "realm",
		  .arg = N_("URI"),
		  .text = &realm,
		  .required = true,
		  .help = N_("the hosts its tokens are for: realm:example.org") },
		{ .name = "rp-id",
		  .arg = N_("NAME"),
		  .text = &rp_id,
		  .help = N_("the DNS name that its holders' security keys are enrolled "
			     "for; of the realm without it") },
		CLI_PASSPHRASE_OPTION(passphrase_file),
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid issuer init --iss URI --realm URI [--rp-id NAME]\n"
			 "           [--passphrase-file FILE] [--json] DIR",
		.about = N_(
			"Make an issuer in the folder DIR: issuer.key, the signing key "
			"sealed with a passphrase,\nand issuer.conf, the public part "
			"for the hosts that trust it."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	if (!issuer_uri("--iss", iss, issuer.iss, sizeof(issuer.iss)) ||
	    !issuer_uri("--realm", realm, issuer.realm, sizeof(issuer.realm)))
		return CLI_FAILED;
	rp_id_of_realm(issuer.realm, issuer.rp_id);
	if (rp_id && !issuer_rp_id(rp_id, issuer.rp_id))
		return CLI_FAILED;
	suggest_alias(iss, issuer.alias);
	return make(operands[0], passphrase_file, &issuer, json);
}
