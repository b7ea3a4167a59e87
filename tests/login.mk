# SPDX-License-Identifier: BSD-2-Clause
# The login: frames, settings, counters, the module against a vidd that lies, and vidd's
# own walk against a camera that is none.
if CMOCKA
login_tests = \
	tests/unit/test_wire tests/unit/test_settings tests/unit/test_attempts \
	tests/unit/test_replay tests/unit/test_audit
check_PROGRAMS += $(login_tests)
TESTS += $(login_tests)
endif
tests_unit_test_wire_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_wire_LDADD = libvidwire.la $(CMOCKA_LIBS)
tests_unit_test_settings_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_settings_LDADD = $(TEST_LIBS)
tests_unit_test_attempts_SOURCES = tests/unit/test_attempts.c tests/unit/folder.h
tests_unit_test_attempts_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_attempts_LDADD = $(TEST_LIBS)
tests_unit_test_replay_SOURCES = tests/unit/test_replay.c tests/unit/folder.h
tests_unit_test_replay_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_replay_LDADD = $(TEST_LIBS)
tests_unit_test_audit_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_audit_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
