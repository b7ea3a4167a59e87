/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/hid.h"

#include <time.h>

#define BROADCAST     0xffffffffU
#define FIRST_CHANNEL 0x5f000001U
#define ASSEMBLY_MS   500 /* section 11.2.5.2: a transaction that stalls is given up */
#define INIT_ROOM     57  /* bytes of payload in a first packet */
#define CONT_ROOM     59

int64_t clock_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint32_t be32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
	       at[3];
}

static void put_be32(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 24);
	at[1] = (uint8_t)(value >> 16);
	at[2] = (uint8_t)(value >> 8);
	at[3] = (uint8_t)value;
}

void hid_reset(struct hid *hid)
{
	hid->next_channel = FIRST_CHANNEL;
	hid->assembling = hid->working = false;
}

bool hid_send(struct hid *hid, uint32_t channel, uint8_t command, struct bytes message)
{
	uint8_t report[REPORT_SIZE] = { 0 };
	size_t done = message.len < INIT_ROOM ? message.len : INIT_ROOM;
	uint8_t sequence = 0;

	put_be32(report, channel);
	report[4] = (uint8_t)(0x80 | command);
	report[5] = (uint8_t)(message.len >> 8);
	report[6] = (uint8_t)message.len;
	if (done)
		memcpy(report + 7, message.at, done);
	if (!hid->link->kind->send(hid->link, report))
		return false;
	while (done < message.len) {
		size_t part = message.len - done;

		if (part > CONT_ROOM)
			part = CONT_ROOM;
		memset(report + 4, 0, sizeof(report) - 4);
		report[4] = sequence++;
		memcpy(report + 5, message.at + done, part);
		if (!hid->link->kind->send(hid->link, report))
			return false;
		done += part;
	}
	return true;
}

bool hid_say_error(struct hid *hid, uint32_t channel, enum hid_error error)
{
	uint8_t code = (uint8_t)error;

	return hid_send(hid, channel, HID_ERROR, bytes_of(&code, 1));
}

bool hid_keepalive(struct hid *hid, enum hid_keepalive why)
{
	uint8_t code = (uint8_t)why;

	return hid_send(hid, hid->channel, HID_KEEPALIVE, bytes_of(&code, 1));
}

static bool channel_known(const struct hid *hid, uint32_t channel)
{
	return channel >= FIRST_CHANNEL && channel < hid->next_channel;
}

/* A new channel for whoever has none, or the same one in order again. */
static void init(struct hid *hid, uint32_t channel, const uint8_t *report)
{
	uint8_t said[17] = { 0 };

	if (report[5] != 0 || report[6] != 8) {
		hid_say_error(hid, channel, HID_INVALID_LEN);
		return;
	}
	memcpy(said, report + 7, 8);
	put_be32(said + 8, channel == BROADCAST ? hid->next_channel++ : channel);
	said[12] = 2; /* of CTAPHID */
	said[13] = 1; /* of the device, with the two that follow */
	said[16] = hid->capabilities;
	hid_send(hid, channel, HID_INIT, bytes_of(said, sizeof(said)));
}

/* The first packet of a message, while nobody works on one. */
static void begin(struct hid *hid, uint32_t channel, const uint8_t *report)
{
	size_t want = (size_t)report[5] << 8 | report[6];
	uint8_t command = report[4] & 0x7f;

	if (command == HID_INIT &&
	    (channel == BROADCAST || channel_known(hid, channel))) {
		if (hid->assembling && hid->channel == channel)
			hid->assembling = false;
		init(hid, channel, report);
		return;
	}
	if (!channel_known(hid, channel)) {
		hid_say_error(hid, channel, HID_INVALID_CHANNEL);
		return;
	}
	if (command == HID_CANCEL)
		return; /* nothing is going on: ignored, section 11.2.9.1.5 */
	if (hid->assembling) {
		if (hid->channel == channel)
			hid->assembling = false;
		hid_say_error(hid, channel,
			      hid->channel == channel ? HID_INVALID_SEQ
						      : HID_CHANNEL_BUSY);
		return;
	}
	if (want > HID_MESSAGE_MAX) {
		hid_say_error(hid, channel, HID_INVALID_LEN);
		return;
	}
	hid->channel = channel;
	hid->command = command;
	hid->sequence = 0;
	hid->want = want;
	hid->have = want < INIT_ROOM ? want : INIT_ROOM;
	memcpy(hid->message, report + 7, hid->have);
	hid->assembling = true;
	hid->late = clock_ms() + ASSEMBLY_MS;
}

static void go_on(struct hid *hid, uint32_t channel, const uint8_t *report)
{
	size_t part = hid->want - hid->have;

	if (!hid->assembling || channel != hid->channel)
		return; /* spurious: ignored, section 11.2.5.4 */
	if (report[4] != hid->sequence) {
		hid->assembling = false;
		hid_say_error(hid, channel, HID_INVALID_SEQ);
		return;
	}
	hid->sequence++;
	if (part > CONT_ROOM)
		part = CONT_ROOM;
	memcpy(hid->message + hid->have, report + 5, part);
	hid->have += part;
	hid->late = clock_ms() + ASSEMBLY_MS;
}

int hid_receive(struct hid *hid, int ms)
{
	uint8_t report[REPORT_SIZE];
	int got = hid->link->kind->receive(hid->link, report, ms);

	if (got < 0)
		return -1;
	if (got == 0) {
		if (hid->assembling && clock_ms() >= hid->late) {
			hid->assembling = false;
			hid_say_error(hid, hid->channel, HID_MSG_TIMEOUT);
		}
		return 0;
	}
	if (report[4] & 0x80)
		begin(hid, be32(report), report);
	else
		go_on(hid, be32(report), report);
	if (!hid->assembling || hid->have < hid->want)
		return 0;
	hid->assembling = false;
	hid->working = true;
	return 1;
}

void hid_done(struct hid *hid)
{
	hid->working = false;
}

/* A packet that comes while a request is worked on. */
static enum hid_wait interrupt(struct hid *hid, const uint8_t *report)
{
	uint32_t channel = be32(report);
	bool same = channel == hid->channel;

	if (!(report[4] & 0x80))
		return HID_WAITED;
	switch (report[4] & 0x7f) {
	case HID_CANCEL:
		return same ? HID_CANCELLED : HID_WAITED;
	case HID_INIT:
		if (channel == BROADCAST || channel_known(hid, channel))
			init(hid, channel, report);
		return same ? HID_ABORTED : HID_WAITED;
	default:
		hid_say_error(hid, channel,
			      channel_known(hid, channel) ? HID_CHANNEL_BUSY
							  : HID_INVALID_CHANNEL);
		return HID_WAITED;
	}
}

enum hid_wait hid_wait(struct hid *hid, int ms)
{
	int64_t until = clock_ms() + ms, left;
	uint8_t report[REPORT_SIZE];
	enum hid_wait end = HID_WAITED;

	while (end == HID_WAITED && (left = until - clock_ms()) > 0) {
		int got = hid->link->kind->receive(hid->link, report, (int)left);

		if (got < 0)
			return HID_GONE;
		if (got > 0)
			end = interrupt(hid, report);
	}
	return end;
}
