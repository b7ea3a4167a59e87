/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "libvid/counters.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"

#define LOCK_SECONDS 5
#define COUNTER_LEN  4
#define RECORD_LEN   (COUNTER_LEN + 32) /* the counter, big-endian, and its MAC */
#define RECORD_ROOM  1024 /* bytes: what is longer than a record is damaged as well */

/* One holder key's file. */
struct place {
	char name[33];
	char record[PATH_MAX], lock[PATH_MAX];
};

/* Under the host key, so that nobody reads out of a copied folder whose keys were here.
 */
static enum vid_reason place_of(const char *folder, const struct public_key *holder,
				const struct hostkey *key, struct place *out,
				struct problem *problem)
{
	uint8_t room[1 + sizeof(holder->at)], hash[32];
	struct buffer named = buffer_of(room, sizeof(room));
	uint8_t alg = (uint8_t)holder->alg;
	char lock[sizeof(out->name) + 5];

	buffer_add(&named, &alg, 1);
	buffer_add(&named, holder->at, public_key_len(holder));
	hostkey_derive(key, "vid-counter-name-v1", buffer_bytes(&named), hash);
	sodium_bin2hex(out->name, sizeof(out->name), hash, 16);
	(void)snprintf(lock, sizeof(lock), "%s.lock", out->name);
	if (public_key_len(holder) &&
	    path_join(out->record, sizeof(out->record), folder, out->name) &&
	    path_join(out->lock, sizeof(out->lock), folder, lock))
		return VID_OK;
	problem_set(problem, "%s: no holder key, or the path is too long", folder);
	return VID_FILE_IO;
}

/* The MAC covers the name as well: a counter must not serve for another key. */
static void mac_message(const struct place *place, const uint8_t *number,
			struct buffer *to)
{
	buffer_add(to, number, COUNTER_LEN);
	buffer_add(to, place->name, strlen(place->name));
}

static enum vid_reason record_read(const struct place *place, const struct hostkey *key,
				   uint32_t *counter, struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	uint8_t room[COUNTER_LEN + sizeof(place->name)];
	struct buffer message = buffer_of(room, sizeof(room));
	enum vid_reason why =
		file_read_trusted(place->record, RECORD_ROOM, &file, problem);

	*counter = 0;
	if (why != VID_OK)
		return why;
	if (file.len == RECORD_LEN)
		mac_message(place, file.at, &message);
	if (file.len != RECORD_LEN ||
	    !hostkey_mac_verify(key, "vid-counter-v1", buffer_bytes(&message),
				file.at + COUNTER_LEN)) {
		problem_set(problem,
			    "%s: damaged, or another host's; once it is clear that "
			    "nobody copied the key, remove it to start anew",
			    place->record);
		return VID_STATE;
	}
	for (size_t i = 0; i < COUNTER_LEN; i++)
		*counter = *counter << 8 | file.at[i];
	return VID_OK;
}

static enum vid_reason record_write(const struct place *place, const struct hostkey *key,
				    uint32_t counter, struct problem *problem)
{
	uint8_t record[RECORD_LEN], room[COUNTER_LEN + sizeof(place->name)];
	struct buffer message = buffer_of(room, sizeof(room));

	for (size_t i = 0; i < COUNTER_LEN; i++)
		record[i] = (uint8_t)(counter >> (8 * (COUNTER_LEN - 1 - i)));
	mac_message(place, record, &message);
	hostkey_mac(key, "vid-counter-v1", buffer_bytes(&message), record + COUNTER_LEN);
	return file_write(place->record, bytes_of(record, sizeof(record)), 0600, problem);
}

/*
 * With the lock held. TOKEN.md says "a decrease is refused"; an equal counter is refused
 * as well, as WebAuthn section 7.2 step 22 has it: a key adds at least one for each
 * signature, so the same number twice comes from two keys, or from one proof that was
 * shown twice. Only a key without a counter says 0 for ever.
 */
static enum vid_reason keep(const struct place *place, const struct hostkey *key,
			    uint32_t counter, struct problem *problem)
{
	uint32_t kept;
	enum vid_reason why = record_read(place, key, &kept, problem);

	if (why != VID_OK && why != VID_FILE_MISSING)
		return why;
	if (why == VID_FILE_MISSING)
		problem_set(problem, "%s", "");
	if (counter == 0 && kept == 0)
		return VID_OK; /* nothing to remember */
	if (counter > kept)
		return record_write(place, key, counter, problem);
	problem_set(problem,
		    "the counter of a security key is %lu, and was %lu at its last "
		    "login (%s)",
		    (unsigned long)counter, (unsigned long)kept, place->record);
	return VID_HOLDER_COUNTER;
}

enum vid_reason counter_keep(const char *folder, const struct public_key *holder,
			     const struct hostkey *key, uint32_t counter,
			     struct problem *problem)
{
	AUTO_CLOSE int lock = -1;
	struct place place;
	enum vid_reason why;

	if ((why = place_of(folder, holder, key, &place, problem)) != VID_OK)
		return why;
	lock = file_lock(place.lock, LOCK_SECONDS);
	if (lock < 0) {
		if (errno == ENOENT)
			problem_set(problem,
				    "the folder %s is missing (systemd-tmpfiles --create "
				    "makes it)",
				    folder);
		else
			problem_set(problem, "%s: cannot lock: %s", place.lock,
				    strerror(errno));
		return VID_FILE_IO;
	}
	return keep(&place, key, counter, problem);
}
