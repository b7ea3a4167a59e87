/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/eyes.h"

#include <math.h>

#include "sensors/camera/face_axes.h"

#define LEAST_PIXELS 24.0f /* between the eyes: below, an iris is three pixels */

/* All in distances of the eyes, from the middle of one. An iris is 0.18 wide. */
#define COLUMNS    9
#define COLUMN     0.02f /* from one column to the next: the iris' width alone */
#define ROWS       33
#define ROW        0.01f /* from 0.16 above to 0.16 below: no brow */
#define CHEEK      0.30f /* how far below there is skin */
#define OPEN_FULLY 0.20f

static float skin_below(const struct face_picture *picture, const float eye[2],
			const struct face_axes *axes)
{
	float sum = 0;

	for (int i = 0; i < COLUMNS; i++) {
		float grey = face_sample(picture, eye, axes,
					 (float)(i - COLUMNS / 2) * COLUMN, CHEEK);

		if (grey < 0)
			return -1;
		sum += grey;
	}
	return sum / COLUMNS;
}

/* The height of what is nearer to the darkest than to the skin: a mean over the columns,
 * since a lash or a glint is narrower than an iris. */
static float dark_height(const struct face_picture *picture, const float eye[2],
			 const struct face_axes *axes)
{
	float grey[COLUMNS][ROWS], darkest = 255;
	float skin = skin_below(picture, eye, axes);
	int dark = 0;

	if (skin < 0)
		return -1;
	for (int c = 0; c < COLUMNS; c++)
		for (int r = 0; r < ROWS; r++) {
			grey[c][r] = face_sample(picture, eye, axes,
						 (float)(c - COLUMNS / 2) * COLUMN,
						 (float)(r - ROWS / 2) * ROW);
			if (grey[c][r] < 0)
				return -1;
			darkest = fminf(darkest, grey[c][r]);
		}
	for (int c = 0; c < COLUMNS; c++)
		for (int r = 0; r < ROWS; r++)
			dark += grey[c][r] < (darkest + skin) / 2;
	return (float)dark / COLUMNS * ROW;
}

float eyes_open(const struct face_picture *picture, const struct face *face)
{
	const struct face_axes axes = face_axes_of(face);
	float right, left;

	if (!(hypotf(axes.across[0], axes.across[1]) >= LEAST_PIXELS))
		return -1;
	right = dark_height(picture, face->landmark[0], &axes);
	left = dark_height(picture, face->landmark[1], &axes);
	if (right < 0 || left < 0)
		return -1;
	return fminf((right + left) / 2 / OPEN_FULLY, 1);
}
