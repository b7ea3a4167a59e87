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
#include "libvid/model.h"
#include "libvid/reason.h"
#include "libvid/settings.h"
#include "libvid/solid.h"

/* The person's own left and right. */
enum liveness_cue {
	CUE_NONE,
	CUE_AHEAD, /* look straight at the camera */
	CUE_LEFT,
	CUE_RIGHT,
	CUE_NEARER,
	CUE_ANY, /* to whichever side: not asked for, read off a recorded sequence */
};

#define CHALLENGE_MAX 3

struct challenge {
	size_t count;
	enum liveness_cue turn[CHALLENGE_MAX];
	unsigned wait[CHALLENGE_MAX]; /* milliseconds of looking ahead before each */
};

/*
 * Two or three turns at random, at least one of them to a side and at most one nearer:
 * one of 28 sequences, always of three where `hard`. The waits are drawn too: a recording
 * does not know when it is asked.
 */
void challenge_draw(struct challenge *challenge, bool hard);

/* "ahead", "left", "right", "nearer", and back; CUE_NONE: no such word. */
const char *cue_word(enum liveness_cue cue);
enum liveness_cue cue_of_word(const char *word);

/* The sentence for the person, English, for gettext. */
const char *cue_sentence(enum liveness_cue cue);

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
	float passive; /* 0..1 */
	bool has_pair;
	unsigned pair; /* faces that the other camera of an infrared one sees */
	bool has_unlit;
	float unlit;            /* 0..1: share of its light without an infrared lamp */
	const float *embedding; /* of unit length; biometric, the caller's */
	size_t dimension;
};

struct liveness_rules {
	enum liveness_mode mode;
	struct challenge challenge; /* for LIVENESS_TURN */
	unsigned window;            /* milliseconds for one turn, and for the way back */
	float same;                 /* least cosine of two frames of one person */
	float passive; /* least mean of the networks; negative: there are none */
	bool pair;     /* infrared: the camera in colour must see the face as well */
};

/*
 * The rules that the model cards make: `card` is the embedding's, `networks` how many of
 * liveness the camera has loaded. The mode is LIVENESS_TURN, the challenge empty.
 * VID_FACE_ENGINE, with a problem text, where a card has no score.
 */
enum vid_reason liveness_rules_of(const struct settings *settings,
				  const struct model *card, unsigned networks,
				  struct liveness_rules *rules, struct problem *problem);

enum liveness_stage {
	STAGE_FIRST,  /* looks ahead; nothing was asked yet */
	STAGE_TURN,   /* a turn was asked for */
	STAGE_RETURN, /* to look ahead was asked for */
	STAGE_DONE,
};

struct liveness {
	struct liveness_rules rules;
	enum liveness_stage stage;
	size_t turn;              /* which one of the challenge is asked, or next */
	enum vid_reason why;      /* final once it is not VID_OK */
	enum liveness_cue wanted; /* the caller has to show it; CUE_NONE: nothing */
	bool started, probe;
	bool astray;       /* should look ahead to begin with, and does not */
	bool came;         /* nearer, as asked: how near is no turn from then on */
	size_t held;       /* frames in a row that answer the cue */
	uint32_t since;    /* milliseconds: the cue was shown, or the face looks ahead */
	uint32_t begun;    /* milliseconds of the first frame */
	uint32_t probed;   /* milliseconds of the last probe */
	bool stage_probed; /* this look ahead has given its probe */
	/* of the newest frame that was seen, for jumps */
	uint32_t sequence, milliseconds;
	float box[4], brightness;
	/* looking ahead, at the beginning */
	size_t ahead;
	float yaw, eyes;
	struct solid solid;
	/* one person */
	size_t dimension, strangers; /* frames in a row that are not like the others */
	float recent[VID_EMBEDDING_MAX], anchor[VID_EMBEDDING_MAX]; /* biometric */
	size_t frozen;                                              /* frames in a row */
	double passive_sum;
	size_t passive_count;
	bool moving; /* yaw and time of the newest known frame follow */
	float way_yaw;
	uint32_t way_time;
	size_t paired, unpaired; /* frames */
	size_t lit, shining;     /* frames: by the lamp, and without it */
};

void liveness_start(struct liveness *liveness, const struct liveness_rules *rules);

/*
 * The next frame with a face. VID_OK: go on, until liveness_done. Otherwise the attempt
 * has ended with FACE_FRAMES (not a camera's), FACE_TURN (the challenge), FACE_FLAT,
 * FACE_CHANGED (another face, or a jump), FACE_NOT_LIVE (the networks), or FACE_NOBODY
 * (the face was away for too long).
 */
enum vid_reason liveness_see(struct liveness *liveness,
			     const struct liveness_frame *frame);

/* The cue that is due, to be shown now; CUE_NONE: none. It stays due until the caller
 * says that it was shown, behind the newest frame. */
enum liveness_cue liveness_due(const struct liveness *liveness);
void liveness_cued(struct liveness *liveness, enum liveness_cue cue);

/* All that was asked for was seen, and the last word of liveness_see was VID_OK. */
bool liveness_done(const struct liveness *liveness);

/* Does the newest frame count for the probe? One good frame of each look ahead, or,
 * without turns, one every 200 ms. */
bool liveness_probe(const struct liveness *liveness);

void liveness_wipe(struct liveness *liveness);

#endif
