/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_key.h - security keys for vidd's walk: vid-fido's side of the conversation as a
 * list of steps, and keys that really sign
 */
#ifndef VID_TEST_FAKE_KEY_H
#define VID_TEST_FAKE_KEY_H

#include "sensors/fido/client.h"
#include "tests/unit/key_holder.h"

enum key_play {
	PLAY_EVENT,
	PLAY_FAIL,  /* what vid-fido gives as its reason to end; ends the visit */
	PLAY_HANG,  /* until the deadline, or until somebody hangs up */
	PLAY_FOUND, /* the credentials, and FOUND */
	PLAY_SIGN,  /* what was asked for: an ASSERTION */
};

struct key_step {
	enum key_play play;
	enum fido_event event;
	int tries; /* PIN: -1: not said */
	bool wrong;
	enum vid_reason why;
};

struct fake_credential {
	const struct key_holder *holder; /* NULL: signs with rubbish */
	const char *rp_id;
	uint8_t id[16];
	uint8_t blob[KEY_BLOB_MAX];
	size_t blob_len; /* 0: none */
};

#define KEY_STEPS_MAX 48
struct key_stage { /* shared with the child that plays vidd */
	struct key_step step[KEY_STEPS_MAX];
	size_t count, next;
	struct fake_credential credential[FIDO_CREDENTIALS_MAX];
	size_t credentials, told;
	uint32_t can;
	/* how it signs */
	uint8_t flags;
	uint32_t counter;
	const char *rp; /* instead of the credential's */
	bool bent,
		again; /* a signature that is wrong; the assertion of the time before */
	bool mute;     /* no answer to a salt */
	/* what came of it */
	unsigned opened, closed;
	bool is_open;
	struct fido_wish wish; /* the texts of it: */
	char devices[64], rp_ids[256];
	char pin[4][FIDO_PIN_MAX + 1];
	unsigned pins;
	unsigned asserted, index, salts; /* times; of the last time */
	uint8_t hash[32], salt[2][32];
	struct fido_assertion last;
};
extern struct key_stage *keys;

/* No key; makes the stage when there is none. */
void keys_clear(void);
/* To the first step, with nothing done yet; for each login. */
void keys_rewind(void);
void keys_step(enum key_play play, enum fido_event event);
void keys_pin(int tries, bool wrong);
void keys_fail(enum vid_reason why);
/* A credential of `holder` that carries `token` (may be empty). Returns it. */
struct fake_credential *keys_add(const struct key_holder *holder, struct bytes token);
/* A key that is there and is touched: FOUND, TOUCH, ASSERTION. */
void keys_walk(void);
/* What this key answers to a salt. */
void keys_secret(const struct key_holder *holder, const uint8_t salt[32],
		 uint8_t answer[32]);

#endif
