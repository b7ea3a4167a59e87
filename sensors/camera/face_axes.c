/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/face_axes.h"

struct face_axes face_axes_of(const struct face *face)
{
	struct face_axes axes;

	for (int i = 0; i < 2; i++)
		axes.across[i] = face->landmark[1][i] - face->landmark[0][i];
	axes.down[0] = -axes.across[1];
	axes.down[1] = axes.across[0];
	return axes;
}

static float grey_at(const struct face_picture *picture, int x, int y)
{
	const uint8_t *at = picture->at + (ptrdiff_t)y * picture->stride +
			    (ptrdiff_t)x * picture->channels;

	return picture->channels == 1 ? (float)at[0]
				      : 0.114f * (float)at[0] + 0.587f * (float)at[1] +
						0.299f * (float)at[2];
}

float face_sample(const struct face_picture *picture, const float middle[2],
		  const struct face_axes *axes, float across, float down)
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
