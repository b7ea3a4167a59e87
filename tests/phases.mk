# SPDX-License-Identifier: BSD-2-Clause
# PAM's phases behind authentication: what was granted, whether it still holds, sessions.
phases_tests = tests/unit/test_grant
if CMOCKA
check_PROGRAMS += $(phases_tests)
TESTS += $(phases_tests)
endif
tests_unit_test_grant_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_grant_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)

# vidd's later phases, in the world of its walk.
EXTRA_DIST += tests/vidd/status_list.h
if CMOCKA
check_PROGRAMS += tests/vidd/test_still tests/vidd/test_newcomer
TESTS += tests/vidd/test_still tests/vidd/test_newcomer
endif
tests_vidd_test_newcomer_SOURCES = tests/vidd/test_newcomer.c $(walk_world)
tests_vidd_test_newcomer_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_newcomer_LDADD = $(walk_ldadd)
tests_vidd_test_still_SOURCES = tests/vidd/test_still.c $(walk_world)
tests_vidd_test_still_CPPFLAGS = $(walk_cppflags) $(ZLIB_CFLAGS)
tests_vidd_test_still_LDADD = $(walk_ldadd) $(ZLIB_LIBS)

# The module in those phases, against a vidd that lies.
if CMOCKA
check_PROGRAMS += tests/pam/test_phases
TESTS += tests/pam/test_phases
endif
tests_pam_test_phases_SOURCES = tests/pam/test_phases.c $(test_pam_app)
tests_pam_test_phases_CPPFLAGS = $(test_pam_cppflags)
tests_pam_test_phases_LDADD = $(test_pam_ldadd)
tests_pam_test_phases_DEPENDENCIES = $(test_pam_needs)

# All of it through libpam, with the module and vidd as they are.
TESTS += tests/key/phases.sh
EXTRA_DIST += tests/key/phases.sh

# The session phases, with a home to be wiped.
if CMOCKA
check_PROGRAMS += tests/vidd/test_session
TESTS += tests/vidd/test_session
endif
tests_vidd_test_session_SOURCES = tests/vidd/test_session.c $(walk_world)
tests_vidd_test_session_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_session_LDADD = $(walk_ldadd)

# Homes that a crash has left.
if CMOCKA
check_PROGRAMS += tests/vidd/test_sweep
TESTS += tests/vidd/test_sweep
endif
tests_vidd_test_sweep_SOURCES = tests/vidd/test_sweep.c $(walk_world)
tests_vidd_test_sweep_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_sweep_LDADD = $(walk_ldadd)
