/* SPDX-License-Identifier: BSD-2-Clause */
/* vid anchor forget - remove one mark that could not be moved from an earlier version */
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/marks.h"

static const struct {
	const char *name;
	enum anchor_kind kind;
} kinds[] = {
	{ "template", ANCHOR_TEMPLATE },
	{ "counter", ANCHOR_COUNTER },
	{ "list", ANCHOR_STATUS },
};

int cmd_anchor_forget(int argc, char **argv)
{
	AUTO(marks_close) struct marks marks = { .folder = NULL };
	enum anchor_kind kind = ANCHOR_KIND_COUNT;
	struct problem problem = { "" };
	char **operands;
	enum vid_reason why;
	int code;
	const struct cli_option options[] = {
		MARKS_OPTIONS(marks),
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid anchor forget [--folder DIR] [--key FILE] "
			 "template|counter|list NAME",
		.about = N_("Remove one mark. NAME is that of the file of the record: "
			    "ACCOUNT.HASH of a template,\nthe name in the folder of "
			    "counters or of status lists. Remove the record, too."),
		.options = options,
		.operands_min = 2,
		.operands_max = 2,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(operands[0], kinds[i].name))
			kind = kinds[i].kind;
	if (kind == ANCHOR_KIND_COUNT)
		return cli_fail(_("'%s' is not template, counter or list"), operands[0]);
	if ((code = marks_open(&marks)) != CLI_GO)
		return code;
	why = anchor_reset(&marks.anchor, kind, operands[1], &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	printf(_("there is no mark of %s any more\n"), PRINTABLE(operands[1]));
	return CLI_YES;
}
