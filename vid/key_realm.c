/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/key_realm.h"

#include <string.h>

#include "libvid/reason.h"
#include "libvid/rp_id.h"
#include "vid/cli.h"
#include "vid/trusted.h"

int key_issuers(const char *folder, struct issuers *out)
{
	struct problem problem = { .text = "" };
	enum vid_reason why = trusted_load(folder, out, &problem);

	return why == VID_OK || why == VID_FILE_MISSING ? CLI_GO
							: cli_problem(why, &problem);
}

/* The one that is named on the command line; CLI_GO with `out` empty where none is. */
static int named(const struct key_realm *realm, const struct issuers *trusted,
		 char out[VID_RP_ID_MAX + 1])
{
	const struct issuer *issuer;

	out[0] = '\0';
	if (realm->rp_id && realm->issuer)
		return cli_fail(_("--rp-id or --issuer, not both"));
	if (realm->rp_id) {
		if (!rp_id_valid(realm->rp_id))
			return cli_fail(_("--rp-id takes a name like id.example.org, in "
					  "small letters, not '%s'"),
					realm->rp_id);
		return bytes_to_text(bytes_of_text(realm->rp_id), out, VID_RP_ID_MAX + 1)
			       ? CLI_GO
			       : CLI_FAILED;
	}
	if (!realm->issuer)
		return CLI_GO;
	issuer = issuer_by_alias(trusted, bytes_of_text(realm->issuer));
	if (!issuer)
		return cli_fail(_("no issuer is trusted here as '%s' (vid issuer list)"),
				realm->issuer);
	if (!issuer->rp_id[0])
		return cli_fail(_("%s has no rp-id, so it knows no security keys: say "
				  "which realm with --rp-id RP"),
				issuer->alias);
	memcpy(out, issuer->rp_id, sizeof(issuer->rp_id));
	return CLI_GO;
}

int key_realm_one(const struct key_realm *realm, const struct issuers *trusted,
		  char out[VID_RP_ID_MAX + 1])
{
	int code = named(realm, trusted, out);

	if (code != CLI_GO || out[0])
		return code;
	/* A faulty file may be of the issuer that is meant. */
	if (trusted->count != 1 || trusted->fault_count)
		return cli_fail(_("say for which realm: --rp-id RP, or --issuer ALIAS of "
				  "an issuer that is trusted here"));
	if (!trusted->at[0].rp_id[0])
		return cli_fail(_("%s has no rp-id, so it knows no security keys: say "
				  "which realm with --rp-id RP"),
				trusted->at[0].alias);
	memcpy(out, trusted->at[0].rp_id, sizeof(trusted->at[0].rp_id));
	return CLI_GO;
}

/* Is `rp_id` one of the words of `rps`? */
static bool is_listed(const char *rps, const char *rp_id)
{
	for (const char *at = rps; *at; at += strspn(at, " ")) {
		size_t word = strcspn(at, " ");

		if (bytes_are(bytes_of(at, word), rp_id))
			return true;
		at += word;
	}
	return false;
}

int key_realm_rps(const struct key_realm *realm, const struct issuers *trusted,
		  char out[KEYS_RPS_SIZE])
{
	struct buffer to = buffer_of(out, KEYS_RPS_SIZE - 1);
	size_t count = 0;
	int code = named(realm, trusted, out);

	if (code != CLI_GO || out[0])
		return code;
	for (size_t i = 0; i < trusted->count; i++) {
		const char *rp_id = trusted->at[i].rp_id;

		if (!*rp_id || is_listed(out, rp_id))
			continue;
		if (++count > FIDO_RPS_MAX)
			return cli_fail(_("the issuers that are trusted here have more "
					  "than %d realms: say which with --rp-id RP or "
					  "--issuer ALIAS"),
					FIDO_RPS_MAX);
		if (to.len)
			buffer_add(&to, " ", 1);
		buffer_add(&to, rp_id, strlen(rp_id));
		out[to.len] = '\0';
	}
	if (count == 0)
		return cli_fail(
			_("no issuer with an rp-id is trusted here: say for which "
			  "realm with --rp-id RP"));
	return CLI_GO;
}
