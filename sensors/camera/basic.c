/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The basic engine: a demonstration for machines without models. It takes whatever is in
 * the middle of the frame for a face, and compares texture. It tells the people of a test
 * apart, and guards nothing (FACE.md: 17 % false rejections at FMR 1e-3 at its very best,
 * with landmarks that it does not have). Plain C, no model, no OpenCV.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sensors/camera/engine.h"

#define VERSION 1 /* part of the model id: raise it whenever the numbers change */

#define SIDE   64   /* pixels of the crop that is judged */
#define MIDDLE 0.7f /* of the frame's shorter side is taken for the face */

/* Below these the middle of the frame is a wall or a lens cap, not a face: the deviation
 * of its grey levels, and the mean step between neighbours. */
#define CONTRAST_LEAST 12.0f
#define DETAIL_LEAST   1.5f

/* Local binary patterns of four neighbours, at two distances, in 4×4 cells: 512. */
#define CELLS     4
#define PATTERNS  16
#define DISTANCES 2
#define DIMENSION (DISTANCES * CELLS * CELLS * PATTERNS)
_Static_assert(DIMENSION <= VID_EMBEDDING_MAX, "an embedding is larger than its room");

struct crop {
	float at[SIDE][SIDE];
};

/* The square in the middle of the frame. */
static struct face middle(const struct face_picture *picture)
{
	int shorter = picture->width < picture->height ? picture->width : picture->height;
	float side = MIDDLE * (float)shorter;
	/* where eyes, nose and mouth are in a face that fills the square */
	static const float parts[5][2] = { { .33f, .37f },
					   { .67f, .37f },
					   { .5f, .57f },
					   { .37f, .76f },
					   { .63f, .76f } };
	struct face face = { .x = ((float)picture->width - side) / 2,
			     .y = ((float)picture->height - side) / 2,
			     .width = side,
			     .height = side,
			     .score = 1,
			     .eye_distance = .34f * side };

	for (int i = 0; i < 5; i++) {
		face.landmark[i][0] = face.x + parts[i][0] * side;
		face.landmark[i][1] = face.y + parts[i][1] * side;
	}
	return face;
}

static float grey_at(const struct face_picture *picture, int x, int y)
{
	const uint8_t *at = picture->at + (ptrdiff_t)y * picture->stride +
			    (ptrdiff_t)x * picture->channels;

	if (picture->channels == 1)
		return at[0];
	return .114f * at[0] + .587f * at[1] + .299f * at[2];
}

/* Mean over the pixels that fall into one pixel of the crop. */
static float area(const struct face_picture *picture, float x, float y, float step)
{
	int x0 = (int)x, y0 = (int)y, x1 = (int)(x + step), y1 = (int)(y + step);
	float sum = 0;

	x1 = x1 <= x0 ? x0 + 1 : x1;
	y1 = y1 <= y0 ? y0 + 1 : y1;
	for (int v = y0; v < y1; v++)
		for (int u = x0; u < x1; u++)
			sum += grey_at(picture, u, v);
	return sum / (float)((x1 - x0) * (y1 - y0));
}

static void cut(const struct face_picture *picture, const struct face *face,
		struct crop *crop)
{
	float step = face->width / SIDE;

	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++)
			crop->at[y][x] = area(picture, face->x + (float)x * step,
					      face->y + (float)y * step, step);
}

/* Mean and deviation of the grey levels, and the mean step to the right neighbour. */
static void survey(const struct crop *crop, float *mean, float *deviation, float *detail)
{
	float sum = 0, squares = 0, steps = 0;

	for (int y = 0; y < SIDE; y++) {
		for (int x = 0; x < SIDE; x++) {
			sum += crop->at[y][x];
			squares += crop->at[y][x] * crop->at[y][x];
			if (x)
				steps += fabsf(crop->at[y][x] - crop->at[y][x - 1]);
		}
	}
	*mean = sum / (SIDE * SIDE);
	*deviation = sqrtf(fmaxf(squares / (SIDE * SIDE) - *mean * *mean, 0));
	*detail = steps / (SIDE * (SIDE - 1));
}

static int basic_find(struct face_engine *engine, const struct face_picture *picture,
		      struct face *faces, int max)
{
	struct face face = middle(picture);
	float mean, deviation, detail;
	struct crop crop;

	(void)engine;
	cut(picture, &face, &crop);
	survey(&crop, &mean, &deviation, &detail);
	if (deviation < CONTRAST_LEAST || detail < DETAIL_LEAST)
		return 0;
	if (max > 0)
		faces[0] = face;
	return 1;
}

static int within(int at)
{
	return at < 0 ? 0 : at >= SIDE ? SIDE - 1 : at;
}

/* One pass of a Gaussian, along x (`down` 0) or y (1); the edge is repeated. */
static void blur_pass(const struct crop *from, struct crop *to, float sigma, int down)
{
	int reach = (int)ceilf(3 * sigma);

	for (int y = 0; y < SIDE; y++) {
		for (int x = 0; x < SIDE; x++) {
			float sum = 0, weights = 0;

			for (int d = -reach; d <= reach; d++) {
				float weight =
					expf((float)(-d * d) / (2 * sigma * sigma));

				sum += weight * from->at[within(y + d * down)]
							[within(x + d * !down)];
				weights += weight;
			}
			to->at[y][x] = sum / weights;
		}
	}
}

static void blur(const struct crop *from, struct crop *to, float sigma)
{
	struct crop half;

	blur_pass(from, &half, sigma, 0);
	blur_pass(&half, to, sigma, 1);
}

static float mean_power(const struct crop *crop, float ceiling)
{
	float sum = 0;

	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++)
			sum += powf(fminf(fabsf(crop->at[y][x]), ceiling), .1f);
	return fmaxf(powf(sum / (SIDE * SIDE), 10), 1e-6f);
}

/* Tan and Triggs (2010): gamma, difference of Gaussians, contrast equalisation twice: the
 * light goes, the texture stays. */
static void tan_triggs(struct crop *crop)
{
	struct crop fine, coarse;
	float level;

	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++)
			crop->at[y][x] = powf(crop->at[y][x] / 255, .2f);
	blur(crop, &fine, 1);
	blur(crop, &coarse, 2);
	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++)
			crop->at[y][x] = fine.at[y][x] - coarse.at[y][x];
	for (int pass = 0; pass < 2; pass++) {
		level = mean_power(crop, pass ? 10 : INFINITY);
		for (int y = 0; y < SIDE; y++)
			for (int x = 0; x < SIDE; x++)
				crop->at[y][x] /= level;
	}
}

/* The pattern at a point: which of four neighbours (on the axes when near, on the
 * diagonals when far) are brighter. */
static int pattern(const struct crop *crop, int x, int y, int distance)
{
	static const int around[DISTANCES][4][2] = {
		{ { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } },
		{ { 3, 3 }, { -3, 3 }, { -3, -3 }, { 3, -3 } }
	};
	int bits = 0;

	for (int i = 0; i < 4; i++)
		bits |= (crop->at[within(y + around[distance][i][1])]
				 [within(x + around[distance][i][0])] > crop->at[y][x])
			<< i;
	return bits;
}

/* Count a point in the cells around it, the nearest most: a shift by a pixel must not
 * throw it from one cell into the next. */
static void count_point(float *histogram, int x, int y, int bits)
{
	float cell = (float)SIDE / CELLS;
	float column = ((float)x + .5f) / cell - .5f, row = ((float)y + .5f) / cell - .5f;

	for (int v = 0; v < CELLS; v++) {
		for (int u = 0; u < CELLS; u++) {
			float weight = fmaxf(0, 1 - fabsf(column - (float)u)) *
				       fmaxf(0, 1 - fabsf(row - (float)v));

			histogram[(v * CELLS + u) * PATTERNS + bits] += weight;
		}
	}
}

/* Square roots (Hellinger), then each pattern's mean over the cells is taken away: what
 * all skin has in common says nothing about who it is. */
static void centre(float *histogram)
{
	for (int i = 0; i < CELLS * CELLS * PATTERNS; i++)
		histogram[i] = sqrtf(histogram[i]);
	for (int bits = 0; bits < PATTERNS; bits++) {
		float mean = 0;

		for (int i = 0; i < CELLS * CELLS; i++)
			mean += histogram[i * PATTERNS + bits] / (CELLS * CELLS);
		for (int i = 0; i < CELLS * CELLS; i++)
			histogram[i * PATTERNS + bits] -= mean;
	}
}

static float laplacian_variance(const struct crop *crop)
{
	float sum = 0, squares = 0;
	const float count = (SIDE - 2) * (SIDE - 2);

	for (int y = 1; y < SIDE - 1; y++) {
		for (int x = 1; x < SIDE - 1; x++) {
			float edge = crop->at[y - 1][x] + crop->at[y + 1][x] +
				     crop->at[y][x - 1] + crop->at[y][x + 1] -
				     4 * crop->at[y][x];

			sum += edge;
			squares += edge * edge;
		}
	}
	sum /= count;
	return fminf(fmaxf(squares / count - sum * sum, 0), 65535);
}

static bool basic_embed(struct face_engine *engine, const struct face_picture *picture,
			struct face *face, float *embedding)
{
	/* of the picture itself: a box from elsewhere could lead out of it */
	struct face own = middle(picture);
	float deviation, detail;
	struct crop crop;

	(void)engine;
	cut(picture, &own, &crop);
	survey(&crop, &face->brightness, &deviation, &detail);
	face->sharpness = laplacian_variance(&crop);
	tan_triggs(&crop);
	memset(embedding, 0, DIMENSION * sizeof(*embedding));
	for (int distance = 0; distance < DISTANCES; distance++) {
		float *histogram = embedding + distance * CELLS * CELLS * PATTERNS;

		for (int y = 0; y < SIDE; y++)
			for (int x = 0; x < SIDE; x++)
				count_point(histogram, x, y,
					    pattern(&crop, x, y, distance));
		centre(histogram);
	}
	return true;
}

static void basic_close(struct face_engine *engine)
{
	free(engine);
}

struct face_engine *face_engine_basic(void)
{
	static const struct face_engine_parts parts = { basic_close, basic_find,
							basic_embed, NULL, NULL };
	struct face_engine *engine = calloc(1, sizeof(*engine));

	if (!engine)
		return NULL;
	engine->parts = &parts;
	engine->dimension = DIMENSION;
	(void)snprintf(engine->model_id, sizeof(engine->model_id), "basic:%d", VERSION);
	return engine;
}
