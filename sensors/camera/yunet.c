/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/yunet.h"

#include <math.h>
#include <stdlib.h>

/* Boxes that share more than this are one face; the value of YuNet's authors. */
#define OVERLAP_MAX 0.3f

/* How 2022's network scales its distances from a prior (SSD's "variances"). */
#define CENTRE_VARIANCE 0.1f
#define SIZE_VARIANCE   0.2f

#define LEVELS     4
#define PRIORS_MAX 3

static const struct {
	int stride;
	int sizes;
	float size[PRIORS_MAX]; /* pixels */
} priors[LEVELS] = {
	{ 8, 3, { 10, 16, 24 } },
	{ 16, 2, { 32, 48 } },
	{ 32, 2, { 64, 96 } },
	{ 64, 3, { 128, 192, 256 } },
};

/* The network halves (rounding up once, as its first layer does) three times before its
 * first level, and once more for each level behind. */
static int level_cells(int pixels, int level)
{
	int cells = (pixels + 1) / 2 / 2 / 2;

	while (level-- > 0)
		cells /= 2;
	return cells;
}

size_t yunet_2022_rows(int width, int height)
{
	size_t rows = 0;

	for (int level = 0; level < LEVELS; level++)
		rows += (size_t)level_cells(width, level) *
			(size_t)level_cells(height, level) * (size_t)priors[level].sizes;
	return rows;
}

static float unit(float value)
{
	return value < 0 ? 0 : value > 1 ? 1 : value;
}

static bool face_finite(const struct face *face)
{
	bool finite = isfinite(face->x) && isfinite(face->y) && isfinite(face->width) &&
		      isfinite(face->height) && isfinite(face->score);

	for (int i = 0; i < 5; i++)
		finite = finite && isfinite(face->landmark[i][0]) &&
			 isfinite(face->landmark[i][1]);
	return finite && face->width > 0 && face->height > 0;
}

static struct face face_at(float x, float y, float width, float height, float score)
{
	return (struct face){ .x = x - width / 2,
			      .y = y - height / 2,
			      .width = width,
			      .height = height,
			      .score = score };
}

static struct face face_of_prior(const float *loc, float x, float y, float size,
				 float score)
{
	float step = CENTRE_VARIANCE * size;
	struct face face = face_at(x + loc[0] * step, y + loc[1] * step,
				   size * expf(loc[2] * SIZE_VARIANCE),
				   size * expf(loc[3] * SIZE_VARIANCE), score);

	for (int i = 0; i < 5; i++) {
		face.landmark[i][0] = x + loc[4 + 2 * i] * step;
		face.landmark[i][1] = y + loc[5 + 2 * i] * step;
	}
	return face;
}

/* Where the rows of the outputs of 2022 are read. */
struct rows {
	const float *loc, *conf, *iou;
	size_t row;
	float least;
	struct face *out;
	size_t count, max;
};

static void read_row(struct rows *rows, float x, float y, float size)
{
	size_t row = rows->row++;
	float score = sqrtf(rows->conf[2 * row + 1] * unit(rows->iou[row]));
	struct face face;

	if (!(score >= rows->least) || rows->count == rows->max)
		return;
	face = face_of_prior(rows->loc + 14 * row, x, y, size, score);
	if (face_finite(&face))
		rows->out[rows->count++] = face;
}

size_t yunet_2022(const float *loc, const float *conf, const float *iou, int width,
		  int height, float least, struct face *out, size_t max)
{
	struct rows rows = { .loc = loc,
			     .conf = conf,
			     .iou = iou,
			     .least = least,
			     .out = out,
			     .max = max };

	for (int level = 0; level < LEVELS; level++) {
		float stride = (float)priors[level].stride;

		for (int y = 0; y < level_cells(height, level); y++)
			for (int x = 0; x < level_cells(width, level); x++)
				for (int i = 0; i < priors[level].sizes; i++)
					read_row(&rows, ((float)x + 0.5f) * stride,
						 ((float)y + 0.5f) * stride,
						 priors[level].size[i]);
	}
	return rows.count;
}

static struct face face_of_cell(const struct yunet_level *level, size_t cell, float x,
				float y, float score)
{
	const float *bbox = level->bbox + 4 * cell, *kps = level->kps + 10 * cell;
	float stride = (float)level->stride;
	struct face face = face_at((x + bbox[0]) * stride, (y + bbox[1]) * stride,
				   expf(bbox[2]) * stride, expf(bbox[3]) * stride, score);

	for (int i = 0; i < 5; i++) {
		face.landmark[i][0] = (x + kps[2 * i]) * stride;
		face.landmark[i][1] = (y + kps[2 * i + 1]) * stride;
	}
	return face;
}

size_t yunet_2023(const struct yunet_level *level, int width, int height, float least,
		  struct face *out, size_t max)
{
	int columns = width / level->stride, rows = height / level->stride;
	size_t count = 0;

	for (int y = 0; y < rows; y++) {
		for (int x = 0; x < columns; x++) {
			size_t cell = (size_t)y * (size_t)columns + (size_t)x;
			float score =
				sqrtf(unit(level->cls[cell]) * unit(level->obj[cell]));
			struct face face;

			if (!(score >= least) || count == max)
				continue;
			face = face_of_cell(level, cell, (float)x, (float)y, score);
			if (face_finite(&face))
				out[count++] = face;
		}
	}
	return count;
}

float face_overlap(const struct face *a, const struct face *b)
{
	float width = fminf(a->x + a->width, b->x + b->width) - fmaxf(a->x, b->x);
	float height = fminf(a->y + a->height, b->y + b->height) - fmaxf(a->y, b->y);
	float common = width > 0 && height > 0 ? width * height : 0;

	return common / (a->width * a->height + b->width * b->height - common);
}

static int by_score(const void *a, const void *b)
{
	float left = ((const struct face *)a)->score;
	float right = ((const struct face *)b)->score;

	return (left < right) - (left > right);
}

static int by_size(const void *a, const void *b)
{
	const struct face *left = a, *right = b;
	float one = left->width * left->height, other = right->width * right->height;

	return (one < other) - (one > other);
}

size_t yunet_thin(struct face *faces, size_t count)
{
	size_t kept = 0;

	qsort(faces, count, sizeof(*faces), by_score);
	for (size_t i = 0; i < count; i++) {
		bool alone = true;

		for (size_t j = 0; j < kept && alone; j++)
			alone = face_overlap(&faces[i], &faces[j]) <= OVERLAP_MAX;
		if (alone)
			faces[kept++] = faces[i];
	}
	qsort(faces, kept, sizeof(*faces), by_size);
	return kept;
}
