/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/continuity.h"

#include <math.h>
#include <string.h>

#include "libvid/pose.h"

/*
 * Jumps from one frame to the next. A head moves at most by some three of its widths in a
 * second; a picture that is put in its place comes at once. Light: an exposure control
 * goes in small steps once it has settled.
 */
#define JUMP_NOW      0.40f /* face widths, however short the time */
#define JUMP_RATE     3.0f  /* face widths a second */
#define SIZE_JUMP     1.45f
#define LIGHT_JUMP    1.8f
#define JUMP_TIME     300 /* milliseconds: frames farther apart are not compared for it */
#define SETTLING_TIME 1000

/* A camera's noise changes more of a face than this from frame to frame, by far; a
 * picture that is pasted in, or shown by a screen grabbed bit by bit, does not. */
#define FROZEN_SHARE  0.02f
#define FROZEN_FRAMES 3

/* A turned or poor frame that is like the one before it must still be somewhat like those
 * at the beginning: blurred faces are all alike, and would lead from one to another. */
#define CHAIN_SHARE 0.5f

/* Poor frames may look like nobody; that many in a row, and it is somebody else. */
#define STRANGERS_MOST 6

/* --- frames of a camera -----------------------------------------------------------
 */

static bool is_in_order(const struct liveness *liveness,
			const struct liveness_frame *frame)
{
	return !liveness->started || (frame->sequence > liveness->sequence &&
				      frame->milliseconds >= liveness->milliseconds);
}

static bool is_frozen(struct liveness *liveness, const struct liveness_frame *frame)
{
	if (!frame->has_changes || frame->changed_face >= FROZEN_SHARE)
		liveness->frozen = 0;
	else
		liveness->frozen++;
	return liveness->frozen >= FROZEN_FRAMES;
}

static bool has_jumped(const struct liveness *liveness,
		       const struct liveness_frame *frame)
{
	const float *old = liveness->box, *now = frame->box;
	uint32_t time = frame->milliseconds - liveness->milliseconds;
	float x = now[0] + now[2] / 2 - old[0] - old[2] / 2;
	float y = now[1] + now[3] / 2 - old[1] - old[3] / 2;
	float size = now[2] / fmaxf(old[2], 1);
	float light = fmaxf(frame->brightness, 1) / fmaxf(liveness->brightness, 1);
	bool settled = frame->milliseconds - liveness->begun > SETTLING_TIME;

	if (!liveness->started || time > JUMP_TIME)
		return false;
	/* written so that a NaN has jumped */
	return !(hypotf(x, y) <=
		 fmaxf(old[2], 1) * (JUMP_NOW + JUMP_RATE * (float)time / 1000)) ||
	       !(size <= SIZE_JUMP && size >= 1 / SIZE_JUMP) ||
	       (settled && !(light <= LIGHT_JUMP && light >= 1 / LIGHT_JUMP));
}

static void remember(struct liveness *liveness, const struct liveness_frame *frame)
{
	if (!liveness->started)
		liveness->begun = liveness->since = frame->milliseconds;
	liveness->started = true;
	liveness->sequence = frame->sequence;
	liveness->milliseconds = frame->milliseconds;
	memcpy(liveness->box, frame->box, sizeof(liveness->box));
	liveness->brightness = frame->brightness;
}

enum vid_reason continuity_judge_frame(struct liveness *liveness,
				       const struct liveness_frame *frame)
{
	if (frame->repeated || !is_in_order(liveness, frame) ||
	    is_frozen(liveness, frame) || !pose_valid(frame->landmark))
		return VID_FACE_FRAMES;
	if (liveness->started &&
	    frame->milliseconds - liveness->milliseconds > liveness->rules.window / 2)
		/* who goes away instead of turning does not get another challenge free */
		return liveness->stage == STAGE_FIRST ? VID_FACE_NOBODY : VID_FACE_TURN;
	if (has_jumped(liveness, frame))
		return VID_FACE_CHANGED;
	remember(liveness, frame);
	return VID_OK;
}

/* --- one person -------------------------------------------------------------------
 */

static float likeness(const float *a, const float *b, size_t dimension)
{
	double inner = 0, own = 0, other = 0;

	for (size_t i = 0; i < dimension; i++) {
		inner += (double)a[i] * (double)b[i];
		own += (double)a[i] * (double)a[i];
		other += (double)b[i] * (double)b[i];
	}
	return own > 0 && other > 0 ? (float)(inner / sqrt(own * other)) : -1;
}

/*
 * Every frame is like the one before it or like those at the beginning; a good one that
 * looks ahead must be like those at the beginning. A poor one that is like neither says
 * nothing, and counts for nothing.
 */
enum vid_reason continuity_judge_person(struct liveness *liveness,
					const struct liveness_frame *frame, bool ahead,
					bool *known)
{
	float same = liveness->rules.same, first, last;

	if (!liveness->dimension) {
		if (frame->dimension == 0 || frame->dimension > VID_EMBEDDING_MAX)
			return VID_INTERNAL;
		liveness->dimension = frame->dimension;
		*known = true;
	} else {
		if (frame->dimension != liveness->dimension)
			return VID_FACE_MODEL;
		last = likeness(liveness->recent, frame->embedding, frame->dimension);
		first = liveness->ahead ? likeness(liveness->anchor, frame->embedding,
						   frame->dimension)
					: last;
		/* written so that a NaN is nobody known */
		*known = first >= same || (last >= same && first >= same * CHAIN_SHARE &&
					   !(frame->good && ahead));
	}
	if (!*known)
		return frame->good && ahead                      ? VID_FACE_CHANGED
		       : ++liveness->strangers >= STRANGERS_MOST ? VID_FACE_CHANGED
								 : VID_OK;
	liveness->strangers = 0;
	memcpy(liveness->recent, frame->embedding, frame->dimension * sizeof(float));
	return VID_OK;
}
