# SPDX-License-Identifier: BSD-2-Clause
# Trust that holds over time: replays cut short.
years_units = tests/unit/test_replay_faults
if CMOCKA
check_PROGRAMS += $(years_units)
TESTS += $(years_units)
endif
tests_unit_test_replay_faults_SOURCES = tests/unit/test_replay_faults.c tests/unit/folder.h \
	tests/root.h
tests_unit_test_replay_faults_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_replay_faults_LDADD = $(TEST_LIBS)
