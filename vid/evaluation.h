/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evaluation.h - what the faces of a survey say about the engine: every pair of pictures
 *
 * A pair of one person is genuine, of two an impostor's; pictures without a face are in
 * no pair and are counted apart. The engine's own way to log in (the mean of several
 * references against the mean of several frames) is `matching`.
 */
#ifndef VID_EVALUATION_H
#define VID_EVALUATION_H

#include "vid/stats.h"
#include "vid/survey.h"

/* FMR 1e-2 to 1e-6, and behind them the score that the card has for level standard. */
#define EVALUATION_FMRS   5
#define EVALUATION_POINTS (EVALUATION_FMRS + 1)
#define EVALUATION_CARD   EVALUATION_FMRS /* the index of the card's */

struct operating_point {
	double fmr; /* that is aimed at */
	bool known; /* there is a threshold: impostor pairs, or an entry of the card */
	bool shown; /* the sample shows that FMR (scores_show) */
	struct error_rates rates;
	struct interval fnmr, measured_fmr; /* exact, as if pairs were independent */
	struct interval fnmr_people;        /* by drawing people again */
};

struct group_result {
	size_t people, pictures, failures;
	struct error_rates rates[EVALUATION_POINTS]; /* pairs within the group */
};

struct evaluation {
	const struct people *people; /* borrowed, and the survey too */
	const struct survey *survey;
	struct scores genuine, impostor;
	bool has_eer;
	double eer, eer_threshold;
	struct operating_point point[EVALUATION_POINTS];
	struct group_result *group; /* people->groups of them */
	double pair_ms;             /* one comparison */
	struct interval failure;    /* to acquire */
};

/* False without memory. evaluation_free in any case. */
bool evaluation_make(const struct model *model, const struct people *people,
		     const struct survey *survey, struct evaluation *out);
void evaluation_free(struct evaluation *evaluation); /* usable with AUTO() */

double evaluation_fmr(size_t point);

/*
 * Scores of templates of `references` pictures (their mean) against the mean of `frames`
 * others, as a login compares. Impostor pairs are made of sets of pictures that do not
 * overlap, so that their number is no larger than what is behind it, and each two sets
 * are one pair; for genuine pairs each picture of a person begins a template once. False
 * without memory; scores_free both.
 */
bool matching_scores(const struct people *people, const struct survey *survey,
		     unsigned references, unsigned frames, struct scores *genuine,
		     struct scores *impostor);

/* The same, but each two people are one impostor pair, with their highest score: more
 * pictures of the same people are no more strangers. */
bool matching_people(const struct people *people, const struct survey *survey,
		     unsigned references, unsigned frames, struct scores *genuine,
		     struct scores *impostor);

/* So alike are only copies of a picture, and frames of one burst. */
#define COPIES_FROM 0.98

/*
 * survey->picture, but a picture as alike as a copy of an earlier one of the same person
 * that stays counts as not seen; `copies` says how many. To free(), or NULL without
 * memory.
 */
struct survey_picture *survey_without_copies(const struct people *people,
					     const struct survey *survey, size_t *copies);

#endif
