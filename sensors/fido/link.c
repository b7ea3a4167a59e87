/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/fido/link.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libvid/wire.h"

#define REPORT        64 /* bytes; in front of it stands a report number when written */
#define SILENCE_MAX   5000
#define CANCEL_MAX    300           /* milliseconds for a key to answer a cancellation */
#define RECEIVED_MAX  (1024 * 1024) /* bytes; a visit is some ten thousand */
#define CID_AT        1             /* behind the report number */
#define FRAME_INIT    0x80
#define CMD_CANCEL    0x11
#define CMD_KEEPALIVE 0x3b

/* The path carries the address: libfido2 hands nothing else to the function. */
static void *open_link(const char *path)
{
	return (void *)(uintptr_t)strtoumax(path, NULL, 16);
}

static void close_link(void *handle)
{
	(void)handle; /* the descriptor is its owner's */
}

static int write_report(void *handle, const unsigned char *report, size_t len)
{
	struct link *link = handle;
	ssize_t sent;

	if (link->end != LINK_UP || len != REPORT + 1)
		return -1;
	memcpy(link->channel, report + CID_AT, sizeof(link->channel));
	do
		sent = write(link->fd, report, len);
	while (sent < 0 && errno == EINTR);
	if (sent != (ssize_t)len) {
		link->end = LINK_GONE;
		return -1;
	}
	return (int)len;
}

static void send_cancel(struct link *link)
{
	uint8_t report[REPORT + 1] = { 0 };

	memcpy(report + CID_AT, link->channel, sizeof(link->channel));
	report[CID_AT + 4] = FRAME_INIT | CMD_CANCEL;
	(void)!write(link->fd, report, sizeof(report));
}

/* One report that is there; false when the key is gone. */
static bool take_report(struct link *link, unsigned char *to)
{
	ssize_t got;

	memset(to, 0, REPORT);
	do
		got = read(link->fd, to, REPORT);
	while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EAGAIN)
		return true; /* nothing: the caller sees an empty report */
	if (got <= 0) {
		link->end = LINK_GONE;
		return false;
	}
	link->received += REPORT;
	if (link->received > RECEIVED_MAX) {
		link->end = LINK_FLOODED;
		return false;
	}
	return true;
}

void link_cancel(struct link *link)
{
	struct pollfd wait = { .fd = link->fd, .events = POLLIN };
	int64_t until = wire_now() + CANCEL_MAX, left;
	unsigned char report[REPORT];

	send_cancel(link);
	while ((left = until - wire_now()) > 0 && poll(&wait, 1, (int)left) == 1 &&
	       take_report(link, report))
		if (report[4] != (FRAME_INIT | CMD_KEEPALIVE))
			break;
	link->end = LINK_CANCELLED;
}

static int read_report(void *handle, unsigned char *report, size_t len, int ms)
{
	struct link *link = handle;
	int64_t until = wire_now() + (ms < 0 || ms > SILENCE_MAX ? SILENCE_MAX : ms);

	while (link->end == LINK_UP && len == REPORT) {
		struct pollfd wait[] = {
			{ .fd = link->conversation, .events = POLLIN },
			{ .fd = link->fd, .events = POLLIN },
			{ .fd = link->watch ? watch_fd(link->watch) : -1,
			  .events = POLLIN },
		};
		int64_t left = until - wire_now();
		int ready = poll(wait, 3, left > 0 ? (int)left : 0);

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0) {
			/* A shorter time than that was the caller's own. */
			if (ms < 0 || ms > SILENCE_MAX)
				link->end = LINK_SILENT;
			break;
		}
		if (wait[0].revents) {
			link_cancel(link);
			break;
		}
		if (wait[1].revents)
			return take_report(link, report) ? REPORT : -1;
		watch_look(link->watch);
	}
	return -1;
}

fido_dev_t *link_device(struct link *link, char path[LINK_PATH_SIZE])
{
	static const fido_dev_io_t io = {
		.open = open_link,
		.close = close_link,
		.read = read_report,
		.write = write_report,
	};
	fido_dev_t *device = fido_dev_new();

	(void)snprintf(path, LINK_PATH_SIZE, "%" PRIxPTR, (uintptr_t)link);
	if (device && fido_dev_set_io_functions(device, &io) != FIDO_OK)
		fido_dev_free(&device);
	return device;
}
