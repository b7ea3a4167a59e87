/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/references.h"

#include <sodium.h>

void candidates_wipe(struct candidates *candidates)
{
	sodium_memzero(candidates, sizeof(*candidates));
}

static float cosine(const struct candidates *of, size_t a, size_t b)
{
	float sum = 0;

	for (size_t i = 0; i < of->dimension; i++)
		sum += of->at[a].embedding[i] * of->at[b].embedding[i];
	return sum;
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
