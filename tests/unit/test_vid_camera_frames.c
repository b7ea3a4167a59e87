/* SPDX-License-Identifier: BSD-2-Clause */
/* vid-camera with a camera, or with none: codes, faces, repeated frames. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/wire.h"
#include "sensors/camera/client.h"
#include "sensors/camera/picture.h"
#include "tests/unit/camera_here.h"
#include "tests/unit/pictures.h"
#include "tests/unit/sensor_paths.h"

static void a_camera_that_is_not_there_is_told_at_once_S50(void **state)
{
	int64_t start = wire_now();

	(void)state;
	strcpy(settings.camera, "pci-0000:00:14.0-usb-0:6:1.0,0c45:6a08,-");
	assert_int_equal(try_open(true, ENGINE_NONE), VID_CAMERA_NONE);
	assert_non_null(strstr(problem.text, "0c45:6a08"));
	assert_true(wire_now() - start < 2000);
}

#ifndef VID_TEST_SOURCES
static void a_test_camera_is_no_camera_in_this_build_S38(void **state)
{
	(void)state;
	strcpy(settings.camera, "test:/tmp");
	assert_int_equal(try_open(true, ENGINE_NONE), VID_CAMERA_NONE);
}
#else

static void copy_face(const char *name)
{
	assert_true(copy_file(faces(), name));
	snprintf(settings.camera, sizeof(settings.camera), "test:%s", folder);
}

static void put_code(const char *text, double degrees)
{
	uint8_t *grey = made_qr(text, strlen(text), 480, 6, degrees, 10);
	uint8_t *bgr = made_bgr_of_grey(grey, 480);
	struct made jpeg = made_jpeg(bgr, 480, 480, MADE_BASELINE);

	assert_true(made_write(folder, "code.jpg", &jpeg));
	free(jpeg.at);
	free(bgr);
	free(grey);
	snprintf(settings.camera, sizeof(settings.camera), "test:%s", folder);
}

static void a_code_held_to_the_camera_is_read(void **state)
{
	static const char text[] = "VID1:6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDE";

	(void)state;
	put_code(text, 8);
	open_here(true, ENGINE_NONE);
	assert_string_equal(camera.model_id, "");
	assert_int_equal(camera_want_qr(&camera, wire_now() + PATIENCE), VID_OK);
	next_here();
	assert_int_equal(report.event, CAMERA_EVENT_QR);
	assert_int_equal(report.qr_len, strlen(text));
	assert_memory_equal(report.qr, text, strlen(text));
}

static void frames_of_a_person_follow_each_other_and_differ_S13(void **state)
{
	uint32_t sequence = 0, milliseconds = 0;

	(void)state;
	copy_face("person-03-1.jpg");
	open_here(true, ENGINE_BASIC);
	assert_int_equal(camera_want_face(&camera, wire_now() + PATIENCE), VID_OK);
	for (int i = 0; i < 20; i++) {
		next_here();
		assert_int_equal(report.event, CAMERA_EVENT_FACE);
		assert_true(report.face.sequence > sequence);
		assert_true(report.face.milliseconds >= milliseconds);
		assert_false(report.face.repeated);
		sequence = report.face.sequence;
		milliseconds = report.face.milliseconds;
	}
	assert_true(milliseconds > 0);
}

static void a_looped_still_is_told_as_repeated_S13(void **state)
{
	const struct made nothing = { (uint8_t *)(uintptr_t) "", 0 };

	(void)state;
	copy_face("person-03-1.jpg");
	assert_true(made_write(folder, "still", &nothing));
	open_here(true, ENGINE_BASIC);
	assert_int_equal(camera_want_face(&camera, wire_now() + PATIENCE), VID_OK);
	next_here(); /* may be the first one of all */
	for (int i = 0; i < 5; i++) {
		next_here();
		assert_int_equal(report.event, CAMERA_EVENT_FACE);
		assert_true(report.face.repeated);
	}
}

/* The other camera of a pair: a folder of its own, with a face or with a grey wall. */
static char beside[64];

static void put_wall(void)
{
	uint8_t *bgr = malloc(480 * 480 * 3);
	struct made jpeg;

	assert_non_null(bgr);
	memset(bgr, 120, 480 * 480 * 3);
	jpeg = made_jpeg(bgr, 480, 480, MADE_BASELINE);
	assert_true(made_write(beside, "wall.jpg", &jpeg));
	free(jpeg.at);
	free(bgr);
}

/* In infrared light there is a face; the camera in colour is `beside`. */
static void open_pair(void)
{
	copy_face("person-03-1.jpg");
	memcpy(settings.infrared, settings.camera, sizeof(settings.infrared));
	snprintf(settings.camera, sizeof(settings.camera), "test:%s", beside);
	open_here(true, ENGINE_BASIC);
	assert_true(camera.infrared);
	assert_int_equal(camera.passive_networks, 0);
	assert_int_equal(camera_want_face(&camera, wire_now() + PATIENCE), VID_OK);
}

static void in_infrared_light_the_other_camera_looks_as_well(void **state)
{
	unsigned told = 0;

	(void)state;
	assert_true(sensor_folder_make(beside));
	put_wall();
	open_pair();
	for (int i = 0; i < 30; i++) {
		next_here();
		assert_int_equal(report.event, CAMERA_EVENT_FACE);
		if (!report.face.has_pair)
			continue; /* its first frame is on the way */
		told++;
		assert_int_equal(report.face.pair, 0);
	}
	assert_true(told > 0);
	camera_close(&camera);
	sensor_folder_remove(beside);
}

/* The lamp is lit in every other frame: the dark ones are compared, and never shown. */
static void a_dark_frame_of_an_infrared_camera_is_compared_with_the_lit_one(void **state)
{
	const struct made nothing = { (uint8_t *)(uintptr_t) "", 0 };
	unsigned compared = 0;

	(void)state;
	assert_true(sensor_folder_make(beside));
	put_wall();
	assert_true(made_write(folder, "lamp", &nothing));
	open_pair();
	next_here(); /* the first of all has nothing before it */
	for (int i = 0; i < 10; i++) {
		next_here();
		assert_int_equal(report.event, CAMERA_EVENT_FACE);
		assert_true(report.face.light > 50);
		if (!report.face.has_unlit)
			continue; /* a busy machine has missed the dark one */
		compared++;
		assert_true(report.face.unlit < .2);
	}
	assert_true(compared > 0);
	camera_close(&camera);
	sensor_folder_remove(beside);
}

static void codes_are_read_in_colour_beside_an_infrared_camera(void **state)
{
	static const char text[] = "VID1:INCOLOUR";

	(void)state;
	assert_true(sensor_folder_make(beside));
	put_code(text, 0);
	snprintf(settings.infrared, sizeof(settings.infrared), "test:%s", beside);
	put_wall();
	open_here(true, ENGINE_NONE);
	assert_int_equal(camera_want_qr(&camera, wire_now() + PATIENCE), VID_OK);
	next_here();
	assert_int_equal(report.event, CAMERA_EVENT_QR);
	assert_memory_equal(report.qr, text, strlen(text));
	camera_close(&camera);
	sensor_folder_remove(beside);
}

static void nothing_is_reported_before_it_is_asked_for(void **state)
{
	(void)state;
	copy_face("person-03-1.jpg");
	open_here(true, ENGINE_BASIC);
	assert_int_equal(camera_next(&camera, &report, wire_now() + 300, -1, &problem),
			 VID_DEADLINE);
	assert_int_equal(camera_want_face(&camera, wire_now() + PATIENCE), VID_OK);
	next_here();
	assert_int_equal(report.event, CAMERA_EVENT_FACE);
}

/* A stranger makes the codes: what reads them reports no face, and the other way round.
 */
static void one_process_reads_codes_or_sees_faces_S61(void **state)
{
	(void)state;
	put_code("VID1:AAAA", 0);
	copy_face("person-04-1.jpg"); /* after code.jpg, by name */
	open_here(true, ENGINE_BASIC);
	assert_int_equal(camera_want_qr(&camera, wire_now() + PATIENCE), VID_OK);
	assert_int_not_equal(
		camera_next(&camera, &report, wire_now() + PATIENCE, -1, &problem),
		VID_OK);
	camera_close(&camera);
	open_here(true, ENGINE_NONE);
	assert_int_equal(camera_want_face(&camera, wire_now() + PATIENCE), VID_OK);
	assert_int_not_equal(
		camera_next(&camera, &report, wire_now() + PATIENCE, -1, &problem),
		VID_OK);
}

static void a_camera_in_the_dark_says_so(void **state)
{
	uint8_t *bgr = malloc(256 * 256 * 3);
	struct made png;

	(void)state;
	for (int i = 0; i < 256 * 256 * 3; i++) /* dim, but with something to see */
		bgr[i] = (uint8_t)((i / 3 % 256 / 16 + i / 3 / 256 / 16) % 2 ? 26 : 2);
	png = made_png(bgr, 256, 256);
	assert_true(made_write(folder, "dark.png", &png));
	free(png.at);
	free(bgr);
	snprintf(settings.camera, sizeof(settings.camera), "test:%s", folder);
	open_here(true, ENGINE_BASIC);
	assert_int_equal(camera_want_face(&camera, wire_now() + PATIENCE), VID_OK);
	next_here();
	assert_int_equal(report.event, CAMERA_EVENT_GATE);
	assert_true(report.gate == CAMERA_GATE_DARK || report.gate == CAMERA_GATE_NOBODY);
}

static void a_folder_without_pictures_is_refused(void **state)
{
	(void)state;
	snprintf(settings.camera, sizeof(settings.camera), "test:%s", folder);
	assert_int_equal(try_open(true, ENGINE_NONE), VID_CAMERA_NONE);
	assert_non_null(strstr(problem.text, "holds no pictures"));
}

static void before_open_the_test_camera_is_not_read_either_S9(void **state)
{
	char names[1024];

	(void)state;
	if (geteuid() != 0) /* another's descriptors are not ours to list */
		return;
	copy_face("person-03-1.jpg");
	open_here(false, ENGINE_BASIC);
	assert_int_equal(open_files(camera.sensor.pid, names, sizeof(names)), 0);
	camera_close(&camera);
	open_here(true, ENGINE_BASIC);
	assert_int_equal(open_files(camera.sensor.pid, names, sizeof(names)), 1);
	assert_non_null(
		strstr(names, "timerfd")); /* the camera: pictures are in memory */
}
#endif

#define TEST(name) cmocka_unit_test_teardown(name, close_camera)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_camera_that_is_not_there_is_told_at_once_S50),
#ifndef VID_TEST_SOURCES
		TEST(a_test_camera_is_no_camera_in_this_build_S38),
#else
		TEST(a_code_held_to_the_camera_is_read),
		TEST(frames_of_a_person_follow_each_other_and_differ_S13),
		TEST(a_looped_still_is_told_as_repeated_S13),
		TEST(in_infrared_light_the_other_camera_looks_as_well),
		TEST(a_dark_frame_of_an_infrared_camera_is_compared_with_the_lit_one),
		TEST(codes_are_read_in_colour_beside_an_infrared_camera),
		TEST(nothing_is_reported_before_it_is_asked_for),
		TEST(one_process_reads_codes_or_sees_faces_S61),
		TEST(a_camera_in_the_dark_says_so),
		TEST(a_folder_without_pictures_is_refused),
		TEST(before_open_the_test_camera_is_not_read_either_S9),
#endif
	};

	return cmocka_run_group_tests_name("vid-camera frames", tests, set_up, tear_down);
}
