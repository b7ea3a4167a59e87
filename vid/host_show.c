/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vid host show - the id under which holders' proofs are made for this host, and what in
 * vid.conf has no effect
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/hostkey.h"
#include "libvid/paths.h"
#include "libvid/settings.h"
#include "vid/cli.h"

/* Where Linux-PAM looks for the file of a service (pam.conf(5)). */
static const char *const pam_folders[] = { "/etc/pam.d", "/usr/lib/pam.d" };

/* True also when that cannot be found out: the warning is for what is surely absent. */
static bool has_pam_file(const char *service)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(pam_folders) / sizeof(*pam_folders); i++)
		if (!path_join(path, sizeof(path), pam_folders[i], service) ||
		    access(path, F_OK) == 0 || errno != ENOENT)
			return true;
	return false;
}

/* Without vid.conf there is nothing to warn of. */
static void warn_of_settings(const char *path)
{
	struct problem problem = { "" };
	struct settings settings;
	enum vid_reason why = settings_load(path, &settings, &problem);

	if (why == VID_FILE_MISSING)
		return;
	if (why != VID_OK) {
		cli_warn("%s", problem.text);
		return;
	}
	for (size_t i = 0; i < settings.service_count; i++)
		if (!has_pam_file(settings.service[i].name))
			cli_warn(_("%s: [policy %s] never applies: no file of that name "
				   "is in %s or %s. A service is named as its PAM file: "
				   "ls %s"),
				 path, settings.service[i].name, pam_folders[0],
				 pam_folders[1], pam_folders[0]);
}

int cmd_host_show(int argc, char **argv)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	struct problem problem = { .text = "" };
	const char *file = PATH_HOSTKEY, *settings = PATH_SETTINGS;
	char **operands, id[22];
	bool json = false;
	enum vid_reason why;
	int code;
	const struct cli_option options[] = {
		{ .name = "file",
		  .arg = N_("FILE"),
		  .text = &file,
		  .help = N_("the host key, instead of the usual place") },
		{ .name = "settings",
		  .arg = N_("FILE"),
		  .text = &settings,
		  .help = N_("vid.conf, instead of the usual place") },
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid host show [--file FILE] [--settings FILE] [--json]",
		.about = N_("Print this host's id. It is public; it is derived from the "
			    "host key, which only root can read. A policy of vid.conf "
			    "for a service that has no PAM file is warned of."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	why = hostkey_load(file, &key, &problem);
	if (why == VID_FILE_MISSING)
		return cli_fail(_("%s: there is no host key yet; vid host init makes it"),
				file);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	hostkey_host_id(&key, id);
	warn_of_settings(settings);
	if (json)
		return cli_json(json_pack("{s:s, s:o}", "host_id", id, "file",
					  cli_json_text(bytes_of_text(file))));
	printf(_("host id: %s\n"), id);
	return CLI_YES;
}
