/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys in tests: sockets that the software authenticator listens at. In no release. */
#include "config.h"

#include "sensors/fido/keys.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "libvid/bytes.h"
#include "libvid/cleanup.h"
#include "sensors/fido/talk.h"

#define LOOK_AGAIN_MILLISECONDS 20

static void plug_in(const char *path, size_t len, struct keys *keys)
{
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (fd < 0 || keys->count == FIDO_KEYS_MAX ||
	    !bytes_to_text(bytes_of(path, len), address.sun_path,
			   sizeof(address.sun_path)) ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return;
	keys->fd[keys->count++] = TAKE_FD(fd);
}

static void plug_in_all(const char *paths, struct keys *keys)
{
	while (*paths) {
		size_t len = strcspn(paths, ":");

		plug_in(paths, len, keys);
		paths += len + (paths[len] == ':');
	}
}

bool keys_wait_test(const char *paths, struct keys *keys, enum fido_failure *failure,
		    struct problem *problem)
{
	struct pollfd wait = { .fd = CONVERSATION, .events = POLLIN };

	(void)problem;
	plug_in_all(paths, keys);
	if (!keys->count)
		talk_event(FIDO_EVENT_INSERT);
	while (!keys->count) {
		if (poll(&wait, 1, LOOK_AGAIN_MILLISECONDS) != 0) {
			*failure = FIDO_FAILURE_CANCELLED;
			return false;
		}
		plug_in_all(paths, keys);
	}
	return true;
}
