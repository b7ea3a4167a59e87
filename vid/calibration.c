/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/calibration.h"

#include <math.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/settings.h"
#include "vid/cli.h"
#include "vid/evaluation.h"

#define FMRS 4

/*
 * How alike a person's pictures are, for the estimate: as the least alike pairs, since
 * the mean one would make the means of half the people longer than they are; and never
 * more alike than those of LFW, whose measured scores from 1x1 to 5x3 (the comment in
 * frr0095's card) are those of 0.79: a sample of bursts says nothing of another day.
 */
#define ALIKE_SHARE 0.1
#define ALIKE_MAX   0.75

/* Scores of strangers, for one number of references and frames. */
struct strangers {
	struct scores genuine, impostor;
};

static void strangers_free(struct strangers *strangers)
{
	scores_free(&strangers->genuine);
	scores_free(&strangers->impostor);
}

/* 1e-3 is what liveness asks: are two frames of one person? */
static double fmr_of(size_t which)
{
	static const enum face_level levels[] = { LEVEL_STANDARD, LEVEL_HIGH,
						  LEVEL_HIGHEST };

	return which == 0 ? 1e-3 : face_level_fmr(levels[which - 1]);
}

double calibration_length(unsigned count, double alike)
{
	/* |sum of n unit vectors|² = n + n (n - 1) c */
	return sqrt((1 + (count - 1) * fmin(fmax(alike, 0), 1)) / count);
}

static double rounded_up(double score)
{
	return fmax(ceil(score * 1000 - 1e-6) / 1000, 0.001);
}

/* --- one entry ------------------------------------------------------------------------
 */

static const struct calibration_entry *find(const struct calibration *calibration,
					    double fmr, unsigned references,
					    unsigned frames)
{
	for (size_t i = 0; i < calibration->count; i++) {
		const struct calibration_entry *entry = &calibration->entry[i];

		if (entry->fmr <= fmr && entry->fmr >= fmr &&
		    entry->references == references && entry->frames == frames)
			return entry;
	}
	return NULL;
}

static bool add(struct calibration *calibration, struct calibration_entry entry)
{
	if (calibration->count == MODEL_CALIBRATIONS_MAX)
		return false;
	calibration->entry[calibration->count++] = entry;
	return true;
}

/* Of single pictures: measured, or there is none. False when the sample shows none. */
static bool add_single(struct calibration *calibration, const struct scores *impostor,
		       double fmr)
{
	double score;

	if (!scores_sure_threshold(impostor, fmr, &score) || rounded_up(score) > 0.999)
		return false;
	return add(calibration, (struct calibration_entry){ .fmr = fmr,
							    .references = 1,
							    .frames = 1,
							    .measured = true,
							    .score = rounded_up(score) });
}

/* Never below single pictures' score, nor below that of a higher FMR. */
static bool add_means(struct calibration *calibration, const struct scores *impostor,
		      size_t which, unsigned references, unsigned frames)
{
	const struct calibration_entry *single = find(calibration, fmr_of(which), 1, 1);
	const struct calibration_entry *before =
		find(calibration, fmr_of(which - 1), references, frames);
	struct calibration_entry entry = { .fmr = fmr_of(which),
					   .references = references,
					   .frames = frames };

	if (!single)
		return true;
	entry.measured = scores_sure_threshold(impostor, entry.fmr, &entry.score);
	if (!entry.measured)
		entry.score = single->score /
			      (calibration_length(references, calibration->alike) *
			       calibration_length(frames, calibration->alike));
	entry.score = fmax(rounded_up(entry.score), single->score);
	if (before)
		entry.score = fmax(entry.score, before->score);
	entry.score = fmin(entry.score, 0.999); /* as good as never */
	return add(calibration, entry);
}

/* --- all of them ----------------------------------------------------------------------
 */

static void count_sample(const struct people *people, const struct survey *survey,
			 const struct strangers *single, struct calibration *out)
{
	for (size_t i = 0; i < people->count; i++) {
		const struct person *person = &people->person[i];
		size_t seen = 0;

		for (size_t k = 0; k < person->pictures; k++)
			seen += survey->picture[person->first + k].seen;
		out->people += seen > 0;
		out->repeated += seen > 1;
		out->pictures += seen;
	}
	out->genuine = single->genuine.count;
	out->impostor = single->impostor.count;
	out->alike = fmin(scores_quantile(&single->genuine, ALIKE_SHARE), ALIKE_MAX);
}

/* How many pairs show an FMR: 1 - 0.05^(1/n) <= fmr. */
static uint64_t pairs_for(double fmr)
{
	return (uint64_t)ceil(log(0.05) / log1p(-fmr));
}

static int refuse_sample(const struct calibration *calibration)
{
	if (calibration->repeated < CALIBRATION_PEOPLE_MIN)
		(void)cli_fail(
			_("the sample is too small: %zu people have two pictures with "
			  "a face, %d are needed"),
			calibration->repeated, CALIBRATION_PEOPLE_MIN);
	else if (!scores_show(calibration->impostor, fmr_of(1)))
		(void)cli_fail(
			_("the sample is too small: %ju pairs of two people, %ju are "
			  "needed to show the FMR of level standard (%g); %.0f people "
			  "with one picture each have as many"),
			(uintmax_t)calibration->impostor, (uintmax_t)pairs_for(fmr_of(1)),
			fmr_of(1),
			ceil(0.5 + sqrt(0.25 + 2 * (double)pairs_for(fmr_of(1)))));
	else
		(void)cli_fail(
			_("no score has the FMR of level standard (%g) in this sample: "
			  "some people in it are too alike. Is one person there under "
			  "two names?"),
			fmr_of(1));
	return CLI_REFUSED;
}

static int make_singles(const struct people *people, const struct survey *survey,
			struct calibration *out)
{
	AUTO(strangers_free) struct strangers single = { .genuine = { 0 } };

	if (!matching_people(people, survey, 1, 1, &single.genuine, &single.impostor))
		return cli_fail(_("no memory"));
	count_sample(people, survey, &single, out);
	if (out->repeated < CALIBRATION_PEOPLE_MIN)
		return refuse_sample(out);
	for (size_t i = 0; i < FMRS; i++)
		if (add_single(out, &single.impostor, fmr_of(i)))
			out->least = fmr_of(i);
	return find(out, fmr_of(1), 1, 1) ? CLI_GO : refuse_sample(out);
}

static int make_means(const struct people *people, const struct survey *survey,
		      struct calibration *out)
{
	for (unsigned references = 1; references <= VID_REFERENCES_MAX; references++)
		for (unsigned frames = 1; frames <= VID_PROBE_FRAMES_MAX; frames++) {
			AUTO(strangers_free)
			struct strangers means = { .genuine = { 0 } };

			if (references == 1 && frames == 1)
				continue;
			if (!matching_people(people, survey, references, frames,
					     &means.genuine, &means.impostor))
				return cli_fail(_("no memory"));
			for (size_t i = 1; i < FMRS; i++)
				if (!add_means(out, &means.impostor, i, references,
					       frames))
					return cli_fail(_("too many entries for a card"));
		}
	return CLI_GO;
}

int calibration_make(const struct people *people, const struct survey *survey,
		     struct calibration *out)
{
	struct survey distinct = *survey;
	AUTO_FREE struct survey_picture *picture = NULL;
	int code;

	*out = (struct calibration){ .count = 0 };
	picture = survey_without_copies(people, survey, &out->copies);
	if (!picture)
		return cli_fail(_("no memory"));
	distinct.picture = picture;
	if (out->copies)
		cli_warn(_("%zu pictures are as alike as copies of another one of the "
			   "same person: they are left out"),
			 out->copies);
	code = make_singles(people, &distinct, out);
	return code == CLI_GO ? make_means(people, &distinct, out) : code;
}
