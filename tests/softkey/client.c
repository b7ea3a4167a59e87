/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/client.h"

#include <poll.h>
#include <sys/socket.h>

#define BROADCAST 0xffffffffU

static uint32_t be32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
	       at[3];
}

static void put_be32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

bool client_send_packet(const struct client *client, const uint8_t report[REPORT_SIZE])
{
	return send(client->fd, report, REPORT_SIZE, MSG_NOSIGNAL) == REPORT_SIZE;
}

bool client_send(const struct client *client, uint32_t channel, uint8_t command,
		 struct bytes message)
{
	uint8_t report[REPORT_SIZE] = { 0 };
	size_t room = REPORT_SIZE - 7, done = 0;

	put_be32(report, channel);
	report[4] = 0x80 | command;
	report[5] = (uint8_t)(message.len >> 8);
	report[6] = (uint8_t)message.len;
	for (uint8_t sequence = 0;; sequence++) {
		size_t part = message.len - done < room ? message.len - done : room;

		if (part)
			memcpy(report + REPORT_SIZE - room, message.at + done, part);
		if (!client_send_packet(client, report))
			return false;
		done += part;
		if (done == message.len)
			return true;
		memset(report + 4, 0, sizeof(report) - 4);
		report[4] = sequence;
		room = REPORT_SIZE - 5;
	}
}

static bool packet(struct client *client, uint8_t report[REPORT_SIZE], int ms)
{
	struct pollfd ready = { .fd = client->fd, .events = POLLIN };

	return poll(&ready, 1, ms) == 1 &&
	       recv(client->fd, report, REPORT_SIZE, 0) == REPORT_SIZE;
}

bool client_hear_any(struct client *client, int ms)
{
	uint8_t report[REPORT_SIZE];
	size_t want, part = REPORT_SIZE - 7, have;

	if (!packet(client, report, ms))
		return false;
	client->from = be32(report);
	client->command = report[4] & 0x7f;
	want = (size_t)report[5] << 8 | report[6];
	if (!(report[4] & 0x80) || want > sizeof(client->room))
		return false;
	have = want < part ? want : part;
	memcpy(client->room, report + 7, have);
	for (uint8_t sequence = 0; have < want; sequence++) {
		part = want - have < REPORT_SIZE - 5 ? want - have : REPORT_SIZE - 5;
		if (!packet(client, report, ms) || be32(report) != client->from ||
		    report[4] != sequence)
			return false;
		memcpy(client->room + have, report + 5, part);
		have += part;
	}
	client->said = bytes_of(client->room, want);
	return true;
}

bool client_hear(struct client *client, int ms)
{
	client->keepalives = 0;
	while (client_hear_any(client, ms)) {
		if (client->command != HID_KEEPALIVE)
			return true;
		client->keepalives++;
		client->keepalive = client->said.at[0];
	}
	return false;
}

uint32_t client_channel(struct client *client)
{
	static const uint8_t nonce[8] = "a nonce";

	if (!client_send(client, BROADCAST, HID_INIT, bytes_of(nonce, sizeof(nonce))) ||
	    !client_hear(client, CLIENT_MS) || client->command != HID_INIT ||
	    client->said.len != 17 || memcmp(client->said.at, nonce, sizeof(nonce)))
		return 0;
	return be32(client->said.at + 8);
}

bool client_open(struct client *client, int fd)
{
	client->fd = fd;
	client->channel = fd < 0 ? 0 : client_channel(client);
	return client->channel != 0;
}

int client_ask(struct client *client, struct bytes request)
{
	if (!client_send(client, client->channel, HID_CBOR, request) ||
	    !client_hear(client, CLIENT_MS) || client->command != HID_CBOR ||
	    client->said.len == 0)
		return -1;
	return client->said.at[0];
}
