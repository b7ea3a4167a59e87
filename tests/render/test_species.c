/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rendered presentations (FACE.md: simulations, no figure for people): the living ones
 * pass, every species of attack is refused. Skipped where the models or OpenCV are
 * absent.
 *
 * test_species [COUNT [LIVE [TEST]]] judges more of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config.h"
#include "libvid/liveness.h"
#include "sensors/camera/evidence.h"
#include "sensors/camera/reports.h"
#include "sensors/camera/sight.h"
#include "tests/lib/jpeg_picture.h"
#include "tests/render/species.h"
#include "tests/unit/folder.h"

#define PEOPLE 12

/* Each sequence takes two to four seconds, with sanitizers twenty. */
#if defined(__SANITIZE_ADDRESS__)
static unsigned count = 1, living = 1;
#else
static unsigned count = 3, living = 6;
#endif

static char models[PATH_MAX];
static const uint8_t *portraits[PEOPLE];
static struct sight sight;
static struct camera camera = CAMERA_CLOSED;
static struct liveness_rules rules;

/* --- what a login would make of it -------------------------------------------------- */

static void judge_frame(const uint8_t *pixels, unsigned number, struct liveness *liveness)
{
	const struct picture picture = { .width = RENDER_WIDTH,
					 .height = RENDER_HEIGHT,
					 .at = (uint8_t *)(uintptr_t)pixels };
	struct problem problem = { "" };
	struct camera_report report = { .gate = 0 };
	struct liveness_frame frame;
	struct wire_frame wire;

	sight_recorded(&sight, &picture, number, number * 1000 / SPECIES_RATE, &wire);
	if (report_read(&wire, &camera, &report, &problem) != VID_OK)
		fail_msg("%s", problem.text);
	if (report.event == CAMERA_EVENT_GATE)
		return;
	frame = evidence_of(&report);
	frame.sequence++; /* a recording counts from 0, the judge from 1 on */
	(void)liveness_see(liveness, &frame);
}

static enum vid_reason judge(const struct presentation_script *script)
{
	static uint8_t pixels[RENDER_BYTES];
	unsigned frames = species_frames(script);
	struct liveness_rules asked = rules;
	struct liveness liveness;
	struct player player;

	for (; asked.challenge.count < SPECIES_TURNS; asked.challenge.count++) {
		const char *word = script->turn[asked.challenge.count];

		if (!word)
			break;
		asked.challenge.turn[asked.challenge.count] = cue_of_word(word);
	}
	liveness_start(&liveness, &asked);
	for (unsigned i = 0; i < frames; i++) {
		const char *cue = species_frame(script, i, &player, pixels);

		if (cue)
			liveness_cued(&liveness, cue_of_word(cue));
		if (liveness.why != VID_OK || liveness_done(&liveness))
			break;
		judge_frame(pixels, i, &liveness);
	}
	print_message("# %s %u: %s, height %.2f, networks %.3f of %zu\n",
		      species_names[script->species], script->seed,
		      liveness.why == VID_OK && !liveness_done(&liveness)
			      ? "unfinished"
			      : reason_name(liveness.why),
		      solid_height(&liveness.solid),
		      liveness.passive_sum / (double)liveness.passive_count,
		      liveness.passive_count);
	return liveness_done(&liveness) ? VID_OK
	       : liveness.why == VID_OK ? VID_FACE_TURN
					: liveness.why;
}

/* How many of a species pass for a living person. */
static unsigned passed(enum species species)
{
	unsigned of = species == SPECIES_LIVE ? living : count, passing = 0;

	for (unsigned i = 0; i < of; i++) {
		const struct presentation_script script = species_script(
			species, i, portraits[i % PEOPLE], portraits[(i + 5) % PEOPLE]);

		passing += judge(&script) == VID_OK;
	}
	return passing;
}

static void the_living_pass(void **state)
{
	(void)state;
	assert_int_equal(passed(SPECIES_LIVE), living);
}

#define REFUSED(name, species)                                                           \
	static void name(void **state)                                                   \
	{                                                                                \
		(void)state;                                                             \
		assert_int_equal(passed(species), 0);                                    \
	}

REFUSED(a_print_that_is_held_still_is_refused_S8, SPECIES_PRINT_STILL)
REFUSED(a_print_that_is_turned_as_asked_is_refused_S8, SPECIES_PRINT_MOVED)
REFUSED(a_print_that_is_bent_and_turned_is_refused_S8, SPECIES_PRINT_BENT)
REFUSED(a_print_with_holes_for_eyes_is_refused_S8, SPECIES_PRINT_HOLES)
REFUSED(a_screen_is_refused_S8, SPECIES_SCREEN)
REFUSED(a_film_of_other_turns_is_refused_S8, SPECIES_WRONG_TURNS)
REFUSED(photographs_of_the_turned_head_are_refused_S8, SPECIES_SLIDES)
REFUSED(a_swap_in_the_challenge_is_refused_S8, SPECIES_SWAP)
REFUSED(a_looped_still_is_refused_S13, SPECIES_LOOP)

/* --- set up ------------------------------------------------------------------------- */

static bool copy_models(const char *cards, const char *shared)
{
	static const char *const names[][2] = {
		{ "face_detection_yunet_2022mar.model",
		  "face_detection_yunet_2022mar.onnx" },
		{ "frr0095.model", "frr0095.onnx" },
		{ "minifasnet_v2_2.7.model", "minifasnet_v2_2.7_80x80.onnx" },
		{ "minifasnet_v1se_4.0.model", "minifasnet_v1se_4.0_80x80.onnx" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (folder_copy(models, cards, names[i][0]) != 0 ||
		    folder_copy(models, shared, names[i][1]) != 0)
			return false;
	return true;
}

static struct model card(const char *name)
{
	struct problem problem = { "" };
	struct model model;

	if (model_card_from(models, models, name, &model, &problem) != VID_OK)
		fail_msg("%s", problem.text);
	return model;
}

static int open_all(void **state)
{
	static struct settings settings;
	static const char *const networks[] = { "minifasnet_v2_2.7",
						"minifasnet_v1se_4.0" };
	const struct model find = card("face_detection_yunet_2022mar"),
			   embed = card("frr0095");
	struct problem problem = { "" };

	(void)state;
	sight.engine = face_engine_models(&find, &embed, &problem);
	if (!sight.engine)
		fail_msg("%s", problem.text);
	for (size_t i = 0; i < 2; i++) {
		const struct model network = card(networks[i]);

		if (!face_engine_add_passive(sight.engine, &network, &problem))
			fail_msg("%s", problem.text);
		sight.networks++;
	}
	camera.dimension = face_engine_dimension(sight.engine);
	camera.passive_networks = sight.networks;
	snprintf(settings.models, sizeof(settings.models), "%s", models);
	snprintf(settings.liveness, sizeof(settings.liveness), "%s %s", networks[0],
		 networks[1]);
	if (liveness_rules_of(&settings, &embed, sight.networks, &rules, &problem) !=
	    VID_OK)
		fail_msg("%s", problem.text);
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	sight_close(&sight);
	return 0;
}

static bool read_portraits(const char *folder)
{
	for (int i = 0; i < PEOPLE; i++) {
		struct face_picture picture;
		char path[PATH_MAX + 32];

		snprintf(path, sizeof(path), "%s/person-%02d-3.jpg", folder, i + 1);
		picture = jpeg_picture(path);
		if (!picture.at || picture.width != RENDER_SIDE)
			return false;
		portraits[i] = picture.at;
	}
	return true;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_living_pass),
		cmocka_unit_test(a_print_that_is_held_still_is_refused_S8),
		cmocka_unit_test(a_print_that_is_turned_as_asked_is_refused_S8),
		cmocka_unit_test(a_print_that_is_bent_and_turned_is_refused_S8),
		cmocka_unit_test(a_print_with_holes_for_eyes_is_refused_S8),
		cmocka_unit_test(a_screen_is_refused_S8),
		cmocka_unit_test(a_film_of_other_turns_is_refused_S8),
		cmocka_unit_test(photographs_of_the_turned_head_are_refused_S8),
		cmocka_unit_test(a_swap_in_the_challenge_is_refused_S8),
		cmocka_unit_test(a_looped_still_is_refused_S13),
	};
	const char *src = getenv("VID_SRC"), *folder = getenv("VID_SHARED");
	char path[PATH_MAX], shared[PATH_MAX];
	int failed;

	if (argc > 1)
		count = living = (unsigned)atoi(argv[1]);
	if (argc > 2)
		living = (unsigned)atoi(argv[2]);
	if (argc > 3)
		cmocka_set_test_filter(argv[3]);
	snprintf(path, sizeof(path), "%s/tests/faces", src);
	snprintf(shared, sizeof(shared), "%s/models", folder ? folder : "");
#ifdef HAVE_OPENCV
	if (access(shared, R_OK) != 0) {
		puts("1..0 # SKIP no models");
		return 0;
	}
#else
	puts("1..0 # SKIP built without OpenCV");
	return 0;
#endif
	if (!read_portraits(path) || folder_make(models) != 0)
		return 1;
	snprintf(path, sizeof(path), "%s/conf/models", src);
	failed = copy_models(path, shared)
			 ? cmocka_run_group_tests_name("species", tests, open_all,
						       close_all)
			 : 1;
	folder_drop(models);
	return failed;
}
