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

/*
 * Mark outliers (mean cosine to the others below `likeness`) and choose up to
 * VID_REFERENCES_MAX of the rest, the most typical first: their places in `chosen`.
 * Returns how many; 0 when not more than half of them show one person, for then nobody
 * knows which half it is.
 */
size_t references_choose(struct candidates *candidates, float likeness,
			 size_t chosen[VID_REFERENCES_MAX]);

#endif
