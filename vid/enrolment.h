/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enrolment.h - where an enrolled face comes from: a person before the camera, pictures
 * or a film
 *
 * All complain themselves and answer with an exit code of cli.h, CLI_GO when there are
 * candidates to choose references from.
 */
#ifndef VID_ENROLMENT_H
#define VID_ENROLMENT_H

#include "vid/faces.h"
#include "vid/guide.h"
#include "vid/presence.h"
#include "vid/references.h"

struct enrolment {
	struct faces faces;
	struct candidates candidates;
	struct guide guide;
	struct presence presence; /* of who is before the camera */
	/* what the camera sees, drawn at a terminal; NULL: not */
	struct camera_preview *preview;
	int64_t drawn;  /* wire_now() of the last time */
	float likeness; /* below this it is somebody else */
};

/* The person before the camera, guided; GUIDE_FRAMES good frames or none. CLI_REFUSED
 * when it was a picture of somebody. */
int enrol_camera(struct enrolment *enrolment);

/* A picture or a folder of them. Whose folder it is is not known: nothing in it is
 * followed that leads elsewhere. */
int enrol_pictures(struct enrolment *enrolment, const char *path);

/* A film (YUV4MPEG2): GUIDE_FRAMES good frames that differ, or none. */
int enrol_video(struct enrolment *enrolment, const char *path);

#endif
