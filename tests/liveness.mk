# SPDX-License-Identifier: BSD-2-Clause
# Liveness: where a face looks, what is solid, and the judge of a whole sequence.
liveness_tests = tests/unit/test_solid tests/unit/test_judge tests/unit/test_scene \
	tests/unit/test_reports tests/unit/test_infrared
EXTRA_DIST += tests/unit/heads.h tests/vectors/frr0095-person-01-1.txt
if CMOCKA
check_PROGRAMS += $(liveness_tests)
TESTS += $(liveness_tests)
endif
tests_unit_test_solid_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_solid_LDADD = $(TEST_LIBS) -lm
tests_unit_test_judge_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_judge_LDADD = $(TEST_LIBS) -lm
tests_unit_test_scene_SOURCES = tests/unit/test_scene.c sensors/camera/scene.c
tests_unit_test_scene_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_scene_LDADD = $(TEST_LIBS) $(SODIUM_LIBS) -lm
tests_unit_test_infrared_SOURCES = tests/unit/test_infrared.c sensors/camera/lamp.c \
	sensors/sandbox.c
tests_unit_test_infrared_CPPFLAGS = $(TEST_CPPFLAGS) $(SECCOMP_CFLAGS)
tests_unit_test_infrared_LDADD = libvidsensors.la $(TEST_LIBS) $(SECCOMP_LIBS)
tests_unit_test_reports_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_reports_LDADD = libvidsensors.la $(TEST_LIBS)

# vidd asks for turns, in the world of its walk.
if CMOCKA
check_PROGRAMS += tests/vidd/test_liveness
TESTS += tests/vidd/test_liveness
endif
tests_vidd_test_liveness_SOURCES = tests/vidd/test_liveness.c $(walk_world)
tests_vidd_test_liveness_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_liveness_LDADD = $(walk_ldadd)

# Rendered presentations, and how the judge takes them.
check_PROGRAMS += tests/render/set
render_sources = tests/render/species.h tests/render/species.c \
	tests/render/player.h tests/render/player.c tests/render/render.h tests/render/render.c
tests_render_set_SOURCES = tests/render/set.c $(render_sources)
tests_render_set_CPPFLAGS = $(AM_CPPFLAGS) $(PNG_CFLAGS) $(JPEG_CFLAGS)
tests_render_set_CFLAGS = $(AM_CFLAGS) -O2
tests_render_set_LDADD = $(PNG_LIBS) $(JPEG_LIBS) -lm

# The same in one process, without a file: the engine, the sight and the judge.
if CMOCKA
check_PROGRAMS += tests/render/test_species
TESTS += tests/render/test_species
endif
tests_render_test_species_SOURCES = tests/render/test_species.c $(render_sources) \
	sensors/camera/sight.c sensors/camera/scene.c
tests_render_test_species_CPPFLAGS = $(TEST_CPPFLAGS) $(JPEG_CFLAGS)
tests_render_test_species_CFLAGS = $(AM_CFLAGS) -O2
tests_render_test_species_LDADD = libvidframes.la libvidsensors.la libface.la $(TEST_LIBS) \
	$(SODIUM_LIBS) $(JPEG_LIBS) -lm

# What covers a face, on pictures.
if CMOCKA
check_PROGRAMS += tests/unit/test_cover
TESTS += tests/unit/test_cover
endif
tests_unit_test_cover_CPPFLAGS = $(TEST_CPPFLAGS) $(JPEG_CFLAGS)
tests_unit_test_cover_LDADD = libvidframes.la libface.la $(TEST_LIBS) $(JPEG_LIBS) -lm

if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_report
tests_fuzz_fuzz_report_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_report_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_report_LDADD = libvidpreview.la libvidsensors.la $(SODIUM_LIBS) -lm
endif

TESTS += tests/face/pad.sh
EXTRA_DIST += tests/face/pad.sh
