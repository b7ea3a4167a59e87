/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/presence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "libvid/pose.h"

/* As pose_yaw has it, beside looking ahead. Farther than the guide asks for on the way
 * back from one side to the other, and above the landmarks' noise. */
#define AHEAD  0.06f
#define LEVEL  0.03f /* of pitch */
#define TURNED 0.12f

#define FRAMES_LEAST 4 /* ahead, and turned */
#define HELD         3 /* frames in a row: a print's landmarks are turned by noise alone */

/* In eye distances: heads have about a half, paper nothing (libvid/solid.h). */
#define HEIGHT_LEAST 0.30f

void presence_begin(struct presence *presence, float passive)
{
	memset(presence, 0, sizeof(*presence));
	presence->passive = passive;
}

static void turn_side(struct presence *presence, float side)
{
	if (side >= TURNED)
		presence->side = presence->side > 0 ? presence->side + 1 : 1;
	else if (side <= -TURNED)
		presence->side = presence->side < 0 ? presence->side - 1 : -1;
	else
		presence->side = 0;
}

/* A face that is turned far is no good frame, and tells depth best. */
void presence_see(struct presence *presence, const struct camera_report *report,
		  float yaw, float pitch)
{
	const struct camera_face *face = &report->face;
	float side, nodded;

	if ((report->event != CAMERA_EVENT_FACE && report->event != CAMERA_EVENT_POOR) ||
	    !pose_valid(face->landmark))
		return;
	side = pose_yaw(face->landmark) - yaw;
	turn_side(presence, side);
	nodded = fabsf(pose_pitch(face->landmark) - pitch);
	if (fabsf(side) <= AHEAD && nodded <= LEVEL && report->event == CAMERA_EVENT_FACE)
		solid_ahead(&presence->solid, face->landmark);
	else if (abs(presence->side) >= HELD && presence->solid.ahead >= FRAMES_LEAST)
		solid_turned(&presence->solid, face->landmark);
	if (fabsf(side) <= AHEAD && face->has_passive) {
		presence->passive_sum += (double)face->passive;
		presence->passive_count++;
	}
}

bool presence_known(const struct presence *presence)
{
	return presence->solid.turned >= FRAMES_LEAST;
}

enum vid_reason presence_judge(const struct presence *presence)
{
	double mean = presence->passive_count
			      ? presence->passive_sum / (double)presence->passive_count
			      : 0;

	/* written so that a NaN denies */
	if (!presence_known(presence) ||
	    !(solid_height(&presence->solid) >= HEIGHT_LEAST))
		return VID_FACE_FLAT;
	if (presence->passive >= 0 && !(mean >= (double)presence->passive))
		return VID_FACE_NOT_LIVE;
	return VID_OK;
}
