/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * liveness.h - is it a living face that was before the camera all the time? (PAD;
 * FACE.md, S8, S13; ISO/IEC 30107-3 for the terms)
 *
 * A sequence of frames is judged as it comes. All checks are ANDed, each can only deny,
 * and a denial is final. The caller shows the cues that the judge asks for, and says when
 * it has; nothing here knows a camera or a person.
 *
 *   1. frames of a camera: in order, never the same twice, nothing pasted in, no jump
 *   2. the challenge: turns as drawn, each within its window, none too early
 *   3. depth: what turned is solid, not flat or bent
 *   4. one person from the first frame to the last
 *   5. the networks, and an infrared camera, where the hardware has them
 */
#ifndef VID_LIVENESS_H
#define VID_LIVENESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvid/limits.h"
#include "libvid/reason.h"
#include "libvid/settings.h"

/* The person's own left and right. */
enum liveness_cue {
	CUE_NONE,
	CUE_AHEAD, /* look straight at the camera */
	CUE_LEFT,
	CUE_RIGHT,
	CUE_NEARER,
};

#define CHALLENGE_MAX 3

struct challenge {
	size_t count;
	enum liveness_cue turn[CHALLENGE_MAX];
};

/*
 * Two or three turns, at random, at least one of them to a side and at most one nearer:
 * one of 28. Always three where `hard`.
 */
void challenge_draw(struct challenge *challenge, bool hard);

/* "left" and back, for files; CUE_NONE: no such word. */
const char *cue_word(enum liveness_cue cue);
enum liveness_cue cue_of_word(const char *word);

/* One frame with one face. */
struct liveness_frame {
	uint32_t sequence, milliseconds;
	bool repeated;        /* to the bit one of those before */
	bool good;            /* good enough to be compared with a reference */
	float landmark[5][2]; /* pixels: right and left eye, nose, mouth corners */
	float box[4];         /* pixels: x, y, width, height */
	float brightness;     /* of the face, 0..255 */
	bool has_changes;
	float changed, changed_face; /* share of pixels that are not as before, 0..1 */
	bool has_passive;
	float passive;          /* 0..1 */
	const float *embedding; /* of unit length */
	size_t dimension;
};

struct liveness_rules {
	enum liveness_mode mode;
	struct challenge challenge; /* for LIVENESS_TURN */
	unsigned window;            /* milliseconds for one turn, or to look back */
	float same;    /* least cosine of two frames of one person: the card's 1e-3 */
	float passive; /* least mean of the networks; they are not there: negative */
};

#define LIVENESS_FRAMES_MAX 400 /* more than that is no answer to a challenge */

enum liveness_stage {
	STAGE_FIRST,  /* looks ahead; nothing was asked yet */
	STAGE_TURN,   /* a turn was asked for */
	STAGE_RETURN, /* to look ahead was asked for */
	STAGE_DONE,
};

struct liveness {
	struct liveness_rules rules;
	enum liveness_stage stage;
	size_t turn;               /* which one of the challenge */
	enum vid_reason why;       /* final once it is not VID_OK */
	enum liveness_cue wanted;  /* the caller has to show it; CUE_NONE: nothing */
	size_t frames, good, held; /* held: frames in a row that answer the cue */
	uint32_t cued;             /* milliseconds of the last cue */
	uint32_t missing;          /* since when nobody is there; 0: somebody is */
	struct liveness_frame last;
	float last_embedding[VID_EMBEDDING_MAX]; /* biometric */
	float anchor[VID_EMBEDDING_MAX]; /* mean of good frames ahead; biometric */
	float yaw, width;                /* of the first frames, looking ahead */

	double passive_sum;
	size_t passive_count, still, pasted;
};

void liveness_start(struct liveness *liveness, const struct liveness_rules *rules);

/*
 * The next frame. VID_OK: go on until liveness_done. Otherwise the attempt has ended:
 * FACE_NOT_LIVE (frames of no camera, or networks), FACE_TURN (the challenge), FACE_FLAT,
 * FACE_CHANGED (another person).
 */
enum vid_reason liveness_see(struct liveness *liveness,
			     const struct liveness_frame *frame);

/* A frame without a face. VID_OK, or FACE_NOBODY when that lasts: nothing was judged. */
enum vid_reason liveness_miss(struct liveness *liveness, uint32_t milliseconds);

/* The cue that is due, to be shown now; CUE_NONE: none. It stays due until it is said
 * that it has been shown, before the frame with this time. */
enum liveness_cue liveness_due(const struct liveness *liveness);
void liveness_cued(struct liveness *liveness, uint32_t milliseconds);

/* Nothing more is needed: the last word of liveness_see was VID_OK, and it is a yes. */
bool liveness_done(const struct liveness *liveness);

/* Does the newest frame count for the probe: good, and looking ahead? */
bool liveness_probe(const struct liveness *liveness);

void liveness_wipe(struct liveness *liveness);

#endif
