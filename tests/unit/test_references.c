/* SPDX-License-Identifier: BSD-2-Clause */
/* vid/references.c: which pictures become references. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vid/references.h"

static struct candidates candidates;
static size_t chosen[VID_REFERENCES_MAX];

/* Each candidate a direction in the plane: their cosines are those of the angles. */
static size_t choose(const float *degrees, size_t count)
{
	memset(&candidates, 0, sizeof(candidates));
	candidates.count = count;
	candidates.dimension = 2;
	for (size_t i = 0; i < count; i++) {
		candidates.at[i].embedding[0] = cosf(degrees[i] * (float)M_PI / 180);
		candidates.at[i].embedding[1] = sinf(degrees[i] * (float)M_PI / 180);
	}
	return references_choose(&candidates, REFERENCE_LIKENESS, chosen);
}

static bool was_chosen(size_t one, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (chosen[i] == one)
			return true;
	return false;
}

static void the_margin_is_of_the_one_that_is_least_alike(void **state)
{
	size_t count = choose((float[]){ 0, 10, -10, 40 }, 4);

	(void)state;
	assert_int_equal(count, 4);
	/* the mean of the others lies at 0 degrees */
	assert_true(fabsf(references_margin(&candidates, chosen, count) -
			  cosf(40 * (float)M_PI / 180)) < 1e-4f);
	count = choose((float[]){ 10 }, 1);
	assert_true(references_margin(&candidates, chosen, count) == 1);
}

static void a_candidate_of_another_dimension_is_refused(void **state)
{
	const float embedding[3] = { 1, 0, 0 };

	(void)state;
	memset(&candidates, 0, sizeof(candidates));
	assert_true(candidates_add(&candidates, "a", embedding, 2));
	assert_false(candidates_add(&candidates, "b", embedding, 3));
	for (int i = 1; i < CANDIDATES_MAX; i++)
		assert_true(candidates_add(&candidates, "c", embedding, 2));
	assert_false(candidates_add(&candidates, "d", embedding, 2));
	assert_int_equal(candidates.count, CANDIDATES_MAX);
}

static void one_picture_is_enough(void **state)
{
	(void)state;
	assert_int_equal(choose((float[]){ 10 }, 1), 1);
	assert_int_equal(chosen[0], 0);
}

static void no_picture_is_no_template(void **state)
{
	(void)state;
	assert_int_equal(choose(NULL, 0), 0);
}

static void a_stranger_among_the_pictures_is_left_out(void **state)
{
	size_t count = choose((float[]){ 0, 10, 120, 20 }, 4);

	(void)state;
	assert_int_equal(count, 3);
	assert_true(candidates.at[2].outlier);
	assert_false(was_chosen(2, count));
	assert_false(candidates.at[0].outlier || candidates.at[1].outlier);
}

static void two_people_in_equal_parts_are_refused(void **state)
{
	(void)state;
	assert_int_equal(choose((float[]){ 0, 100 }, 2), 0);
	assert_int_equal(choose((float[]){ 0, 5, 100, 105 }, 4), 0);
}

static void of_many_the_five_most_different_are_kept(void **state)
{
	const float burst[] = { 10, 10.1f, 10.2f, 10.3f, 10.4f, 0, 20, 30, -10 };
	size_t count = choose(burst, 9);

	(void)state;
	assert_int_equal(count, 5);
	for (size_t i = 5; i < 9; i++)
		assert_true(was_chosen(i, count));
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(chosen[i], chosen[j]);
}

static void equal_pictures_are_taken_once_each(void **state)
{
	size_t count = choose((float[]){ 7, 7, 7 }, 3);

	(void)state;
	assert_int_equal(count, 3);
	assert_true(was_chosen(0, 3) && was_chosen(1, 3) && was_chosen(2, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_picture_is_enough),
		cmocka_unit_test(the_margin_is_of_the_one_that_is_least_alike),
		cmocka_unit_test(a_candidate_of_another_dimension_is_refused),
		cmocka_unit_test(no_picture_is_no_template),
		cmocka_unit_test(a_stranger_among_the_pictures_is_left_out),
		cmocka_unit_test(two_people_in_equal_parts_are_refused),
		cmocka_unit_test(of_many_the_five_most_different_are_kept),
		cmocka_unit_test(equal_pictures_are_taken_once_each),
	};

	return cmocka_run_group_tests_name("references", tests, NULL, NULL);
}
