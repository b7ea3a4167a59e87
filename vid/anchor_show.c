/* SPDX-License-Identifier: BSD-2-Clause */
/* vid anchor show - are the marks of this host whole, and how many are there? */
#include <inttypes.h>
#include <stdio.h>

#include "libvid/cleanup.h"
#include "vid/cli.h"
#include "vid/marks.h"

static int print_json(const struct anchor_facts *facts)
{
	return cli_json(json_pack("{s:I, s:I, s:I, s:I}", "generation",
				  (json_int_t)facts->generation, "templates",
				  (json_int_t)facts->marks[ANCHOR_TEMPLATE], "counters",
				  (json_int_t)facts->marks[ANCHOR_COUNTER], "lists",
				  (json_int_t)facts->marks[ANCHOR_STATUS]));
}

int cmd_anchor_show(int argc, char **argv)
{
	AUTO(marks_close) struct marks marks = { .folder = NULL };
	struct problem problem = { "" };
	struct anchor_facts facts;
	bool json = false;
	char **operands;
	enum vid_reason why;
	int code;
	const struct cli_option options[] = {
		MARKS_OPTIONS(marks),
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid anchor show [--folder DIR] [--key FILE] [--json]",
		.about = N_("Check the marks below which this host refuses records of "
			    "another day, and count them."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO ||
	    (code = marks_open(&marks)) != CLI_GO)
		return code;
	if ((why = anchor_facts(&marks.anchor, &facts, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	if (json)
		return print_json(&facts);
	printf(_("whole; generation %" PRIu64
		 ", templates %zu, counters of keys %zu, status lists %zu\n"),
	       facts.generation, facts.marks[ANCHOR_TEMPLATE],
	       facts.marks[ANCHOR_COUNTER], facts.marks[ANCHOR_STATUS]);
	return CLI_YES;
}
