/* SPDX-License-Identifier: BSD-2-Clause */
/* vid account publish - say to systemd which accounts there are */
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/index.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "libvid/userdb.h"
#include "vid/cli.h"

static int publish(const char *folder, const char *path, size_t *written, size_t *all)
{
	struct problem problem = { .text = "" };
	struct index index = { .at = NULL };
	enum vid_reason why;

	switch (index_open(path, &index)) {
	case INDEX_OK:
		break;
	case INDEX_MISSING:
		return cli_fail(_("%s: there is no compiled map; vid account compile "
				  "makes it"),
				path);
	case INDEX_REFUSED:
		return cli_fail(_("%s: not safe to trust: owner, mode or kind"), path);
	default:
		return cli_fail(_("%s: cannot be read, or is damaged; vid account "
				  "compile makes it anew"),
				path);
	}
	*all = index.rows;
	why = userdb_sync(folder, &index, written, &problem);
	index_close(&index);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

int cmd_account_publish(int argc, char **argv)
{
	const char *folder = PATH_USERDB, *path = PATH_INDEX;
	bool json = false;
	const struct cli_option options[] = {
		{ .name = "userdb",
		  .arg = N_("DIR"),
		  .text = &folder,
		  .help = N_("the folder of the records, not the usual one") },
		{ .name = "index",
		  .arg = N_("FILE"),
		  .text = &path,
		  .help = N_("the compiled map, not the usual one") },
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid account publish [OPTION]...",
		.about = N_("Say to systemd, in records that userdbctl shows, what the "
			    "compiled map says. They are gone\nafter a restart; "
			    "vid-accounts.service makes them anew."),
		.options = options,
	};
	size_t written = 0, all = 0;
	char **operands;
	int code = cli_parse(&spec, argc, argv, &operands);

	if (code != CLI_GO || (code = publish(folder, path, &written, &all)) != CLI_GO)
		return code;
	if (json)
		return cli_json(json_pack(
			"{s:o, s:I, s:I}", "userdb", cli_json_text(bytes_of_text(folder)),
			"accounts", (json_int_t)all, "records", (json_int_t)written));
	if (all > USERDB_MAX)
		cli_warn(_("%s: the map has more than %d accounts; the name service "
			   "alone knows them"),
			 folder, USERDB_MAX);
	printf(_("%s: accounts %zu, of which have records %zu\n"), PRINTABLE(folder), all,
	       written);
	return CLI_YES;
}
