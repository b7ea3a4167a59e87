/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The face engines, on twelve people who do not exist, three pictures each
 * (tests/faces). Skipped where the models or OpenCV are absent.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "config.h"
#include "libvid/files.h"
#include "sensors/camera/align.h"
#include "sensors/camera/yunet.h"
#include "tests/lib/jpeg_picture.h"
#include "tests/unit/folder.h"

#define PEOPLE   12
#define PICTURES 3
#define FMR      1e-4 /* level `standard` */

static char folder[PATH_MAX], cards[PATH_MAX], models[PATH_MAX], faces[4096];
static struct problem problem;

static struct face_picture person(int who, int which)
{
	char path[5000];
	struct face_picture picture;

	snprintf(path, sizeof(path), "%s/person-%02d-%d.jpg", faces, who + 1, which + 1);
	picture = jpeg_picture(path);
	assert_non_null(picture.at);
	return picture;
}

static void drop(struct face_picture *picture)
{
	free((void *)(uintptr_t)picture->at);
	picture->at = NULL;
}

static struct model card(const char *name)
{
	struct model model;

	if (model_card_from(cards, models, name, &model, &problem) != VID_OK)
		fail_msg("%s", problem.text);
	return model;
}

static struct face_engine *engine_of(const char *detector)
{
	struct model find, embed = card("frr0095");
	struct face_engine *engine;

	find = card(detector);
	engine = face_engine_models(&find, &embed, &problem);
	if (!engine)
		fail_msg("%s", problem.text);
	return engine;
}

struct vector {
	float at[VID_EMBEDDING_MAX];
};

static struct vector embed(struct face_engine *engine, const struct face_picture *picture)
{
	struct vector vector = { 0 };
	struct face face;

	assert_int_equal(face_engine_find(engine, picture, &face, 1), 1);
	assert_true(face_engine_embed(engine, picture, &face, vector.at));
	assert_true(face.brightness > 20 && face.brightness < 235);
	assert_true(face.sharpness > 0);
	return vector;
}

static float cosine(const struct vector *a, const struct vector *b)
{
	double sum = 0;

	for (int i = 0; i < VID_EMBEDDING_MAX; i++)
		sum += (double)a->at[i] * b->at[i];
	return (float)sum;
}

/* All people against each other: at the card's threshold each is himself alone. */
static void separate(struct face_engine *engine, const char *name)
{
	static struct vector all[PEOPLE * PICTURES];
	struct model model = card(name);
	float threshold;

	assert_string_equal(face_engine_model_id(engine), model.id);
	assert_int_equal(face_engine_dimension(engine), model.output);
	assert_true(model_threshold(&model, FMR, 1, 1, &threshold));
	for (int i = 0; i < PEOPLE * PICTURES; i++) {
		struct face_picture picture = person(i / PICTURES, i % PICTURES);

		all[i] = embed(engine, &picture);
		assert_float_equal(cosine(&all[i], &all[i]), 1, 1e-5);
		drop(&picture);
		for (int j = 0; j < i; j++) {
			float score = cosine(&all[i], &all[j]);

			if ((score >= threshold) != (i / PICTURES == j / PICTURES))
				fail_msg("pictures %d and %d: %.3f", i, j, (double)score);
		}
	}
}

/* `picture` shifted by (x, y) and a little darker: the next frame of a camera. */
static struct face_picture moved(const struct face_picture *picture, int x, int y)
{
	struct face_picture to = *picture;
	uint8_t *at = malloc((size_t)to.stride * (size_t)to.height);

	assert_non_null(at);
	for (int v = 0; v < to.height; v++) {
		for (int u = 0; u < to.width * 3; u++) {
			int row = v - y, column = u - 3 * x;

			row = row < 0 ? 0 : row >= to.height ? to.height - 1 : row;
			column = column < 0               ? u % 3
				 : column >= to.width * 3 ? to.width * 3 - 3 + u % 3
							  : column;
			at[v * to.stride + u] =
				(uint8_t)(picture->at[row * to.stride + column] * 9 / 10);
		}
	}
	to.at = at;
	return to;
}

static void stay_itself(struct face_engine *engine, int reach, float least)
{
	struct face_picture picture = person(0, 0);
	struct vector one = embed(engine, &picture), again = embed(engine, &picture);

	assert_memory_equal(&one, &again, sizeof(one));
	for (int y = -reach; y <= reach; y += reach) {
		for (int x = -reach; x <= reach; x += reach) {
			struct face_picture next = moved(&picture, x, y);
			struct vector two = embed(engine, &next);

			if (cosine(&one, &two) < least)
				fail_msg("moved by %d, %d: %.3f", x, y,
					 (double)cosine(&one, &two));
			drop(&next);
		}
	}
	drop(&picture);
}

static void the_people_are_told_apart(void **state)
{
	struct face_engine *engine = engine_of("face_detection_yunet_2022mar");

	(void)state;
	separate(engine, "frr0095");
	stay_itself(engine, 4, .9f);
	face_engine_close(engine);
}

static void the_people_are_told_apart_with_the_detector_of_2023(void **state)
{
	struct face_engine *engine = engine_of("face_detection_yunet_2023mar");

	(void)state;
	separate(engine, "frr0095");
	face_engine_close(engine);
}

static void both_detectors_see_the_same_face(void **state)
{
	struct face_engine *one = engine_of("face_detection_yunet_2022mar");
	struct face_engine *two = engine_of("face_detection_yunet_2023mar");

	(void)state;
	for (int i = 0; i < PEOPLE * PICTURES; i++) {
		struct face_picture picture = person(i / PICTURES, i % PICTURES);
		struct face a, b;

		assert_int_equal(face_engine_find(one, &picture, &a, 1), 1);
		assert_int_equal(face_engine_find(two, &picture, &b, 1), 1);
		assert_true(face_overlap(&a, &b) > .6f);
		for (int point = 0; point < 5; point++)
			assert_true(hypotf(a.landmark[point][0] - b.landmark[point][0],
					   a.landmark[point][1] - b.landmark[point][1]) <
				    .3f * a.eye_distance);
		assert_true(a.landmark[0][0] < a.landmark[1][0]);
		drop(&picture);
	}
	face_engine_close(one);
	face_engine_close(two);
}

/* A frame of 640×480 with the picture in it, once or twice, small. */
static struct face_picture frame_with(const struct face_picture *picture, int count)
{
	struct face_picture frame = {
		.width = 640, .height = 480, .stride = 640 * 3 + 8, .channels = 3
	};
	uint8_t *at = malloc((size_t)frame.stride * 480);

	assert_non_null(at);
	memset(at, 90, (size_t)frame.stride * 480);
	for (int n = 0; n < count; n++)
		for (int y = 0; y < picture->height; y++)
			memcpy(at + (y + 100) * frame.stride + (30 + 320 * n) * 3,
			       picture->at + y * picture->stride,
			       (size_t)picture->width * 3);
	frame.at = at;
	return frame;
}

static void a_frame_is_searched_small_and_answered_in_its_own_pixels(void **state)
{
	const char *const detectors[] = { "face_detection_yunet_2022mar",
					  "face_detection_yunet_2023mar" };
	struct face_picture picture = person(3, 0);

	(void)state;
	for (int d = 0; d < 2; d++) {
		struct face_engine *engine = engine_of(detectors[d]);
		struct vector alone = embed(engine, &picture), inside = { 0 };
		struct face face[4], own;

		assert_int_equal(face_engine_find(engine, &picture, &own, 1), 1);
		for (int count = 0; count <= 2; count++) {
			struct face_picture frame = frame_with(&picture, count);

			assert_int_equal(face_engine_find(engine, &frame, face, 4),
					 count);
			if (count == 1) {
				assert_float_equal(face[0].landmark[2][0],
						   own.landmark[2][0] + 30, 15);
				assert_float_equal(face[0].landmark[2][1],
						   own.landmark[2][1] + 100, 15);
				assert_true(face_engine_embed(engine, &frame, face,
							      inside.at));
				assert_true(cosine(&alone, &inside) > .9f);
			}
			drop(&frame);
		}
		face_engine_close(engine);
	}
	drop(&picture);
}

static void a_grey_picture_is_the_same_person(void **state)
{
	struct face_engine *engine = engine_of("face_detection_yunet_2022mar");
	struct face_picture picture = person(5, 0), grey = picture;
	uint8_t *at = malloc((size_t)(grey.width * grey.height));
	struct vector one, two;

	(void)state;
	assert_non_null(at);
	for (int i = 0; i < grey.width * grey.height; i++)
		at[i] = (uint8_t)((picture.at[3 * i] * 29 + picture.at[3 * i + 1] * 150 +
				   picture.at[3 * i + 2] * 77) >>
				  8);
	grey.at = at;
	grey.channels = 1;
	grey.stride = grey.width;
	one = embed(engine, &picture);
	two = embed(engine, &grey);
	assert_true(cosine(&one, &two) > .8f);
	drop(&grey);
	drop(&picture);
	face_engine_close(engine);
}

static void a_picture_that_is_none_is_an_error(void **state)
{
	struct face_engine *engine = engine_of("face_detection_yunet_2022mar");
	static const uint8_t black[100 * 300];
	const struct face_picture bad[] = {
		{ NULL, 100, 100, 300, 3 },          { black, 0, 100, 300, 3 },
		{ black, 100, -1, 300, 3 },          { black, 100, 100, 299, 3 },
		{ black, 100, 100, 300, 2 },         { black, 100, 100, 300, 4 },
		{ black, 1 << 20, 100, 1 << 22, 3 },
	};
	const struct face_picture thin = { black, 1000, 32, 1000, 1 };
	struct face face = { 0 };
	float embedding[VID_EMBEDDING_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(face_engine_find(engine, &bad[i], &face, 1), -1);
		assert_false(face_engine_embed(engine, &bad[i], &face, embedding));
	}
	assert_int_equal(face_engine_find(engine, &thin, &face, 1), 0);
	/* landmarks in one point, or nowhere */
	assert_false(face_engine_embed(engine, &thin, &face, embedding));
	face.landmark[0][0] = NAN;
	assert_false(face_engine_embed(engine, &thin, &face, embedding));
	face_engine_close(engine);
}

/* tests/vectors/frr0095-person-01-1.txt: 256 numbers that were computed apart from this
 * code, with OpenCV's own detector class and a least-squares fit in numpy. */
static void an_embedding_agrees_with_the_golden_vector(void **state)
{
	struct face_engine *engine = engine_of("face_detection_yunet_2022mar");
	struct face_picture picture = person(0, 0);
	struct vector vector = embed(engine, &picture);
	char path[4200];
	FILE *file;
	int count = 0;
	double value;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/vectors/frr0095-person-01-1.txt",
		 getenv("VID_SRC"));
	file = fopen(path, "r");
	assert_non_null(file);
	for (; fscanf(file, "%lf", &value) == 1; count++)
		if (!(fabs(value - (double)vector.at[count]) <= 1e-3))
			fail_msg("%d: %f, not %f", count, (double)vector.at[count],
				 value);
	assert_int_equal(count, 256);
	fclose(file);
	drop(&picture);
	face_engine_close(engine);
}

static void the_networks_of_liveness_answer_with_a_share(void **state)
{
	struct face_engine *engine = engine_of("face_detection_yunet_2022mar");
	struct face_picture picture = person(0, 0);
	const struct model one = card("minifasnet_v2_2.7"),
			   two = card("minifasnet_v1se_4.0");
	struct face face;
	float first, both;

	(void)state;
	assert_int_equal(face_engine_find(engine, &picture, &face, 1), 1);
	assert_false(face_engine_passive(engine, &picture, &face, &first));
	assert_true(face_engine_add_passive(engine, &one, &problem));
	assert_true(face_engine_passive(engine, &picture, &face, &first));
	assert_true(first >= 0 && first <= 1);
	assert_true(face_engine_add_passive(engine, &two, &problem));
	assert_true(face_engine_passive(engine, &picture, &face, &both));
	assert_true(both >= 0 && both <= 1 && both != first);
	drop(&picture);
	face_engine_close(engine);
}

static void what_is_no_network_of_liveness_is_refused_S57(void **state)
{
	struct face_engine *engine = engine_of("face_detection_yunet_2022mar");
	struct face_engine *basic = face_engine_basic();
	struct model network = card("minifasnet_v2_2.7"), embedding = card("frr0095");

	(void)state;
	assert_false(face_engine_add_passive(engine, &embedding, &problem));
	assert_false(face_engine_add_passive(basic, &network, &problem));
	network.sha256[0] ^= 1;
	problem.text[0] = '\0';
	assert_false(face_engine_add_passive(engine, &network, &problem));
	assert_non_null(strstr(problem.text, "minifasnet"));
	network.sha256[0] ^= 1;
	network.output = 2; /* the card says another number of classes */
	assert_false(face_engine_add_passive(engine, &network, &problem));
	face_engine_close(engine);
	face_engine_close(basic);
}

static void a_changed_byte_of_a_model_is_no_engine_S57(void **state)
{
	struct model find = card("face_detection_yunet_2022mar"), embed = card("frr0095");
	char path[PATH_MAX];
	uint8_t *at;
	size_t len;

	(void)state;
	assert_int_equal(model_file(&embed, &at, &len, &problem), VID_OK);
	at[len / 2] ^= 1;
	assert_true(path_join(path, sizeof(path), folder, "changed.onnx"));
	assert_int_equal(file_write(path, bytes_of(at, len), 0600, NULL), VID_OK);
	free(at);
	memcpy(embed.path, path, sizeof(path));
	problem.text[0] = '\0';
	assert_null(face_engine_models(&find, &embed, &problem));
	assert_non_null(strstr(problem.text, "changed.onnx"));
}

static void a_card_of_another_size_or_layout_is_no_engine(void **state)
{
	struct model find = card("face_detection_yunet_2022mar"), embed = card("frr0095");

	(void)state;
	embed.output = 128;
	problem.text[0] = '\0';
	assert_null(face_engine_models(&find, &embed, &problem));
	assert_non_null(strstr(problem.text, "128 numbers"));
	embed = card("frr0095");
	embed.width = 96;
	problem.text[0] = '\0';
	assert_null(face_engine_models(&find, &embed, &problem));
	assert_non_null(strstr(problem.text, "96x128"));
	embed = card("frr0095");
	strcpy(find.layout, "2023");
	problem.text[0] = '\0';
	assert_null(face_engine_models(&find, &embed, &problem));
	assert_non_null(strstr(problem.text, "layout 2023"));
}

static void a_truncated_network_is_no_engine(void **state)
{
	struct model find = card("face_detection_yunet_2022mar"), embed = card("frr0095");
	uint8_t *at;
	size_t len;
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(model_file(&embed, &at, &len, &problem), VID_OK);
	assert_true(path_join(path, sizeof(path), folder, "cut.onnx"));
	assert_int_equal(file_write(path, bytes_of(at, len / 2), 0644, NULL), VID_OK);
	memcpy(embed.path, path, sizeof(path));
	crypto_hash_sha256(embed.sha256, at, len / 2); /* though the card names it */
	free(at);
	problem.text[0] = '\0';
	assert_null(face_engine_models(&find, &embed, &problem));
	assert_non_null(strstr(problem.text, "cut.onnx"));
}

static void cards_in_each_others_place_are_refused(void **state)
{
	struct model find = card("face_detection_yunet_2022mar"), embed = card("frr0095");

	(void)state;
	assert_null(face_engine_models(&embed, &find, &problem));
	assert_null(face_engine_models(NULL, &embed, &problem));
	assert_null(face_engine_models(&find, NULL, &problem));
}

/* --- without models ---------------------------------------------------------- */

static void the_basic_engine_tells_the_people_apart(void **state)
{
	struct face_engine *engine = face_engine_basic();

	(void)state;
	separate(engine, "basic");
	stay_itself(engine, 3, .8f);
	face_engine_close(engine);
}

static void the_basic_engine_sees_nobody_before_a_wall(void **state)
{
	struct face_engine *engine = face_engine_basic();
	static uint8_t pixels[480 * 640];
	const struct face_picture picture = { pixels, 640, 480, 640, 1 };
	struct face face;

	(void)state;
	for (int level = 0; level < 256; level += 51) {
		memset(pixels, level, sizeof(pixels));
		assert_int_equal(face_engine_find(engine, &picture, &face, 1), 0);
	}
	/* light that falls off to one side, and the noise of a dark room */
	for (int i = 0; i < 480 * 640; i++)
		pixels[i] = (uint8_t)(60 + i % 640 / 10);
	assert_int_equal(face_engine_find(engine, &picture, &face, 1), 0);
	for (int i = 0; i < 480 * 640; i++)
		pixels[i] = (uint8_t)(10 + ((unsigned)i * 2654435761u >> 16) % 9);
	assert_int_equal(face_engine_find(engine, &picture, &face, 1), 0);
	face_engine_close(engine);
}

static void alignment_finds_the_turn_scale_and_shift(void **state)
{
	struct model model = { .width = 128,
			       .height = 128,
			       .crop_width = 96,
			       .crop_height = 112,
			       .align = { { .3f, .4f },
					  { .7f, .4f },
					  { .5f, .6f },
					  { .35f, .8f },
					  { .65f, .8f } } };
	float landmark[5][2], point[5][2] = { 0 };
	double map[2][3];

	(void)state;
	for (int i = 0; i < 5; i++) {
		/* the crop's points, turned by 0.5, twice as large, and moved */
		float x = model.align[i][0] * 96, y = model.align[i][1] * 112;

		landmark[i][0] = 2 * (x * cosf(.5f) - y * sinf(.5f)) + 40;
		landmark[i][1] = 2 * (x * sinf(.5f) + y * cosf(.5f)) - 7;
	}
	assert_true(align_face(landmark, &model, map));
	for (int i = 0; i < 5; i++)
		for (int axis = 0; axis < 2; axis++)
			assert_true(fabs(map[axis][0] * landmark[i][0] +
					 map[axis][1] * landmark[i][1] + map[axis][2] -
					 model.align[i][axis] * 128) < 1e-3);
	assert_false(align_face(point, &model, map));
}

static void numbers_that_are_none_are_no_face(void **state)
{
	size_t rows = yunet_2022_rows(320, 240);
	float *loc = calloc(rows, 14 * sizeof(float)),
	      *conf = calloc(rows, 2 * sizeof(float));
	float *iou = calloc(rows, sizeof(float));
	const float bad[] = { NAN, INFINITY, -INFINITY, 1e30f };
	struct face face[4];

	(void)state;
	assert_int_equal(rows, 4385);
	for (size_t i = 0; i < rows; i++)
		iou[i] = conf[2 * i + 1] = 1;
	assert_int_equal(yunet_2022(loc, conf, iou, 320, 240, .6f, face, 4), 4);
	for (size_t b = 0; b < 4; b++) {
		for (size_t i = 0; i < rows; i++)
			loc[14 * i + 2] = bad[b];
		assert_int_equal(yunet_2022(loc, conf, iou, 320, 240, .6f, face, 4), 0);
	}
	memset(loc, 0, rows * 14 * sizeof(float));
	for (size_t i = 0; i < rows; i++)
		iou[i] = NAN;
	assert_int_equal(yunet_2022(loc, conf, iou, 320, 240, .6f, face, 4), 0);
	free(loc);
	free(conf);
	free(iou);
}

static int run(const char *name, const struct CMUnitTest *tests, size_t count)
{
	return _cmocka_run_group_tests(name, tests, count, NULL, NULL);
}

/* The cards are the repository's, the networks those of the shared folder. */
static bool copy_all(const char *from, const char *ending)
{
	static const char *const names[][2] = {
		{ "face_detection_yunet_2022mar", "face_detection_yunet_2022mar" },
		{ "face_detection_yunet_2023mar", "face_detection_yunet_2023mar" },
		{ "frr0095", "frr0095" },
		{ "minifasnet_v2_2.7", "minifasnet_v2_2.7_80x80" },
		{ "minifasnet_v1se_4.0", "minifasnet_v1se_4.0_80x80" },
		{ "basic", NULL },
	};
	bool network = strcmp(ending, ".onnx") == 0;
	char name[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!names[i][network])
			continue;
		snprintf(name, sizeof(name), "%s%s", names[i][network], ending);
		if (folder_copy(folder, from, name) < 0)
			return false;
	}
	return true;
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(the_basic_engine_tells_the_people_apart),
		cmocka_unit_test(the_basic_engine_sees_nobody_before_a_wall),
		cmocka_unit_test(alignment_finds_the_turn_scale_and_shift),
		cmocka_unit_test(numbers_that_are_none_are_no_face),
		cmocka_unit_test(the_people_are_told_apart),
		cmocka_unit_test(the_people_are_told_apart_with_the_detector_of_2023),
		cmocka_unit_test(both_detectors_see_the_same_face),
		cmocka_unit_test(
			a_frame_is_searched_small_and_answered_in_its_own_pixels),
		cmocka_unit_test(a_grey_picture_is_the_same_person),
		cmocka_unit_test(a_picture_that_is_none_is_an_error),
		cmocka_unit_test(an_embedding_agrees_with_the_golden_vector),
		cmocka_unit_test(the_networks_of_liveness_answer_with_a_share),
		cmocka_unit_test(what_is_no_network_of_liveness_is_refused_S57),
		cmocka_unit_test(a_changed_byte_of_a_model_is_no_engine_S57),
		cmocka_unit_test(a_card_of_another_size_or_layout_is_no_engine),
		cmocka_unit_test(a_truncated_network_is_no_engine),
		cmocka_unit_test(cards_in_each_others_place_are_refused),
	};
	size_t count = sizeof(all) / sizeof(*all);
	const char *shared = getenv("VID_SHARED");
	char from[PATH_MAX / 2];
	int failed;

	snprintf(from, sizeof(from), "%s/conf/models", getenv("VID_SRC"));
	snprintf(faces, sizeof(faces), "%s/tests/faces", getenv("VID_SRC"));
	if (folder_make(folder) < 0 || !copy_all(from, ".model"))
		return 99;
	snprintf(from, sizeof(from), "%s/models", shared ? shared : "");
	snprintf(cards, sizeof(cards), "%s", folder);
	snprintf(models, sizeof(models), "%s", folder);
#ifdef HAVE_OPENCV
	if (!copy_all(from, ".onnx") || access(faces, R_OK) != 0)
#endif
		count = 4; /* those that need no model */
	failed = run("engine", all, count);
	folder_drop(folder);
	return failed;
}
