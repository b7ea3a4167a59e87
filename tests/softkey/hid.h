/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hid.h - CTAPHID (CTAP 2.1 section 11.2): channels, packets, keepalives, CANCEL
 *
 * One message at a time is put together, one request at a time is worked on. Whoever
 * works on it calls hid_wait() while it waits for a person: that looks after the link.
 */
#ifndef SOFTKEY_HID_H
#define SOFTKEY_HID_H

#include "libvid/bytes.h"
#include "tests/softkey/link.h"

#define HID_MESSAGE_MAX 7609 /* bytes: 57 + 128 * 59 */

enum hid_command {
	HID_PING = 0x01,
	HID_MSG = 0x03,
	HID_INIT = 0x06,
	HID_WINK = 0x08,
	HID_CBOR = 0x10,
	HID_CANCEL = 0x11,
	HID_KEEPALIVE = 0x3b,
	HID_ERROR = 0x3f,
};

enum hid_error {
	HID_INVALID_CMD = 0x01,
	HID_INVALID_LEN = 0x03,
	HID_INVALID_SEQ = 0x04,
	HID_MSG_TIMEOUT = 0x05,
	HID_CHANNEL_BUSY = 0x06,
	HID_INVALID_CHANNEL = 0x0b,
};

enum hid_keepalive { HID_PROCESSING = 1, HID_UP_NEEDED = 2 };

enum hid_wait {
	HID_WAITED,    /* the time is over */
	HID_CANCELLED, /* the request was cancelled */
	HID_ABORTED,   /* its channel began anew: no reply is wanted */
	HID_GONE,      /* the other end is gone */
};

struct hid {
	struct link *link;
	uint8_t capabilities; /* as INIT says them */
	uint32_t next_channel;
	uint32_t channel; /* of the message that is put together or worked on */
	uint8_t command;
	uint8_t sequence;
	size_t want, have; /* bytes of it */
	bool assembling, working;
	int64_t late; /* ms on the clock: when an unfinished message is given up */
	uint8_t message[HID_MESSAGE_MAX];
};

#define HID_CAN_WINK 0x01
#define HID_CAN_CBOR 0x04
#define HID_NO_MSG   0x08

/* Forget every channel: the key has just been plugged in. */
void hid_reset(struct hid *hid);

/*
 * Take what comes within `ms`. 1: a whole message stands in `message` with `command` and
 * `channel`, and belongs to the caller until hid_done(); 0: not yet; -1: the other end
 * is gone. INIT, CANCEL and faults of framing are dealt with in here.
 */
int hid_receive(struct hid *hid, int ms);
void hid_done(struct hid *hid);

/* Wait `ms`, and meanwhile answer others that the channel is busy. */
enum hid_wait hid_wait(struct hid *hid, int ms);

bool hid_send(struct hid *hid, uint32_t channel, uint8_t command, struct bytes message);
bool hid_say_error(struct hid *hid, uint32_t channel, enum hid_error error);
bool hid_keepalive(struct hid *hid, enum hid_keepalive why);

int64_t clock_ms(void); /* since boot */

#endif
