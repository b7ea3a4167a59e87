/* SPDX-License-Identifier: BSD-2-Clause */
/* vid/calibration.c: scores that the sample shows, and a card with them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libvid/card.h"
#include "tests/unit/sample.h"
#include "vid/calibration.h"
#include "vid/cli.h"
#include "vid/evaluation.h"

#define HEAD                                                                             \
	"# a card\n[model]\nfile = n.onnx\nsha256 = "                                    \
	"ca00801b506c549404cbfb8beb6e78a462dc8a7b67c9aadd4d9f44d1ce4b3aa4\nkind = "      \
	"embedding\nlicence = MIT\ninput = 112x112 RGB\noutput = 48\nalign = 0.3,0.4 "   \
	"0.6,0.4 0.5,0.6 0.3,0.8 0.6,0.8\n"

static struct calibration calibration;

static int make(size_t count, size_t pictures, size_t others, double noise)
{
	struct sample sample;
	int code;

	sample_make(&sample, count, pictures, others, noise);
	code = calibration_make(&sample.people, &sample.survey, &calibration);
	sample_free(&sample);
	return code;
}

static const struct calibration_entry *entry(double fmr, unsigned references,
					     unsigned frames)
{
	for (size_t i = 0; i < calibration.count; i++)
		if (fabs(calibration.entry[i].fmr / fmr - 1) < 1e-9 &&
		    calibration.entry[i].references == references &&
		    calibration.entry[i].frames == frames)
			return &calibration.entry[i];
	return NULL;
}

static void a_sample_too_small_for_level_standard_is_refused(void **state)
{
	(void)state;
	/* 245 people: 29,890 pairs, 246: 30,135; 29,956 are needed */
	assert_int_equal(make(10, 2, 235, 0.5), CLI_REFUSED);
	assert_int_equal(make(10, 2, 236, 0.5), CLI_GO);
	assert_int_equal(calibration.impostor, 30135);
}

/* 12 people with 23 pictures each have 34,914 pairs of pictures, and 66 of people. */
static void more_pictures_of_the_same_people_show_no_lower_rate(void **state)
{
	(void)state;
	assert_int_equal(make(12, 23, 0, 0.5), CLI_REFUSED);
	assert_int_equal(calibration.impostor, 66);
}

static void copies_neither_count_nor_change_a_score(void **state)
{
	struct calibration without;
	struct sample sample;

	(void)state;
	sample_make(&sample, 50, 8, 200, 0.5);
	for (size_t i = 0; i < 400; i++) /* two pictures and no more */
		sample.survey.picture[i].seen = i % 8 < 2;
	assert_int_equal(calibration_make(&sample.people, &sample.survey, &without),
			 CLI_GO);
	for (size_t i = 0; i < 400; i++) { /* each of them three times more */
		float *to = sample.survey.embedding + i * SAMPLE_DIMENSION;

		sample.survey.picture[i].seen = true;
		if (i % 8 >= 2)
			memcpy(to, to - 2 * SAMPLE_DIMENSION,
			       SAMPLE_DIMENSION * sizeof(*to));
	}
	assert_int_equal(calibration_make(&sample.people, &sample.survey, &calibration),
			 CLI_GO);
	assert_int_equal(without.copies, 0);
	assert_int_equal(calibration.copies, 300);
	assert_int_equal(calibration.pictures, without.pictures);
	assert_int_equal(calibration.genuine, without.genuine);
	assert_int_equal(calibration.impostor, without.impostor);
	assert_int_equal(calibration.count, without.count);
	for (size_t i = 0; i < without.count; i++)
		assert_true(fabs(calibration.entry[i].score - without.entry[i].score) <
			    1e-9);
	sample_free(&sample);
}

static void copies_are_no_second_picture(void **state)
{
	(void)state;
	assert_int_equal(make(250, 3, 0, 0.0), CLI_REFUSED);
	assert_int_equal(calibration.repeated, 0);
}

static void a_sample_that_does_not_say_how_alike_one_s_own_pictures_are_is_refused(
	void **state)
{
	(void)state;
	assert_int_equal(make(9, 2, 300, 0.5), CLI_REFUSED);
	assert_int_equal(make(0, 0, 300, 0.5), CLI_REFUSED);
}

static void no_score_is_made_up_for_a_rate_that_is_not_shown(void **state)
{
	(void)state;
	assert_int_equal(make(40, 6, 210, 0.5), CLI_GO);
	assert_non_null(entry(1e-3, 1, 1));
	assert_non_null(entry(1e-4, 1, 1));
	assert_null(entry(1e-5, 1, 1));
	assert_null(entry(1e-5, 5, 3));
	assert_true(calibration.least > 0.9e-4 && calibration.least < 1.1e-4);
}

static void one_person_under_two_names_is_no_calibration(void **state)
{
	struct sample sample;

	(void)state;
	sample_make(&sample, 40, 6, 210, 0.5);
	for (size_t i = 1; i < 6; i++) /* the same picture five times over */
		memcpy(sample.survey.embedding + i * 6 * SAMPLE_DIMENSION,
		       sample.survey.embedding, SAMPLE_DIMENSION * sizeof(float));
	assert_int_equal(calibration_make(&sample.people, &sample.survey, &calibration),
			 CLI_REFUSED);
	sample_free(&sample);
}

static void every_number_of_pictures_that_a_login_may_have_gets_a_score(void **state)
{
	(void)state;
	assert_int_equal(make(40, 6, 210, 0.5), CLI_GO);
	for (unsigned references = 1; references <= VID_REFERENCES_MAX; references++)
		for (unsigned frames = 1; frames <= VID_PROBE_FRAMES_MAX; frames++) {
			const struct calibration_entry *is =
				entry(1e-4, references, frames);

			assert_non_null(is);
			assert_true(is->score >= entry(1e-4, 1, 1)->score);
			assert_true(is->score > 0 && is->score < 1);
		}
	assert_false(entry(1e-4, 5, 3)->measured);
	assert_true(entry(1e-4, 5, 3)->score >= entry(1e-4, 1, 1)->score * 1.2);
}

/* The claim that the estimate rests on, where there is enough to measure as well. */
static void the_estimate_is_not_below_what_is_measured(void **state)
{
	static const double noises[] = { 0.3, 0.7, 1.0 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct calibration_entry *is;

		assert_int_equal(make(250, 6, 0, noises[i]), CLI_GO);
		/* two pictures have about 1 / (1 + noise²) */
		assert_true(calibration.alike <= 0.75 &&
			    calibration.alike < 1 / (1 + noises[i] * noises[i]) - 0.02);
		is = entry(1e-4, 3, 3);
		assert_true(is->measured);
		assert_true(
			is->score <=
			entry(1e-4, 1, 1)->score /
					pow(calibration_length(3, calibration.alike), 2) +
				0.002);
	}
}

static void a_mean_s_length_is_that_of_its_vectors(void **state)
{
	(void)state;
	assert_true(fabs(calibration_length(1, 0.3) - 1) < 1e-12);
	assert_true(fabs(calibration_length(5, 1) - 1) < 1e-12);
	assert_true(fabs(calibration_length(4, 0) - 0.5) < 1e-12);
	assert_true(fabs(calibration_length(2, 0.5) - sqrt(0.75)) < 1e-12);
}

static void a_card_with_the_section_reads_as_it_was_meant(void **state)
{
	struct problem problem = { .text = "" };
	struct model model;
	char *section, *card;
	float score;

	(void)state;
	assert_int_equal(make(40, 6, 210, 0.5), CLI_GO);
	section = calibration_section(&calibration, "d:1", "2026-11-25");
	card = calibration_splice(HEAD "\n# old\n[calibration]\n1e-4 = 0.1\n", section);
	assert_null(strstr(card, "# old"));
	if (model_card_read(bytes_of_text(card), "card", NULL, "n", &model, &problem) !=
	    VID_OK)
		fail_msg("%s", problem.text);
	assert_int_equal(model.calibration_count, calibration.count);
	assert_true(model_threshold(&model, 1e-4, 5, 3, &score));
	assert_true(fabs((double)score - entry(1e-4, 5, 3)->score) < 1e-6);
	assert_false(model_threshold(&model, 1e-5, 1, 1, &score));
	free(card);
	free(section);
}

static void all_else_of_a_card_stays(void **state)
{
	static const struct {
		const char *before, *after;
	} cards[] = {
		{ "[model]\na = 1\n# old\n[calibration]\n1e-4 = 1\n",
		  "[model]\na = 1\nNEW" },
		{ "[model]\na = 1\n# mine\n\n# old\n[calibration]\n1e-4 = 1\n",
		  "[model]\na = 1\n# mine\n\nNEW" },
		{ "[calibration]\n1e-4 = 1\n# about it\n[model]\na = 1\n",
		  "NEW\n# about it\n[model]\na = 1\n" },
		{ "[model]\na = 1\n", "[model]\na = 1\n\nNEW" },
		{ "[model]\na = 1", "[model]\na = 1\n\nNEW" },
		{ "", "NEW" },
		{ "# old\n[calibration]", "NEW" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cards) / sizeof(*cards); i++) {
		char *is = calibration_splice(cards[i].before, "NEW");

		assert_string_equal(is, cards[i].after);
		free(is);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sample_too_small_for_level_standard_is_refused),
		cmocka_unit_test(
			a_sample_that_does_not_say_how_alike_one_s_own_pictures_are_is_refused),
		cmocka_unit_test(more_pictures_of_the_same_people_show_no_lower_rate),
		cmocka_unit_test(copies_neither_count_nor_change_a_score),
		cmocka_unit_test(copies_are_no_second_picture),
		cmocka_unit_test(no_score_is_made_up_for_a_rate_that_is_not_shown),
		cmocka_unit_test(one_person_under_two_names_is_no_calibration),
		cmocka_unit_test(
			every_number_of_pictures_that_a_login_may_have_gets_a_score),
		cmocka_unit_test(the_estimate_is_not_below_what_is_measured),
		cmocka_unit_test(a_mean_s_length_is_that_of_its_vectors),
		cmocka_unit_test(a_card_with_the_section_reads_as_it_was_meant),
		cmocka_unit_test(all_else_of_a_card_stays),
	};

	return cmocka_run_group_tests_name("calibration", tests, NULL, NULL);
}
