/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/align.h"

#include <math.h>

/*
 * With points as complex numbers the map is w = a·z + b, and least squares has the closed
 * form a = Σ conj(z - z̄)(w - w̄) / Σ |z - z̄|², b = w̄ - a·z̄ (Umeyama 1991 without the
 * reflection, which two dimensions make simple).
 */
bool align_face(const float landmark[5][2], const struct model *model, double map[2][3])
{
	double zx = 0, zy = 0, wx = 0, wy = 0, re = 0, im = 0, spread = 0;
	double stretch_x = (double)model->width / model->crop_width;
	double stretch_y = (double)model->height / model->crop_height;

	for (int i = 0; i < 5; i++) {
		zx += landmark[i][0] / 5.0;
		zy += landmark[i][1] / 5.0;
		wx += model->align[i][0] * model->crop_width / 5;
		wy += model->align[i][1] * model->crop_height / 5;
	}
	for (int i = 0; i < 5; i++) {
		double x = landmark[i][0] - zx, y = landmark[i][1] - zy;
		double u = model->align[i][0] * model->crop_width - wx;
		double v = model->align[i][1] * model->crop_height - wy;

		re += x * u + y * v;
		im += x * v - y * u;
		spread += x * x + y * y;
	}
	if (!isfinite(re) || !isfinite(im) || !(spread > 1e-3))
		return false;
	re /= spread;
	im /= spread;
	map[0][0] = stretch_x * re;
	map[0][1] = stretch_x * -im;
	map[0][2] = stretch_x * (wx - re * zx + im * zy);
	map[1][0] = stretch_y * im;
	map[1][1] = stretch_y * re;
	map[1][2] = stretch_y * (wy - im * zx - re * zy);
	return re * re + im * im > 0;
}

void enlarge_box(const struct face *face, float factor, int cols, int rows, int out[4])
{
	double wide = face->width, high = face->height;
	double most = fmin((cols - 1) / fmax(wide, 1), (rows - 1) / fmax(high, 1));
	double by = fmin((double)factor, most);
	double width = wide * by, height = high * by;
	double x = (double)(face->x + face->width / 2) - width / 2;
	double y = (double)(face->y + face->height / 2) - height / 2;

	x = fmin(fmax(x, 0), cols - 1 - width);
	y = fmin(fmax(y, 0), rows - 1 - height);
	out[0] = (int)x;
	out[1] = (int)y;
	out[2] = (int)fmin((int)width + 1, cols - out[0]);
	out[3] = (int)fmin((int)height + 1, rows - out[1]);
}
