/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/references.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

void candidates_wipe(struct candidates *candidates)
{
	sodium_memzero(candidates, sizeof(*candidates));
}

bool candidates_add(struct candidates *candidates, const char *name,
		    const float *embedding, size_t dimension)
{
	struct candidate *candidate = &candidates->at[candidates->count];

	if (candidates->count == CANDIDATES_MAX || dimension > VID_EMBEDDING_MAX ||
	    (candidates->count && candidates->dimension != dimension))
		return false;
	candidates->dimension = dimension;
	candidate->outlier = false;
	(void)snprintf(candidate->name, sizeof(candidate->name), "%s", name);
	memcpy(candidate->embedding, embedding, dimension * sizeof(*embedding));
	candidates->count++;
	return true;
}

static float product(const float *a, const float *b, size_t dimension)
{
	float sum = 0;

	for (size_t i = 0; i < dimension; i++)
		sum += a[i] * b[i];
	return sum;
}

float candidates_nearest(const struct candidates *candidates, const float *embedding)
{
	float nearest = -1;

	for (size_t i = 0; i < candidates->count; i++)
		nearest = fmaxf(nearest, product(candidates->at[i].embedding, embedding,
						 candidates->dimension));
	return nearest;
}

float candidates_mean(const struct candidates *candidates, const float *embedding)
{
	float sum = 0;

	for (size_t i = 0; i < candidates->count; i++)
		sum += product(candidates->at[i].embedding, embedding,
			       candidates->dimension);
	return candidates->count ? sum / (float)candidates->count : 1;
}

static float cosine(const struct candidates *of, size_t a, size_t b)
{
	return product(of->at[a].embedding, of->at[b].embedding, of->dimension);
}

/* Mean cosine to all others that are in. One alone is like itself. */
static float likeness_of(const struct candidates *of, size_t one)
{
	float sum = 0;
	size_t others = 0;

	for (size_t i = 0; i < of->count; i++) {
		if (i == one || of->at[i].outlier)
			continue;
		sum += cosine(of, one, i);
		others++;
	}
	return others ? sum / (float)others : 1;
}

/* The candidate that is most (or least) like the others; `count` when none is in. */
static size_t extreme(const struct candidates *of, bool most)
{
	size_t found = of->count;
	float best = 0;

	for (size_t i = 0; i < of->count; i++) {
		float likeness;

		if (of->at[i].outlier)
			continue;
		likeness = likeness_of(of, i);
		if (found == of->count || (most ? likeness > best : likeness < best)) {
			found = i;
			best = likeness;
		}
	}
	return found;
}

/* One after the other, the worst first: one stranger lowers everybody's mean. Returns how
 * many stay. */
static size_t drop_outliers(struct candidates *of, float likeness)
{
	size_t left = of->count;

	for (size_t i = 0; i < of->count; i++)
		of->at[i].outlier = false;
	while (left > 0) {
		size_t worst = extreme(of, false);

		/* written so that a NaN does not stay */
		if (likeness_of(of, worst) >= likeness)
			break;
		of->at[worst].outlier = true;
		left--;
	}
	return left;
}

/* How near a candidate is to the nearest that was chosen. */
static float nearness(const struct candidates *of, size_t one, const size_t *chosen,
		      size_t count)
{
	float nearest = -1;

	for (size_t i = 0; i < count; i++) {
		float score = cosine(of, one, chosen[i]);

		nearest = score > nearest ? score : nearest;
	}
	return nearest;
}

static bool contains(const size_t *chosen, size_t count, size_t one)
{
	for (size_t i = 0; i < count; i++)
		if (chosen[i] == one)
			return true;
	return false;
}

/* The candidate that differs most from all chosen; `count` when all are. */
static size_t most_different(const struct candidates *of, const size_t *chosen,
			     size_t count)
{
	size_t found = of->count;
	float least = 2;

	for (size_t i = 0; i < of->count; i++) {
		float near;

		if (of->at[i].outlier || contains(chosen, count, i))
			continue;
		near = nearness(of, i, chosen, count);
		if (near < least) {
			least = near;
			found = i;
		}
	}
	return found;
}

size_t references_choose(struct candidates *candidates, float likeness,
			 size_t chosen[VID_REFERENCES_MAX])
{
	size_t left = drop_outliers(candidates, likeness), count = 0;

	if (left * 2 <= candidates->count)
		return 0;
	chosen[count++] = extreme(candidates, true);
	while (count < left && count < VID_REFERENCES_MAX) {
		chosen[count] = most_different(candidates, chosen, count);
		count++;
	}
	return count;
}

/* The cosine of one of the chosen to the mean of the others. */
static float left_out(const struct candidates *of, const size_t *chosen, size_t count,
		      size_t one)
{
	float mean[VID_EMBEDDING_MAX] = { 0 }, length, score;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; i != one && k < of->dimension; k++)
			mean[k] += of->at[chosen[i]].embedding[k];
	length = sqrtf(product(mean, mean, of->dimension));
	score = product(mean, of->at[chosen[one]].embedding, of->dimension);
	sodium_memzero(mean, sizeof(mean));
	return length > 0 ? score / length : 0;
}

float references_margin(const struct candidates *candidates, const size_t *chosen,
			size_t count)
{
	float least = 1;

	for (size_t i = 0; count > 1 && i < count; i++)
		least = fminf(least, left_out(candidates, chosen, count, i));
	return least;
}
