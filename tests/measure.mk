# SPDX-License-Identifier: BSD-2-Clause
# What the face engine is measured with: statistics, samples, calibration, pages.
if CMOCKA
measure_tests = tests/unit/test_stats tests/unit/test_people tests/unit/test_evaluation \
	tests/unit/test_calibration tests/unit/test_page
check_PROGRAMS += $(measure_tests)
TESTS += $(measure_tests)
endif
MEASURE_STATS = vid/stats.h vid/stats.c vid/scores.c
MEASURE_SAMPLE = tests/unit/sample.h tests/unit/sample.c vid/people.h vid/people.c \
	vid/survey.h vid/survey.c vid/evaluation.h vid/evaluation.c vid/matching.c \
	$(MEASURE_STATS) vid/cli.h vid/cli.c
MEASURE_LIBS = libvidsensors.la $(TEST_LIBS) $(SODIUM_LIBS) -lm
tests_unit_test_stats_SOURCES = tests/unit/test_stats.c $(MEASURE_STATS)
tests_unit_test_stats_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_stats_LDADD = $(CMOCKA_LIBS) -lm
tests_unit_test_people_SOURCES = tests/unit/test_people.c tests/unit/folder.h \
	vid/people.h vid/people.c vid/cli.h vid/cli.c
tests_unit_test_people_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_people_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_evaluation_SOURCES = tests/unit/test_evaluation.c $(MEASURE_SAMPLE) \
	vid/evaluate.h vid/evaluate_json.c
tests_unit_test_evaluation_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_evaluation_LDADD = $(MEASURE_LIBS)
tests_unit_test_calibration_SOURCES = tests/unit/test_calibration.c $(MEASURE_SAMPLE) \
	vid/calibration.h vid/calibration.c vid/calibration_text.c
tests_unit_test_calibration_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_calibration_LDADD = $(MEASURE_LIBS)
tests_unit_test_page_SOURCES = tests/unit/test_page.c tests/unit/folder.h \
	vid/page.h vid/page.c vid/cli.h vid/cli.c vid/output.c
tests_unit_test_page_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_page_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)

# The commands, with vid-camera, over drawn people and over photographs.
check_PROGRAMS += tests/face/draw_people
tests_face_draw_people_LDADD = -lm
TESTS += tests/face/evaluate.sh
EXTRA_DIST += tests/face/inside.sh tests/face/evaluate.sh
