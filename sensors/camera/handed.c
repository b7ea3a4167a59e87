/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/handed.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int handed_descriptor(int conversation, int patience)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = control.room,
				  .msg_controllen = sizeof(control.room) };
	struct pollfd wait = { .fd = conversation, .events = POLLIN };
	const struct cmsghdr *head;
	int fd = -1;

	if (poll(&wait, 1, patience) != 1 ||
	    recvmsg(conversation, &message, MSG_CMSG_CLOEXEC) != 1)
		return -1;
	head = CMSG_FIRSTHDR(&message);
	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

uint64_t handed_length(int fd)
{
	struct stat is;

	if (fstat(fd, &is) < 0 || !S_ISREG(is.st_mode) || is.st_size <= 0)
		return 0;
	return (uint64_t)is.st_size;
}

bool handed_read(int fd, uint64_t at, void *to, size_t len)
{
	uint8_t *bytes = to;

	while (len) {
		ssize_t got = pread(fd, bytes, len, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		bytes += got;
		at += (uint64_t)got;
		len -= (size_t)got;
	}
	return true;
}

size_t handed_whole(int fd, uint8_t *to, size_t size)
{
	uint64_t len = handed_length(fd);

	if (len == 0 || len > size || !handed_read(fd, 0, to, (size_t)len))
		return 0;
	return (size_t)len;
}
