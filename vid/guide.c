/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/guide.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "libvid/pose.h"
#include "vid/cli.h"

/* Ratios of pose.h: 0.10 of yaw is about 11 degrees, 0.04 of pitch about 5. */
#define AHEAD_YAW 0.06f
#define TURN_YAW  0.10f
#define NOD_PITCH 0.04f

/* Two frames of one look of a rendered head have a cosine of 0.99 and more, a small turn
 * lowers it to 0.98 and less (frr0095); what lies between gains nothing. */
#define ALIKE 0.985f

/* Of the eyes' usual opening. A blink passes through it in a tenth of a second; who is
 * looking down has lower lids, and more than half. */
#define BLINK      0.5f
#define EYES_LEAST 3 /* frames, before a blink can be told */

#define PATIENCE 8000 /* milliseconds that a pose is waited for */
#define STEADY   500  /* that a fault has to last until it is told */
#define READING  1000 /* that a sentence stands */

static const char *const sentences[] = {
	[GUIDE_AHEAD] = N_("Look straight at the camera."),
	[GUIDE_LEFT] = N_("Turn your head a little to your left."),
	[GUIDE_RIGHT] = N_("Turn your head a little to your right."),
	[GUIDE_UP] = N_("Raise your chin a little."),
	[GUIDE_DOWN] = N_("Lower your chin a little."),
	[GUIDE_ANY] =
		N_("Look at the camera; turn your head a little from side to side."),
};

static void fit(struct guide *guide, const char *sentence, int64_t now)
{
	if (sentence == guide->fitting)
		return;
	guide->fitting = sentence;
	guide->fits_since = now;
}

/* What the new step asks is told at once. */
static void begin_step(struct guide *guide, enum guide_step step, int64_t now)
{
	guide->step = step;
	guide->began = now;
	guide->fitting = sentences[step];
	guide->fits_since = now - STEADY;
	guide->told_at = now - READING;
}

void guide_begin(struct guide *guide, bool steps, float likeness, int64_t now)
{
	*guide = (struct guide){ .steps = steps,
				 .likeness = likeness,
				 .patience = PATIENCE };
	begin_step(guide, steps ? GUIDE_AHEAD : GUIDE_ANY, now);
}

/* --- eyes -------------------------------------------------------------------------- */

static float median(const float *from, size_t count)
{
	float sorted[GUIDE_EYES];

	for (size_t i = 0; i < count; i++) {
		size_t k = i;

		for (; k > 0 && sorted[k - 1] > from[i]; k--)
			sorted[k] = sorted[k - 1];
		sorted[k] = from[i];
	}
	return sorted[count / 2];
}

/* Beside this person's other frames: how far an open eye is open differs. A median, since
 * there are blinks among them. */
static bool is_blink(struct guide *guide, const struct camera_face *face)
{
	size_t known;

	if (!face->has_eyes)
		return false;
	guide->eyes[guide->eyes_seen++ % GUIDE_EYES] = face->eyes;
	known = guide->eyes_seen < GUIDE_EYES ? guide->eyes_seen : GUIDE_EYES;
	return known >= EYES_LEAST && face->eyes < BLINK * median(guide->eyes, known);
}

/* Until a blink can be told nothing is kept: the first frame may be one. */
static bool eyes_unknown(const struct guide *guide, const struct camera_face *face)
{
	return face->has_eyes && guide->eyes_seen < EYES_LEAST;
}

/* --- poses ------------------------------------------------------------------------- */

static bool is_posed(const struct guide *guide, const struct camera_face *face)
{
	float yaw = pose_yaw(face->landmark), pitch = pose_pitch(face->landmark);

	if (!pose_valid(face->landmark))
		return false;
	switch (guide->step) {
	case GUIDE_AHEAD:
		return fabsf(yaw) <= AHEAD_YAW;
	case GUIDE_LEFT:
		return yaw - guide->yaw >= TURN_YAW;
	case GUIDE_RIGHT:
		return guide->yaw - yaw >= TURN_YAW;
	case GUIDE_UP:
		return guide->pitch - pitch >= NOD_PITCH;
	case GUIDE_DOWN:
		return pitch - guide->pitch >= NOD_PITCH;
	case GUIDE_ANY:
		break;
	}
	return true;
}

/* Nobody is kept from enrolling by a neck that does not bend. */
static bool is_patient(const struct guide *guide, int64_t now)
{
	return now - guide->began < guide->patience;
}

/* --- a report ---------------------------------------------------------------------- */

static bool is_good(const struct guide *guide, const struct camera_report *report,
		    int64_t now)
{
	if (report->event != CAMERA_EVENT_FACE || report->face.repeated)
		return false;
	/* from nearer it would be better; who cannot come nearer is taken from there */
	return report->gate != CAMERA_GATE_FAR || !is_patient(guide, now);
}

static enum guide_verdict judge(struct guide *guide, const struct camera_report *report,
				int64_t now, const struct candidates *kept)
{
	const struct camera_face *face = &report->face;

	if (!is_good(guide, report, now))
		return GUIDE_POOR;
	if (is_blink(guide, face))
		return GUIDE_BLINK;
	if (eyes_unknown(guide, face) ||
	    (is_patient(guide, now) && !is_posed(guide, face)))
		return GUIDE_POSE;
	/* written so that a NaN is a stranger, and alike */
	if (!(candidates_mean(kept, face->embedding) >= guide->likeness))
		return GUIDE_STRANGER;
	if (!(candidates_nearest(kept, face->embedding) <= ALIKE))
		return GUIDE_ALIKE;
	return GUIDE_KEPT;
}

static const char *sentence_of(const struct guide *guide, enum guide_verdict verdict,
			       const struct camera_report *report)
{
	if (verdict == GUIDE_BLINK)
		return N_("Keep your eyes open.");
	if (verdict == GUIDE_STRANGER)
		return N_("This is another face: the person who began has to stay.");
	if (verdict != GUIDE_POOR || !report->gate)
		return sentences[guide->step];
	if (report->gate == CAMERA_GATE_TURNED && guide->step != GUIDE_AHEAD)
		return N_("That was too far: turn back a little.");
	return camera_gate_sentence(report->gate);
}

static void keep(struct guide *guide, const struct camera_face *face, int64_t now)
{
	if (guide->step == GUIDE_AHEAD && pose_valid(face->landmark)) {
		guide->yaw = pose_yaw(face->landmark);
		guide->pitch = pose_pitch(face->landmark);
	}
	begin_step(guide,
		   guide->step < GUIDE_ANY ? (enum guide_step)(guide->step + 1)
					   : GUIDE_ANY,
		   now);
}

enum guide_verdict guide_look(struct guide *guide, const struct camera_report *report,
			      int64_t now, struct candidates *candidates)
{
	enum guide_verdict verdict = judge(guide, report, now, candidates);
	char name[24];

	(void)snprintf(name, sizeof(name), "frame %u", report->face.sequence);
	if (verdict == GUIDE_KEPT &&
	    !candidates_add(candidates, name, report->face.embedding,
			    report->face.dimension))
		verdict = GUIDE_ALIKE; /* there are more than enough */
	guide->count[verdict]++;
	if (verdict == GUIDE_KEPT)
		keep(guide, &report->face, now);
	else
		fit(guide, sentence_of(guide, verdict, report), now);
	return verdict;
}

bool guide_done(const struct guide *guide)
{
	return guide->count[GUIDE_KEPT] >= GUIDE_FRAMES;
}

const char *guide_sentence(struct guide *guide, int64_t now)
{
	if (guide->fitting == guide->told || now - guide->fits_since < STEADY ||
	    now - guide->told_at < READING)
		return NULL;
	guide->told = guide->fitting;
	guide->told_at = now;
	return guide->told;
}
