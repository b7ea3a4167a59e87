/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * study.h - a picture that is looked at to measure the engine, not to log in with
 *
 * Collections of photographs have bystanders in them. A login refuses such a picture; a
 * measurement takes the face that the picture is of, and counts it as one that a login
 * would have refused. And it wants to know how long each stage took.
 */
#ifndef VID_CAMERA_STUDY_H
#define VID_CAMERA_STUDY_H

#include "libvid/wire.h"
#include "sensors/camera/face.h"
#include "sensors/protocol.h"

#define STUDY_FACES_MAX 16 /* that one is chosen from, the largest first */

enum study_stage { STUDY_DECODE, STUDY_DETECT, STUDY_EMBED, STUDY_STAGES };

struct study {
	bool bystanders; /* there was more than one face */
	enum study_stage stage;
	int64_t since;               /* nanoseconds */
	uint32_t took[STUDY_STAGES]; /* microseconds */
};

/* Begin, with STUDY_DECODE; and go on to the next stage. */
void study_begin(struct study *study);
void study_next(struct study *study);

/* The face of the picture: among several the one that is large and near its middle. The
 * gate is gate_of_faces' for that one face. Ends STUDY_DETECT. */
enum camera_gate study_find(struct study *study, struct face_engine *engine,
			    const struct face_picture *picture, struct face *out);

/* Which of `count` faces (at least 1) a picture of width × height pixels is of: the
 * largest once each loses twice the square of its distance from the middle. */
int study_subject(const struct face *faces, int count, int width, int height);

/* Ends the last stage, and adds CAMERA_FIELD_STAGES to the report. */
void study_end(struct study *study, struct wire_frame *report);

#endif
