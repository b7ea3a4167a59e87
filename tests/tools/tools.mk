# SPDX-License-Identifier: BSD-2-Clause
# Tests of the command line and of key files.
if CMOCKA
check_PROGRAMS += tests/unit/test_keyfile
TESTS += tests/unit/test_keyfile
endif
tests_unit_test_keyfile_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_keyfile_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
