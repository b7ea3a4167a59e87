/* SPDX-License-Identifier: BSD-2-Clause */
/* uhid.c - a key at /dev/uhid: the kernel shows it as a USB device with a hidraw node */
#include "tests/softkey/link.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <linux/uhid.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* CTAP 2.1 section 11.2.8.1: usage page 0xF1D0, usage 1, 64 bytes in and 64 out. */
static const uint8_t descriptor[] = {
	0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0x09, 0x20, 0x15, 0x00, 0x26,
	0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x81, 0x02, 0x09, 0x21, 0x15, 0x00,
	0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x91, 0x02, 0xc0,
};

static bool plug(struct link *link, int ms)
{
	struct uhid_event event = { .type = UHID_CREATE2 };

	(void)ms;
	link->fd = open("/dev/uhid", O_RDWR | O_CLOEXEC);
	if (link->fd < 0)
		err(2, "/dev/uhid");
	snprintf((char *)event.u.create2.name, sizeof(event.u.create2.name), "%s",
		 link->name);
	memcpy(event.u.create2.rd_data, descriptor, sizeof(descriptor));
	event.u.create2.rd_size = sizeof(descriptor);
	event.u.create2.bus = BUS_USB; /* libfido2 looks at no other */
	event.u.create2.vendor = 0x1209;
	event.u.create2.product = 0xf1d0;
	event.u.create2.version = 1;
	if (write(link->fd, &event, sizeof(event)) < 0)
		err(2, "UHID_CREATE2");
	return true;
}

/* Closing the descriptor destroys the device. */
static void unplug(struct link *link)
{
	if (link->fd >= 0)
		(void)close(link->fd);
	link->fd = -1;
}

/* Nobody waits for a feature report of ours: say so rather than let the asker wait. */
static void refuse(const struct link *link, const struct uhid_event *asked)
{
	struct uhid_event event = { 0 };

	if (asked->type == UHID_GET_REPORT) {
		event.type = UHID_GET_REPORT_REPLY;
		event.u.get_report_reply.id = asked->u.get_report.id;
		event.u.get_report_reply.err = EIO;
	} else {
		event.type = UHID_SET_REPORT_REPLY;
		event.u.set_report_reply.id = asked->u.set_report.id;
		event.u.set_report_reply.err = EIO;
	}
	(void)!write(link->fd, &event, sizeof(event));
}

static int receive(struct link *link, uint8_t report[REPORT_SIZE], int ms)
{
	struct pollfd ready = { .fd = link->fd, .events = POLLIN };
	struct uhid_event event = { 0 };

	if (poll(&ready, 1, ms) != 1)
		return 0;
	if (read(link->fd, &event, sizeof(event)) <= 0)
		return -1;
	if (event.type == UHID_GET_REPORT || event.type == UHID_SET_REPORT)
		refuse(link, &event);
	if (event.type != UHID_OUTPUT)
		return 0;
	return link_report(event.u.output.data, event.u.output.size, report) ? 1 : 0;
}

static bool emit(struct link *link, const uint8_t report[REPORT_SIZE])
{
	struct uhid_event event = { .type = UHID_INPUT2 };

	event.u.input2.size = REPORT_SIZE;
	memcpy(event.u.input2.data, report, REPORT_SIZE);
	return write(link->fd, &event, sizeof(event)) > 0;
}

const struct link_kind link_uhid = {
	.plug = plug,
	.unplug = unplug,
	.forget = unplug,
	.receive = receive,
	.send = emit,
};
