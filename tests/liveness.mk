# SPDX-License-Identifier: BSD-2-Clause
# Liveness: where a face looks, what is solid, and the judge of a whole sequence.
liveness_tests = tests/unit/test_solid
EXTRA_DIST += tests/unit/heads.h
if CMOCKA
check_PROGRAMS += $(liveness_tests)
TESTS += $(liveness_tests)
endif
tests_unit_test_solid_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_solid_LDADD = $(TEST_LIBS) -lm

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
tests_render_set_SOURCES = tests/render/set.c tests/render/species.h tests/render/species.c \
	tests/render/player.h tests/render/player.c tests/render/render.h tests/render/render.c
tests_render_set_CPPFLAGS = $(AM_CPPFLAGS) $(PNG_CFLAGS) $(JPEG_CFLAGS)
tests_render_set_CFLAGS = $(AM_CFLAGS) -O2
tests_render_set_LDADD = $(PNG_LIBS) $(JPEG_LIBS) -lm
