/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/solid.h"

#include <math.h>
#include <string.h>

#include "libvid/pose.h"

#define NOSE 2

/* A plane that has turned less than this cannot be told from one that has not: the
 * landmarks' noise alone shortens the eyes by some hundredths. */
#define SLANT_LEAST 0.1

/* --- homography -------------------------------------------------------------------- */

/* One row of the linear system: u (g x + h y + 1) = a x + b y + c, and so for v. */
static void put_point(double row[2][9], const float from[2], const float to[2])
{
	double x = (double)from[0], y = (double)from[1];

	for (int i = 0; i < 2; i++) {
		double target = (double)to[i];

		memset(row[i], 0, sizeof(row[i]));
		row[i][3 * i] = x;
		row[i][3 * i + 1] = y;
		row[i][3 * i + 2] = 1;
		row[i][6] = -target * x;
		row[i][7] = -target * y;
		row[i][8] = target;
	}
}

static void swap_rows(double a[9], double b[9])
{
	double kept[9];

	memcpy(kept, a, sizeof(kept));
	memcpy(a, b, sizeof(kept));
	memcpy(b, kept, sizeof(kept));
}

/* Gauss and Jordan, with the largest pivot of each column. */
static bool solve(double system[8][9])
{
	for (int column = 0; column < 8; column++) {
		int best = column;

		for (int row = column + 1; row < 8; row++)
			if (fabs(system[row][column]) > fabs(system[best][column]))
				best = row;
		if (!(fabs(system[best][column]) > 1e-9))
			return false;
		swap_rows(system[column], system[best]);
		for (int row = 0; row < 8; row++) {
			double factor = system[row][column] / system[column][column];

			if (row == column)
				continue;
			for (int i = column; i < 9; i++)
				system[row][i] -= factor * system[column][i];
		}
	}
	return true;
}

bool homography_of(const float from[4][2], const float to[4][2], double map[9])
{
	double system[8][9];

	for (int i = 0; i < 4; i++)
		put_point(&system[2 * i], from[i], to[i]);
	if (!solve(system))
		return false;
	for (int i = 0; i < 8; i++) {
		map[i] = system[i][8] / system[i][i];
		if (!isfinite(map[i]))
			return false;
	}
	map[8] = 1;
	return true;
}

/* --- the nose ---------------------------------------------------------------------- */

/* Upright, the eyes one apart and their middle at 0,0. */
static bool normalise(const float landmark[5][2], float out[5][2])
{
	float eyes = pose_eyes(landmark), roll = pose_roll(landmark);
	float x = (landmark[0][0] + landmark[1][0]) / 2;
	float y = (landmark[0][1] + landmark[1][1]) / 2;

	if (!pose_valid(landmark))
		return false;
	for (int i = 0; i < 5; i++) {
		float u = (landmark[i][0] - x) / eyes, v = (landmark[i][1] - y) / eyes;

		out[i][0] = u * cosf(roll) + v * sinf(roll);
		out[i][1] = v * cosf(roll) - u * sinf(roll);
	}
	return true;
}

void solid_ahead(struct solid *solid, const float landmark[5][2])
{
	float own[5][2];

	if (!normalise(landmark, own))
		return;
	for (int i = 0; i < 5; i++)
		for (int axis = 0; axis < 2; axis++)
			solid->anchor[i][axis] +=
				(own[i][axis] - solid->anchor[i][axis]) /
				(float)(solid->ahead + 1);
	solid->ahead++;
}

static void outer_points(const float landmark[5][2], float out[4][2])
{
	for (int i = 0, to = 0; i < 5; i++)
		if (i != NOSE)
			memcpy(out[to++], landmark[i], sizeof(out[0]));
}

/* How far to the right of the frame the nose is from where the plane has taken it, in eye
 * distances of now. */
static bool departure(const float anchor[5][2], const float now[5][2], double *out)
{
	float from[4][2], to[4][2];
	double map[9], x, y, scale;

	outer_points(anchor, from);
	outer_points(now, to);
	if (!homography_of(from, to, map))
		return false;
	x = (double)anchor[NOSE][0];
	y = (double)anchor[NOSE][1];
	scale = map[6] * x + map[7] * y + 1;
	if (!(fabs(scale) > 1e-6))
		return false;
	*out = (double)now[NOSE][0] - (map[0] * x + map[1] * y + map[2]) / scale;
	return isfinite(*out);
}

/* Which way it has turned: the nose tells, of a flat thing too where it is seen near. */
static bool to_the_right(const float anchor[5][2], const float now[5][2])
{
	return now[NOSE][0] > anchor[NOSE][0];
}

/*
 * A plane at an angle has its eyes nearer to each other, against their distance from the
 * mouth, by the angle's cosine; the nose departs by its height times the tangent, in
 * such shortened eye distances. So the height is the slope of departure over tangent.
 */
void solid_turned(struct solid *solid, const float landmark[5][2])
{
	float own[5][2];
	double away, cosine, tangent;

	if (!solid->ahead || !normalise(landmark, own) ||
	    !departure(solid->anchor, own, &away))
		return;
	cosine = (double)(pose_height(solid->anchor) / pose_height(own));
	cosine = fmin(fmax(cosine, 0.05), 1);
	tangent = fmax(sqrt(1 - cosine * cosine) / cosine, SLANT_LEAST);
	solid->moved += (to_the_right(solid->anchor, own) ? away : -away) * tangent;
	solid->slanted += tangent * tangent;
	solid->turned++;
}

float solid_height(const struct solid *solid)
{
	return solid->turned ? (float)(solid->moved / solid->slanted) : -1;
}
