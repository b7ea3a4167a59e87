/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * player.h - somebody who does what the cues say, as people do it: late, and not quite
 * still
 */
#ifndef VID_TEST_PLAYER_H
#define VID_TEST_PLAYER_H

#include "tests/render/render.h"

struct player {
	struct render_view view;
	float yaw, pitch, distance; /* aims */
	float nod;                  /* the pitch that was reached */
	float sway[3];              /* phases */
	char word[16];              /* the cue that is followed */
	unsigned time, heard;       /* milliseconds: now, and of the last cue */
	unsigned reaction;          /* milliseconds until they begin */
	uint32_t seed;
};

/* They look ahead, half a metre from the camera. */
void player_begin(struct player *player, enum render_body body);

/* `milliseconds` later; `word` is the cue that stands: "ahead", "left", "right",
 * "nearer", or an empty one. The view is then that of the next frame. */
void player_step(struct player *player, const char *word, unsigned milliseconds);

#endif
