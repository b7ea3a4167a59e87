/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/sample.h"

#include <math.h>
#include <stdlib.h>

/* Nearly normal: twelve uniform numbers less six. */
static double draw(uint64_t *state)
{
	double sum = -6;

	for (int i = 0; i < 12; i++) {
		*state = *state * UINT64_C(6364136223846793005) +
			 UINT64_C(1442695040888963407);
		sum += (double)(*state >> 33) / 2147483648.0;
	}
	return sum;
}

static void set_picture(struct sample *sample, size_t picture, const double *direction,
			double noise, uint64_t *state)
{
	float *to = sample->survey.embedding + picture * SAMPLE_DIMENSION;
	double length = 0;

	for (size_t i = 0; i < SAMPLE_DIMENSION; i++) {
		to[i] = (float)(direction[i] + noise * draw(state));
		length += (double)to[i] * (double)to[i];
	}
	for (size_t i = 0; i < SAMPLE_DIMENSION; i++)
		to[i] = (float)((double)to[i] / sqrt(length));
	sample->survey.picture[picture].seen = true;
}

void sample_make(struct sample *sample, size_t count, size_t pictures, size_t others,
		 double noise)
{
	const size_t all = count * pictures + others;
	uint64_t state = 20;
	size_t next = 0;

	*sample = (struct sample){
		.people = { .person = calloc(count + others, sizeof(struct person)),
			    .picture = calloc(all, sizeof(*sample->people.picture)),
			    .count = count + others,
			    .others = others,
			    .pictures = all },
		.survey = { .dimension = SAMPLE_DIMENSION,
			    .pictures = all,
			    .picture = calloc(all, sizeof(struct survey_picture)),
			    .embedding = calloc(all * SAMPLE_DIMENSION, sizeof(float)) },
	};
	for (size_t i = 0; i < count + others; i++) {
		double direction[SAMPLE_DIMENSION];

		sample->people.person[i] =
			(struct person){ .other = i >= count,
					 .group = PEOPLE_NO_GROUP,
					 .first = next,
					 .pictures = i < count ? pictures : 1 };
		for (size_t k = 0; k < SAMPLE_DIMENSION; k++)
			direction[k] = draw(&state);
		for (size_t k = 0; k < sample->people.person[i].pictures; k++) {
			sample->people.picture[next].person = (uint32_t)i;
			set_picture(sample, next++, direction, noise, &state);
		}
	}
}

void sample_free(struct sample *sample)
{
	people_free(&sample->people);
	survey_free(&sample->survey);
}
