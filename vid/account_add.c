/* SPDX-License-Identifier: BSD-2-Clause */
/* vid account add - map an identity to an account made for it */
#include <stdio.h>
#include <string.h>

#include "libvid/index.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/account.h"

struct own {
	const char *uid, *gid, *home, *shell, *groups, *gecos;
};

/* " uid=60001 home=/home/kim": the words behind the account's name. */
static int print_words(const struct own *own, char *to, size_t size)
{
	const struct {
		const char *word, *value;
	} words[] = { { "uid", own->uid },       { "gid", own->gid },
		      { "home", own->home },     { "shell", own->shell },
		      { "groups", own->groups }, { "gecos", own->gecos } };
	size_t len = 0;

	to[0] = '\0';
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const char *value = words[i].value;

		if (!value)
			continue;
		if (strcmp(words[i].word, "gecos") != 0 && strpbrk(value, " \t#\n"))
			return cli_fail(_("--%s: '%s' has a blank or a '#'"),
					words[i].word, value);
		len += (size_t)snprintf(to + len, size - len, " %s=%s", words[i].word,
					value);
		if (len >= size)
			return cli_fail(_("--%s: too long"), words[i].word);
	}
	return CLI_GO;
}

static int run(const struct account_places *places, const struct own *own,
	       char **operands)
{
	char words[VID_TEXT_MAX];
	int64_t number;
	int code;

	if (!cli_number("--uid", own->uid, INDEX_ID_FLOOR, INDEX_ID_CEILING, &number) ||
	    (own->gid &&
	     !cli_number("--gid", own->gid, INDEX_ID_FLOOR, INDEX_ID_CEILING, &number)))
		return CLI_FAILED;
	if ((code = print_words(own, words, sizeof(words))) != CLI_GO)
		return code;
	code = account_join(places, operands[0], operands[1], words);
	if (code == CLI_YES)
		printf(_("%s is now %s, uid %s\n"), PRINTABLE(operands[0]),
		       PRINTABLE(operands[1]), own->uid);
	return code;
}

int cmd_account_add(int argc, char **argv)
{
	struct account_places places = ACCOUNT_PLACES;
	struct own own = { .uid = NULL };
	const struct cli_option options[] = {
		{ .name = "uid",
		  .arg = N_("N"),
		  .text = &own.uid,
		  .required = true,
		  .help = N_("the account's number, 60000..64999, or of the map's "
			     "`numbers`") },
		{ .name = "gid",
		  .arg = N_("N"),
		  .text = &own.gid,
		  .help = N_("its private group's number; as the uid when not given") },
		{ .name = "home",
		  .arg = N_("PATH"),
		  .text = &own.home,
		  .help = N_("its home; /home/NAME when not given") },
		{ .name = "shell",
		  .arg = N_("PATH"),
		  .text = &own.shell,
		  .help = N_("its shell, one of /etc/shells; /bin/sh when not given") },
		{ .name = "groups",
		  .arg = N_("NAME,NAME"),
		  .text = &own.groups,
		  .help = N_(
			  "groups of /etc/group that it is in; none that opens doors") },
		{ .name = "gecos",
		  .arg = N_("TEXT"),
		  .text = &own.gecos,
		  .help = N_("the person's name") },
		ACCOUNT_BIND_OPTIONS,
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid account add [OPTION]... --uid N IDENTITY NAME",
		.about = N_(
			"Make the account NAME for IDENTITY (SUBJECT@ALIAS). It is in no "
			"/etc/passwd: it exists through\nnss_vid alone, with a private "
			"group of its name, and its home is made at the first login by\n"
			"pam_mkhomedir. A face that was enrolled for NAME before is "
			"bound to "
			"IDENTITY."),
		.options = options,
		.operands_min = 2,
		.operands_max = 2,
	};
	char **operands;
	int code = cli_parse(&spec, argc, argv, &operands);

	return code == CLI_GO ? run(&places, &own, operands) : code;
}
