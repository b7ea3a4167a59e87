/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/liveness.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

#include "libvid/continuity.h"
#include "libvid/pose.h"

/*
 * The challenge. Yaw is pose_yaw's, against the face's own when it looked ahead: 0.17 is
 * about 19 degrees of an average head, which nobody does by accident and anybody can.
 */
#define YAW_TURNED 0.17f
#define YAW_WRONG  0.12f /* to the other side: not a step on the way */
#define YAW_AHEAD  0.09f
#define YAW_START  0.20f /* to begin with: cameras stand beside screens */
#define NEARER     1.18f /* times the distance of the eyes */
#define NEARER_TOO 1.30f /* came nearer though a turn was asked for */
/*
 * A head comes to its turn through all that lies between; a photograph of a turned head
 * is there at once. For frames at most WAY_TIME apart: what yaw may change by, and by how
 * much more a second: a brisk 250 degrees.
 */
#define WAY_STEP 0.06f
#define WAY_RATE 1.5f
#define WAY_TIME 200

#define HELD        2 /* frames in a row: one alone may be the detector's mistake */
#define AHEAD_LEAST 3 /* frames, before the first turn */

/* Milliseconds from cue to turn: nobody reads a sentence and has turned the head before
 * that, a recording may. */
#define REACTION 180

/* Frames without turns: how many good ones, and over how many milliseconds. */
#define STILL_FRAMES 6
#define STILL_TIME   1200
#define PROBE_EVERY  200 /* milliseconds: frames of one burst are alike */

/* Nose above the plane of eyes and mouth, in eye distances: heads have about a half,
 * paper nothing, paper bent about a glass an eighth. */
#define HEIGHT_LEAST 0.30f

#define PASSIVE_LEAST 3 /* frames that the networks must have judged */
/* A frame counts as one with the lamp off when it has half of the light at most. The face
 * is nearest to the lamp: it has lost at least as much, and a margin is left for it. */
#define UNLIT_MOST 0.75f

#define SHINING_LEAST 3 /* frames that were as light with the lamp off */
#define PAIRED_LEAST  3 /* frames of which the other camera saw one face as well */

void liveness_start(struct liveness *liveness, const struct liveness_rules *rules)
{
	memset(liveness, 0, sizeof(*liveness));
	liveness->rules = *rules;
}

void liveness_wipe(struct liveness *liveness)
{
	sodium_memzero(liveness, sizeof(*liveness));
}

enum liveness_cue liveness_due(const struct liveness *liveness)
{
	return liveness->why == VID_OK ? liveness->wanted : CUE_NONE;
}

bool liveness_done(const struct liveness *liveness)
{
	return liveness->why == VID_OK && liveness->stage == STAGE_DONE;
}

bool liveness_probe(const struct liveness *liveness)
{
	return liveness->why == VID_OK && liveness->probe;
}

/* --- 2. and 3. the challenge ----------------------------------------------------------
 */

/* The face as it looks ahead: a mean over the first frames. */
static void learn_ahead(struct liveness *liveness, const struct liveness_frame *frame)
{
	float share = 1 / (float)(liveness->ahead + 1);

	liveness->yaw += (pose_yaw(frame->landmark) - liveness->yaw) * share;
	liveness->eyes += (pose_eyes(frame->landmark) - liveness->eyes) * share;
	for (size_t i = 0; i < frame->dimension; i++)
		liveness->anchor[i] += frame->embedding[i];
	solid_ahead(&liveness->solid, frame->landmark);
	liveness->ahead++;
}

/* Against how it looked ahead; before that is known, against an even face. */
static float turned_by(const struct liveness *liveness,
		       const struct liveness_frame *frame)
{
	return pose_yaw(frame->landmark) - (liveness->ahead ? liveness->yaw : 0);
}

static float nearer_by(const struct liveness *liveness,
		       const struct liveness_frame *frame)
{
	return liveness->ahead && !liveness->came
		       ? pose_eyes(frame->landmark) / fmaxf(liveness->eyes, 1)
		       : 1;
}

static bool is_turned(enum liveness_cue cue, float yaw, float nearer)
{
	switch (cue) {
	case CUE_LEFT:
		return yaw >= YAW_TURNED;
	case CUE_RIGHT:
		return yaw <= -YAW_TURNED;
	case CUE_ANY:
		return fabsf(yaw) >= YAW_TURNED;
	case CUE_NEARER:
		return nearer >= NEARER && fabsf(yaw) < YAW_TURNED;
	default:
		return false;
	}
}

static bool is_wrong(enum liveness_cue cue, float yaw, float nearer)
{
	switch (cue) {
	case CUE_LEFT:
		return yaw <= -YAW_WRONG || nearer >= NEARER_TOO;
	case CUE_RIGHT:
		return yaw >= YAW_WRONG || nearer >= NEARER_TOO;
	case CUE_NEARER:
		return fabsf(yaw) >= YAW_TURNED;
	default:
		return false;
	}
}

static bool is_on_the_way(struct liveness *liveness, const struct liveness_frame *frame)
{
	float yaw = pose_yaw(frame->landmark);
	float step = fabsf(yaw - liveness->way_yaw);
	uint32_t time = frame->milliseconds - liveness->way_time;
	bool way = !liveness->moving || time > WAY_TIME ||
		   step <= WAY_STEP + WAY_RATE * (float)time / 1000;

	liveness->moving = true;
	liveness->way_yaw = yaw;
	liveness->way_time = frame->milliseconds;
	return way;
}

static uint32_t waited(const struct liveness *liveness)
{
	return liveness->milliseconds - liveness->since;
}

static enum liveness_cue asked(const struct liveness *liveness)
{
	return liveness->rules.challenge.turn[liveness->turn];
}

/* How long it has to look ahead before the next turn is asked for. */
static bool has_waited(const struct liveness *liveness)
{
	size_t least = liveness->turn ? HELD : AHEAD_LEAST;

	return liveness->held >= least &&
	       waited(liveness) >= liveness->rules.challenge.wait[liveness->turn];
}

/*
 * STAGE_FIRST, and STAGE_RETURN once it is back: looks ahead until asked to turn. Between
 * ahead and turned lies what heads do by themselves, and what the detector errs.
 */
static enum vid_reason wait_ahead(struct liveness *liveness,
				  const struct liveness_frame *frame, bool ahead)
{
	if (is_turned(CUE_ANY, turned_by(liveness, frame), 1)) {
		/* nobody turns before being asked, who has not seen the film */
		if (liveness->held >= AHEAD_LEAST || liveness->wanted != CUE_NONE)
			return VID_FACE_TURN;
		liveness->held = 0;
	}
	if (!ahead)
		return VID_OK;
	if (liveness->held++ == 0)
		liveness->since = liveness->milliseconds;
	if (liveness->wanted == CUE_NONE && has_waited(liveness))
		liveness->wanted = asked(liveness);
	return VID_OK;
}

static enum vid_reason see_turn(struct liveness *liveness,
				const struct liveness_frame *frame)
{
	enum liveness_cue cue = asked(liveness);
	float yaw = turned_by(liveness, frame), nearer = nearer_by(liveness, frame);

	if (is_wrong(cue, yaw, nearer))
		return VID_FACE_TURN;
	if (!is_turned(cue, yaw, nearer)) {
		liveness->held = 0;
		return cue != CUE_ANY && waited(liveness) > liveness->rules.window
			       ? VID_FACE_TURN
			       : VID_OK;
	}
	if (cue != CUE_ANY && waited(liveness) < REACTION)
		return VID_FACE_TURN;
	if (cue != CUE_NEARER)
		solid_turned(&liveness->solid, frame->landmark);
	if (++liveness->held < HELD)
		return VID_OK;
	liveness->wanted = CUE_AHEAD;
	liveness->came |= cue == CUE_NEARER;
	return VID_OK;
}

/* What all turns together have shown. */
static enum vid_reason judge_end(const struct liveness *liveness)
{
	if (liveness->rules.mode == LIVENESS_TURN &&
	    !(solid_height(&liveness->solid) >= HEIGHT_LEAST))
		return VID_FACE_FLAT;
	if (liveness->rules.passive >= 0 &&
	    (liveness->passive_count < PASSIVE_LEAST ||
	     !(liveness->passive_sum / (double)liveness->passive_count >=
	       (double)liveness->rules.passive)))
		return VID_FACE_NOT_LIVE;
	if (liveness->rules.pair &&
	    (liveness->paired < PAIRED_LEAST || liveness->paired <= liveness->unpaired))
		return VID_FACE_NOT_LIVE;
	/* Not every camera has frames without the lamp: none of them is no fault. */
	if (liveness->shining >= SHINING_LEAST && liveness->shining >= liveness->lit)
		return VID_FACE_NOT_LIVE;
	return VID_OK;
}

static enum vid_reason finish(struct liveness *liveness)
{
	enum vid_reason why = judge_end(liveness);

	if (why == VID_OK)
		liveness->stage = STAGE_DONE;
	return why;
}

static enum vid_reason see_return(struct liveness *liveness,
				  const struct liveness_frame *frame, bool ahead)
{
	const struct challenge *challenge = &liveness->rules.challenge;

	if (liveness->held < HELD) { /* on the way back */
		liveness->held += ahead;
		if (!ahead && waited(liveness) > liveness->rules.window)
			return VID_FACE_TURN;
		if (liveness->held < HELD)
			return VID_OK;
		liveness->since = liveness->milliseconds;
		liveness->turn++;
	}
	if (liveness->turn == challenge->count)
		return liveness->stage_probed ? finish(liveness) : VID_OK;
	return wait_ahead(liveness, frame, ahead);
}

static enum vid_reason see_still(struct liveness *liveness, bool ahead, bool good)
{
	liveness->held += ahead && good;
	if (liveness->held < STILL_FRAMES ||
	    liveness->milliseconds - liveness->begun < STILL_TIME)
		return VID_OK;
	if ((liveness->rules.passive >= 0 && liveness->passive_count < PASSIVE_LEAST) ||
	    (liveness->rules.pair &&
	     liveness->paired + liveness->unpaired < PAIRED_LEAST))
		return VID_OK;
	return finish(liveness);
}

void liveness_cued(struct liveness *liveness, enum liveness_cue cue)
{
	bool turn = cue != CUE_AHEAD;

	/* Shown when it was not due: what was asked for had not been seen. */
	if (liveness->wanted == CUE_NONE || liveness->wanted != cue) {
		if (liveness->why == VID_OK)
			liveness->why = VID_FACE_TURN;
		return;
	}
	liveness->wanted = CUE_NONE;
	liveness->stage = turn ? STAGE_TURN : STAGE_RETURN;
	liveness->held = 0;
	liveness->since = liveness->milliseconds;
	liveness->stage_probed = false;
}

/* --- all together --------------------------------------------------------------------
 */

/* One frame of each look ahead counts for the probe, so that none but the person who did
 * the turns is compared with the reference. */
static bool is_probe(struct liveness *liveness, const struct liveness_frame *frame,
		     bool ahead)
{
	bool settled = liveness->stage != STAGE_TURN && liveness->held >= HELD;

	if (!frame->good || !ahead || liveness->stage_probed)
		return false;
	if (liveness->rules.mode == LIVENESS_TURN) {
		liveness->stage_probed = settled;
		return settled;
	}
	if (liveness->probed && frame->milliseconds - liveness->probed < PROBE_EVERY)
		return false;
	liveness->probed = frame->milliseconds;
	return true;
}

static void add_passive(struct liveness *liveness, const struct liveness_frame *frame,
			bool ahead)
{
	if (!frame->has_passive || !frame->good || !ahead)
		return;
	liveness->passive_sum += (double)frame->passive;
	liveness->passive_count++;
}

/* In infrared light a screen shows nothing, and what shines in infrared alone is seen by
 * nobody else: who is there is in both. */
static void add_pair(struct liveness *liveness, const struct liveness_frame *frame)
{
	if (!frame->has_pair)
		return;
	if (frame->pair == 1)
		liveness->paired++;
	else
		liveness->unpaired++;
}

/* A lamp goes on and off: what stays light is no skin, but a light of its own. */
static void add_unlit(struct liveness *liveness, const struct liveness_frame *frame)
{
	if (!frame->has_unlit)
		return;
	if (frame->unlit <= UNLIT_MOST)
		liveness->lit++;
	else
		liveness->shining++;
}

static enum vid_reason advance(struct liveness *liveness,
			       const struct liveness_frame *frame, bool ahead)
{
	if (liveness->rules.mode != LIVENESS_TURN)
		return see_still(liveness, ahead, frame->good);
	if (!is_on_the_way(liveness, frame) && liveness->stage != STAGE_FIRST)
		return VID_FACE_TURN;
	switch (liveness->stage) {
	case STAGE_FIRST:
		return wait_ahead(liveness, frame, ahead);
	case STAGE_TURN:
		/* asked to look ahead, not yet shown: it may hold the turn */
		return liveness->wanted == CUE_AHEAD ? VID_OK : see_turn(liveness, frame);
	case STAGE_RETURN:
		return see_return(liveness, frame, ahead);
	case STAGE_DONE:
		break;
	}
	return VID_OK;
}

static enum vid_reason judge(struct liveness *liveness,
			     const struct liveness_frame *frame)
{
	float still = liveness->ahead ? YAW_AHEAD : YAW_START;
	bool ahead = fabsf(turned_by(liveness, frame)) <= still, known = false;
	enum vid_reason why;

	liveness->probe = false;
	liveness->astray = liveness->stage == STAGE_FIRST && !ahead;
	if (!liveness->started && !frame->good)
		return VID_OK; /* a sequence begins with a face that is worth it */
	if ((why = continuity_judge_frame(liveness, frame)) != VID_OK)
		return why;
	if ((why = continuity_judge_person(liveness, frame, ahead, &known)) != VID_OK ||
	    !known)
		return why;
	if (liveness->stage == STAGE_FIRST && ahead && frame->good)
		learn_ahead(liveness, frame);
	add_passive(liveness, frame, ahead);
	add_pair(liveness, frame);
	add_unlit(liveness, frame);
	liveness->probe = is_probe(liveness, frame, ahead);
	return advance(liveness, frame, ahead);
}

enum vid_reason liveness_see(struct liveness *liveness,
			     const struct liveness_frame *frame)
{
	if (liveness->why == VID_OK && liveness->stage != STAGE_DONE)
		liveness->why = judge(liveness, frame);
	return liveness->why;
}
