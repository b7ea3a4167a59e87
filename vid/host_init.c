/* SPDX-License-Identifier: BSD-2-Clause */
/* vid host init - make this host's key, once */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"
#include "libvid/hostkey.h"
#include "libvid/output_folder.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/cli.h"

/* Made if missing; a host that is set up for the first time has no /etc/vid yet. */
static int make_folder_of(const char *path)
{
	AUTO_FREE char *folder = strdup(path);
	char *slash = folder ? strrchr(folder, '/') : NULL;

	if (!slash || slash == folder)
		return CLI_GO;
	*slash = '\0';
	if (output_folder_make(folder, 0755) < 0 && errno != EEXIST)
		return cli_fail(_("cannot make the folder %s: %s"), folder,
				output_strerror(errno));
	return CLI_GO;
}

static void print_host(const char *id, const char *realm, const char *path, bool made)
{
	printf(made ? _("made the host key %s\n") : _("%s is there already; kept\n"),
	       PRINTABLE(path));
	printf(_("host id: %s\n\n"), id);
	printf(_("For %s:\n\n"), PATH_SETTINGS);
	printf("[host]\nrealm = %s\n", realm ? PRINTABLE(realm) : "realm:example.org");
	if (!realm)
		printf("\n%s\n", _("(the realm is the one that your issuer signs for: "
				   "vid issuer list)"));
}

int cmd_host_init(int argc, char **argv)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	const char *file = PATH_HOSTKEY, *realm = NULL;
	struct problem problem = { .text = "" };
	bool json = false, made = false;
	char **operands, id[22];
	enum vid_reason why;
	int code;
	const struct cli_option options[] = {
		{ .name = "realm",
		  .arg = N_("URI"),
		  .text = &realm,
		  .help = N_("the realm this host belongs to, for the printed line") },
		{ .name = "file",
		  .arg = N_("FILE"),
		  .text = &file,
		  .help = N_("the host key, instead of the usual place") },
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid host init [--realm URI] [--file FILE] [--json]",
		.about = N_("Make the secret key of this host, if there is none, and "
			    "print the host's id.\nKeep the key out of backups of "
			    "/var/lib/vid: it opens what is stored there."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	why = hostkey_load(file, &key, &problem);
	if (why == VID_FILE_MISSING) {
		if ((code = make_folder_of(file)) != CLI_GO)
			return code;
		made = true;
		why = hostkey_create(file, &problem);
		if (why == VID_OK)
			why = hostkey_load(file, &key, &problem);
	}
	if (why != VID_OK)
		return cli_problem(why, &problem);
	hostkey_host_id(&key, id);
	if (json)
		return cli_json(json_pack("{s:s, s:o, s:b}", "host_id", id, "file",
					  cli_json_text(bytes_of_text(file)), "created",
					  made));
	print_host(id, realm, file, made);
	return CLI_YES;
}
