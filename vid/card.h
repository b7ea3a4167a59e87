/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card.h - claim-169 cards on the command line: read, shown, printed as JSON
 */
#ifndef VID_CARD_H
#define VID_CARD_H

#include <jansson.h>

#include "libvid/claim169.h"
#include "libvid/files.h"

/* Room for a card and its parts; wiped, for it is somebody's identity document. */
struct card_rooms {
	uint8_t decoded_at[VID_CARD_MAX], room_at[VID_CARD_ROOM];
	struct buffer decoded, room;
};

void card_rooms_empty(struct card_rooms *rooms);
void card_rooms_wipe(struct card_rooms *rooms); /* usable with AUTO() */

/*
 * Read `operand`: a file, "-", or, where there is no such file, the text of a QR code
 * itself. Complains itself: CLI_GO or CLI_FAILED.
 */
int card_read(const char *operand, struct blob *out);

/* Is it packed as cards are, with a message inside, and not a token or presentation? */
bool card_recognised(struct bytes carrier);

/* Print what a card says; nothing is verified. An exit code. */
int card_show(const char *name, struct bytes carrier, bool json);

/* Print a judged card: "valid", or its claims by the names of the published vectors; with
 * `host_key` (a path, or NULL) also the identity that it has on that host. */
int card_valid(const struct card *card, const char *host_key, bool json);

/* Add the members of the identity data to `object`, by their published names; numbers
 * stand for what has no name, base64 for bytes. */
void card_members(struct bytes identity, json_t *object);

#endif
