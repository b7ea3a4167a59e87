/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * presence.h - is a head before the camera while a face is enrolled, or a picture of one?
 * (S55)
 *
 * The guide has the person turn, which is what depth is told by (libvid/solid.h); the
 * networks of liveness judge too, where there are any. A picture of somebody who is not
 * there may be enrolled by an administrator, but as a picture.
 */
#ifndef VID_PRESENCE_H
#define VID_PRESENCE_H

#include "libvid/solid.h"
#include "sensors/camera/client.h"

struct presence {
	float passive; /* least mean of the networks; negative: there are none */
	struct solid solid;
	int side; /* frames in a row that are turned: to the left more than 0 */
	double passive_sum;
	size_t passive_count;
};

void presence_begin(struct presence *presence, float passive);

/* The next report; `yaw` and `pitch` are this person's when they look ahead. */
void presence_see(struct presence *presence, const struct camera_report *report,
		  float yaw, float pitch);

/* Was the head turned far enough, and long enough, for depth to be told? What is flat
 * never is, whichever way it is held. */
bool presence_known(const struct presence *presence);

/* VID_OK, VID_FACE_FLAT (or not known) or VID_FACE_NOT_LIVE. */
enum vid_reason presence_judge(const struct presence *presence);

#endif
