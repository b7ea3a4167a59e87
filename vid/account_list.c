/* SPDX-License-Identifier: BSD-2-Clause */
/* vid account list - what is mapped */
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "vid/account.h"

static int print_json(const struct accounts *accounts)
{
	json_t *list = json_array();

	for (size_t i = 0; i < accounts->count; i++) {
		const struct account_line *line = &accounts->at[i];
		char home[ACCOUNT_HOME_SIZE];
		json_t *entry = json_pack("{s:s, s:s, s:b}", "identity", line->identity,
					  "account", line->name, "own", line->own);

		if (line->own) {
			account_line_home(line, home);
			json_object_set_new(entry, "uid", json_integer(line->uid));
			json_object_set_new(entry, "gid", json_integer(line->gid));
			json_object_set_new(entry, "home",
					    cli_json_text(bytes_of_text(home)));
			json_object_set_new(
				entry, "shell",
				cli_json_text(bytes_of_text(account_line_shell(line))));
			json_object_set_new(entry, "gecos",
					    cli_json_text(bytes_of_text(
						    line->gecos ? line->gecos : "")));
		}
		json_array_append_new(list, entry);
	}
	return cli_json(list);
}

static void print_lines(const struct accounts *accounts)
{
	for (size_t i = 0; i < accounts->count; i++) {
		const struct account_line *line = &accounts->at[i];
		char home[ACCOUNT_HOME_SIZE];

		printf("%-34s %-16s", line->identity, line->name);
		if (line->own) {
			account_line_home(line, home);
			printf(" uid=%u gid=%u %s %s", line->uid, line->gid, home,
			       account_line_shell(line));
		}
		putchar('\n');
	}
}

int cmd_account_list(int argc, char **argv)
{
	AUTO(accounts_free) struct accounts accounts = { 0 };
	struct account_places places = ACCOUNT_PLACES;
	AUTO(blob_free) struct blob text = { 0 };
	struct problem problem = { .text = "" };
	bool json = false;
	const struct cli_option options[] = {
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		ACCOUNT_MAP_OPTION,
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid account list [--json] [--map FILE]",
		.about = N_(
			"List the identities that are mapped, and the accounts that they "
			"are mapped to. Numbers stand\nbeside accounts of our own."),
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
	if (json)
		return print_json(&accounts);
	print_lines(&accounts);
	return CLI_YES;
}
