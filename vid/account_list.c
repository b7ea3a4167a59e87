/* SPDX-License-Identifier: BSD-2-Clause */
/* vid account list - what is mapped */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/account.h"

static json_t *line_json(const struct account_line *line)
{
	char home[ACCOUNT_HOME_SIZE];
	json_t *entry =
		json_pack("{s:s, s:s, s:b, s:b}", "identity", line->identity, "account",
			  line->name, "own", line->own, "denied", line->deny);

	if (!line->own)
		return entry;
	account_line_home(line, home);
	json_object_set_new(entry, "uid", json_integer(line->uid));
	json_object_set_new(entry, "gid", json_integer(line->gid));
	json_object_set_new(entry, "home", cli_json_text(bytes_of_text(home)));
	json_object_set_new(entry, "shell",
			    cli_json_text(bytes_of_text(account_line_shell(line))));
	json_object_set_new(
		entry, "groups",
		cli_json_text(bytes_of_text(line->groups ? line->groups : "")));
	json_object_set_new(entry, "gecos",
			    cli_json_text(bytes_of_text(line->gecos ? line->gecos : "")));
	return entry;
}

static json_t *rule_json(const struct account_rule *rule)
{
	if (rule->deny)
		return json_pack("{s:s, s:b}", "alias", rule->alias, "denied", true);
	return json_pack("{s:s, s:b, s:s, s:I, s:I, s:b}", "alias", rule->alias, "denied",
			 false, "prefix", rule->prefix, "uid-min",
			 (json_int_t)rule->uids.min, "uid-max",
			 (json_int_t)rule->uids.max, "wipe", rule->wipe);
}

static json_t *given_json(const struct ledger_entry *entry)
{
	return json_pack("{s:s, s:s, s:b, s:b, s:I, s:s, s:s}", "identity",
			 entry->identity, "account", entry->name, "own", true, "walk-up",
			 true, "uid", (json_int_t)entry->uid, "home", entry->home,
			 "since", entry->date);
}

static int print_json(const struct accounts *accounts, const struct ledger *ledger)
{
	json_t *list = json_array();

	for (size_t i = 0; i < accounts->count; i++)
		json_array_append_new(list, line_json(&accounts->at[i]));
	for (size_t i = 0; i < accounts->rule_count; i++)
		json_array_append_new(list, rule_json(&accounts->rule[i]));
	for (size_t i = 0; i < ledger->count; i++)
		if (ledger->at[i].identity)
			json_array_append_new(list, given_json(&ledger->at[i]));
	return cli_json(list);
}

static void print_line(const struct account_line *line)
{
	char home[ACCOUNT_HOME_SIZE];

	printf("%-34s %-16s", PRINTABLE(line->identity),
	       line->deny ? _("denied") : PRINTABLE(line->name));
	if (line->own) {
		account_line_home(line, home);
		printf(" uid=%u gid=%u %s %s", line->uid, line->gid, PRINTABLE(home),
		       account_line_shell(line));
	}
	if (line->groups)
		printf(" groups=%s", PRINTABLE(line->groups));
	putchar('\n');
}

static void print_lines(const struct accounts *accounts, const struct ledger *ledger)
{
	for (size_t i = 0; i < accounts->count; i++)
		print_line(&accounts->at[i]);
	for (size_t i = 0; i < accounts->rule_count; i++) {
		const struct account_rule *rule = &accounts->rule[i];

		printf("*@%-32s ", PRINTABLE(rule->alias));
		if (rule->deny)
			puts(_("denied"));
		else
			printf(_("newcomers become %sN, N of %u-%u\n"),
			       PRINTABLE(rule->prefix), rule->uids.min, rule->uids.max);
	}
	for (size_t i = 0; i < ledger->count; i++)
		if (ledger->at[i].identity)
			printf(_("%-34s %-16s uid=%u gid=%u %s, given %s\n"),
			       PRINTABLE(ledger->at[i].identity),
			       PRINTABLE(ledger->at[i].name), ledger->at[i].uid,
			       ledger->at[i].uid, PRINTABLE(ledger->at[i].home),
			       ledger->at[i].date);
}

/* Accounts that rules gave: the ledger is root's, and only there once one was given. */
static int read_given(const struct account_places *places, struct ledger *ledger)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	char path[PATH_MAX];
	int code;

	if (!ledger_path(places->index, path, sizeof(path)))
		return cli_fail(_("the path is too long: %s"), places->index);
	if (access(path, F_OK) != 0 && access(places->index, F_OK) != 0)
		return errno == ENOENT || errno == ENOTDIR
			       ? CLI_GO
			       : cli_fail("%s: %s", places->index, strerror(errno));
	if ((code = account_key(places, &key)) != CLI_GO)
		return code;
	return account_ledger(places, &key, false, ledger, path);
}

int cmd_account_list(int argc, char **argv)
{
	AUTO(accounts_free) struct accounts accounts = { 0 };
	AUTO(ledger_free) struct ledger ledger = { 0 };
	struct account_places places = ACCOUNT_PLACES;
	AUTO(blob_free) struct blob text = { 0 };
	struct problem problem = { .text = "" };
	bool json = false;
	const struct cli_option options[] = {
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		ACCOUNT_COMPILE_OPTIONS,
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid account list [OPTION]...",
		.about = N_(
			"List the identities that are mapped, and the accounts that they "
			"are mapped to. Numbers stand\nbeside accounts of our own. Then "
			"the rules for newcomers, and the accounts that they gave."),
		.options = options,
	};
	char **operands;
	enum vid_reason why;
	int code = cli_parse(&spec, argc, argv, &operands);

	if (code != CLI_GO || (code = account_read(&places, &text)) != CLI_GO)
		return code;
	why = accounts_parse(bytes_of(text.at, text.len), places.map, &accounts,
			     &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if ((code = read_given(&places, &ledger)) != CLI_GO)
		return code;
	if (json)
		return print_json(&accounts, &ledger);
	print_lines(&accounts, &ledger);
	return CLI_YES;
}
