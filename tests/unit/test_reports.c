/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/reports.c: what a vid-camera that was taken over can say of a face. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/camera/evidence.h"
#include "sensors/camera/reports.h"

#define DIMENSION 4

static struct wire_frame frame;
static struct camera_report report;
static struct problem problem;

static void put_numbers(uint8_t tag, const uint16_t *from, size_t count)
{
	uint8_t bytes[16];

	for (size_t i = 0; i < count; i++) {
		bytes[2 * i] = (uint8_t)from[i];
		bytes[2 * i + 1] = (uint8_t)(from[i] >> 8);
	}
	assert_true(wire_put(&frame, tag, bytes_of(bytes, 2 * count)));
}

static void put_landmarks(const int32_t from[10], size_t count)
{
	uint8_t bytes[4 * 10];

	for (size_t i = 0; i < count; i++)
		for (size_t b = 0; b < 4; b++)
			bytes[4 * i + b] = (uint8_t)((uint32_t)from[i] >> (8 * b));
	assert_true(wire_put(&frame, CAMERA_FIELD_LANDMARKS, bytes_of(bytes, 4 * count)));
}

/* All that a face needs, but for the landmarks. */
static void begin(void)
{
	static const uint16_t box[4] = { 1, 2, 3, 4 }, quality[3] = { 60, 100, 120 };
	static const uint8_t embedding[4 * DIMENSION] = { [2] = 0x80, [3] = 0x3f };

	wire_start(&frame, CAMERA_FACE_SEEN);
	assert_true(wire_put_u32(&frame, CAMERA_FIELD_SEQUENCE, 7));
	assert_true(wire_put_u32(&frame, CAMERA_FIELD_TIME, 1234));
	assert_true(wire_put_u32(&frame, CAMERA_FIELD_REPEATED, 0));
	put_numbers(CAMERA_FIELD_BOX, box, 4);
	put_numbers(CAMERA_FIELD_QUALITY, quality, 3);
	assert_true(wire_put(&frame, CAMERA_FIELD_EMBEDDING,
			     bytes_of(embedding, sizeof(embedding))));
}

static void begin_all(void)
{
	static const int32_t points[10] = { 256, 512, -128, 64, 0, 0, 1, -1, 2560, 5120 };

	begin();
	put_landmarks(points, 10);
}

static enum vid_reason judge(void)
{
	const struct camera camera = { .dimension = DIMENSION };

	memset(&report, 0, sizeof(report));
	problem.text[0] = '\0';
	return report_read(&frame, &camera, &report, &problem);
}

static void refused(void)
{
	assert_int_equal(judge(), VID_SENSOR_FAILED);
	assert_string_not_equal(problem.text, "");
}

static void landmarks_are_told_to_a_part_of_a_pixel(void **state)
{
	(void)state;
	begin_all();
	assert_int_equal(judge(), VID_OK);
	assert_int_equal(report.event, CAMERA_EVENT_FACE);
	assert_float_equal(report.face.landmark[0][0], 1, 0);
	assert_float_equal(report.face.landmark[1][0], -.5, 0);
	assert_float_equal(report.face.landmark[1][1], .25, 0);
	assert_float_equal(report.face.landmark[4][1], 20, 0);
	assert_false(report.face.has_passive || report.face.has_changes);
}

static void landmarks_far_outside_or_too_few_are_refused(void **state)
{
	int32_t points[10] = { 0 };

	(void)state;
	points[3] = INT32_MIN;
	begin();
	put_landmarks(points, 10);
	refused();
	points[3] = INT32_MAX;
	begin();
	put_landmarks(points, 10);
	refused();
	points[3] = 0;
	begin();
	put_landmarks(points, 9);
	refused();
}

static void a_poor_frame_is_no_good_one_and_far_is_advice(void **state)
{
	(void)state;
	for (uint32_t gate = 1; gate <= CAMERA_GATE_LAST; gate++) {
		begin_all();
		assert_true(wire_put_u32(&frame, CAMERA_FIELD_GATE, gate));
		assert_int_equal(judge(), VID_OK);
		assert_int_equal(report.gate, gate);
		assert_int_equal(report.event, gate == CAMERA_GATE_FAR
						       ? CAMERA_EVENT_FACE
						       : CAMERA_EVENT_POOR);
		assert_int_equal(evidence_of(&report).good, gate == CAMERA_GATE_FAR);
	}
	begin_all();
	assert_true(wire_put_u32(&frame, CAMERA_FIELD_GATE, 0));
	refused();
	begin_all();
	assert_true(wire_put_u32(&frame, CAMERA_FIELD_GATE, CAMERA_GATE_LAST + 1));
	refused();
}

static void networks_say_no_more_than_one_S12(void **state)
{
	(void)state;
	begin_all();
	assert_true(wire_put_u32(&frame, CAMERA_FIELD_PASSIVE, 1000000));
	assert_int_equal(judge(), VID_OK);
	assert_true(report.face.has_passive);
	assert_float_equal(report.face.passive, 1, 0);
	begin_all();
	assert_true(wire_put_u32(&frame, CAMERA_FIELD_PASSIVE, 1000001));
	refused();
	begin_all();
	assert_true(wire_put(&frame, CAMERA_FIELD_PASSIVE, bytes_of_text("one")));
	refused();
}

static void shares_of_a_scene_are_shares(void **state)
{
	static const uint16_t good[3] = { 100 * 256, 500, 1000 },
			      first[3] = { 100 * 256, UINT16_MAX, 12 },
			      more[3] = { 0, 1001, 0 }, most[3] = { 0, 0, 1001 };

	(void)state;
	begin_all();
	put_numbers(CAMERA_FIELD_SCENE, good, 3);
	assert_int_equal(judge(), VID_OK);
	assert_true(report.face.has_changes);
	assert_float_equal(report.face.light, 100, 0);
	assert_float_equal(report.face.changed, .5, 1e-6);
	assert_float_equal(report.face.changed_face, 1, 0);
	begin_all();
	put_numbers(CAMERA_FIELD_SCENE, first, 3);
	assert_int_equal(judge(), VID_OK);
	assert_false(report.face.has_changes);
	begin_all();
	put_numbers(CAMERA_FIELD_SCENE, more, 3);
	refused();
	begin_all();
	put_numbers(CAMERA_FIELD_SCENE, most, 3);
	refused();
	begin_all();
	put_numbers(CAMERA_FIELD_SCENE, good, 2);
	refused();
}

static void the_other_camera_counts_faces_to_two(void **state)
{
	(void)state;
	for (uint32_t pair = 0; pair <= 2; pair++) {
		begin_all();
		assert_true(wire_put_u32(&frame, CAMERA_FIELD_PAIR, pair));
		assert_int_equal(judge(), VID_OK);
		assert_true(report.face.has_pair && report.face.pair == pair);
	}
	begin_all();
	assert_true(wire_put_u32(&frame, CAMERA_FIELD_PAIR, 3));
	refused();
}

static void without_the_lamp_a_face_has_a_share_of_its_light(void **state)
{
	static const uint32_t shares[] = { 0, 125, 1000 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		begin_all();
		assert_true(wire_put_u32(&frame, CAMERA_FIELD_UNLIT, shares[i]));
		assert_int_equal(judge(), VID_OK);
		assert_true(report.face.has_unlit);
		assert_float_equal(report.face.unlit, (float)shares[i] / 1000, 1e-6);
	}
	begin_all();
	assert_int_equal(judge(), VID_OK);
	assert_false(report.face.has_unlit);
	begin_all();
	assert_true(wire_put_u32(&frame, CAMERA_FIELD_UNLIT, 1001));
	refused();
}

static void networks_are_counted_within_bounds(void **state)
{
	struct camera camera = CAMERA_CLOSED;

	(void)state;
	for (uint32_t count = 0; count <= CAMERA_NETWORKS_MAX + 1; count++) {
		wire_start(&frame, CAMERA_READY);
		assert_true(wire_put_u32(&frame, CAMERA_FIELD_DIMENSION, DIMENSION));
		assert_true(wire_put_text(&frame, CAMERA_FIELD_MODEL_ID, "m:1"));
		assert_true(wire_put_u32(&frame, CAMERA_FIELD_PASSIVE, count));
		assert_int_equal(
			report_read_ready(&frame, ENGINE_MODELS, &camera, &problem),
			count <= CAMERA_NETWORKS_MAX ? VID_OK : VID_SENSOR_FAILED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(landmarks_are_told_to_a_part_of_a_pixel),
		cmocka_unit_test(landmarks_far_outside_or_too_few_are_refused),
		cmocka_unit_test(a_poor_frame_is_no_good_one_and_far_is_advice),
		cmocka_unit_test(networks_say_no_more_than_one_S12),
		cmocka_unit_test(shares_of_a_scene_are_shares),
		cmocka_unit_test(the_other_camera_counts_faces_to_two),
		cmocka_unit_test(without_the_lamp_a_face_has_a_share_of_its_light),
		cmocka_unit_test(networks_are_counted_within_bounds),
	};

	return cmocka_run_group_tests_name("reports", tests, NULL, NULL);
}
