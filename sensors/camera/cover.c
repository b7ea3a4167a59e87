/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/cover.h"

#include <math.h>

#include "libvid/pose.h"

/* All in distances of the eyes. */
#define STEP 0.04f

struct part {
	float across, up, down; /* from the middle: to both sides, above, below */
};

static const struct part eye = { .2f, .16f, .16f }, mouth = { .4f, .2f, .28f };

struct axes {
	float across[2], down[2]; /* pixels for one distance of the eyes */
};

/* Where nothing is drawn the sensor's noise remains; less than that tells nothing. */
#define DETAIL_LEAST 0.5f

static float grey_at(const struct face_picture *picture, int x, int y)
{
	const uint8_t *at = picture->at + (ptrdiff_t)y * picture->stride +
			    (ptrdiff_t)x * picture->channels;

	return picture->channels == 1 ? (float)at[0]
				      : 0.114f * (float)at[0] + 0.587f * (float)at[1] +
						0.299f * (float)at[2];
}

/* Between pixels; -1 outside of the picture. */
static float sample(const struct face_picture *picture, const float middle[2],
		    const struct axes *axes, float across, float down)
{
	float x = middle[0] + across * axes->across[0] + down * axes->down[0];
	float y = middle[1] + across * axes->across[1] + down * axes->down[1];
	float u, v;
	int left, top;

	/* written so that a NaN is outside */
	if (!(x >= 0 && y >= 0 && x < (float)(picture->width - 1) &&
	      y < (float)(picture->height - 1)))
		return -1;
	left = (int)x;
	top = (int)y;
	u = x - (float)left;
	v = y - (float)top;
	return (1 - v) * ((1 - u) * grey_at(picture, left, top) +
			  u * grey_at(picture, left + 1, top)) +
	       v * ((1 - u) * grey_at(picture, left, top + 1) +
		    u * grey_at(picture, left + 1, top + 1));
}

/* The mean change from row to row, in grey levels; -1 outside of the picture. */
static float drawn(const struct face_picture *picture, const float middle[2],
		   const struct axes *axes, const struct part *part)
{
	int columns = (int)lroundf(part->across / STEP);
	int above = (int)lroundf(part->up / STEP),
	    below = (int)lroundf(part->down / STEP);
	float sum = 0;

	for (int c = -columns; c <= columns; c++) {
		float before = -1;

		for (int r = -above; r <= below; r++) {
			float grey = sample(picture, middle, axes, (float)c * STEP,
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
	struct axes axes;

	if (!pose_valid(face->landmark))
		return -1;
	for (int i = 0; i < 2; i++) {
		axes.across[i] = face->landmark[1][i] - face->landmark[0][i];
		lips_at[i] = (face->landmark[3][i] + face->landmark[4][i]) / 2;
	}
	axes.down[0] = -axes.across[1];
	axes.down[1] = axes.across[0];
	right = drawn(picture, face->landmark[0], &axes, &eye);
	left = drawn(picture, face->landmark[1], &axes, &eye);
	lips = drawn(picture, lips_at, &axes, &mouth);
	if (right < 0 || left < 0 || lips < 0 ||
	    !(fmaxf(fminf(right, left), lips) >= DETAIL_LEAST))
		return -1;
	return fminf(right, left) / fmaxf(lips, 0.1f);
}
