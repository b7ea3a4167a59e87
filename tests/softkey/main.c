/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - a security key in software, for tests: plugged in, asked, pulled out */
#include <err.h>
#include <openssl/sha.h>
#include <signal.h>

#include "tests/softkey/options.h"
#include "tests/softkey/requests.h"
#include "tests/softkey/u2f.h"

#define TICK_MS 20 /* between looks at the policy while nothing goes on */

static struct key key;

/* The PIN of --pin, where there is none yet. */
static void pin_begin(void)
{
	const char *pin = key.options.pin;
	uint8_t digest[32];

	if (!pin || key.store.pin_set)
		return;
	if (strlen(pin) < 4 || strlen(pin) > 63)
		errx(2, "a PIN has 4 to 63 bytes");
	SHA256((const uint8_t *)pin, strlen(pin), digest);
	memcpy(key.store.pin_hash, digest, sizeof(key.store.pin_hash));
	key.store.pin_set = true;
}

/* Gone, until the words of the policy change, or for as long as `back` says. */
static void stay_away(void)
{
	int64_t since = clock_ms();
	struct policy policy = key.policy;

	key.link.kind->unplug(&key.link);
	key.leave = false;
	memcpy(key.unplugged_by, key.policy.text, sizeof(key.unplugged_by));
	do {
		(void)usleep(TICK_MS * 1000);
		policy_read(&policy, key.options.policy);
		if (key.policy.back >= 0 && clock_ms() - since >= key.policy.back)
			return;
	} while (!strcmp(policy.text, key.unplugged_by));
}

static bool absent(void)
{
	policy_read(&key.policy, key.options.policy);
	return key.policy.absent;
}

static void request_answer(void)
{
	struct hid *hid = &key.hid;
	struct bytes message = bytes_of(hid->message, hid->want);
	uint8_t room[HID_MESSAGE_MAX];
	struct buffer reply = buffer_of(room, sizeof(room));
	bool silent;

	policy_read(&key.policy, key.options.policy);
	if (hid->command == HID_PING || hid->command == HID_WINK)
		hid_send(hid, hid->channel, hid->command, message);
	else if (hid->command == HID_CBOR && !key.options.u2f) {
		ctap_answer(&key, message, &reply, &silent);
		if (!silent)
			hid_send(hid, hid->channel, HID_CBOR, buffer_bytes(&reply));
	} else if (hid->command == HID_MSG && key.options.u2f) {
		u2f_answer(&key, message, &reply);
		hid_send(hid, hid->channel, HID_MSG, buffer_bytes(&reply));
	} else
		hid_say_error(hid, hid->channel, HID_INVALID_CMD);
	hid_done(hid);
}

/* Hear everything and answer nothing. False: the other end is gone. */
static bool play_dead(void)
{
	uint8_t report[REPORT_SIZE];

	key_log(&key, "dead");
	while (key.policy.dead) {
		if (key.link.kind->receive(&key.link, report, TICK_MS) < 0)
			return false;
		policy_read(&key.policy, key.options.policy);
	}
	hid_reset(&key.hid);
	return true;
}

/* One life between being plugged in and being pulled out. */
static void serve(void)
{
	int got;

	key_power_on(&key);
	hid_reset(&key.hid);
	policy_read(&key.policy, key.options.policy);
	if (key.policy.dead && !play_dead())
		return key.link.kind->forget(&key.link);
	while ((got = hid_receive(&key.hid, TICK_MS)) >= 0) {
		if (got > 0)
			request_answer();
		if (key.leave) {
			stay_away();
			return;
		}
		if (absent()) {
			key.link.kind->unplug(&key.link);
			return;
		}
		if (key.policy.dead && !play_dead())
			break;
	}
	key.link.kind->forget(&key.link);
}

int main(int argc, char **argv)
{
	key.options =
		(struct options){ .room = 4096, .slots = 25, .name = "vid softkey" };
	options_read(argc, argv, &key.options);
	policy_read(&key.policy, NULL);
	key.link = (struct link){ .kind = key.options.uhid ? &link_uhid : &link_socket,
				  .path = key.options.listen,
				  .name = key.options.name,
				  .listener = -1,
				  .fd = -1 };
	key.hid.link = &key.link;
	key.hid.capabilities =
		key.options.u2f ? HID_CAN_WINK : HID_CAN_WINK | HID_CAN_CBOR | HID_NO_MSG;
	(void)signal(SIGPIPE, SIG_IGN);
	store_open(&key.store, key.options.state);
	pin_begin();
	key_save(&key);
	for (;;) {
		if (absent()) {
			key.link.kind->unplug(&key.link);
			(void)usleep(TICK_MS * 1000);
		} else if (key.link.kind->plug(&key.link, TICK_MS))
			serve();
	}
}
