/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/carrier.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/limits.h"
#include "vid/cli.h"

/* Room for white space around the text; far more than what is refused for its size. */
#define CARRIER_MAX (16 * 1024)

static int read_all(int fd, const char *name, struct blob *out)
{
	out->len = 0;
	out->at = calloc(1, CARRIER_MAX + 1);
	if (!out->at)
		return cli_fail(_("not enough memory"));
	while (out->len < CARRIER_MAX) {
		ssize_t got = read(fd, out->at + out->len, CARRIER_MAX - out->len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return cli_fail(_("cannot read %s: %s"), name, strerror(errno));
		if (got == 0)
			break;
		out->len += (size_t)got;
	}
	return CLI_GO;
}

static int take_text(const char *text, struct blob *out)
{
	out->at = (uint8_t *)strdup(text);
	if (!out->at)
		return cli_fail(_("not enough memory"));
	out->len = strlen(text);
	return CLI_GO;
}

int carrier_read(const char *path, struct blob *out)
{
	AUTO_CLOSE int fd = -1;
	struct stat st;

	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, _("standard input"), out);
	if (strncmp(path, "VID1:", 5) == 0 && access(path, F_OK) < 0)
		return take_text(path, out);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		return cli_fail(_("cannot read %s: %s"), path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return cli_fail(_("%s is a directory, not a token"), path);
	if (!S_ISREG(st.st_mode))
		return cli_fail(_("%s is not a regular file; use - for standard input"),
				path);
	return read_all(fd, path, out);
}
