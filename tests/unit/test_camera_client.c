/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/client.c: a sensor that was taken over gets nothing past us (S30). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/wire.h"
#include "sensors/camera/client.h"
#include "tests/unit/sensor_paths.h"

#define PATIENCE 8000 /* milliseconds: for sensors that do answer, on a slow machine */

static char folder[64];
static struct settings settings = { .camera = "any" };
static struct camera camera = CAMERA_CLOSED;
static struct camera_report report;
static struct problem problem;

static enum vid_reason open_fake(const char *name, int64_t patience, int abort_fd)
{
	char program[PATH_MAX], path[128];
	struct sensor_spec spec = *camera_spec();

	built_program(program, "tests/unit/fake_sensor");
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	(void)unlink(path);
	assert_int_equal(symlink(program, path), 0);
	spec.path = path;
	spec.user = sensor_user();
	problem.text[0] = '\0';
	return camera_open_as(&spec, &settings, true, ENGINE_BASIC, wire_now() + patience,
			      abort_fd, &camera, &problem);
}

static enum vid_reason next_of(const char *name, bool face)
{
	enum vid_reason why;

	if (open_fake(name, PATIENCE, -1) != VID_OK)
		fail_msg("%s: %s", name, problem.text);
	if (face)
		(void)camera_want_face(&camera, wire_now() + PATIENCE);
	else
		(void)camera_want_qr(&camera, wire_now() + PATIENCE);
	why = camera_next(&camera, &report, wire_now() + PATIENCE, -1, &problem);
	camera_close(&camera);
	return why;
}

static int make_folder(void **state)
{
	(void)state;
	return sensor_folder_make(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	sensor_folder_remove(folder);
	return 0;
}

static void a_good_face_is_told_as_it_was_sent(void **state)
{
	(void)state;
	assert_int_equal(next_of("good", true), VID_OK);
	assert_int_equal(report.event, CAMERA_EVENT_FACE);
	assert_int_equal(report.face.sequence, 7);
	assert_int_equal(report.face.milliseconds, 1234);
	assert_int_equal(report.face.box[3], 260);
	assert_float_equal(report.face.landmark[0][0], 9, 0);
	assert_float_equal(report.face.landmark[0][1], 8.5f, 0);
	assert_int_equal(report.face.eye_distance, 40);
	assert_int_equal(report.face.sharpness, 256);
	assert_int_equal(report.face.brightness, 120);
	assert_false(report.face.repeated);
	assert_int_equal(report.face.dimension, 128);
	assert_true(fabsf(report.face.embedding[0] - 1) < 1e-6f);
}

static void a_face_out_of_its_bounds_is_refused(void **state)
{
	static const char *const names[] = {
		"nan",       "infinite",        "shout",
		"zero",      "short-embedding", "long-embedding",
		"short-box", "brightness",      "flag",
		"no-time"
	};
	static const struct camera_report empty;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (next_of(names[i], true) != VID_SENSOR_FAILED)
			fail_msg("%s was believed", names[i]);
		assert_memory_equal(&report, &empty, sizeof(report));
	}
}

static void a_qr_text_too_long_or_empty_is_refused(void **state)
{
	(void)state;
	assert_int_equal(next_of("qr-long", false), VID_SENSOR_FAILED);
	assert_int_equal(next_of("qr-empty", false), VID_SENSOR_FAILED);
	assert_int_equal(next_of("qr-longest", false), VID_OK);
	assert_int_equal(report.qr_len, VID_QR_TEXT_MAX + 64);
}

static void values_outside_the_tables_are_refused(void **state)
{
	(void)state;
	assert_int_equal(next_of("gate-99", true), VID_SENSOR_FAILED);
	assert_int_equal(next_of("gate-0", true), VID_SENSOR_FAILED);
	assert_int_equal(next_of("type-77", true), VID_SENSOR_FAILED);
	assert_int_equal(open_fake("failure-99", PATIENCE, -1), VID_SENSOR_FAILED);
	assert_int_equal(open_fake("dimension-0", PATIENCE, -1), VID_SENSOR_FAILED);
	assert_int_equal(open_fake("dimension-513", PATIENCE, -1), VID_SENSOR_FAILED);
	assert_int_equal(open_fake("model-control", PATIENCE, -1), VID_SENSOR_FAILED);
	assert_int_equal(open_fake("face-first", PATIENCE, -1), VID_SENSOR_FAILED);
	assert_int_equal(camera.sensor.pid, 0);
}

static void a_failure_keeps_its_reason_and_loses_control_characters(void **state)
{
	(void)state;
	assert_int_equal(open_fake("busy", PATIENCE, -1), VID_CAMERA_BUSY);
	assert_string_equal(problem.text, "/dev/video9 is \\x1B[31m in use");
	assert_int_equal(next_of("unplugged", true), VID_CAMERA_FAILED);
	assert_string_equal(problem.text, "unplugged");
}

static void a_sensor_that_dies_or_babbles_has_failed(void **state)
{
	(void)state;
	assert_int_equal(open_fake("dies", PATIENCE, -1), VID_SENSOR_FAILED);
	assert_int_equal(open_fake("crashes", PATIENCE, -1), VID_SENSOR_FAILED);
	assert_int_equal(open_fake("garbage", PATIENCE, -1), VID_SENSOR_FAILED);
	assert_int_equal(next_of("dies-later", true), VID_SENSOR_FAILED);
}

static void silence_ends_at_the_deadline(void **state)
{
	int64_t start = wire_now();

	(void)state;
	assert_int_equal(open_fake("silent", 150, -1), VID_DEADLINE);
	assert_true(wire_now() - start < 150 + 1000);
	assert_int_equal(camera.sensor.pid, 0);
}

static void endless_unwanted_reports_end_at_the_deadline(void **state)
{
	int64_t start;

	(void)state;
	assert_int_equal(open_fake("endless", PATIENCE, -1), VID_OK);
	assert_int_equal(camera_want_face(&camera, wire_now() + PATIENCE), VID_OK);
	start = wire_now();
	assert_int_equal(camera_next(&camera, &report, start + 200, -1, &problem),
			 VID_DEADLINE);
	assert_true(wire_now() - start < 200 + 1000);
	camera_close(&camera);
}

static void a_report_that_was_on_its_way_is_dropped(void **state)
{
	(void)state;
	assert_int_equal(next_of("late-qr", true), VID_OK);
	assert_int_equal(report.event, CAMERA_EVENT_FACE);
}

static void the_callers_hangup_cancels(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[1]);
	assert_int_equal(open_fake("silent", PATIENCE, ends[0]), VID_CANCELLED);
	close(ends[0]);
}

static void without_a_camera_in_the_settings_nothing_starts(void **state)
{
	struct settings none = { .camera = "" };

	(void)state;
	assert_int_equal(camera_open_as(camera_spec(), &none, true, ENGINE_NONE,
					wire_now() + PATIENCE, -1, &camera, &problem),
			 VID_CAMERA_NONE);
	assert_int_equal(camera.sensor.pid, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_face_is_told_as_it_was_sent),
		cmocka_unit_test(a_face_out_of_its_bounds_is_refused),
		cmocka_unit_test(a_qr_text_too_long_or_empty_is_refused),
		cmocka_unit_test(values_outside_the_tables_are_refused),
		cmocka_unit_test(a_failure_keeps_its_reason_and_loses_control_characters),
		cmocka_unit_test(a_sensor_that_dies_or_babbles_has_failed),
		cmocka_unit_test(silence_ends_at_the_deadline),
		cmocka_unit_test(endless_unwanted_reports_end_at_the_deadline),
		cmocka_unit_test(a_report_that_was_on_its_way_is_dropped),
		cmocka_unit_test(the_callers_hangup_cancels),
		cmocka_unit_test(without_a_camera_in_the_settings_nothing_starts),
	};

	return cmocka_run_group_tests_name("camera client", tests, make_folder,
					   remove_folder);
}
