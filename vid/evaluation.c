/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/evaluation.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/settings.h"

double evaluation_fmr(size_t point)
{
	static const double fmr[EVALUATION_FMRS] = { 1e-2, 1e-3, 1e-4, 1e-5, 1e-6 };

	return point < EVALUATION_FMRS ? fmr[point] : face_level_fmr(LEVEL_STANDARD);
}

void evaluation_free(struct evaluation *evaluation)
{
	scores_free(&evaluation->genuine);
	scores_free(&evaluation->impostor);
	free(evaluation->group);
	*evaluation = (struct evaluation){ .group = NULL };
}

/* --- every pair -----------------------------------------------------------------------
 */

typedef void each_pair(void *user, uint32_t a, uint32_t b, float cosine);

/* Those of pictures that were seen; `a` and `b` are people. */
static void pairs(const struct people *people, const struct survey *survey,
		  each_pair *call, void *user)
{
	for (size_t i = 0; i < survey->pictures; i++)
		for (size_t k = i + 1; survey->picture[i].seen && k < survey->pictures;
		     k++)
			if (survey->picture[k].seen)
				call(user, people->picture[i].person,
				     people->picture[k].person,
				     survey_cosine(survey_embedding(survey, i),
						   survey_embedding(survey, k),
						   survey->dimension));
}

static void add_score(void *user, uint32_t a, uint32_t b, float cosine)
{
	struct evaluation *evaluation = user;

	scores_add(a == b ? &evaluation->genuine : &evaluation->impostor, (double)cosine);
}

static double milliseconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* --- people and groups: a second time over the pairs, at known thresholds --------------
 */

struct tally {
	const struct evaluation *evaluation;
	uint32_t *trials;                    /* by person */
	uint32_t *errors[EVALUATION_POINTS]; /* by person */
};

static void tally_free(struct tally *tally)
{
	free(tally->trials);
	for (size_t i = 0; i < EVALUATION_POINTS; i++)
		free(tally->errors[i]);
}

static bool tally_new(struct tally *tally, size_t people)
{
	bool whole = (tally->trials = calloc(people, sizeof(uint32_t))) != NULL;

	for (size_t i = 0; i < EVALUATION_POINTS; i++)
		whole = (tally->errors[i] = calloc(people, sizeof(uint32_t))) && whole;
	return whole;
}

static void add_to_tally(void *user, uint32_t a, uint32_t b, float cosine)
{
	struct tally *tally = user;
	const struct evaluation *evaluation = tally->evaluation;
	const struct person *person = evaluation->people->person;
	struct group_result *group = NULL;

	if (person[a].group != PEOPLE_NO_GROUP && person[a].group == person[b].group)
		group = &evaluation->group[person[a].group];
	if (a != b && !group)
		return;
	tally->trials[a] += a == b;
	for (size_t i = 0; i < EVALUATION_POINTS; i++) {
		const struct operating_point *point = &evaluation->point[i];
		bool accepted = (double)cosine >= point->rates.threshold;

		if (!point->known)
			continue;
		if (a == b)
			tally->errors[i][a] += !accepted;
		if (group && a == b) {
			group->rates[i].genuine++;
			group->rates[i].rejected += !accepted;
		} else if (group) {
			group->rates[i].impostor++;
			group->rates[i].accepted += accepted;
		}
	}
}

static void count_groups(struct evaluation *evaluation)
{
	const struct people *people = evaluation->people;

	for (size_t i = 0; i < people->count; i++)
		if (people->person[i].group != PEOPLE_NO_GROUP)
			evaluation->group[people->person[i].group].people++;
	for (size_t i = 0; i < people->pictures; i++) {
		uint32_t group = people->person[people->picture[i].person].group;

		if (group == PEOPLE_NO_GROUP)
			continue;
		evaluation->group[group].pictures++;
		evaluation->group[group].failures += !evaluation->survey->picture[i].seen;
	}
}

/* Without an error, drawing people again shows none either: nobody of so many people had
 * one. */
static struct interval interval_of_people(const uint32_t *errors, const uint32_t *trials,
					  size_t people)
{
	uint64_t wrong = 0, tried = 0;

	for (size_t i = 0; i < people; i++) {
		wrong += errors[i];
		tried += trials[i] > 0;
	}
	return wrong ? resampled_interval(errors, trials, people)
		     : rate_interval(0, tried);
}

static bool tally_pairs(struct evaluation *evaluation)
{
	const struct people *people = evaluation->people;
	AUTO(tally_free) struct tally tally = { .evaluation = evaluation };

	evaluation->group = calloc(people->groups + 1, sizeof(*evaluation->group));
	if (!evaluation->group || !tally_new(&tally, people->count))
		return false;
	count_groups(evaluation);
	pairs(people, evaluation->survey, add_to_tally, &tally);
	for (size_t i = 0; i < EVALUATION_POINTS; i++) {
		evaluation->point[i].fnmr_people =
			interval_of_people(tally.errors[i], tally.trials, people->count);
		for (size_t k = 0; k < people->groups; k++)
			evaluation->group[k].rates[i].threshold =
				evaluation->point[i].rates.threshold;
	}
	return true;
}

/* --- operating points -----------------------------------------------------------------
 */

static void set_point(const struct model *model, struct evaluation *evaluation, size_t i)
{
	struct operating_point *point = &evaluation->point[i];
	double threshold = 0;
	float score;

	point->fmr = evaluation_fmr(i);
	if (i == EVALUATION_CARD) {
		point->known = model_threshold(model, point->fmr, 1, 1, &score);
		threshold = point->known ? round((double)score * 1e6) / 1e6 : 0;
	} else {
		point->known =
			scores_threshold(&evaluation->impostor, point->fmr, &threshold);
	}
	point->shown =
		point->known && scores_show(evaluation->impostor.count, point->fmr);
	if (!point->known)
		return;
	point->rates =
		scores_rates(&evaluation->genuine, &evaluation->impostor, threshold);
	point->fnmr = rate_interval(point->rates.rejected, point->rates.genuine);
	point->measured_fmr = rate_interval(point->rates.accepted, point->rates.impostor);
}

bool evaluation_make(const struct model *model, const struct people *people,
		     const struct survey *survey, struct evaluation *out)
{
	double began;
	uint64_t count;

	*out = (struct evaluation){ .people = people, .survey = survey };
	if (!scores_new(&out->genuine) || !scores_new(&out->impostor))
		return false;
	began = milliseconds();
	pairs(people, survey, add_score, out);
	count = out->genuine.count + out->impostor.count;
	out->pair_ms = count ? (milliseconds() - began) / (double)count : 0;
	out->has_eer =
		scores_eer(&out->genuine, &out->impostor, &out->eer, &out->eer_threshold);
	out->failure = rate_interval(survey->failures, survey->pictures);
	for (size_t i = 0; i < EVALUATION_POINTS; i++)
		set_point(model, out, i);
	return tally_pairs(out);
}
