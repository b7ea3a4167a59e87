# SPDX-License-Identifier: BSD-2-Clause
# PAM's phases behind authentication: what was granted, whether it still holds, sessions.
phases_tests = tests/unit/test_grant
if CMOCKA
check_PROGRAMS += $(phases_tests)
TESTS += $(phases_tests)
endif
tests_unit_test_grant_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_grant_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
