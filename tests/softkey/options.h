/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - the command line
 *
 * softkey --listen PATH | --uhid [OPTION]... - a security key in software, for tests
 *
 * --listen PATH   a SOCK_SEQPACKET socket; a connection is a key that was plugged in, a
 *                 datagram of 64 bytes (65 with a leading 0) a report of CTAPHID
 * --uhid          a USB device of the kernel's, by /dev/uhid
 * --state FILE    keeps credentials, PIN, blobs and counters from run to run
 * --policy FILE   how it behaves: see policy.h
 * --log FILE      a line for each request and for what became of it
 * --pin PIN       sets one, where none is set
 * --no-largeblob --no-hmac --no-pin-support --uv    what it can do
 * --always-uv     answers no touch without the PIN or a finger
 * --room BYTES    for large blobs (4096)      --slots N   for credentials (25)
 * --u2f           an old key that speaks no CTAP2
 * --name TEXT     of the product
 */
#ifndef SOFTKEY_OPTIONS_H
#define SOFTKEY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
	const char *listen, *state, *policy, *log, *pin, *name; /* NULL: not given */
	bool uhid, no_blobs, no_hmac, no_pin, uv, always_uv, u2f;
	uint32_t room;  /* bytes */
	uint32_t slots; /* residents */
};

/* Read them; ends the program with 2 when they are wrong. */
void options_read(int argc, char **argv, struct options *options);

#endif
