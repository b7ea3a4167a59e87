/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/render/render.h"

#include <math.h>
#include <string.h>

/* Where the portraits of tests/faces have the middle of the eyes, and their distance. */
#define EYES_X 126.5f
#define EYES_Y 116.0f
#define EYES   89.0f

#define FOCAL 620.0f /* pixels */

/* The head, in eye distances from the middle of the eyes: an ellipsoid, and a nose. */
#define HEAD_Y      0.45f
#define HEAD_WIDE   1.22f
#define HEAD_HIGH   1.75f
#define HEAD_DEEP   1.15f
#define NOSE_HEIGHT 0.36f
#define NOSE_WIDE   0.17f
#define NOSE_TIP    0.60f

/* Rounds of the search for the point that is seen at a pixel. */
#define ROUNDS 7

static const float landmark_places[5][2] = {
	{ -.5f, 0 }, { .5f, 0 }, { 0, .60f }, { -.44f, 1.0f }, { .43f, 1.0f },
};

uint32_t render_chance(uint32_t *seed)
{
	if (*seed == 0)
		*seed = 2463534242u;
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	return *seed ^= *seed << 5;
}

float render_normal(uint32_t *seed)
{
	float sum = 0;

	for (int i = 0; i < 3; i++) {
		uint32_t chance = render_chance(seed);

		sum += (float)(chance & 0xffff) + (float)(chance >> 16);
	}
	return (sum / 65536 - 3) * 1.414f;
}

/* --- shapes --------------------------------------------------------------------------
 */

static float ellipsoid(float u, float v)
{
	float x = u / HEAD_WIDE, y = (v - HEAD_Y) / HEAD_HIGH;
	float rest = 1 - x * x - y * y;

	return rest > 0 ? HEAD_DEEP * sqrtf(rest) : 0;
}

static float nose(float u, float v)
{
	float along =
		v < NOSE_TIP ? (v + .05f) / (NOSE_TIP + .05f) : 1 - (v - NOSE_TIP) / .16f;

	if (along <= 0 || fabsf(u) > 3 * NOSE_WIDE)
		return 0;
	return NOSE_HEIGHT * along * expf(-(u / NOSE_WIDE) * (u / NOSE_WIDE));
}

/* Towards the camera, 0 at the eyes. */
static float depth(const struct render_view *view, float u, float v)
{
	switch (view->body) {
	case RENDER_HEAD:
		return ellipsoid(u, v) + nose(u, v) - ellipsoid(.5f, 0);
	case RENDER_BENT:
		return view->radius * (cosf(u / view->radius) - 1);
	case RENDER_PRINT:
	case RENDER_SCREEN:
		break;
	}
	return 0;
}

/* Paper that is bent keeps its length. */
static float across(const struct render_view *view, float u)
{
	return view->body == RENDER_BENT ? view->radius * sinf(u / view->radius) : u;
}

/* Does the body have this point at all? */
static bool is_on(const struct render_view *view, float u, float v)
{
	float x = u / HEAD_WIDE, y = (v - HEAD_Y) / HEAD_HIGH;

	if (view->body == RENDER_HEAD)
		return x * x + y * y < .97f;
	return fabsf(u) < 1.42f && v > -1.3f && v < 1.57f;
}

/* --- the camera ----------------------------------------------------------------------
 */

struct turn {
	float m[3][3];
};

static struct turn turn_of(const struct render_view *view)
{
	float cy = cosf(view->yaw), sy = sinf(view->yaw);
	float cp = cosf(view->pitch), sp = sinf(view->pitch);
	float cr = cosf(view->roll), sr = sinf(view->roll);
	/* roll after pitch after yaw; x right, y down, z towards the camera */
	float yaw[3][3] = { { cy, 0, sy }, { 0, 1, 0 }, { -sy, 0, cy } };
	float pitch[3][3] = { { 1, 0, 0 }, { 0, cp, -sp }, { 0, sp, cp } };
	float roll[3][3] = { { cr, -sr, 0 }, { sr, cr, 0 }, { 0, 0, 1 } };
	struct turn half = { { { 0 } } }, whole = { { { 0 } } };

	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 3; j++)
			for (int k = 0; k < 3; k++)
				half.m[i][j] += pitch[i][k] * yaw[k][j];
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 3; j++)
			for (int k = 0; k < 3; k++)
				whole.m[i][j] += roll[i][k] * half.m[k][j];
	return whole;
}

/* A head turns about its neck, half an eye distance down and behind the face. */
static void move(const struct turn *turn, const float from[3], float to[3])
{
	static const float pivot[3] = { 0, .5f, -.9f };

	for (int i = 0; i < 3; i++) {
		to[i] = pivot[i];
		for (int k = 0; k < 3; k++)
			to[i] += turn->m[i][k] * (from[k] - pivot[k]);
	}
}

void render_landmarks(const struct render_view *view, float landmark[5][2])
{
	struct turn turn = turn_of(view);

	for (int i = 0; i < 5; i++) {
		float u = landmark_places[i][0], v = landmark_places[i][1];
		float from[3] = { across(view, u), v, depth(view, u, v) }, to[3], scale;

		move(&turn, from, to);
		scale = FOCAL / (view->distance - to[2]);
		landmark[i][0] = RENDER_WIDTH / 2 + view->x + to[0] * scale;
		landmark[i][1] = RENDER_HEIGHT / 2 + view->y + (to[1] - .5f) * scale;
	}
}

/* The point of the body that is seen at a pixel: its depth is guessed and put right. */
static bool find(const struct render_view *view, const struct turn *turn, float px,
		 float py, float *u, float *v)
{
	float z = 0;

	*u = *v = 0;
	for (int i = 0; i < ROUNDS; i++) {
		const float(*m)[3] = turn->m;
		/* on the ray, with the depth that was found last: two equations */
		float x = px / FOCAL, y = py / FOCAL, a[2][2], b[2], det, nu, nv, far;

		far = view->distance + .9f - m[2][2] * (z + .9f);
		a[0][0] = m[0][0] + x * m[2][0];
		a[0][1] = m[0][1] + x * m[2][1];
		a[1][0] = m[1][0] + y * m[2][0];
		a[1][1] = m[1][1] + y * m[2][1];
		b[0] = x * far - m[0][2] * (z + .9f);
		b[1] = y * far - m[1][2] * (z + .9f);
		det = a[0][0] * a[1][1] - a[0][1] * a[1][0];
		if (fabsf(det) < 1e-3f)
			return false;
		nu = (b[0] * a[1][1] - b[1] * a[0][1]) / det;
		nv = (b[1] * a[0][0] - b[0] * a[1][0]) / det + .5f;
		if (view->body == RENDER_BENT) {
			if (fabsf(nu) >= view->radius)
				return false;
			nu = view->radius * asinf(nu / view->radius);
		}
		*u = i ? (*u + nu) / 2 : nu;
		*v = i ? (*v + nv) / 2 : nv;
		z = depth(view, *u, *v);
	}
	return is_on(view, *u, *v);
}

/* --- pixels --------------------------------------------------------------------------
 */

static void background(const struct render_view *view, int x, int y, float out[3])
{
	/* a wall with a shelf; it stays where it is */
	float shelf = (y / 60) % 2 && (x / 23 + y / 60) % 3 ? 26 : 0;
	float base = 92 + 30 * (float)y / RENDER_HEIGHT + shelf * ((x / 23) % 2 ? 1 : -1);

	out[0] = base + 8;
	out[1] = base;
	out[2] = base - 6;
	(void)view;
}

static void sample(const uint8_t *portrait, float u, float v, float out[3])
{
	float x = EYES_X + u * EYES, y = EYES_Y + v * EYES;
	int left, top;
	float fx, fy;

	x = fminf(fmaxf(x, 0), RENDER_SIDE - 1.01f);
	y = fminf(fmaxf(y, 0), RENDER_SIDE - 1.01f);
	left = (int)x;
	top = (int)y;
	fx = x - (float)left;
	fy = y - (float)top;
	for (int c = 0; c < 3; c++) {
		const uint8_t *at = portrait + (top * RENDER_SIDE + left) * 3 + c;
		float upper = at[0] * (1 - fx) + at[3] * fx;
		float lower =
			at[RENDER_SIDE * 3] * (1 - fx) + at[RENDER_SIDE * 3 + 3] * fx;

		out[c] = upper * (1 - fy) + lower * fy;
	}
}

/* White edge of paper, bezel of a screen, its gamma, glare and lines. */
static void as_shown(const struct render_view *view, float u, float v, int x, int y,
		     float out[3])
{
	bool edge = fabsf(u) > 1.36f || v < -1.24f || v > 1.51f;

	if (view->body == RENDER_SCREEN) {
		float glare = fmaxf(0, 1 - hypotf(u - .8f, v + .7f) / .6f) * 60;
		float lines = 5 * sinf((float)x * 2.2f) + 5 * sinf((float)y * 2.6f);

		for (int c = 0; c < 3; c++)
			out[c] = edge ? 12
				      : 255 * powf(out[c] / 255, .85f) + glare + lines;
	} else if (edge) {
		out[0] = out[1] = out[2] = 228;
	}
}

/* Eyes behind the holes of a print look at one nearly, and blink. */
static void eyes_behind(const struct render_view *view, float u, float v, float out[3])
{
	for (int side = -1; side <= 1; side += 2) {
		float du = (u - (float)side * .5f) / .19f, dv = v / .12f;
		bool shut = view->seed % 40 < 3;

		if (du * du + dv * dv >= 1)
			continue;
		for (int c = 0; c < 3; c++)
			out[c] = shut                          ? 120
				 : hypotf(du, dv * .6f) < .45f ? 30 + 5 * (float)c
							       : 190;
	}
}

static uint8_t level(float value)
{
	return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

void render(const uint8_t *portrait, const struct render_view *view, uint8_t *frame)
{
	struct turn turn = turn_of(view);
	uint32_t seed = view->seed * 2654435761u + 1;

	for (int y = 0; y < RENDER_HEIGHT; y++) {
		for (int x = 0; x < RENDER_WIDTH; x++) {
			float colour[3], u, v, noise = view->noise * render_normal(&seed);
			float px = (float)x - RENDER_WIDTH / 2 - view->x;
			float py = (float)y - RENDER_HEIGHT / 2 - view->y;

			background(view, x, y, colour);
			if (find(view, &turn, px, py, &u, &v)) {
				sample(portrait, u, v, colour);
				if (view->holes)
					eyes_behind(view, u, v, colour);
				if (view->body != RENDER_HEAD)
					as_shown(view, u, v, x, y, colour);
			}
			for (int c = 0; c < 3; c++)
				*frame++ = level(colour[c] * view->light + noise);
		}
	}
}
