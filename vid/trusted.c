/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/trusted.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libvid/files.h"
#include "vid/cli.h"

#define LOCK_SECONDS 10

enum vid_reason trusted_load(const char *folder, struct issuers *out,
			     struct problem *problem)
{
	enum vid_reason why = issuers_load(folder, out, problem);

	for (size_t i = 0; why == VID_OK && i < out->fault_count; i++)
		cli_warn(_("this issuer is not trusted, its file is faulty: %s"),
			 out->fault[i].problem.text);
	return why;
}

int trusted_lock(const char *folder)
{
	char path[PATH_MAX];
	int fd = -1;

	if (path_join(path, sizeof(path), folder, ".lock"))
		fd = file_lock(path, LOCK_SECONDS);
	if (fd < 0)
		cli_fail(_("cannot lock the folder %s: %s"), folder, strerror(errno));
	return fd;
}

bool trusted_path(const char *folder, const char *alias, char path[PATH_MAX])
{
	char name[VID_ALIAS_MAX + 8];

	(void)snprintf(name, sizeof(name), "%s.conf", alias);
	if (path_join(path, PATH_MAX, folder, name))
		return true;
	cli_fail(_("the file name is too long"));
	return false;
}
