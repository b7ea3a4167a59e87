/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats.h - what counts and scores show, and how surely: exact intervals, error rates
 *
 * Intervals are Clopper and Pearson's (1934): exact, at least 95 % sure whatever the true
 * rate. They hold for independent trials; pairs that share people are not, so intervals
 * of them are too narrow, which whoever prints them has to say.
 *
 * Scores are counted in steps of SCORE_STEP, so that memory does not grow with the number
 * of pairs. Thresholds are steps' lower ends: rates at them are exact, not interpolated.
 */
#ifndef VID_STATS_H
#define VID_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- shares of trials ----------------------------------------------------------------
 */

struct interval {
	double low, high;
};

/*
 * The two-sided 95 % interval of a rate of which `events` in `trials` were seen: each
 * side errs with 2.5 %. 0 of 42 is 0 to 0.0841. Without trials it is 0 to 1.
 */
struct interval rate_interval(uint64_t events, uint64_t trials);

/*
 * The one-sided 95 % bound: the rate is lower, with 5 % error. This is what "42
 * presentations with none accepted show IAPAR < 7 %" means: 0 of 42 is 0.0688 (and three
 * by the number of trials, the rule of three, about the same). The two-sided interval's
 * end would need 51 presentations for it.
 */
double rate_bound(uint64_t events, uint64_t trials);

/* Of I_x(a, b), the regularised incomplete beta function; a, b > 0. */
double beta_share(double x, double a, double b);

/*
 * 95 % of what a share over groups of trials (people, say) may be when other people had
 * come: percentiles of 2,000 draws of `groups` with replacement. Always the same for the
 * same counts. Without trials it is 0 to 1.
 */
struct interval resampled_interval(const uint32_t *events, const uint32_t *trials,
				   size_t groups);

/* --- scores --------------------------------------------------------------------------
 */

#define SCORE_STEP  2e-6
#define SCORE_STEPS 1000001 /* -1..1 */

struct scores {
	uint64_t count;
	uint32_t *step; /* SCORE_STEPS counts; NULL before scores_new */
};

/* False without memory. */
bool scores_new(struct scores *scores);
void scores_free(struct scores *scores); /* usable with AUTO() */

/* What is no number counts as 1, the most alike. */
void scores_add(struct scores *scores, double score);

/* How many are `threshold` or more; the threshold is rounded down to a step. */
uint64_t scores_from(const struct scores *scores, double threshold);

/* Counts of `bins` equal parts of low..high; what is outside goes into the outer ones. */
void scores_histogram(const struct scores *scores, double low, double high, uint64_t *to,
		      size_t bins);

/* The smallest and the largest score; false when there is none. */
bool scores_range(const struct scores *scores, double *low, double *high);

/*
 * The lowest threshold at which no more than `fmr` of the impostors' scores are accepted;
 * with fewer than 1 / fmr of them that is none, and the threshold lies above them all
 * (above 1 when one of them is 1). False when there are no scores.
 */
bool scores_threshold(const struct scores *impostor, double fmr, double *threshold);

/*
 * Do so many scores show an error rate of `fmr`? When none being accepted would bound the
 * rate by it with 95 % confidence (rate_bound): from about 3 / fmr on.
 */
bool scores_show(uint64_t count, double fmr);

/*
 * To decide with: the lowest threshold at which the rate is bounded by `fmr` with 95 %
 * confidence (rate_bound), not merely measured there. False when so few scores do not
 * show that rate at any threshold.
 */
bool scores_sure_threshold(const struct scores *impostor, double fmr, double *threshold);

/* The lowest score with more than the `share` of them at or below it; 0 of none. */
double scores_quantile(const struct scores *scores, double share);

struct error_rates {
	double threshold;
	uint64_t rejected, genuine;  /* FNMR = rejected / genuine */
	uint64_t accepted, impostor; /* FMR = accepted / impostor */
};

struct error_rates scores_rates(const struct scores *genuine,
				const struct scores *impostor, double threshold);

/* Equal error rate: the mean of FMR and FNMR where they are nearest to each other. False
 * when either kind of scores is missing. */
bool scores_eer(const struct scores *genuine, const struct scores *impostor, double *eer,
		double *threshold);

/*
 * The DET curve: FMR and FNMR at thresholds where one of the two changes by a twentieth
 * or more of a decade. Returns how many points there are, at most `max`, by rising
 * threshold.
 */
size_t scores_curve(const struct scores *genuine, const struct scores *impostor,
		    struct error_rates *to, size_t max);

/* Share, or 0 of none. */
double share_of(uint64_t part, uint64_t whole);

/* The normal distribution's quantile (probit), for DET axes; 0 < share < 1. */
double probit(double share);

#endif
