/* SPDX-License-Identifier: BSD-2-Clause */
/* key_walks.h - what the tests with security keys share: kim's key and lee's, and tokens
 * that name them */
#ifndef VID_TEST_KEY_WALKS_H
#define VID_TEST_KEY_WALKS_H

#include "libvid/key_blob.h"
#include "libvid/secrets.h"
#include "libvid/tokens.h"
#include "tests/vidd/walks.h"

static struct key_holder kims, lees;

static inline int set_up_keys(void **state)
{
	set_up(state);
	key_holder_make(&kims, KEY_ED25519);
	key_holder_make(&lees, KEY_ED25519);
	world_settings("present = key\nface = no");
	return 0;
}

static inline int tear_down_keys(void **state)
{
	key_holder_end(&kims);
	key_holder_end(&lees);
	return tear_down(state);
}

static inline struct shown token_for(struct person *person,
				     const struct key_holder *holder)
{
	struct shown shown = shown_by(person);

	shown.bare = true;
	shown.claims.holder = holder->public;
	shown.claims.rp_id = "example.org";
	return shown;
}

/* Into a room of its own. */
static inline struct bytes token_of(const struct shown *shown)
{
	static uint8_t rooms[8][VID_TOKEN_MAX];
	static unsigned next;
	uint8_t *room = rooms[next++ % 8];

	return bytes_of(room, shown_make(shown, room, VID_TOKEN_MAX));
}

/* A key with a token of kim's on it. */
static inline struct fake_credential *kim_has_a_key(void)
{
	const struct shown shown = token_for(&world.kim, &kims);

	return keys_add(&kims, token_of(&shown));
}

static inline void kim_touches(void)
{
	kim_has_a_key();
	keys_walk();
}

#define key_test(name) cmocka_unit_test_setup_teardown(name, set_up_keys, tear_down_keys)

#endif
