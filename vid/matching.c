/* SPDX-License-Identifier: BSD-2-Clause */
/* evaluation.h's matching_scores: means of references against means of frames. */
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "vid/evaluation.h"

/* Means of so many pictures of one person each. */
struct means {
	size_t count, dimension, room;
	uint32_t *person;
	float *at; /* biometric */
};

static void means_free(struct means *means)
{
	if (means->at)
		sodium_memzero(means->at,
			       means->room * means->dimension * sizeof(*means->at));
	free(means->at);
	free(means->person);
}

/* The pictures of one person that were seen. */
static size_t seen_of(const struct people *people, const struct survey *survey,
		      uint32_t person, size_t *to)
{
	const struct person *is = &people->person[person];
	size_t count = 0;

	for (size_t i = is->first; i < is->first + is->pictures; i++)
		if (survey->picture[i].seen)
			to[count++] = i;
	return count;
}

/* The mean of `count` pictures from `first` on, in a ring of `all`, of length 1. */
static void mean_of(const struct survey *survey, const size_t *pictures, size_t all,
		    size_t first, size_t count, float *to)
{
	double length = 0;

	memset(to, 0, survey->dimension * sizeof(*to));
	for (size_t i = 0; i < count; i++) {
		const float *from = survey_embedding(survey, pictures[(first + i) % all]);

		for (size_t k = 0; k < survey->dimension; k++)
			to[k] += from[k];
	}
	for (size_t k = 0; k < survey->dimension; k++)
		length += (double)to[k] * (double)to[k];
	for (size_t k = 0; k < survey->dimension && length > 0; k++)
		to[k] = (float)((double)to[k] / sqrt(length));
}

/* Everybody's pictures, `size` at a time, each in one mean at most. */
static bool make_means(const struct people *people, const struct survey *survey,
		       size_t size, size_t *pictures, struct means *out)
{
	*out = (struct means){ .dimension = survey->dimension,
			       .room = survey->pictures / size + 1 };
	out->person = calloc(out->room, sizeof(*out->person));
	out->at = calloc(out->room, survey->dimension * sizeof(*out->at));
	if (!out->person || !out->at)
		return false;
	for (uint32_t person = 0; person < people->count; person++) {
		size_t seen = seen_of(people, survey, person, pictures);

		for (size_t i = 0; i + size <= seen; i += size) {
			mean_of(survey, pictures, seen, i, size,
				out->at + out->count * out->dimension);
			out->person[out->count++] = person;
		}
	}
	return true;
}

static void add_impostors(const struct means *templates, const struct means *probes,
			  bool once, struct scores *impostor)
{
	for (size_t i = 0; i < templates->count; i++)
		for (size_t k = 0; k < probes->count; k++) {
			uint32_t a = templates->person[i], b = probes->person[k];

			/* of two single pictures neither is the template */
			if (a == b || (once && a > b))
				continue;
			scores_add(impostor,
				   (double)survey_cosine(
					   templates->at + i * templates->dimension,
					   probes->at + k * probes->dimension,
					   probes->dimension));
		}
}

static void add_genuine(const struct survey *survey, const size_t *pictures, size_t seen,
			size_t references, size_t frames, float *room,
			struct scores *genuine)
{
	float *probe = room + survey->dimension;

	for (size_t first = 0; first < seen; first++) {
		mean_of(survey, pictures, seen, first, references, room);
		for (size_t i = references; i + frames <= seen; i += frames) {
			if (references == 1 && frames == 1 && first + i >= seen)
				break; /* that pair has been */
			mean_of(survey, pictures, seen, first + i, frames, probe);
			scores_add(genuine,
				   (double)survey_cosine(room, probe, survey->dimension));
		}
	}
	sodium_memzero(room, 2 * survey->dimension * sizeof(*room));
}

bool matching_scores(const struct people *people, const struct survey *survey,
		     unsigned references, unsigned frames, struct scores *genuine,
		     struct scores *impostor)
{
	AUTO(means_free) struct means templates = { .at = NULL }, probes = { .at = NULL };
	AUTO_FREE size_t *pictures = calloc(survey->pictures + 1, sizeof(*pictures));
	AUTO_FREE float *room = calloc(2 * survey->dimension, sizeof(*room));

	genuine->step = impostor->step = NULL;
	if (!pictures || !room || !scores_new(genuine) || !scores_new(impostor) ||
	    !make_means(people, survey, references, pictures, &templates) ||
	    !make_means(people, survey, frames, pictures, &probes))
		return false;
	add_impostors(&templates, &probes, references == 1 && frames == 1, impostor);
	for (uint32_t person = 0; person < people->count; person++)
		add_genuine(survey, pictures, seen_of(people, survey, person, pictures),
			    references, frames, room, genuine);
	return true;
}
