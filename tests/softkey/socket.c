/* SPDX-License-Identifier: BSD-2-Clause */
/* socket.c - a key at a unix socket: each connection is a key that was plugged in */
#include "tests/softkey/link.h"

#include <err.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void socket_listen(struct link *link)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (strlen(link->path) >= sizeof(at.sun_path))
		errx(2, "%s: too long for a socket", link->path);
	memcpy(at.sun_path, link->path, strlen(link->path));
	(void)unlink(link->path);
	link->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (link->listener < 0 ||
	    bind(link->listener, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    chmod(link->path, 0666) < 0 || listen(link->listener, 8) < 0)
		err(2, "%s", link->path);
}

static bool plug(struct link *link, int ms)
{
	struct pollfd knock;

	if (link->listener < 0)
		socket_listen(link);
	knock = (struct pollfd){ .fd = link->listener, .events = POLLIN };
	if (poll(&knock, 1, ms) != 1)
		return false;
	link->fd = accept4(link->listener, NULL, NULL, SOCK_CLOEXEC);
	return link->fd >= 0;
}

static void forget(struct link *link)
{
	if (link->fd >= 0)
		(void)close(link->fd);
	link->fd = -1;
}

static void unplug(struct link *link)
{
	if (link->listener >= 0) {
		(void)unlink(link->path);
		(void)close(link->listener);
	}
	link->listener = -1;
	forget(link);
}

bool link_report(const uint8_t *from, long len, uint8_t report[REPORT_SIZE])
{
	/* hidraw wants the number of the report in front; ours has none, so it is 0 */
	if (len == REPORT_SIZE + 1 && from[0] == 0)
		from++;
	else if (len != REPORT_SIZE)
		return false;
	memcpy(report, from, REPORT_SIZE);
	return true;
}

static int receive(struct link *link, uint8_t report[REPORT_SIZE], int ms)
{
	struct pollfd ready = { .fd = link->fd, .events = POLLIN };
	uint8_t room[REPORT_SIZE + 2];
	ssize_t got;

	if (poll(&ready, 1, ms) != 1)
		return 0;
	got = recv(link->fd, room, sizeof(room), MSG_DONTWAIT);
	if (got <= 0)
		return -1;
	return link_report(room, got, report) ? 1 : 0;
}

static bool emit(struct link *link, const uint8_t report[REPORT_SIZE])
{
	return send(link->fd, report, REPORT_SIZE, MSG_NOSIGNAL) == REPORT_SIZE;
}

const struct link_kind link_socket = {
	.plug = plug,
	.unplug = unplug,
	.forget = forget,
	.receive = receive,
	.send = emit,
};
