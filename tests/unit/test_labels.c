/* SPDX-License-Identifier: BSD-2-Clause */
/* vid/labels.c: labelled references that are added and removed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vid/labels.h"

/* "a a b": a template with a reference for each word; "-" is no word. Each reference is
 * told from the others by its first number: `from`, `from` + 1, ... */
static struct template labelled(const char *words, int from)
{
	struct template template = { .model = "m:1", .dimension = 8 };
	char text[64], *rest = text, *word;

	snprintf(text, sizeof(text), "%s", words);
	while ((word = strsep(&rest, " "))) {
		snprintf(template.reference[template.count].label, TEMPLATE_LABEL_MAX + 1,
			 "%s", strcmp(word, "-") ? word : "");
		template.reference[template.count].at[0] =
			(int8_t)(from + (int)template.count);
		template.count++;
	}
	return template;
}

static void assert_merged(const char *have, const char *more, const char *labels,
			  const int8_t *which)
{
	struct template a = labelled(have, 10), b = labelled(more, 20), out;
	char text[128];

	assert_true(labels_merge(&a, &b, &out));
	labels_print(&out, text, sizeof(text));
	assert_string_equal(text, labels);
	for (size_t i = 0; i < out.count; i++)
		assert_int_equal(out.reference[i].at[0], which[i]);
}

static void what_is_added_stands_behind_what_is_there(void **state)
{
	(void)state;
	assert_merged("- -", "glasses", "- (2), glasses (1)",
		      (const int8_t[]){ 10, 11, 20 });
}

static void the_label_with_most_gives_up_its_last(void **state)
{
	(void)state;
	assert_merged("- - - - -", "glasses glasses", "- (3), glasses (2)",
		      (const int8_t[]){ 10, 11, 12, 20, 21 });
	assert_merged("a a b b", "c c c", "a (1), b (2), c (2)",
		      (const int8_t[]){ 10, 12, 13, 20, 21 });
}

/* Who has grown a beard gains by it. */
static void within_one_label_what_is_added_stays(void **state)
{
	(void)state;
	assert_merged("a a a", "a a a", "a (5)", (const int8_t[]){ 10, 11, 20, 21, 22 });
	assert_merged("a a a a a", "a", "a (5)", (const int8_t[]){ 10, 11, 12, 13, 20 });
}

static void no_label_gives_up_its_only_reference(void **state)
{
	struct template a = labelled("a b c d e", 0), b = labelled("f", 0), out;

	(void)state;
	assert_false(labels_merge(&a, &b, &out));
}

static void templates_of_two_models_are_not_merged(void **state)
{
	struct template a = labelled("a", 0), b = labelled("b", 0), out;

	(void)state;
	b.model[2] = '2';
	assert_false(labels_merge(&a, &b, &out));
	b = labelled("b", 0);
	b.dimension = 16;
	assert_false(labels_merge(&a, &b, &out));
}

static void a_label_is_removed_and_wiped(void **state)
{
	struct template template = labelled("a b a", 10);
	static const int8_t nothing[VID_EMBEDDING_MAX];

	(void)state;
	assert_int_equal(labels_remove(&template, "c"), 0);
	assert_int_equal(template.count, 3);
	assert_int_equal(labels_remove(&template, "a"), 2);
	assert_int_equal(template.count, 1);
	assert_int_equal(template.reference[0].at[0], 11);
	assert_string_equal(template.reference[0].label, "b");
	assert_memory_equal(template.reference[1].at, nothing, sizeof(nothing));
	assert_memory_equal(template.reference[2].at, nothing, sizeof(nothing));
}

static void labels_without_room_are_cut_short(void **state)
{
	struct template template = labelled("aaaa bbbb cccc", 0);
	char text[12];

	(void)state;
	labels_print(&template, text, sizeof(text));
	assert_string_equal(text, "aaaa (1), b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_added_stands_behind_what_is_there),
		cmocka_unit_test(the_label_with_most_gives_up_its_last),
		cmocka_unit_test(within_one_label_what_is_added_stays),
		cmocka_unit_test(no_label_gives_up_its_only_reference),
		cmocka_unit_test(templates_of_two_models_are_not_merged),
		cmocka_unit_test(a_label_is_removed_and_wiped),
		cmocka_unit_test(labels_without_room_are_cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
