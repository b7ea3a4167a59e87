/* SPDX-License-Identifier: BSD-2-Clause */
/* evaluation.h's matching_scores: means of references against means of frames. */
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "vid/evaluation.h"

/* Means of so many pictures of one person each, in order of people. */
struct means {
	size_t count, dimension, room;
	size_t *first; /* of each person, and behind the last one */
	float *at;     /* biometric */
};

static void means_free(struct means *means)
{
	if (means->at)
		sodium_memzero(means->at,
			       means->room * means->dimension * sizeof(*means->at));
	free(means->at);
	free(means->first);
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
	out->first = calloc(people->count + 1, sizeof(*out->first));
	out->at = calloc(out->room, survey->dimension * sizeof(*out->at));
	if (!out->first || !out->at)
		return false;
	for (uint32_t person = 0; person < people->count; person++) {
		size_t seen = seen_of(people, survey, person, pictures);

		for (size_t i = 0; i + size <= seen; i += size)
			mean_of(survey, pictures, seen, i, size,
				out->at + out->count++ * out->dimension);
		out->first[person + 1] = out->count;
	}
	return true;
}

/* What two people's pictures say: each score by itself, or the highest alone. */
struct impostors {
	bool highest_only;
	struct scores *scores;
	double highest;
	bool any;
};

/* Every template of `a` against every probe of `b`. */
static void compare(const struct means *templates, uint32_t a, const struct means *probes,
		    uint32_t b, struct impostors *to)
{
	const size_t dimension = templates->dimension;

	for (size_t i = templates->first[a]; i < templates->first[a + 1]; i++)
		for (size_t k = probes->first[b]; k < probes->first[b + 1]; k++) {
			double score = (double)survey_cosine(
				templates->at + i * dimension, probes->at + k * dimension,
				dimension);

			if (!to->highest_only)
				scores_add(to->scores, score);
			else if (!to->any || !(score <= to->highest)) /* no number: 1 */
				to->highest = isnan(score) ? 1 : score;
			to->any = true;
		}
}

/* Where both are means of as many pictures neither is the template: once is enough. */
static void add_impostors(const struct means *templates, const struct means *probes,
			  size_t people, bool once, struct impostors *to)
{
	for (uint32_t a = 0; a < people; a++)
		for (uint32_t b = a + 1; b < people; b++) {
			to->any = false;
			compare(templates, a, probes, b, to);
			if (!once)
				compare(templates, b, probes, a, to);
			if (to->any && to->highest_only)
				scores_add(to->scores, to->highest);
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

static bool measure(const struct people *people, const struct survey *survey,
		    unsigned references, unsigned frames, struct scores *genuine,
		    struct impostors *impostors)
{
	AUTO(means_free) struct means templates = { .at = NULL }, probes = { .at = NULL };
	AUTO_FREE size_t *pictures = calloc(survey->pictures + 1, sizeof(*pictures));
	AUTO_FREE float *room = calloc(2 * survey->dimension, sizeof(*room));

	genuine->step = impostors->scores->step = NULL;
	if (!pictures || !room || !scores_new(genuine) ||
	    !scores_new(impostors->scores) ||
	    !make_means(people, survey, references, pictures, &templates) ||
	    !make_means(people, survey, frames, pictures, &probes))
		return false;
	add_impostors(&templates, &probes, people->count, references == frames,
		      impostors);
	for (uint32_t person = 0; person < people->count; person++)
		add_genuine(survey, pictures, seen_of(people, survey, person, pictures),
			    references, frames, room, genuine);
	return true;
}

bool matching_scores(const struct people *people, const struct survey *survey,
		     unsigned references, unsigned frames, struct scores *genuine,
		     struct scores *impostor)
{
	struct impostors impostors = { .scores = impostor };

	return measure(people, survey, references, frames, genuine, &impostors);
}

bool matching_people(const struct people *people, const struct survey *survey,
		     unsigned references, unsigned frames, struct scores *genuine,
		     struct scores *impostor)
{
	struct impostors impostors = { .scores = impostor, .highest_only = true };

	return measure(people, survey, references, frames, genuine, &impostors);
}

struct survey_picture *survey_without_copies(const struct people *people,
					     const struct survey *survey, size_t *copies)
{
	struct survey_picture *left = calloc(survey->pictures + 1, sizeof(*left));

	*copies = 0;
	if (!left)
		return NULL;
	memcpy(left, survey->picture, survey->pictures * sizeof(*left));
	for (size_t i = 0; i < survey->pictures; i++) {
		size_t k = people->person[people->picture[i].person].first;

		while (k < i &&
		       !(left[i].seen && left[k].seen &&
			 (double)survey_cosine(survey_embedding(survey, i),
					       survey_embedding(survey, k),
					       survey->dimension) >= COPIES_FROM))
			k++;
		*copies += k < i;
		left[i].seen = left[i].seen && k == i;
	}
	return left;
}
