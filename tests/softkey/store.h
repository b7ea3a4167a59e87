/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.h - what a key remembers without power
 *
 * A file of one fixed struct: written and read by the same program, for tests only. Keys
 * of credentials are not in it: they are derived from `master`.
 */
#ifndef SOFTKEY_STORE_H
#define SOFTKEY_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "libvid/bytes.h"

#define STORE_SLOTS   64
#define STORE_BLOBS   16384 /* bytes */
#define CREDENTIAL_ID 66    /* bytes */
#define PIN_TRIES     8
#define UV_TRIES      3

struct resident {
	char rp[256];
	uint8_t rp_hash[32];
	uint8_t id[CREDENTIAL_ID];
	uint8_t user_len;
	uint8_t user[64];
	char name[65], display[65]; /* empty: none; longer ones are cut, section 6.1.2 */
};

struct store {
	uint32_t magic, size;
	uint8_t master[32];
	uint8_t pin_hash[16]; /* LEFT(SHA-256(PIN), 16) */
	uint8_t pin_set, pin_tries, uv_tries;
	uint32_t counter;
	uint32_t count; /* of residents, oldest first */
	struct resident resident[STORE_SLOTS];
	uint32_t blobs_len;
	uint8_t blobs[STORE_BLOBS];
};

/* Read FILE (NULL: keep nothing), or begin a new key. Ends the program on a bad file. */
void store_open(struct store *store, const char *file);

/* Write it whole: the file is the old one or the new one. */
void store_save(const struct store *store, const char *file);

/* A new key with nothing on it, as after authenticatorReset. */
void store_reset(struct store *store);

/* The array of large blobs as a new key has it (section 6.10): empty. */
void store_reset_blobs(struct store *store);

/* Keep a name; what is longer than 64 bytes is cut in front of a character. */
void store_text(char to[65], struct bytes text);

/* Forget resident `at` (< count). */
void store_remove(struct store *store, uint32_t at);

#endif
