/* SPDX-License-Identifier: BSD-2-Clause */
/* vidd's side of the listener, apart from it: the listener itself receives nothing. */
#include "config.h"

#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "libvid/cleanup.h"
#include "vidd/listener.h"

union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

static bool is_public(int fd, const char *path)
{
	struct sockaddr_un own = { .sun_family = AF_UNSPEC };
	socklen_t len = sizeof(own);

	return getsockname(fd, (struct sockaddr *)&own, &len) == 0 &&
	       own.sun_family == AF_UNIX &&
	       len > offsetof(struct sockaddr_un, sun_path) &&
	       strncmp(own.sun_path, path, sizeof(own.sun_path)) == 0;
}

int listener_handed(int inner, uid_t owner, const char *path)
{
	union control control;
	char byte;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = control.room,
				  .msg_controllen = sizeof(control.room) };
	struct pollfd wait = { .fd = inner, .events = POLLIN };
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t len = sizeof(peer);
	AUTO_CLOSE int fd = -1;
	const struct cmsghdr *head;

	if (getsockopt(inner, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0 ||
	    (peer.uid != 0 && peer.uid != owner) || poll(&wait, 1, 1000) != 1 ||
	    recvmsg(inner, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) != 1)
		return -1;
	head = CMSG_FIRSTHDR(&message);
	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd >= 0 && is_public(fd, path) ? TAKE_FD(fd) : -1;
}
