/* SPDX-License-Identifier: BSD-2-Clause */
/* stats.h's scores: counted by steps, summed from the most alike down. */
#include <math.h>
#include <stdlib.h>

#include "vid/stats.h"

bool scores_new(struct scores *scores)
{
	*scores = (struct scores){ .step = calloc(SCORE_STEPS, sizeof(*scores->step)) };
	return scores->step != NULL;
}

void scores_free(struct scores *scores)
{
	free(scores->step);
	*scores = (struct scores){ .step = NULL };
}

/* The slack is for thresholds that were written with six digits and read again. */
static size_t step_of(double score)
{
	double step = floor((score + 1) / SCORE_STEP + 1e-6);

	if (!(step < SCORE_STEPS))
		return SCORE_STEPS - 1;
	return step > 0 ? (size_t)step : 0;
}

static double score_of(size_t step)
{
	return (double)step * SCORE_STEP - 1;
}

void scores_add(struct scores *scores, double score)
{
	uint32_t *at = &scores->step[step_of(score)];

	*at += *at < UINT32_MAX;
	scores->count++;
}

uint64_t scores_from(const struct scores *scores, double threshold)
{
	uint64_t sum = 0;

	if (threshold > 1 + SCORE_STEP / 2) /* beyond all of them */
		return 0;
	for (size_t i = step_of(threshold); i < SCORE_STEPS; i++)
		sum += scores->step[i];
	return sum;
}

void scores_histogram(const struct scores *scores, double low, double high, uint64_t *to,
		      size_t bins)
{
	for (size_t i = 0; i < bins; i++)
		to[i] = 0;
	for (size_t i = 0; i < SCORE_STEPS; i++) {
		double place = (score_of(i) - low) / (high - low) * (double)bins;

		if (scores->step[i])
			to[place < 0               ? 0
			   : place >= (double)bins ? bins - 1
						   : (size_t)place] += scores->step[i];
	}
}

bool scores_range(const struct scores *scores, double *low, double *high)
{
	bool found = false;

	for (size_t i = 0; i < SCORE_STEPS; i++) {
		if (!scores->step[i])
			continue;
		*high = score_of(i);
		if (!found)
			*low = *high;
		found = true;
	}
	return found;
}

/* The lowest threshold from which on no more than `most` scores are. */
static double threshold_of(const struct scores *scores, uint64_t most)
{
	uint64_t sum = 0;
	size_t i = SCORE_STEPS;

	while (i > 0 && sum + scores->step[i - 1] <= most)
		sum += scores->step[--i];
	return score_of(i);
}

bool scores_threshold(const struct scores *impostor, double fmr, double *threshold)
{
	/* the slack keeps 1000 pairs good for 1e-3 */
	*threshold =
		threshold_of(impostor, (uint64_t)(fmr * (double)impostor->count + 1e-9));
	return impostor->count > 0;
}

bool scores_sure_threshold(const struct scores *impostor, double fmr, double *threshold)
{
	uint64_t most = 0, beyond = (uint64_t)(fmr * (double)impostor->count) + 1;

	if (!scores_show(impostor->count, fmr))
		return false;
	while (beyond - most > 1) {
		uint64_t middle = most + (beyond - most) / 2;

		if (rate_bound(middle, impostor->count) <= fmr)
			most = middle;
		else
			beyond = middle;
	}
	*threshold = threshold_of(impostor, most);
	return true;
}

double scores_quantile(const struct scores *scores, double share)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < SCORE_STEPS; i++) {
		sum += scores->step[i];
		if ((double)sum > share * (double)scores->count)
			return score_of(i);
	}
	return 0;
}

bool scores_show(uint64_t count, double fmr)
{
	return rate_bound(0, count) <= fmr;
}

struct error_rates scores_rates(const struct scores *genuine,
				const struct scores *impostor, double threshold)
{
	return (struct error_rates){
		.threshold = threshold,
		.rejected = genuine->count - scores_from(genuine, threshold),
		.genuine = genuine->count,
		.accepted = scores_from(impostor, threshold),
		.impostor = impostor->count,
	};
}

bool scores_eer(const struct scores *genuine, const struct scores *impostor, double *eer,
		double *threshold)
{
	uint64_t rejected = 0, accepted = impostor->count;
	double nearest = 2;

	if (!genuine->count || !impostor->count)
		return false;
	for (size_t i = 0; i < SCORE_STEPS; i++) {
		double fnmr = share_of(rejected, genuine->count);
		double fmr = share_of(accepted, impostor->count);

		if (fabs(fnmr - fmr) < nearest) {
			nearest = fabs(fnmr - fmr);
			*eer = (fnmr + fmr) / 2;
			*threshold = score_of(i);
		}
		rejected += genuine->step[i];
		accepted -= impostor->step[i];
	}
	return true;
}

static bool is_step(uint64_t before, uint64_t now)
{
	return before != now && (now == 0 || before == 0 ||
				 fabs(log10((double)now / (double)before)) >= 0.05);
}

size_t scores_curve(const struct scores *genuine, const struct scores *impostor,
		    struct error_rates *to, size_t max)
{
	struct error_rates at = { .genuine = genuine->count,
				  .accepted = impostor->count,
				  .impostor = impostor->count };
	size_t count = 0;

	for (size_t i = 0; i <= SCORE_STEPS && count < max; i++) {
		if (count == 0 || is_step(to[count - 1].accepted, at.accepted) ||
		    is_step(to[count - 1].rejected, at.rejected)) {
			at.threshold = score_of(i);
			to[count++] = at;
		}
		if (i == SCORE_STEPS)
			break;
		at.rejected += genuine->step[i];
		at.accepted -= impostor->step[i];
	}
	return count;
}
