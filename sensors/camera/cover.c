/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/cover.h"

#include <math.h>

#include "libvid/pose.h"
#include "sensors/camera/face_axes.h"

/* All in distances of the eyes. */
#define STEP 0.04f

struct part {
	float across, up, down; /* from the middle: to both sides, above, below */
};

static const struct part eye = { .2f, .16f, .16f }, mouth = { .4f, .2f, .28f };

/* Where nothing is drawn the sensor's noise remains; less than that tells nothing. */
#define DETAIL_LEAST 0.5f

/* The mean change from row to row, in grey levels; -1 outside of the picture. */
static float drawn(const struct face_picture *picture, const float middle[2],
		   const struct face_axes *axes, const struct part *part)
{
	int columns = (int)lroundf(part->across / STEP);
	int above = (int)lroundf(part->up / STEP),
	    below = (int)lroundf(part->down / STEP);
	float sum = 0;

	for (int c = -columns; c <= columns; c++) {
		float before = -1;

		for (int r = -above; r <= below; r++) {
			float grey = face_sample(picture, middle, axes, (float)c * STEP,
						 (float)r * STEP);

			if (grey < 0)
				return -1;
			if (r > -above)
				sum += fabsf(grey - before);
			before = grey;
		}
	}
	return sum / (float)((2 * columns + 1) * (above + below));
}

float cover_ratio(const struct face_picture *picture, const struct face *face)
{
	float right, left, lips, lips_at[2];
	struct face_axes axes;

	if (!pose_valid(face->landmark))
		return -1;
	axes = face_axes_of(face);
	for (int i = 0; i < 2; i++)
		lips_at[i] = (face->landmark[3][i] + face->landmark[4][i]) / 2;
	right = drawn(picture, face->landmark[0], &axes, &eye);
	left = drawn(picture, face->landmark[1], &axes, &eye);
	lips = drawn(picture, lips_at, &axes, &mouth);
	if (right < 0 || left < 0 || lips < 0 ||
	    !(fmaxf(fminf(right, left), lips) >= DETAIL_LEAST))
		return -1;
	return fminf(right, left) / fmaxf(lips, 0.1f);
}
