/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/card.c and model.c: model cards, thresholds, and the pinned network (S57). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libvid/files.h"
#include "libvid/model.h"

/* SHA-256 of "network" */
#define NETWORK_SHA256 "3009be769fb8f956e8413ee9f3e0836e34968bc40457d0a10c549d2edcf00cc1"

#define HEAD  "[model]\nfile = n.onnx\nkind = embedding\noutput = 128\n"
#define ALIGN "align = .3,.4 .7,.4 .5,.6 .35,.8 .65,.8\n"
#define SUM   "sha256 = " NETWORK_SHA256 "\n"
#define INPUT "input = 112x112 RGB scale=0.5 mean=127.5\n"
#define GOOD  HEAD ALIGN SUM INPUT

/* A network of liveness with that many classes. */
#define LIVE(classes)                                                                    \
	"[model]\nfile = n.onnx\nkind = liveness\n" SUM                                  \
	"input = 80x80 BGR scale=1 mean=0\nbox = 2.7\nleast = 0.1\noutput = " classes    \
	"\n"

static char folder[64], cards[64];
static struct model model;
static struct problem problem;

static void put(const char *where, const char *name, const char *text)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", where, name);
	assert_int_equal(file_write(path, bytes_of_text(text), 0644, NULL), VID_OK);
}

static enum vid_reason card(const char *text)
{
	put(folder, "net.model", text);
	problem.text[0] = '\0';
	return model_card_from(cards, folder, "net", &model, &problem);
}

static int fresh(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vid-models.XXXXXX");
	snprintf(cards, sizeof(cards), "/tmp/vid-cards.XXXXXX");
	return mkdtemp(folder) && mkdtemp(cards) ? 0 : -1;
}

static int clean(void **state)
{
	char command[256];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s' '%s'", folder, cards);
	return system(command);
}

static void a_card_says_all_that_the_engine_must_know(void **state)
{
	(void)state;
	assert_int_equal(card(GOOD "licence = X\ncrop = 96x112\n[calibration]\n"
				   "1e-4 = 0.47\n0.00001 5x3 = 6.02e-1\n"),
			 VID_OK);
	assert_string_equal(model.name, "net");
	assert_memory_equal(model.id, "net:" NETWORK_SHA256, 20);
	assert_int_equal(strlen(model.id), 20);
	assert_int_equal(model.kind, MODEL_EMBEDDING);
	assert_int_equal(model.width, 112);
	assert_true(model.rgb && !model.grey);
	assert_true(model.scale == .5f && model.mean[0] == 127.5f);
	assert_int_equal(model.output, 128);
	assert_true(model.has_align && model.align[3][0] == .35f);
	assert_true(model.crop_width == 96 && model.crop_height == 112);
	assert_int_equal(model.calibration_count, 2);
	assert_float_equal(model.calibration[1].score, .602, 1e-6);
	assert_int_equal(model.calibration[1].references, 5);
	assert_non_null(strstr(model.path, "/n.onnx"));
}

static void a_card_tells_people_where_its_network_is_from(void **state)
{
	(void)state;
	assert_int_equal(card(GOOD "licence = MIT\nsource = a zoo\nsize = 7\n"
				   "url = https://a.example/n.onnx\n"),
			 VID_OK);
	assert_string_equal(model.licence, "MIT");
	assert_string_equal(model.source, "a zoo");
	assert_string_equal(model.url, "https://a.example/n.onnx");
	assert_int_equal(model.size, 7);
	assert_int_equal(card(GOOD), VID_OK);
	assert_true(!model.licence[0] && !model.source[0] && !model.url[0]);
	assert_int_equal(model.size, 0);
	assert_int_equal(card(GOOD "size = 268435457\n"), VID_FACE_ENGINE);
	assert_int_equal(card(GOOD "size = 0\n"), VID_FACE_ENGINE);
	assert_int_equal(card(GOOD "url = http://a.example/n.onnx\n"), VID_FACE_ENGINE);
}

static void the_models_folder_goes_before_the_installed_cards(void **state)
{
	(void)state;
	put(cards, "net.model", GOOD);
	assert_int_equal(model_card_from(cards, folder, "net", &model, &problem), VID_OK);
	assert_int_equal(model.output, 128);
	assert_int_equal(card("[model]\nkind = embedding\nversion = 3\noutput = 64\n"),
			 VID_OK);
	assert_int_equal(model.output, 64);
	assert_string_equal(model.id, "net:3");
	assert_int_equal(model_card_from(cards, "", "net", &model, &problem), VID_OK);
	assert_int_equal(model.output, 128);
	assert_string_equal(model.path, "");
}

static void a_fault_is_named_with_its_line(void **state)
{
	static const struct {
		const char *text, *line, *words;
	} faults[] = {
		{ GOOD "colour = red\n", ":8:", "unknown key" },
		{ GOOD "[calib]\nx = 1\n", ":9:", "unknown section" },
		{ GOOD "output = 64\n", ":8:", "twice" },
		{ "[model]\nkind = face\n", ":2:", "must be detector" },
		{ "[model]\nsha256 = 12\n", ":2:", "64 hex" },
		{ "[model]\noutput = 513\n", ":2:", "1..512" },
		{ "[model]\noutput = 0\n", ":2:", "1..512" },
		{ "[model]\nfile = ../n.onnx\n", ":2:", "name of a file" },
		{ "[model]\nfile = ..\n", ":2:", "name of a file" },
		{ "[model]\nfile = .n.onnx\n", ":2:", "name of a file" },
		{ "[model]\nfile = other.model\n", ":2:", "name of a file" },
		{ "[model]\ninput = 112 BGR\n", ":2:", "WIDTHxHEIGHT" },
		{ "[model]\ninput = 112x112 BRG\n", ":2:", "BGR" },
		{ "[model]\ninput = 112x112 scale=0\n", ":2:", "scale" },
		{ "[model]\ninput = 112x9999\n", ":2:", "WIDTHxHEIGHT" },
		{ "[model]\nalign = 0,0 1,1\n", ":2:", "five points" },
		{ "[model]\nalign = 0,0 1,1 0,0 1,1 0,1.5\n", ":2:", "0..1" },
		{ "[model]\nalign = 0,0 1,1 0,0 1,1 0,0x1\n", ":2:", "five points" },
		{ "[model]\ncrop = 0x112\n", ":2:", "WIDTHxHEIGHT" },
		{ "[model]\nlayout = 2021\n", ":2:", "2022 or 2023" },
		{ "[model]\nleast = 1\n", ":2:", "between 0 and 1" },
		{ "[model]\nbox = 0.5\n", ":2:", "1..8" },
		{ "[model]\nbox = wide\n", ":2:", "1..8" },
		{ "[model]\nlive = -1\n", ":2:", "number of a class" },
		{ "[model]\nsoftmax = maybe\n", ":2:", "yes or no" },
		{ "[model]\nurl = http://example.org/n.onnx\n", ":2:", "https://" },
		{ "[model]\ninput = 112x112 mean=1,2\n", ":2:", "mean=M" },
		{ "[model]\ninput = 112x112 deviation=0\n", ":2:", "deviation=D" },
		{ LIVE("3") "live = 3\n", "", "live" },
		{ "[calibration]\n1e-4 = 1.2\n", ":2:", "between 0 and 1" },
		{ "[calibration]\n1e-4 = nan\n", ":2:", "between 0 and 1" },
		{ "[calibration]\n1e-4 5 = 0.5\n", ":2:", "REFERENCESxFRAMES" },
		{ "[calibration]\n1e-4 0x1 = 0.5\n", ":2:", "REFERENCESxFRAMES" },
		{ "[calibration]\nstrict = 0.5\n", ":2:", "REFERENCESxFRAMES" },
		{ "kind = embedding\n", ":1:", "unknown section" },
		{ "what\n", ":1:", "" },
		{ HEAD ALIGN SUM, "", "lacks input" },
		{ HEAD ALIGN INPUT, "", "lacks sha256" },
		{ HEAD SUM INPUT, "", "lacks align" },
		{ GOOD "version = 1\n", "", "either file or version" },
		{ "", "", "lacks kind" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		assert_int_equal(card(faults[i].text), VID_FACE_ENGINE);
		if (!strstr(problem.text, faults[i].line) ||
		    !strstr(problem.text, faults[i].words) ||
		    !strstr(problem.text, "net.model"))
			fail_msg("%s: not %s %s", problem.text, faults[i].line,
				 faults[i].words);
	}
}

static void a_card_of_liveness_says_which_class_is_live(void **state)
{
	(void)state;
	assert_int_equal(card(LIVE("3") "live = 1\nsoftmax = no\n"), VID_OK);
	assert_int_equal(model.kind, MODEL_LIVENESS);
	assert_int_equal(model.live, 1);
	assert_false(model.softmax);
	assert_float_equal(model.box, 2.7, 1e-6);
	assert_float_equal(model.least, .1, 1e-6);
	assert_int_equal(card(GOOD "url = https://example.org/n.onnx\n"), VID_OK);
}

static void a_card_may_have_a_mean_for_each_channel(void **state)
{
	(void)state;
	assert_int_equal(card(HEAD ALIGN SUM
			      "input = 112x112 RGB scale=1 mean=123.7,116.8,103.9 "
			      "deviation=58.4,57.1,57.4\n"),
			 VID_OK);
	assert_float_equal(model.mean[1], 116.8, 1e-4);
	assert_float_equal(model.deviation[2], 57.4, 1e-4);
}

static void a_card_that_is_nowhere_is_an_unavailable_face(void **state)
{
	(void)state;
	assert_int_equal(model_card_from(cards, folder, "other", &model, &problem),
			 VID_FACE_ENGINE);
	assert_non_null(strstr(problem.text, "other.model"));
	assert_int_equal(model_card_from(cards, folder, "../net", &model, &problem),
			 VID_FACE_ENGINE);
	assert_int_equal(model_card_from(cards, folder, "", &model, &problem),
			 VID_FACE_ENGINE);
}

static void the_network_must_be_the_cards_S57(void **state)
{
	uint8_t *at;
	size_t len;

	(void)state;
	assert_int_equal(card(GOOD), VID_OK);
	assert_int_equal(model_file(&model, &at, &len, &problem), VID_FACE_ENGINE);
	put(folder, "n.onnx", "network");
	assert_int_equal(model_file(&model, &at, &len, &problem), VID_OK);
	assert_int_equal(len, 7);
	assert_memory_equal(at, "network", 7);
	free(at);
	put(folder, "n.onnx", "nftwork");
	assert_int_equal(model_file(&model, &at, &len, &problem), VID_FACE_ENGINE);
	assert_null(at);
	assert_non_null(strstr(problem.text, "n.onnx"));
	put(folder, "n.onnx", "network ");
	assert_int_equal(model_file(&model, &at, &len, &problem), VID_FACE_ENGINE);
}

static void a_threshold_is_never_lower_than_the_card_supports(void **state)
{
	float score;

	(void)state;
	assert_int_equal(card(GOOD "[calibration]\n1e-4 = 0.47\n1e-4 3x1 = 0.50\n"
				   "1e-4 5x3 = 0.54\n1e-5 5x1 = 0.60\n1e-5 5x3 = 0.65\n"),
			 VID_OK);
	assert_true(model_threshold(&model, 1e-4, 1, 1, &score) && score == .47f);
	assert_true(model_threshold(&model, 1e-4, 2, 2, &score) && score == .47f);
	assert_true(model_threshold(&model, 1e-4, 4, 3, &score) && score == .50f);
	assert_true(model_threshold(&model, 1e-4, 5, 3, &score) && score == .54f);
	assert_true(model_threshold(&model, 1e-4, 5, 9, &score) && score == .54f);
	/* nothing is known of one reference at 1e-5: the strictest that is */
	assert_true(model_threshold(&model, 1e-5, 1, 1, &score) && score == .65f);
	assert_false(model_threshold(&model, 1e-6, 5, 3, &score));
}

static void the_cards_that_we_install_are_good(void **state)
{
	static const char *const names[] = { "basic",
					     "frr0095",
					     "face_detection_yunet_2022mar",
					     "face_detection_yunet_2023mar",
					     "sface_2021dec",
					     "minifasnet_v2_2.7",
					     "minifasnet_v1se_4.0" };
	char shipped[4096];
	float score;

	(void)state;
	snprintf(shipped, sizeof(shipped), "%s/conf/models", getenv("VID_SRC"));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (model_card_from(shipped, folder, names[i], &model, &problem) !=
		    VID_OK)
			fail_msg("%s", problem.text);
	assert_int_equal(model_card_from(shipped, NULL, "basic", &model, &problem),
			 VID_OK);
	assert_string_equal(model.id, "basic:1");
	assert_true(model_threshold(&model, 1e-4, 1, 1, &score));
	assert_int_equal(model_card_from(shipped, NULL, "frr0095", &model, &problem),
			 VID_OK);
	assert_string_equal(model.id, "frr0095:ca00801b506c5494");
	for (unsigned references = 1; references <= VID_REFERENCES_MAX; references++)
		for (unsigned frames = 1; frames <= 3; frames++)
			assert_true(model_threshold(&model, 1e-4, references, frames,
						    &score) &&
				    score >= .47f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, clean)
		TEST(a_card_says_all_that_the_engine_must_know),
		TEST(a_card_tells_people_where_its_network_is_from),
		TEST(the_models_folder_goes_before_the_installed_cards),
		TEST(a_fault_is_named_with_its_line),
		TEST(a_card_of_liveness_says_which_class_is_live),
		TEST(a_card_may_have_a_mean_for_each_channel),
		TEST(a_card_that_is_nowhere_is_an_unavailable_face),
		TEST(the_network_must_be_the_cards_S57),
		TEST(a_threshold_is_never_lower_than_the_card_supports),
		TEST(the_cards_that_we_install_are_good),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
