/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * references.h - which of a person's pictures become the references of a template
 *
 * Up to five that show one person and differ from each other as much as they can: fusion
 * gains from different pictures, not from frames of one burst (FACE.md). A picture that
 * is not like the others spoils a template and is left out.
 */
#ifndef VID_REFERENCES_H
#define VID_REFERENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "libvid/limits.h"

#define CANDIDATES_MAX 64

/* A picture whose mean cosine to the others is below this shows somebody else, or
 * nobody (FACE.md). */
#define REFERENCE_LIKENESS 0.5f

struct candidate {
	char name[64];                      /* of the picture, for messages */
	bool outlier;                       /* set by references_choose */
	float embedding[VID_EMBEDDING_MAX]; /* L2-normalised; biometric: wipe */
};

struct candidates {
	size_t count, dimension;
	struct candidate at[CANDIDATES_MAX];
};

void candidates_wipe(struct candidates *candidates);

/* Add one; false when there are CANDIDATES_MAX, or its dimension is not the others'. */
bool candidates_add(struct candidates *candidates, const char *name,
		    const float *embedding, size_t dimension);

/* The greatest cosine of an embedding to the candidates, and its mean; -1 and 1 where
 * there is none. */
float candidates_nearest(const struct candidates *candidates, const float *embedding);
float candidates_mean(const struct candidates *candidates, const float *embedding);

/*
 * Mark outliers (mean cosine to the others below `likeness`) and choose up to
 * VID_REFERENCES_MAX of the rest, the most typical first: their places in `chosen`.
 * Returns how many; 0 when not more than half of them show one person, for then nobody
 * knows which half it is.
 */
size_t references_choose(struct candidates *candidates, float likeness,
			 size_t chosen[VID_REFERENCES_MAX]);

/*
 * How well the chosen ones know their person: the least cosine of one of them to the mean
 * of the others, as a login would have scored it. 1 for one alone, which tells nothing.
 */
float references_margin(const struct candidates *candidates, const size_t *chosen,
			size_t count);

#endif
