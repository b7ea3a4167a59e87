/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * visit.h - one visit of keys: what is asked, the key that was chosen, and what it holds
 *
 * Everything here happens inside of the sandbox: what libfido2 makes of a key's replies
 * can cost this process its life and nothing more.
 */
#ifndef VID_FIDO_VISIT_H
#define VID_FIDO_VISIT_H

#include <fido.h>

#include "libvid/assertion.h"
#include "libvid/key_blob.h"
#include "libvid/limits.h"
#include "libvid/wire.h"
#include "sensors/fido/keys.h"
#include "sensors/fido/link.h"

#define BLOB_KEY_LEN 32

struct wish {
	char devices[256];
	char seat[VID_SEAT_MAX + 1]; /* empty: any */
	char rp_ids[FIDO_RPS_MAX][VID_RP_ID_MAX + 1];
	size_t rp_count;
	enum fido_purpose purpose;
	enum fido_uv uv;
	uint8_t hash[32];
};

struct key {
	struct link link;
	fido_dev_t *device; /* NULL: out of it */
};

/* A credential of the chosen key. */
struct held {
	char rp_id[VID_RP_ID_MAX + 1];
	uint8_t id[FIDO_ID_MAX];
	size_t id_len;
	bool has_blob_key;
	uint8_t blob_key[BLOB_KEY_LEN];
	size_t blob_len; /* bytes before compression; 0: none */
};

struct visit {
	struct wish wish;
	struct key key[FIDO_KEYS_MAX];
	size_t key_count;
	struct key *chosen;
	/* of the chosen one */
	uint32_t can; /* FIDO_CAN_* */
	bool manages; /* lists and deletes credentials */
	bool has_room, has_slots;
	uint32_t room, room_all, slots;
	bool verifies;              /* by itself, instead of a PIN */
	char pin[FIDO_PIN_MAX + 1]; /* empty: none was given */
	struct held held[FIDO_CREDENTIALS_MAX];
	size_t held_count;
	/* why it ends */
	enum fido_failure failure;
	struct problem problem;
};

/* All answer false with visit->failure and a problem text. */

/* choose.c: open what is plugged in, and let the person choose by touch. */
bool visit_choose(struct visit *visit, const struct keys *keys, struct watch *watch);
/* look.c: get the PIN where one is wanted, find the credentials, tell of them. */
bool visit_look(struct visit *visit);
/* act.c: one frame of vidd's after FOUND. */
bool visit_act(struct visit *visit, const struct wire_frame *asked);

/* fault.c: what libfido2's `code` means, in visit->failure; always false. */
bool visit_fault(struct visit *visit, const char *what, int code);
bool visit_fail(struct visit *visit, enum fido_failure failure, const char *why);

/* look.c: the PIN, or NULL where none was given; an assertion's raw data. */
const char *visit_pin(const struct visit *visit);
bool visit_auth_data(const fido_assert_t *assertion, size_t at, struct bytes *out);

/* look.c: how much room is free for blobs, where that is wanted to be known. */
void visit_measure(struct visit *visit);

void visit_wipe(struct visit *visit);

#endif
