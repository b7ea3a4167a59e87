/* SPDX-License-Identifier: BSD-2-Clause */
/* vid/evaluation.c and matching.c: which pairs there are, and what they say. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libvid/cleanup.h"
#include "tests/unit/sample.h"
#include "vid/evaluate.h"
#include "vid/evaluation.h"

static const struct model no_scores = { .name = "m", .id = "m:1" };
static const struct model with_scores = {
	.name = "m",
	.id = "m:1",
	.calibration_count = 1,
	.calibration = { { .fmr = 1e-4, .references = 1, .frames = 1, .score = .7f } },
};

static void each_two_pictures_are_one_pair(void **state)
{
	struct sample sample;
	struct evaluation is;

	(void)state;
	sample_make(&sample, 5, 4, 3, 0.4);
	assert_true(evaluation_make(&no_scores, &sample.people, &sample.survey, &is));
	assert_int_equal(is.genuine.count, 5 * 6);
	assert_int_equal(is.impostor.count, 23 * 22 / 2 - 5 * 6);
	assert_true(is.has_eer);
	evaluation_free(&is);
	sample_free(&sample);
}

static void a_picture_without_a_face_is_in_no_pair(void **state)
{
	struct sample sample;
	struct evaluation is;

	(void)state;
	sample_make(&sample, 5, 4, 3, 0.4);
	sample.survey.picture[0].seen = false;
	sample.survey.failures = 1;
	assert_true(evaluation_make(&no_scores, &sample.people, &sample.survey, &is));
	assert_int_equal(is.genuine.count, 4 * 6 + 3);
	assert_int_equal(is.impostor.count, 22 * 21 / 2 - (4 * 6 + 3));
	assert_true(is.failure.low > 0 && is.failure.high < 0.25);
	evaluation_free(&is);
	sample_free(&sample);
}

/* The same as counting by hand at the threshold that is said. */
static void rates_are_those_at_the_threshold_that_is_said(void **state)
{
	struct sample sample;
	struct evaluation is;

	(void)state;
	sample_make(&sample, 12, 5, 10, 1.0);
	assert_true(evaluation_make(&with_scores, &sample.people, &sample.survey, &is));
	for (size_t point = 0; point < EVALUATION_POINTS; point++) {
		const struct error_rates *rates = &is.point[point].rates;
		uint64_t rejected = 0, accepted = 0;

		assert_true(is.point[point].known);
		for (size_t i = 0; i < sample.survey.pictures; i++)
			for (size_t k = i + 1; k < sample.survey.pictures; k++) {
				bool same = sample.people.picture[i].person ==
					    sample.people.picture[k].person;
				double score = (double)survey_cosine(
					survey_embedding(&sample.survey, i),
					survey_embedding(&sample.survey, k),
					SAMPLE_DIMENSION);

				rejected += same && score < rates->threshold;
				accepted += !same && score >= rates->threshold;
			}
		assert_int_equal(rates->rejected, rejected);
		assert_int_equal(rates->accepted, accepted);
		if (point < EVALUATION_FMRS)
			assert_true((double)accepted <=
				    is.point[point].fmr * (double)rates->impostor);
	}
	assert_true(fabs(is.point[EVALUATION_CARD].rates.threshold - 0.7) < 1e-6);
	assert_true(is.point[0].shown && !is.point[2].shown);
	evaluation_free(&is);
	sample_free(&sample);
}

static void pairs_of_a_group_are_those_within_it(void **state)
{
	struct sample sample;
	struct evaluation is;

	(void)state;
	sample_make(&sample, 6, 3, 0, 0.4);
	sample.people.groups = 2;
	sample.people.group[0] = strdup("a");
	sample.people.group[1] = strdup("b");
	sample.people.person[0].group = sample.people.person[1].group = 0;
	sample.people.person[2].group = 1;
	assert_true(evaluation_make(&no_scores, &sample.people, &sample.survey, &is));
	assert_int_equal(is.group[0].people, 2);
	assert_int_equal(is.group[0].pictures, 6);
	assert_int_equal(is.group[0].rates[0].genuine, 2 * 3);
	assert_int_equal(is.group[0].rates[0].impostor, 3 * 3);
	assert_int_equal(is.group[1].rates[0].genuine, 3);
	assert_int_equal(is.group[1].rates[0].impostor, 0);
	evaluation_free(&is);
	sample_free(&sample);
}

static void strangers_means_do_not_share_a_picture(void **state)
{
	struct scores genuine, impostor;
	struct sample sample;

	(void)state;
	sample_make(&sample, 3, 4, 2, 0.4);
	assert_true(matching_scores(&sample.people, &sample.survey, 2, 1, &genuine,
				    &impostor));
	/* two templates of each, against the twelve pictures and the others' */
	assert_int_equal(impostor.count, 6 * (8 + 2));
	assert_int_equal(genuine.count, 3 * 4 * 2);
	scores_free(&genuine);
	scores_free(&impostor);
	assert_true(matching_scores(&sample.people, &sample.survey, 1, 1, &genuine,
				    &impostor));
	assert_int_equal(impostor.count, 14 * 13 / 2 - 3 * 6);
	assert_int_equal(genuine.count, 3 * 6);
	scores_free(&genuine);
	scores_free(&impostor);
	sample_free(&sample);
}

/* Templates and probes of as many pictures are the same means: no direction is another.
 */
static void two_means_of_as_many_pictures_are_one_pair(void **state)
{
	struct scores genuine, impostor;
	struct sample sample;

	(void)state;
	sample_make(&sample, 5, 8, 0, 0.4);
	for (unsigned size = 1; size <= 4; size++) {
		const uint64_t each = 8 / size; /* means of a person */

		assert_true(matching_scores(&sample.people, &sample.survey, size, size,
					    &genuine, &impostor));
		assert_int_equal(impostor.count, 5 * 4 / 2 * each * each);
		scores_free(&genuine);
		scores_free(&impostor);
	}
	sample_free(&sample);
}

static void two_people_are_one_pair_with_their_highest_score(void **state)
{
	static const unsigned shapes[][2] = { { 1, 1 }, { 2, 2 }, { 3, 1 }, { 2, 3 } };
	struct scores genuine, all, people;
	struct sample sample;
	double low, high, highest;

	(void)state;
	sample_make(&sample, 2, 6, 0, 1.0);
	for (size_t i = 0; i < 4; i++) {
		assert_true(matching_scores(&sample.people, &sample.survey, shapes[i][0],
					    shapes[i][1], &genuine, &all));
		scores_free(&genuine);
		assert_true(matching_people(&sample.people, &sample.survey, shapes[i][0],
					    shapes[i][1], &genuine, &people));
		assert_int_equal(people.count, 1);
		assert_true(all.count > 1 && scores_range(&all, &low, &highest));
		assert_true(low < highest && scores_range(&people, &low, &high));
		assert_true(high >= highest && high <= highest);
		scores_free(&genuine);
		scores_free(&all);
		scores_free(&people);
	}
	sample_free(&sample);
	sample_make(&sample, 5, 4, 3, 0.4);
	assert_true(
		matching_people(&sample.people, &sample.survey, 3, 2, &genuine, &people));
	assert_int_equal(people.count, 5 * 4 / 2); /* nobody has three pictures else */
	scores_free(&genuine);
	scores_free(&people);
	sample_free(&sample);
}

static void of_one_s_copies_the_first_alone_stays(void **state)
{
	AUTO_FREE struct survey_picture *left = NULL;
	struct sample sample;
	float *at;
	size_t copies;

	(void)state;
	sample_make(&sample, 3, 4, 0, 1.0);
	at = sample.survey.embedding;
	/* of the same person, of one whose first picture was not seen, of somebody else
	 */
	memcpy(at + 2 * SAMPLE_DIMENSION, at, SAMPLE_DIMENSION * sizeof(*at));
	sample.survey.picture[4].seen = false;
	memcpy(at + 5 * SAMPLE_DIMENSION, at + 4 * SAMPLE_DIMENSION,
	       SAMPLE_DIMENSION * sizeof(*at));
	memcpy(at + 8 * SAMPLE_DIMENSION, at, SAMPLE_DIMENSION * sizeof(*at));
	left = survey_without_copies(&sample.people, &sample.survey, &copies);
	assert_non_null(left);
	assert_int_equal(copies, 1);
	for (size_t i = 0; i < 12; i++)
		assert_true(left[i].seen == (i != 2 && i != 4));
	assert_true(sample.survey.picture[2].seen);
	sample_free(&sample);
}

static void means_of_noisy_pictures_are_more_alike_than_pictures(void **state)
{
	struct scores one, many, impostor;
	struct sample sample;

	(void)state;
	sample_make(&sample, 20, 10, 0, 1.0);
	assert_true(
		matching_scores(&sample.people, &sample.survey, 1, 1, &one, &impostor));
	scores_free(&impostor);
	assert_true(
		matching_scores(&sample.people, &sample.survey, 5, 3, &many, &impostor));
	assert_true(scores_quantile(&many, 0.5) > scores_quantile(&one, 0.5) + 0.2);
	scores_free(&impostor);
	scores_free(&one);
	scores_free(&many);
	sample_free(&sample);
}

/* What whoever reads the JSON counts on: the members' names, and numbers in them. */
static void the_json_has_its_members_as_plain_numbers(void **state)
{
	static const char *const numbers[] = {
		"people", "pictures", "genuine", "impostor", "failure_to_acquire", "eer"
	};
	static const char *const of_point[] = { "fmr", "threshold", "fnmr", "fnmr_low",
						"fnmr_high" };
	static const double fmrs[] = { 1e-2, 1e-3, 1e-4, 1e-5, 1e-6 };
	struct session session = { .references = 5, .frames = 3, .detector = "d:1" };
	struct sample sample;
	struct evaluation is;
	json_t *object, *roc;

	(void)state;
	sample_make(&sample, 5, 4, 3, 0.4);
	sample.people.groups = 1;
	sample.people.group[0] = strdup("\xff<b>");
	sample.people.person[0].group = 0;
	assert_true(evaluation_make(&no_scores, &sample.people, &sample.survey, &is));
	object = evaluate_json(&no_scores, &is, &session);
	assert_string_equal(json_string_value(json_object_get(object, "model")), "m:1");
	assert_string_equal(json_string_value(json_object_get(object, "detector")),
			    "d:1");
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		assert_true(json_is_number(json_object_get(object, numbers[i])));
	roc = json_object_get(object, "roc");
	assert_int_equal(json_array_size(roc), 5);
	for (size_t i = 0; i < 5; i++) {
		json_t *point = json_array_get(roc, i);

		for (size_t k = 0; k < sizeof(of_point) / sizeof(*of_point); k++)
			assert_true(json_is_number(json_object_get(point, of_point[k])));
		assert_true(json_real_value(json_object_get(point, "fmr")) >= fmrs[i] &&
			    json_real_value(json_object_get(point, "fmr")) <= fmrs[i]);
	}
	assert_true(json_object_size(json_object_get(object, "per_stage_ms")) >= 3);
	assert_non_null(
		json_object_get(json_object_get(object, "per_group"), "hex:ff3c623e"));
	json_decref(object);
	evaluation_free(&is);
	sample_free(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_two_pictures_are_one_pair),
		cmocka_unit_test(a_picture_without_a_face_is_in_no_pair),
		cmocka_unit_test(rates_are_those_at_the_threshold_that_is_said),
		cmocka_unit_test(pairs_of_a_group_are_those_within_it),
		cmocka_unit_test(strangers_means_do_not_share_a_picture),
		cmocka_unit_test(two_means_of_as_many_pictures_are_one_pair),
		cmocka_unit_test(two_people_are_one_pair_with_their_highest_score),
		cmocka_unit_test(of_one_s_copies_the_first_alone_stays),
		cmocka_unit_test(means_of_noisy_pictures_are_more_alike_than_pictures),
		cmocka_unit_test(the_json_has_its_members_as_plain_numbers),
	};

	return cmocka_run_group_tests_name("evaluation", tests, NULL, NULL);
}
