/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/scene.c: frames that come again, and what changes from one to the next.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/camera/scene.h"

#define WIDTH  64
#define HEIGHT 48

static uint8_t pixels[WIDTH * HEIGHT * 3];
static struct scene scene;

static int fresh(void **state)
{
	(void)state;
	memset(pixels, 100, sizeof(pixels));
	scene = (struct scene){ .count = 0 };
	return 0;
}

static int clean(void **state)
{
	(void)state;
	scene_close(&scene);
	assert_null(scene.now);
	return 0;
}

static void add(void)
{
	assert_true(scene_add(&scene, pixels, WIDTH, HEIGHT));
}

/* Frame `number`, unlike every other one by one pixel. */
static void add_number(unsigned number)
{
	memcpy(pixels, &number, 3);
	add();
}

static void a_frame_that_comes_again_is_known_S13(void **state)
{
	(void)state;
	add_number(1);
	assert_false(scene_repeated(&scene));
	add_number(2);
	assert_false(scene_repeated(&scene));
	add_number(1);
	assert_true(scene_repeated(&scene));
	add_number(3);
	assert_false(scene_repeated(&scene));
}

/* Half a minute of film, played again. */
static void a_long_film_is_known_again_S13(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SCENE_MEMORY - 1; i++) {
		add_number(i);
		assert_false(scene_repeated(&scene));
	}
	for (unsigned i = 0; i < SCENE_MEMORY - 1; i++) {
		add_number(i);
		assert_true(scene_repeated(&scene));
	}
}

static void one_bit_makes_another_frame(void **state)
{
	(void)state;
	add();
	pixels[sizeof(pixels) - 1] ^= 1;
	add();
	assert_false(scene_repeated(&scene));
}

static void what_changed_is_told_as_a_share_of_a_box(void **state)
{
	(void)state;
	add();
	assert_true(scene_changed(&scene, 0, 0, WIDTH, HEIGHT) < 0);
	for (int y = 0; y < HEIGHT; y++) /* the left half */
		memset(pixels + 3 * WIDTH * y, 90, 3 * WIDTH / 2);
	add();
	assert_float_equal(scene_changed(&scene, 0, 0, WIDTH, HEIGHT), .5, 1e-6);
	assert_float_equal(scene_changed(&scene, 0, 0, 16, 16), 1, 0);
	assert_float_equal(scene_changed(&scene, 40, 0, 16, 16), 0, 0);
	assert_float_equal(scene_light(&scene), 95, .01);
}

static void how_light_a_box_was_is_told_as_a_share(void **state)
{
	(void)state;
	memset(pixels, 20, sizeof(pixels));
	add();
	assert_true(scene_before(&scene, 0, 0, WIDTH, HEIGHT) < 0);
	for (int y = 0; y < HEIGHT; y++) /* the left half is lit */
		memset(pixels + 3 * WIDTH * y, 80, 3 * WIDTH / 2);
	add();
	assert_float_equal(scene_before(&scene, 0, 0, 16, 16), .25, 1e-6);
	assert_float_equal(scene_before(&scene, 40, 0, 16, 16), 1, 1e-6);
	memset(pixels, 0, sizeof(pixels));
	add();
	assert_true(scene_before(&scene, 0, 0, 16, 16) < 0); /* black */
	assert_true(scene_before(&scene, NAN, 0, NAN, 16) < 0);
	assert_true(scene_before(&scene, 1000, 1000, 50, 50) < 0);
}

static void a_box_outside_or_of_no_numbers_reads_nothing_else(void **state)
{
	(void)state;
	add();
	pixels[1] = 7;
	add();
	assert_true(scene_changed(&scene, 1000, 1000, 50, 50) < 0);
	assert_true(scene_changed(&scene, -50, -50, 10, 10) < 0);
	assert_true(scene_changed(&scene, 0, 0, NAN, 10) < 0);
	assert_true(scene_changed(&scene, NAN, 0, 10, 10) <= 1);
	assert_true(scene_changed(&scene, -1e30f, -1e30f, 2e30f, 2e30f) > 0);
}

static void another_size_begins_anew(void **state)
{
	(void)state;
	add();
	add();
	assert_true(scene_repeated(&scene));
	assert_true(scene_add(&scene, pixels, WIDTH / 2, HEIGHT));
	assert_false(scene_repeated(&scene));
	assert_true(scene_changed(&scene, 0, 0, WIDTH, HEIGHT) < 0);
	assert_false(scene_add(&scene, pixels, 3, 3));
}

#define test(name) cmocka_unit_test_setup_teardown(name, fresh, clean)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_frame_that_comes_again_is_known_S13),
		test(a_long_film_is_known_again_S13),
		test(one_bit_makes_another_frame),
		test(what_changed_is_told_as_a_share_of_a_box),
		test(how_light_a_box_was_is_told_as_a_share),
		test(a_box_outside_or_of_no_numbers_reads_nothing_else),
		test(another_size_begins_anew),
	};

	return cmocka_run_group_tests_name("scene", tests, NULL, NULL);
}
