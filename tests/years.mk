# SPDX-License-Identifier: BSD-2-Clause
# Trust that holds over time: reach, keys that end, clocks, nonces, replays cut short.
years_units = tests/unit/test_issuers tests/unit/test_clock tests/unit/test_nonce \
	tests/unit/test_replay_faults tests/unit/test_anchor
years_shell_tests = tests/tools/rotate.sh tests/tools/trust.sh tests/tools/clock.sh tests/tools/anchor.sh tests/tools/follow.sh
if CMOCKA
check_PROGRAMS += $(years_units) tests/vidd/test_years
TESTS += $(years_units) tests/vidd/test_years
endif
TESTS += $(years_shell_tests)
EXTRA_DIST += $(years_shell_tests) tests/fuzz/long
check_PROGRAMS += tests/tools/nonce_code
tests_tools_nonce_code_CPPFLAGS = $(AM_CPPFLAGS)
tests_tools_nonce_code_LDADD = libvid.la
tests_unit_test_issuers_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_issuers_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_clock_SOURCES = tests/unit/test_clock.c tests/unit/folder.h
tests_unit_test_clock_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_clock_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_nonce_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_nonce_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_replay_faults_SOURCES = tests/unit/test_replay_faults.c tests/unit/folder.h \
	tests/root.h tests/unit/cut_short.h
tests_unit_test_replay_faults_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_replay_faults_LDADD = $(TEST_LIBS)
tests_unit_test_anchor_SOURCES = tests/unit/test_anchor.c tests/unit/folder.h \
	tests/unit/cut_short.h
tests_unit_test_anchor_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_anchor_LDADD = $(TEST_LIBS)
tests_vidd_test_years_SOURCES = tests/vidd/test_years.c $(walk_world)
tests_vidd_test_years_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_years_LDADD = $(walk_ldadd)

if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_issuers
tests_fuzz_fuzz_issuers_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_issuers_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_issuers_LDADD = libvid.la $(SODIUM_LIBS)
endif
