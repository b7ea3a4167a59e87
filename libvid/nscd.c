/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/nscd.h"

#include <nss.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "libvid/cleanup.h"

/* glibc's nscd/nscd-client.h: a request is version, type and length of the key, then the
 * key with its NUL; the answer to INVALIDATE is one number. */
#define NSCD_SOCKET     "/var/run/nscd/socket"
#define NSCD_VERSION    2
#define NSCD_INVALIDATE 10

static void invalidate(const char *database)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = NSCD_SOCKET };
	int32_t request[3] = { NSCD_VERSION, NSCD_INVALIDATE,
			       (int32_t)strlen(database) + 1 };
	AUTO_CLOSE int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct pollfd answer = { .fd = fd, .events = POLLIN };
	char message[sizeof(request) + 16];
	size_t len = sizeof(request) + strlen(database) + 1;

	if (fd < 0 || len > sizeof(message) ||
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return;
	memcpy(message, request, sizeof(request));
	memcpy(message + sizeof(request), database, strlen(database) + 1);
	if (send(fd, message, len, MSG_NOSIGNAL) == (ssize_t)len)
		(void)poll(&answer, 1, NSCD_MILLISECONDS); /* until it is done */
}

void nscd_invalidate(void)
{
	invalidate("passwd");
	invalidate("group");
}

/* The sources of `database:` in a line of nsswitch.conf; NULL: another line. */
static const char *sources_of(char *line, const char *database)
{
	size_t len = strlen(database);

	line[strcspn(line, "#\n")] = '\0';
	line += strspn(line, " \t");
	if (strncmp(line, database, len) != 0 || line[len] != ':')
		return NULL;
	line += len + 1;
	line += strspn(line, " \t");
	return *line ? line : NULL;
}

static bool bypass(const char *nsswitch, const char *database)
{
	AUTO_FCLOSE FILE *file = fopen(nsswitch, "re");
	const char *sources;
	char line[1024];

	while (file && fgets(line, sizeof(line), file))
		if ((sources = sources_of(line, database)))
			return __nss_configure_lookup(database, sources) == 0;
	return false;
}

/* getgrouplist goes by `initgroups` where that is configured, else by `group`. */
bool nscd_bypass(const char *nsswitch)
{
	bool passwd = bypass(nsswitch, "passwd"), group = bypass(nsswitch, "group");

	(void)bypass(nsswitch, "initgroups");
	return passwd && group;
}
