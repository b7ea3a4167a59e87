/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "libvid/counters.h"

#include <inttypes.h>
#include <sodium.h>

#define NAME_SIZE 33

/* Under the host key, so that nobody reads out of a copied folder whose keys were here.
 */
static bool name_of(const struct anchor *anchor, const struct public_key *holder,
		    char name[NAME_SIZE])
{
	uint8_t room[1 + sizeof(holder->at)], hash[32];
	struct buffer named = buffer_of(room, sizeof(room));
	uint8_t alg = (uint8_t)holder->alg;

	if (!public_key_len(holder))
		return false;
	buffer_add(&named, &alg, 1);
	buffer_add(&named, holder->at, public_key_len(holder));
	hostkey_derive(anchor->key, "vid-counter-name-v1", buffer_bytes(&named), hash);
	sodium_bin2hex(name, NAME_SIZE, hash, 16);
	return true;
}

/*
 * TOKEN.md says "a decrease is refused"; an equal counter is refused as well, as WebAuthn
 * section 7.2 step 22 has it: a key adds at least one for each signature, so the same
 * number twice comes from two keys, or from one proof that was shown twice. Only a key
 * without a counter says 0 for ever, and leaves no mark.
 */
enum vid_reason counter_keep(const struct anchor *anchor, const struct public_key *holder,
			     uint32_t counter, struct problem *problem)
{
	char name[NAME_SIZE];
	uint64_t kept = 0;
	enum vid_reason why;

	if (!name_of(anchor, holder, name)) {
		problem_set(problem, "no holder's key, whose counter could be kept");
		return VID_INTERNAL;
	}
	if (counter)
		why = anchor_raise(anchor, ANCHOR_COUNTER, name, counter, &kept, problem);
	else
		why = anchor_read(anchor, ANCHOR_COUNTER, name, &kept, problem);
	if (why != VID_OK && (counter || why != VID_FILE_MISSING))
		return why;
	if (counter > kept || (!counter && !kept))
		return VID_OK;
	problem_set(problem,
		    "the counter of a security key is %" PRIu32 ", and was %" PRIu64
		    " at its last login (mark %s)",
		    counter, kept, name);
	return VID_HOLDER_COUNTER;
}
