/* SPDX-License-Identifier: BSD-2-Clause */
/* client.h - CTAPHID from the other side, packet by packet, for what libfido2 never does
 */
#ifndef SOFTKEY_CLIENT_H
#define SOFTKEY_CLIENT_H

#include "libvid/bytes.h"
#include "tests/softkey/hid.h"

#define CLIENT_MS 20000 /* a reply that takes longer will not come */

struct client {
	int fd;
	uint32_t channel;
	/* the message heard last */
	uint32_t from;
	uint8_t command;
	uint8_t room[HID_MESSAGE_MAX];
	struct bytes said;
	size_t keepalives; /* heard in front of it */
	uint8_t keepalive; /* the last of them says why */
};

/* Connect `fd` was; ask for a channel. False: there was none. */
bool client_open(struct client *client, int fd);

/* A channel more on the same connection; 0: none. */
uint32_t client_channel(struct client *client);

bool client_send(const struct client *client, uint32_t channel, uint8_t command,
		 struct bytes message);
bool client_send_packet(const struct client *client, const uint8_t report[REPORT_SIZE]);

/*
 * The next message that is no keepalive, within `ms`. False: none came, or the other end
 * is gone. client_hear_any also stops at a keepalive.
 */
bool client_hear(struct client *client, int ms);
bool client_hear_any(struct client *client, int ms);

/* A request of CTAP2 and its reply; the status byte, -1 when there is none. */
int client_ask(struct client *client, struct bytes request);

#endif
