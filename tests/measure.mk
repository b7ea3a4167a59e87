# SPDX-License-Identifier: BSD-2-Clause
# What the face engine is measured with: statistics, samples, calibration, pages.
if CMOCKA
measure_tests = tests/unit/test_stats tests/unit/test_page
check_PROGRAMS += $(measure_tests)
TESTS += $(measure_tests)
endif
MEASURE_STATS = vid/stats.h vid/stats.c vid/scores.c
tests_unit_test_stats_SOURCES = tests/unit/test_stats.c $(MEASURE_STATS)
tests_unit_test_stats_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_stats_LDADD = $(CMOCKA_LIBS) -lm
tests_unit_test_page_SOURCES = tests/unit/test_page.c tests/unit/folder.h \
	vid/page.h vid/page.c vid/cli.h vid/cli.c vid/output.c
tests_unit_test_page_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_page_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
