/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heads.h - landmarks of a head, of a flat print and of a bent one before a pinhole
 * camera
 *
 * Units: eye distances. The camera stands `distance` before the plane of the eyes.
 */
#ifndef VID_TEST_HEADS_H
#define VID_TEST_HEADS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

enum body { BODY_HEAD, BODY_FLAT, BODY_BENT };

struct head {
	enum body body;
	float yaw, pitch, roll; /* radians; yaw positive to the person's own left */
	float distance;         /* 8: half a metre */
	float radius;           /* of BODY_BENT */
	float x, y;             /* in the picture, pixels */
	float noise;            /* pixels, of each landmark */
};

#define HEAD_FOCAL 640.0f /* pixels */

/* right eye (left in the picture), left eye, nose, right and left mouth corner; z towards
 * the camera */
static const float head_points[5][3] = {
	{ -.5f, 0, 0 },         { .5f, 0, 0 },         { 0, .58f, .5f },
	{ -.36f, 1.06f, .05f }, { .36f, 1.06f, .05f },
};

static inline uint32_t head_chance(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	return *seed ^= *seed << 5;
}

/* About normal, deviation 1. */
static inline float head_noise(uint32_t *seed)
{
	float sum = 0;

	for (int i = 0; i < 12; i++)
		sum += (float)(head_chance(seed) % 10000) / 10000;
	return sum - 6;
}

static inline void head_bend(float point[3], float radius)
{
	float angle = point[0] / radius;

	point[0] = radius * sinf(angle);
	point[2] = radius * (cosf(angle) - 1);
}

static inline void head_see(const struct head *head, uint32_t *seed, float landmark[5][2])
{
	float cy = cosf(head->yaw), sy = sinf(head->yaw);
	float cp = cosf(head->pitch), sp = sinf(head->pitch);
	float cr = cosf(head->roll), sr = sinf(head->roll);

	for (int i = 0; i < 5; i++) {
		float p[3], x, y, z, u, v, scale;

		memcpy(p, head_points[i], sizeof(p));
		p[1] -= .5f;
		if (head->body != BODY_HEAD)
			p[2] = 0;
		if (head->body == BODY_BENT)
			head_bend(p, head->radius);
		x = p[0] * cy + p[2] * sy;
		z = p[2] * cy - p[0] * sy;
		y = p[1] * cp - z * sp;
		z = z * cp + p[1] * sp;
		u = x * cr - y * sr;
		v = x * sr + y * cr;
		scale = HEAD_FOCAL / (head->distance - z);
		landmark[i][0] =
			320 + head->x + u * scale + head->noise * head_noise(seed);
		landmark[i][1] =
			240 + head->y + v * scale + head->noise * head_noise(seed);
	}
}

#endif
