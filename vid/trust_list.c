/* SPDX-License-Identifier: BSD-2-Clause */
/* vid trust list - what each issuer may do here, and until when */
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/holder.h"
#include "vid/issuer_dir.h"
#include "vid/trust.h"
#include "vid/trusted.h"

static const char *state_of_key(const struct issuer_key *key, int64_t now)
{
	if (key->revoked)
		return "revoked";
	if (key->not_before && now < key->not_before)
		return "future";
	return key->not_after && now > key->not_after ? "ended" : "valid";
}

static const char *state_of_issuer(const struct issuer *issuer, int64_t now)
{
	int64_t until;

	switch (trust_state(issuer, now, TRUST_WARN_DAYS, &until)) {
	case TRUST_LASTS:
		return "lasts";
	case TRUST_ENDS:
		return "ends";
	case TRUST_ENDED:
		break;
	}
	return "ended";
}

static json_t *keys_json(const struct issuer *issuer, int64_t now)
{
	json_t *list = json_array();

	for (size_t i = 0; i < issuer->key_count; i++) {
		const struct issuer_key *key = &issuer->key[i];
		char kid[2 * VID_KID_LEN + 1], fingerprint[65];
		json_t *entry;

		cli_to_hex(bytes_of(key->kid, VID_KID_LEN), kid);
		issuer_fingerprint(&key->public, fingerprint);
		entry = json_pack("{s:s, s:s, s:s, s:s}", "kid", kid, "alg",
				  alg_name(key->public.alg), "sha256", fingerprint,
				  "state", state_of_key(key, now));
		if (key->not_before)
			json_object_set_new(entry, "not_before",
					    json_integer(key->not_before));
		if (key->not_after)
			json_object_set_new(entry, "not_after",
					    json_integer(key->not_after));
		if (key->use != KEY_USE_BOTH)
			json_object_set_new(entry, "use",
					    json_string(key_use_name(key->use)));
		json_array_append_new(list, entry);
	}
	return list;
}

static json_t *words_json(const char *words)
{
	json_t *list = json_array();

	while (*words) {
		size_t len = strcspn(words, " ");

		json_array_append_new(list, json_stringn(words, len));
		words += len + (words[len] == ' ');
	}
	return list;
}

static json_t *issuer_json(const struct issuer *issuer, int64_t now)
{
	const struct reach *reach = &issuer->reach;
	json_t *out =
		json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:o}", "alias", issuer->alias,
			  "iss", issuer->iss, "realm", issuer->realm, "status",
			  status_name(issuer->status), "max_lifetime",
			  (json_int_t)issuer_token_lifetime(issuer), "state",
			  state_of_issuer(issuer, now), "keys", keys_json(issuer, now));
	int64_t until = issuer_valid_until(issuer, now);

	if (*issuer->rp_id)
		json_object_set_new(out, "rp_id", json_string(issuer->rp_id));
	if (until >= 0 && until < INT64_MAX)
		json_object_set_new(out, "valid_until", json_integer(until));
	/* What is not limited has no member. */
	if (reach->uid_min)
		json_object_set_new(out, "uid_min", json_integer(reach->uid_min));
	if (reach->uid_max)
		json_object_set_new(out, "uid_max", json_integer(reach->uid_max));
	if (*reach->accounts)
		json_object_set_new(out, "accounts", words_json(reach->accounts));
	if (*reach->services)
		json_object_set_new(out, "services", words_json(reach->services));
	return out;
}

static int print_json(const struct issuers *issuers, int64_t now)
{
	json_t *list = json_array();

	for (size_t i = 0; i < issuers->count; i++)
		json_array_append_new(list, issuer_json(&issuers->at[i], now));
	return cli_json(list);
}

static void print_reach(const struct reach *reach)
{
	if (reach->uid_min && reach->uid_max)
		printf(_("  accounts: uid %u to %u"), (unsigned)reach->uid_min,
		       (unsigned)reach->uid_max);
	else if (reach->uid_min)
		printf(_("  accounts: from uid %u"), (unsigned)reach->uid_min);
	else if (reach->uid_max)
		printf(_("  accounts: up to uid %u"), (unsigned)reach->uid_max);
	else
		fputs(_("  accounts: all that the map gives it"), stdout);
	if (*reach->accounts)
		printf(_(", only %s"), PRINTABLE(reach->accounts));
	if (*reach->services)
		printf(_("\n  services: %s\n"), PRINTABLE(reach->services));
	else
		puts(_("\n  services: all"));
}

static void print_keys(const struct issuer *issuer, int64_t now)
{
	for (size_t i = 0; i < issuer->key_count; i++) {
		const struct issuer_key *key = &issuer->key[i];
		char kid[2 * VID_KID_LEN + 1], date[64];

		cli_to_hex(bytes_of(key->kid, VID_KID_LEN), kid);
		printf(_("  key %s, %s"), kid, alg_name(key->public.alg));
		if (key->use != KEY_USE_BOTH)
			printf(_(", for %s alone"), key_use_name(key->use));
		if (key->revoked) {
			puts(_(", revoked"));
			continue;
		}
		if (key->not_before) {
			cli_time(key->not_before, date);
			printf(now < key->not_before ? _(", begins %s") : _(", since %s"),
			       date);
		}
		if (key->not_after) {
			cli_time(key->not_after, date);
			printf(now > key->not_after ? _(", ended %s") : _(", ends %s"),
			       date);
		} else {
			fputs(_(", without an end"), stdout);
		}
		putchar('\n');
	}
}

static int print(const struct issuers *issuers, const char *dir, int64_t now)
{
	if (issuers->count == 0)
		printf(_("no issuer is trusted (%s is empty)\n"), PRINTABLE(dir));
	for (size_t i = 0; i < issuers->count; i++) {
		const struct issuer *issuer = &issuers->at[i];

		printf(_("%s: %s\n  realm %s, status %s, at most %lld days\n"),
		       PRINTABLE(issuer->alias), PRINTABLE(issuer->iss),
		       PRINTABLE(issuer->realm), status_name(issuer->status),
		       (long long)issuer_token_lifetime(issuer) / 86400);
		print_reach(&issuer->reach);
		if (*issuer->rp_id)
			printf(_("  security keys: RP ID %s\n"),
			       PRINTABLE(issuer->rp_id));
		print_keys(issuer, now);
		(void)trust_complain(issuer, now, TRUST_WARN_DAYS);
	}
	return CLI_YES;
}

int cmd_trust_list(int argc, char **argv)
{
	AUTO(issuers_free) struct issuers issuers = { .count = 0 };
	const char *dir = PATH_ISSUERS, *time = NULL;
	struct problem problem = { .text = "" };
	bool json = false;
	char **operands;
	enum vid_reason why;
	int64_t now;
	int code;
	const struct cli_option options[] = {
		{ .name = "dir",
		  .arg = N_("DIR"),
		  .text = &dir,
		  .help = N_("the folder of trusted issuers, not the usual one") },
		{ .name = "time",
		  .arg = N_("UNIXTIME"),
		  .text = &time,
		  .help = N_("as at this time instead of now") },
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid trust list [--dir DIR] [--time UNIXTIME] [--json]",
		.about = N_(
			"List what each issuer may do here: its realm, the accounts and "
			"services it may speak for,\nwhat it owes in status lists, and "
			"when its keys end."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	if (!trust_time(time, &now))
		return CLI_FAILED;
	if ((why = trusted_load(dir, &issuers, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	return json ? print_json(&issuers, now) : print(&issuers, dir, now);
}
