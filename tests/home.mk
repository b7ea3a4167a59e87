# SPDX-License-Identifier: BSD-2-Clause
# Sessions, and the homes that go with the last.
home_tests = tests/vidd/test_home tests/vidd/test_sessions
if CMOCKA
check_PROGRAMS += $(home_tests)
TESTS += $(home_tests)
endif
tests_vidd_test_home_SOURCES = tests/vidd/test_home.c tests/unit/folder.h tests/unit/cut_short.h
tests_vidd_test_home_CPPFLAGS = $(TEST_CPPFLAGS)
tests_vidd_test_home_LDADD = libvidlogin.la $(TEST_LIBS) $(SODIUM_LIBS)
tests_vidd_test_sessions_SOURCES = tests/vidd/test_sessions.c tests/unit/folder.h
tests_vidd_test_sessions_CPPFLAGS = $(TEST_CPPFLAGS)
tests_vidd_test_sessions_LDADD = libvidlogin.la $(TEST_LIBS)
