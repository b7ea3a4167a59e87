/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys.h - the security keys that are plugged in, as open descriptors
 *
 * What is a key is told from its report descriptor (HID usage page 0xF1D0, CTAP 2.1
 * section 11.2.8.1), which the kernel reads out of the device; nothing else of what a key
 * says is looked at here.
 */
#ifndef VID_FIDO_KEYS_H
#define VID_FIDO_KEYS_H

#include "libvid/reason.h"
#include "sensors/fido/protocol.h"
#include "sensors/fido/watch.h"

struct keys {
	size_t count;
	int fd[FIDO_KEYS_MAX];
	bool forbidden; /* there was one that may not be opened */
};

/*
 * Every key of `devices` ("usb") at `seat` (empty: at any); waits for one where there is
 * none, after the event INSERT. `watch` (NULL in a test without udev) goes on telling of
 * new ones. False with *failure and a problem text; FIDO_FAILURE_CANCELLED when vidd
 * speaks or is gone.
 */
bool keys_wait(const char *devices, const char *seat, struct keys *keys,
	       struct watch **watch, enum fido_failure *failure, struct problem *problem);

#ifdef VID_TEST_SOURCES
/* keys_test.c: "test:PATH[:PATH...]": sockets in the place of keys; waits likewise. */
bool keys_wait_test(const char *paths, struct keys *keys, enum fido_failure *failure,
		    struct problem *problem);
#endif

#endif
