/* SPDX-License-Identifier: BSD-2-Clause */
/* vid/stats.c and vid/scores.c: against published and closed values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vid/stats.h"

static void assert_near(double value, double wanted, double slack)
{
	if (!(fabs(value - wanted) <= slack))
		fail_msg("%.9g, wanted %.9g", value, wanted);
}

static void the_beta_function_has_its_closed_values(void **state)
{
	(void)state;
	for (double x = 0.05; x < 1; x += 0.05) {
		assert_near(beta_share(x, 1, 1), x, 1e-13);
		assert_near(beta_share(x, 3, 1), x * x * x, 1e-13);
		assert_near(beta_share(x, 1, 4), 1 - pow(1 - x, 4), 1e-13);
		assert_near(beta_share(x, 2, 2), x * x * (3 - 2 * x), 1e-13);
		assert_near(beta_share(x, 0.5, 0.5), 2 / M_PI * asin(sqrt(x)), 1e-12);
		assert_near(beta_share(x, 70, 900) + beta_share(1 - x, 900, 70), 1,
			    1e-12);
	}
	assert_near(beta_share(0.5, 300000, 300000), 0.5, 1e-9);
}

/* Clopper and Pearson's intervals as tables and textbooks print them. */
static void exact_intervals_are_the_published_ones(void **state)
{
	static const struct {
		uint64_t events, trials;
		double low, high;
	} known[] = {
		{ 0, 10, 0, 0.3085 },        { 1, 10, 0.0025, 0.4450 },
		{ 2, 10, 0.0252, 0.5561 },   { 5, 10, 0.1871, 0.8129 },
		{ 10, 10, 0.6915, 1 },       { 0, 20, 0, 0.1684 },
		{ 1, 20, 0.0013, 0.2487 },   { 0, 42, 0, 0.0841 },
		{ 0, 100, 0, 0.0362 },       { 1, 100, 0.0003, 0.0545 },
		{ 50, 100, 0.3983, 0.6017 }, { 0, 52, 0, 0.0685 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct interval is = rate_interval(known[i].events, known[i].trials);

		assert_near(is.low, known[i].low, 6e-5);
		assert_near(is.high, known[i].high, 6e-5);
	}
}

static void an_interval_s_ends_have_two_and_a_half_percent_behind_them(void **state)
{
	static const uint64_t trials[] = { 7, 600, 90778, 87000000 };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (uint64_t events = 1; events < trials[i]; events = 3 * events + 1) {
			struct interval is = rate_interval(events, trials[i]);
			double k = (double)events, n = (double)trials[i];

			assert_near(beta_share(is.low, k, n - k + 1), 0.025, 1e-7);
			assert_near(1 - beta_share(is.high, k + 1, n - k), 0.025, 1e-7);
			assert_true(is.low < k / n && k / n < is.high);
		}
}

/* Which of the two says that 42 presentations show less than 7 %. */
static void forty_two_without_an_event_show_seven_percent_by_the_one_sided_bound(
	void **state)
{
	(void)state;
	assert_near(rate_bound(0, 42), 0.0688, 5e-5);
	assert_true(rate_bound(0, 42) < 0.07 && rate_bound(0, 41) > 0.07);
	assert_true(rate_interval(0, 42).high > 0.07);
	assert_true(rate_interval(0, 51).high < 0.07 && rate_interval(0, 50).high > 0.07);
	assert_near(rate_bound(0, 1000), 3.0 / 1000, 1e-5); /* the rule of three */
	assert_near(rate_bound(1, 10), 0.3942, 5e-5);
}

static void nothing_tried_shows_nothing(void **state)
{
	struct interval is = rate_interval(0, 0);

	(void)state;
	assert_near(is.low, 0, 0);
	assert_near(is.high, 1, 0);
	assert_near(rate_bound(0, 0), 1, 0);
	is = resampled_interval(NULL, NULL, 0);
	assert_near(is.high, 1, 0);
}

static void resampling_people_is_wider_when_errors_stick_to_a_few(void **state)
{
	uint32_t even[40], few[40], trials[40];
	struct interval first, second;

	(void)state;
	for (size_t i = 0; i < 40; i++) {
		trials[i] = 15;
		even[i] = 1;
		few[i] = i < 4 ? 10 : 0;
	}
	first = resampled_interval(even, trials, 40);
	second = resampled_interval(few, trials, 40);
	assert_near(first.low, 1 / 15.0, 1e-12);
	assert_near(first.high, 1 / 15.0, 1e-12);
	assert_true(second.low < 0.03 && second.high > 0.11);
}

static void probits_are_the_normal_ones(void **state)
{
	(void)state;
	assert_near(probit(0.5), 0, 1e-9);
	assert_near(probit(0.975), 1.959963985, 1e-8);
	assert_near(probit(1e-6), -4.753424309, 1e-7);
}

/* --- scores --------------------------------------------------------------------------
 */

/* 0.001, 0.002 ... 1.000 impostors; 0.901 ... 1.000 genuine but ten of them at 0.5. */
static void fill(struct scores *genuine, struct scores *impostor)
{
	assert_true(scores_new(genuine) && scores_new(impostor));
	for (int i = 1; i <= 1000; i++)
		scores_add(impostor, i / 1000.0);
	for (int i = 1; i <= 100; i++)
		scores_add(genuine, i <= 10 ? 0.5 : 0.9 + i / 1000.0);
}

static void the_threshold_is_the_lowest_that_keeps_the_rate(void **state)
{
	struct scores genuine, impostor;
	double at;

	(void)state;
	fill(&genuine, &impostor);
	assert_true(scores_threshold(&impostor, 1e-2, &at));
	assert_int_equal(scores_from(&impostor, at), 10);
	assert_int_equal(scores_from(&impostor, at - SCORE_STEP), 11);
	assert_near(at, 0.990 + SCORE_STEP, 1e-9);
	assert_true(scores_threshold(&impostor, 1e-3, &at));
	assert_int_equal(scores_from(&impostor, at), 1);
	scores_free(&genuine);
	scores_free(&impostor);
}

static void a_rate_too_small_for_the_sample_has_a_threshold_above_all_strangers(
	void **state)
{
	struct scores genuine, impostor;
	double at;

	(void)state;
	fill(&genuine, &impostor);
	assert_true(scores_threshold(&impostor, 0.9e-3, &at));
	assert_near(at, 1 + SCORE_STEP, 1e-9); /* one of them is 1 */
	assert_int_equal(scores_from(&impostor, at), 0);
	assert_false(scores_show(impostor.count, 0.9e-3));
	scores_free(&impostor);
	assert_true(scores_new(&impostor));
	assert_false(scores_threshold(&impostor, 0.1, &at));
	scores_add(&impostor, 0.25);
	assert_true(scores_threshold(&impostor, 1e-6, &at));
	assert_near(at, 0.25 + SCORE_STEP, 1e-9);
	scores_free(&genuine);
	scores_free(&impostor);
}

static void a_quantile_has_its_share_of_scores_below_it(void **state)
{
	struct scores scores;

	(void)state;
	assert_true(scores_new(&scores));
	assert_near(scores_quantile(&scores, 0.1), 0, 1e-9);
	for (int i = 0; i < 100; i++)
		scores_add(&scores, i / 100.0);
	assert_near(scores_quantile(&scores, 0), 0, 1e-5);
	assert_near(scores_quantile(&scores, 0.1), 0.1, 1e-5);
	assert_near(scores_quantile(&scores, 0.5), 0.5, 1e-5);
	scores_free(&scores);
}

/* 1 - 0.05^(1/n): 29,956 pairs for 1e-4, and not one fewer. */
static void a_rate_is_shown_by_three_times_its_reciprocal(void **state)
{
	(void)state;
	assert_true(scores_show(2995, 1e-3) && !scores_show(2994, 1e-3));
	assert_true(scores_show(29956, 1e-4) && !scores_show(29955, 1e-4));
	assert_false(scores_show(0, 0.5));
}

static void a_threshold_to_decide_with_is_sure_of_its_rate(void **state)
{
	struct scores genuine, impostor;
	double measured, sure;

	(void)state;
	fill(&genuine, &impostor);
	assert_false(scores_sure_threshold(&impostor, 1e-3, &sure));
	assert_true(scores_threshold(&impostor, 1e-1, &measured));
	assert_true(scores_sure_threshold(&impostor, 1e-1, &sure));
	assert_true(sure > measured);
	assert_true(rate_bound(scores_from(&impostor, sure), 1000) <= 1e-1);
	assert_true(rate_bound(scores_from(&impostor, sure - SCORE_STEP), 1000) > 1e-1);
	scores_free(&genuine);
	scores_free(&impostor);
}

static void a_threshold_printed_with_six_digits_counts_the_same(void **state)
{
	struct scores impostor;

	(void)state;
	assert_true(scores_new(&impostor));
	for (size_t i = 0; i < SCORE_STEPS; i += 1237) {
		double score = (double)i * SCORE_STEP - 1;
		double printed = round(score * 1e6) / 1e6;

		scores_add(&impostor, score);
		assert_int_equal(scores_from(&impostor, printed), 1);
		assert_int_equal(scores_from(&impostor, printed + SCORE_STEP), 0);
		impostor.step[i] = 0;
	}
	scores_free(&impostor);
}

static void equal_error_rate_and_curve_agree_with_the_counts(void **state)
{
	struct scores genuine, impostor;
	struct error_rates curve[200];
	double eer = 0, at = 0;
	size_t count;

	(void)state;
	fill(&genuine, &impostor);
	assert_true(scores_eer(&genuine, &impostor, &eer, &at));
	assert_near(eer, 0.1, 1e-12); /* at 0.901: 100 of 1000 and 10 of 100 */
	assert_true(at > 0.9 && at <= 0.901);
	count = scores_curve(&genuine, &impostor, curve, 200);
	assert_true(count > 20 && count < 200);
	assert_int_equal(curve[0].accepted, 1000);
	assert_int_equal(curve[count - 1].accepted, 0);
	for (size_t i = 1; i < count; i++) {
		struct error_rates is =
			scores_rates(&genuine, &impostor, curve[i].threshold);

		assert_true(curve[i].threshold > curve[i - 1].threshold);
		assert_int_equal(is.accepted, curve[i].accepted);
		assert_int_equal(is.rejected, curve[i].rejected);
	}
	scores_free(&impostor);
	assert_true(scores_new(&impostor));
	assert_false(scores_eer(&genuine, &impostor, &eer, &at));
	scores_free(&genuine);
	scores_free(&impostor);
}

static void a_score_that_is_no_number_never_helps(void **state)
{
	struct scores impostor;
	uint64_t bins[4];
	double low, high;

	(void)state;
	assert_true(scores_new(&impostor));
	assert_false(scores_range(&impostor, &low, &high));
	scores_add(&impostor, NAN);
	scores_add(&impostor, 7);
	scores_add(&impostor, -7);
	assert_int_equal(impostor.count, 3);
	assert_int_equal(scores_from(&impostor, 1), 2);
	scores_histogram(&impostor, -0.5, 0.5, bins, 4);
	assert_int_equal(bins[0], 1);
	assert_int_equal(bins[3], 2);
	assert_true(scores_range(&impostor, &low, &high));
	assert_near(high - low, 2, 1e-12);
	scores_free(&impostor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_beta_function_has_its_closed_values),
		cmocka_unit_test(exact_intervals_are_the_published_ones),
		cmocka_unit_test(
			an_interval_s_ends_have_two_and_a_half_percent_behind_them),
		cmocka_unit_test(
			forty_two_without_an_event_show_seven_percent_by_the_one_sided_bound),
		cmocka_unit_test(nothing_tried_shows_nothing),
		cmocka_unit_test(resampling_people_is_wider_when_errors_stick_to_a_few),
		cmocka_unit_test(probits_are_the_normal_ones),
		cmocka_unit_test(the_threshold_is_the_lowest_that_keeps_the_rate),
		cmocka_unit_test(
			a_rate_too_small_for_the_sample_has_a_threshold_above_all_strangers),
		cmocka_unit_test(a_quantile_has_its_share_of_scores_below_it),
		cmocka_unit_test(a_rate_is_shown_by_three_times_its_reciprocal),
		cmocka_unit_test(a_threshold_to_decide_with_is_sure_of_its_rate),
		cmocka_unit_test(a_threshold_printed_with_six_digits_counts_the_same),
		cmocka_unit_test(equal_error_rate_and_curve_agree_with_the_counts),
		cmocka_unit_test(a_score_that_is_no_number_never_helps),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
