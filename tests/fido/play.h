/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * play.h - the vid-fido of this build, asked as vidd asks it, with softkeys plugged in
 */
#ifndef VID_TESTS_FIDO_PLAY_H
#define VID_TESTS_FIDO_PLAY_H

#include "sensors/fido/client.h"
#include "tests/softkey/here.h"

#define PLAY_RP "id.example"

struct play {
	struct fido fido;
	struct fido_report report;
	struct problem problem;
	const char *pin;  /* given when asked; NULL: hang up */
	char events[256]; /* "INSERT PIN:8 PIN!:7 TOUCH ", as they came */
	struct fido_credential credential[FIDO_CREDENTIALS_MAX];
	struct fido_found found;
};

/* Is there a vid-fido here that takes sockets for keys? Ends the test program otherwise.
 */
void play_need(void);

/* Keys that vid-fido, which runs as another user, may reach. */
void play_key(struct softkey *key, const char *const *options);

/* Ask; `keys` ends in NULL. */
void play_open(struct play *play, const struct softkey *const *keys,
	       enum fido_purpose purpose, enum fido_uv uv, const char *rp_ids);
/* Hear until a report of this kind, some seconds at most; PINs are given on the way. */
enum vid_reason play_until(struct play *play, enum fido_frame kind);
/* Both, until FOUND. */
enum vid_reason play_find(struct play *play, const struct softkey *key,
			  enum fido_purpose purpose, enum fido_uv uv);
void play_close(struct play *play);

/* A credential on the key, with PIN 1234 where the key has one. */
struct public_key play_enrol(const struct softkey *key, enum key_alg alg,
			     unsigned protect);
/* The touched assertion over `hash`; what it verifies as under `uv`. */
enum vid_reason play_touch(struct play *play, const uint8_t hash[32]);
enum vid_reason play_verify(const struct play *play, const uint8_t hash[32],
			    const struct public_key *holder, enum key_uv uv);

#endif
