/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/pose.h"

#include <math.h>

#define RIGHT_EYE   0
#define LEFT_EYE    1
#define NOSE        2
#define RIGHT_MOUTH 3
#define LEFT_MOUTH  4

#define LEAST 1e-3f /* what is smaller is one point */

/* Where the nose is in the face's own axes: from the middle of the eyes, along the line
 * between the eyes and along the one down to the mouth, both as parts of their lengths.
 */
struct axes {
	float across, down; /* lengths */
	float x, y;         /* of the nose: x from the middle line */
};

static void middle(const float a[2], const float b[2], float out[2])
{
	out[0] = (a[0] + b[0]) / 2;
	out[1] = (a[1] + b[1]) / 2;
}

/*
 * Solve nose = eyes + x * across + y * down. The second axis is the face's middle line
 * as it is seen, so that neither roll nor the slant of a pitched print shows up as yaw.
 */
static bool axes_of(const float landmark[5][2], struct axes *axes)
{
	float eyes[2], mouth[2], across[2], down[2], nose[2], area;

	middle(landmark[RIGHT_EYE], landmark[LEFT_EYE], eyes);
	middle(landmark[RIGHT_MOUTH], landmark[LEFT_MOUTH], mouth);
	for (int i = 0; i < 2; i++) {
		across[i] = landmark[LEFT_EYE][i] - landmark[RIGHT_EYE][i];
		down[i] = mouth[i] - eyes[i];
		nose[i] = landmark[NOSE][i] - eyes[i];
	}
	axes->across = hypotf(across[0], across[1]);
	axes->down = hypotf(down[0], down[1]);
	area = across[0] * down[1] - across[1] * down[0];
	/* written so that a NaN is not valid */
	if (!(axes->across >= LEAST && axes->down >= LEAST && fabsf(area) >= LEAST) ||
	    !isfinite(nose[0]) || !isfinite(nose[1]))
		return false;
	axes->x = (nose[0] * down[1] - nose[1] * down[0]) / area;
	axes->y = (across[0] * nose[1] - across[1] * nose[0]) / area;
	return isfinite(axes->x) && isfinite(axes->y);
}

bool pose_valid(const float landmark[5][2])
{
	struct axes axes;

	return axes_of(landmark, &axes);
}

float pose_eyes(const float landmark[5][2])
{
	struct axes axes;

	return axes_of(landmark, &axes) ? axes.across : 0;
}

float pose_height(const float landmark[5][2])
{
	struct axes axes;

	return axes_of(landmark, &axes) ? axes.down : 0;
}

float pose_yaw(const float landmark[5][2])
{
	struct axes axes;

	return axes_of(landmark, &axes) ? axes.x : 0;
}

float pose_pitch(const float landmark[5][2])
{
	struct axes axes;

	return axes_of(landmark, &axes) ? axes.y : 0;
}

float pose_roll(const float landmark[5][2])
{
	if (!pose_valid(landmark))
		return 0;
	return atan2f(landmark[LEFT_EYE][1] - landmark[RIGHT_EYE][1],
		      landmark[LEFT_EYE][0] - landmark[RIGHT_EYE][0]);
}
