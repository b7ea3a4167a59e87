/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gates.h - is there one good face in this frame? A gate is advice for the person, not a
 * judgement: nothing is charged for it.
 */
#ifndef VID_CAMERA_GATES_H
#define VID_CAMERA_GATES_H

#include "sensors/camera/face.h"
#include "sensors/protocol.h"

#define GATE_NONE ((enum camera_gate)0)

/* By how many there are and how large, before anything is computed from the face. */
enum camera_gate gate_of_faces(const struct face *faces, int count);

/* By light and sharpness, which face_engine_embed fills in. */
enum camera_gate gate_of_quality(const struct face *face);

/* By where the face is and looks, and by what covers it. FAR is advice: the face is good
 * enough, and would be better from nearer. */
enum camera_gate gate_of_view(const struct face_picture *picture,
			      const struct face *face);

#endif
