/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * species.h - rendered presentations: living people, and what attackers hold up
 *
 * Each answers a challenge as well as it can. A sequence is the same for the same seed.
 */
#ifndef VID_TEST_SPECIES_H
#define VID_TEST_SPECIES_H

#include <stdio.h>

#include "tests/render/player.h"

#define SPECIES_RATE  15 /* frames a second */
#define SPECIES_TURNS 3

enum species {
	SPECIES_LIVE,
	SPECIES_PRINT_STILL, /* held still */
	SPECIES_PRINT_MOVED, /* turned and moved as asked */
	SPECIES_PRINT_BENT,  /* bent about a glass, and turned */
	SPECIES_PRINT_HOLES, /* with holes for the attacker's eyes, and turned */
	SPECIES_SCREEN,      /* shows the person, who looks about */
	SPECIES_WRONG_TURNS, /* shows the right person doing other turns than asked */
	SPECIES_SLIDES,      /* photographs of the person, one for each turn */
	SPECIES_SWAP,        /* an accomplice turns, then the portrait takes the place */
	SPECIES_LOOP,        /* one still picture, over and over */
	SPECIES_COUNT,
};

extern const char *const species_names[SPECIES_COUNT];

struct presentation_script {
	enum species species;
	const uint8_t *portrait, *other; /* RENDER_SIDE² BGR; `other`: the accomplice */
	const char *turn[SPECIES_TURNS]; /* the challenge; NULL behind the last */
	uint32_t seed;
};

/* The script of one presentation of a set: `index` chooses the challenge and the seed. */
struct presentation_script species_script(enum species species, unsigned index,
					  const uint8_t *portrait, const uint8_t *other);

/* How many frames the presentation has. */
unsigned species_frames(const struct presentation_script *script);

/* Frame `number`, which must be asked for in order from 0; `player` keeps who is seen.
 * The cue that is shown before it, or NULL. */
const char *species_frame(const struct presentation_script *script, unsigned number,
			  struct player *player, uint8_t *frame);

#endif
