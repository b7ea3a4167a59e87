/* SPDX-License-Identifier: BSD-2-Clause */
/* vid clock show - can this machine's clock be believed? */
#include "config.h"

#include <stdio.h>
#include <time.h>

#include "libvid/anchor_here.h"
#include "libvid/cleanup.h"
#include "libvid/clock.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "libvid/statuses.h"
#include "vid/cli.h"

static int print_json(const struct clock_marks *marks, int64_t now, bool good)
{
	int code = cli_json(json_pack(
		"{s:b, s:I, s:I, s:I, s:I, s:I}", "believed", good, "now",
		(json_int_t)now, "built", (json_int_t)marks->built, "last_login",
		(json_int_t)marks->login, "newest_list", (json_int_t)marks->list,
		"not_before", (json_int_t)(clock_floor(marks) - CLOCK_SLACK)));

	return code == CLI_YES && !good ? CLI_REFUSED : code;
}

static void print_date(const char *name, int64_t seconds)
{
	char date[64];

	cli_time(seconds, date);
	printf("%s: %s\n", PRINTABLE(name), date);
}

static int print(const struct clock_marks *marks, int64_t now,
		 const struct problem *problem)
{
	print_date(_("the clock"), now);
	print_date(_("vid was built"), marks->built);
	if (marks->login)
		print_date(_("last good login"), marks->login);
	else
		puts(_("last good login: none is kept"));
	if (marks->list)
		print_date(_("newest status list"), marks->list);
	if (!problem->text[0])
		return CLI_YES;
	(void)cli_fail("%s", problem->text);
	return CLI_REFUSED;
}

int cmd_clock_show(int argc, char **argv)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	struct anchor_here here, listed;
	struct clock_marks marks = { .built = (int64_t)VID_BUILD_TIME };
	const char *file = PATH_CLOCK, *key_file = PATH_HOSTKEY, *store = PATH_STATUS;
	struct statuses lists = { .anchor = &listed.anchor };
	struct problem problem = { .text = "" };
	int64_t now = (int64_t)time(NULL);
	bool json = false;
	char **operands;
	enum vid_reason why;
	int code;
	const struct cli_option options[] = {
		{ .name = "file",
		  .arg = N_("FILE"),
		  .text = &file,
		  .help = N_("the file of the last login, not the usual one") },
		{ .name = "key",
		  .arg = N_("FILE"),
		  .text = &key_file,
		  .help = N_("the host key, not the usual one") },
		{ .name = "store",
		  .arg = N_("DIR"),
		  .text = &store,
		  .help = N_("the folder of status lists, not the usual one") },
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid clock show [--file FILE] [--key FILE] [--store DIR] "
			 "[--json]",
		.about = N_("Show the clock and what it is held against: a clock that "
			    "stands more than five minutes before\nany of it is not "
			    "believed (exit 1), and nobody logs in by virtual ID."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	if ((why = hostkey_load(key_file, &key, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	if (!anchor_here(&here, ANCHOR_CLOCK, file, &key, &problem) ||
	    !anchor_here(&listed, ANCHOR_STATUS, store, &key, &problem))
		return cli_problem(VID_FILE_IO, &problem);
	lists.folder = store;
	if ((why = clock_read(&here.anchor, &marks.login, &problem)) != VID_OK ||
	    (why = statuses_newest(&lists, &marks.list, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	why = clock_judge(&marks, now, &problem);
	return json ? print_json(&marks, now, why == VID_OK)
		    : print(&marks, now, &problem);
}
