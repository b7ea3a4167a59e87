/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.h - what carries the 64-byte reports of a key: a socket or a USB device of uhid
 */
#ifndef SOFTKEY_LINK_H
#define SOFTKEY_LINK_H

#include <stdbool.h>
#include <stdint.h>

#define REPORT_SIZE 64 /* bytes */

struct link;

struct link_kind {
	/* Appear. For a socket: listen, and wait at most `ms` for somebody to connect.
	 * False when nobody did; ends the program when it is impossible. */
	bool (*plug)(struct link *link, int ms);
	void (*unplug)(struct link *link); /* disappear, also for those who look */
	void (*forget)(struct link *link); /* the other end is gone; stay visible */
	/* 1: a report is there; 0: none within `ms`; -1: the other end is gone. */
	int (*receive)(struct link *link, uint8_t report[REPORT_SIZE], int ms);
	bool (*send)(struct link *link, const uint8_t report[REPORT_SIZE]);
};

struct link {
	const struct link_kind *kind;
	const char *path; /* of the socket */
	const char *name; /* of the product */
	int listener;     /* -1 when there is none */
	int fd;           /* -1 when nobody is there */
};

extern const struct link_kind link_socket;
extern const struct link_kind link_uhid;

/* The sockets of the type are of datagrams: an empty or odd one is no report. */
bool link_report(const uint8_t *from, long len, uint8_t report[REPORT_SIZE]);

#endif
