/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output.c - result files: whole or not at all, and none replaced by accident
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/output_folder.h"
#include "vid/cli.h"

/* A device or pipe in /dev takes the bytes as they come: there is no file to replace.
 * Elsewhere whoever the folder belongs to could have put one there, or a link to one. */
bool cli_is_stream(const char *path)
{
	AUTO_CLOSE int found = output_stream_find(path);

	return found >= 0;
}

static int write_stream(const char *path, struct bytes content)
{
	AUTO_CLOSE int found = output_stream_find(path);
	AUTO_CLOSE int fd = found < 0 ? -1 : output_stream_open(found);

	while (fd >= 0 && content.len) {
		ssize_t put = write(fd, content.at, content.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			break;
		content = bytes_of(content.at + put, content.len - (size_t)put);
	}
	if (fd < 0 || content.len)
		return cli_fail(_("cannot write %s: %s"), path, output_strerror(errno));
	return CLI_YES;
}

int cli_writable(const char *path, bool force)
{
	AUTO_CLOSE int folder = -1;
	const char *name;
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return cli_fail(_("%s is a directory; give a file name"), path);
	if (cli_is_stream(path))
		return CLI_GO;
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return cli_fail(_("%s is no regular file"), path);
	if (!force && lstat(path, &st) == 0)
		return cli_fail(_("%s is there already (--force replaces it)"), path);
	folder = output_folder_open_of(path, &name);
	if (folder < 0 || faccessat(folder, ".", W_OK | X_OK, 0) < 0)
		return cli_fail(_("cannot write %s: %s"), path, output_strerror(errno));
	return CLI_GO;
}

int cli_write(const char *path, struct bytes content, mode_t mode, bool force)
{
	struct problem problem = { .text = "" };
	enum vid_reason why;
	struct stat st;
	bool exists;

	if (cli_is_stream(path))
		return write_stream(path, content);
	exists = lstat(path, &st) == 0;
	if (exists && S_ISDIR(st.st_mode))
		return cli_fail(_("%s is a directory; give a file name"), path);
	if (exists && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return cli_fail(_("%s is no regular file"), path);
	if (exists && !force)
		return cli_fail(_("%s exists; --force replaces it"), path);

	why = force ? file_write(path, content, mode, &problem)
		    : file_write_new(path, content, mode, &problem);
	return why == VID_OK ? CLI_YES : cli_problem(why, &problem);
}
