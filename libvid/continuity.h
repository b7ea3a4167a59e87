/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * continuity.h - one camera and one person, from frame to frame (parts 1 and 4 of
 * liveness.h, whose state it keeps)
 */
#ifndef VID_CONTINUITY_H
#define VID_CONTINUITY_H

#include "libvid/liveness.h"

/*
 * Does the frame follow upon those before it, as a camera's does? It is remembered when
 * it does. VID_FACE_FRAMES: out of order, seen before, or frozen; VID_FACE_CHANGED: a
 * jump of place, size or light; VID_FACE_NOBODY: too long after the last.
 */
enum vid_reason continuity_judge_frame(struct liveness *liveness,
				       const struct liveness_frame *frame);

/*
 * Is it the person of the frames before? VID_FACE_CHANGED when it is another. `known` is
 * false for a poor frame that is like nobody: it counts for nothing. `ahead`: the face
 * looks ahead.
 */
enum vid_reason continuity_judge_person(struct liveness *liveness,
					const struct liveness_frame *frame, bool ahead,
					bool *known);

#endif
