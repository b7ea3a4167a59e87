/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guide.h - an enrolment before a camera: which frames are kept, and what the person is
 * told meanwhile
 *
 * Frames of one burst are alike and gain little (FACE.md), so the person is led through
 * small turns of the head, one sentence at a time. Who cannot do one of them is not kept
 * from enrolling: after a while any frame that differs will do. A frame is kept when the
 * sensor finds it good, the eyes are open, it differs from those that are kept and shows
 * the same person.
 *
 * Nothing here looks at a clock or a camera: reports and times are given.
 */
#ifndef VID_GUIDE_H
#define VID_GUIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "sensors/camera/client.h"
#include "vid/references.h"

#define GUIDE_FRAMES 5 /* good ones, at least */

enum guide_step {
	GUIDE_AHEAD,
	GUIDE_LEFT,
	GUIDE_RIGHT,
	GUIDE_UP,
	GUIDE_DOWN,
	GUIDE_ANY, /* any that differs */
};

enum guide_verdict {
	GUIDE_KEPT,
	GUIDE_POOR,     /* no good face in it */
	GUIDE_BLINK,    /* eyes closed */
	GUIDE_POSE,     /* not what was asked for */
	GUIDE_ALIKE,    /* adds nothing to those that are kept */
	GUIDE_STRANGER, /* not the person of those that are kept */
	GUIDE_VERDICTS,
};

#define GUIDE_EYES 15 /* frames that tell how far this person's eyes are open */

struct guide {
	bool steps;       /* lead; otherwise take what differs */
	float likeness;   /* mean cosine to those kept: below, it is a stranger */
	int64_t patience; /* milliseconds that a pose is waited for */
	enum guide_step step;
	int64_t began;    /* of the step; milliseconds of the caller's clock */
	float yaw, pitch; /* of this person looking ahead */
	float eyes[GUIDE_EYES];
	unsigned eyes_seen;
	unsigned count[GUIDE_VERDICTS];
	/* sentences, English, for gettext: the one that fits, and the last one told */
	const char *fitting, *told;
	int64_t fits_since, told_at;
};

/* `steps`: false for a film, or an engine that finds no landmarks. */
void guide_begin(struct guide *guide, bool steps, float likeness, int64_t now);

/* Judge a report, and keep its face among the candidates where it is GUIDE_KEPT. */
enum guide_verdict guide_look(struct guide *guide, const struct camera_report *report,
			      int64_t now, struct candidates *candidates);

/* Enough good frames? */
bool guide_done(const struct guide *guide);

/*
 * A sentence to tell now, English, for gettext; NULL when there is nothing new. One
 * stands for a second at least, and a fault that passes within half a second is not told
 * at all.
 */
const char *guide_sentence(struct guide *guide, int64_t now);

#endif
