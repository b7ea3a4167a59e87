/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preload.c - lets programs of libfido2 reach a softkey at a socket
 *
 * LD_PRELOADed into fido2-token and its like, which know no key but a hidraw node. A
 * device path that names a socket is connected to; every other goes the usual way. A
 * list of keys has the socket of SOFTKEY in it, when that is set.
 */
#include <dlfcn.h>
#include <fido.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

/* A handle of libfido2's is a pointer, and NULL is failure: so fd + 1. */
static void *handle_of(int fd)
{
	return (char *)NULL + fd + 1;
}

static int fd_of(const void *handle)
{
	return (int)((const char *)handle - (const char *)NULL) - 1;
}

static void *socket_open(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(at.sun_path))
		return NULL;
	memcpy(at.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return NULL;
	if (connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0) {
		close(fd);
		return NULL;
	}
	return handle_of(fd);
}

static void socket_close(void *handle)
{
	close(fd_of(handle));
}

static int socket_read(void *handle, unsigned char *to, size_t len, int ms)
{
	struct pollfd ready = { .fd = fd_of(handle), .events = POLLIN };

	if (poll(&ready, 1, ms) != 1)
		return -1;
	return (int)recv(ready.fd, to, len, 0);
}

static int socket_write(void *handle, const unsigned char *from, size_t len)
{
	return (int)send(fd_of(handle), from, len, MSG_NOSIGNAL);
}

static const fido_dev_io_t io = { socket_open, socket_close, socket_read, socket_write };

static int is_socket(const char *path)
{
	struct stat st;

	return path && stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

SHOWN int fido_dev_open(fido_dev_t *dev, const char *path)
{
	int (*real)(fido_dev_t *, const char *) = dlsym(RTLD_NEXT, "fido_dev_open");
	int status;

	if (is_socket(path)) {
		status = fido_dev_set_io_functions(dev, &io);
		if (status != FIDO_OK)
			return status;
	}
	return real(dev, path);
}

SHOWN int fido_dev_info_manifest(fido_dev_info_t *list, size_t room, size_t *found)
{
	const char *path = getenv("SOFTKEY");

	*found = 0;
	if (!is_socket(path))
		return FIDO_OK;
	*found = 1;
	return room ? fido_dev_info_set(list, 0, path, "vid", "softkey", &io, NULL)
		    : FIDO_ERR_INVALID_ARGUMENT;
}
