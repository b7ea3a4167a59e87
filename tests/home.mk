# SPDX-License-Identifier: BSD-2-Clause
# Sessions, and the homes that go with the last; what systemd is told of the accounts.
home_tests = tests/vidd/test_home tests/vidd/test_sessions tests/unit/test_userdb
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
tests_unit_test_userdb_SOURCES = tests/unit/test_userdb.c tests/nss/box.h tests/unit/cut_short.h
tests_unit_test_userdb_CPPFLAGS = $(TEST_CPPFLAGS) $(CDB_CFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-userdb"'
tests_unit_test_userdb_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
TESTS += tests/nss/userdb.sh
EXTRA_DIST += tests/nss/userdb.sh
