/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/stats.h"

#include <math.h>
#include <stdlib.h>

#define DRAWS 2000 /* resampled_interval's */

double share_of(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

/* --- the incomplete beta function -----------------------------------------------------
 */

static double kept_from_zero(double value)
{
	return fabs(value) < 1e-300 ? 1e-300 : value;
}

/* DLMF 8.17.22 by Lentz's method; converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
	double c = 1, d = 1 / kept_from_zero(1 - (a + b) * x / (a + 1)), value = d;

	for (int m = 1; m < 100000; m++) {
		const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		const double odd =
			-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double change;

		d = 1 / kept_from_zero(1 + even * d);
		c = kept_from_zero(1 + even / c);
		value *= c * d;
		d = 1 / kept_from_zero(1 + odd * d);
		c = kept_from_zero(1 + odd / c);
		change = c * d;
		value *= change;
		if (fabs(change - 1) < 1e-15)
			break;
	}
	return value;
}

/* lgamma() writes a global sign; this one is C's and POSIX's reentrant cousin. */
static double log_gamma(double value)
{
	int sign;

	return lgamma_r(value, &sign);
}

double beta_share(double x, double a, double b)
{
	double front;

	if (!(x > 0))
		return 0;
	if (!(x < 1))
		return 1;
	front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) +
		    b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(x, a, b) / a;
	return 1 - front * beta_fraction(1 - x, b, a) / b;
}

/* The x at which beta_share is `share`: by bisection, in the logarithm of x so that rates
 * of one in a million keep their digits. */
static double beta_quantile(double share, double a, double b)
{
	double low = 1e-18, high = 1;

	for (int i = 0; i < 200 && high / low > 1 + 1e-13; i++) {
		double middle = sqrt(low * high);

		if (beta_share(middle, a, b) < share)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* --- intervals ------------------------------------------------------------------------
 */

static double upper_end(uint64_t events, uint64_t trials, double error)
{
	if (events >= trials)
		return 1;
	if (events == 0) /* (1 - p)^n = error */
		return -expm1(log(error) / (double)trials);
	return beta_quantile(1 - error, (double)events + 1, (double)(trials - events));
}

struct interval rate_interval(uint64_t events, uint64_t trials)
{
	struct interval interval = { 0, upper_end(events, trials, 0.025) };

	if (events && events >= trials)
		interval.low = exp(log(0.025) / (double)trials);
	else if (events)
		interval.low = beta_quantile(0.025, (double)events,
					     (double)(trials - events) + 1);
	return interval;
}

double rate_bound(uint64_t events, uint64_t trials)
{
	return upper_end(events, trials, 0.05);
}

/* xorshift64*: no secret, and the same draw on every machine. */
static uint64_t next_draw(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (*state * UINT64_C(2685821657736338717)) >> 32;
}

static int by_value(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;

	return (first > second) - (first < second);
}

struct interval resampled_interval(const uint32_t *events, const uint32_t *trials,
				   size_t groups)
{
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	double share[DRAWS];
	size_t drawn = 0;

	for (size_t i = 0; i < DRAWS && groups; i++) {
		uint64_t part = 0, whole = 0;

		for (size_t k = 0; k < groups; k++) {
			size_t group = (size_t)(next_draw(&state) % groups);

			part += events[group];
			whole += trials[group];
		}
		if (whole)
			share[drawn++] = share_of(part, whole);
	}
	if (drawn == 0)
		return (struct interval){ 0, 1 };
	qsort(share, drawn, sizeof(*share), by_value);
	return (struct interval){ share[drawn / 40], share[drawn - 1 - drawn / 40] };
}

/* By bisection on erfc: exact enough, and asked for a few hundred times. */
double probit(double share)
{
	double low = -9, high = 9;

	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		if (erfc(-middle / M_SQRT2) / 2 < share)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}
