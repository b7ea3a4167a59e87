# SPDX-License-Identifier: BSD-2-Clause
# Status lists: judged, kept, made, fetched.
EXTRA_DIST += tests/unit/lists.h
status_tests = tests/unit/test_status tests/unit/test_status_vectors \
	tests/unit/test_statuses tests/unit/test_register
if CMOCKA
check_PROGRAMS += $(status_tests)
TESTS += $(status_tests)
endif
tests_unit_test_status_CPPFLAGS = $(TEST_CPPFLAGS) $(ZLIB_CFLAGS)
tests_unit_test_status_LDADD = $(TEST_LIBS) $(SODIUM_LIBS) $(ZLIB_LIBS)
tests_unit_test_status_vectors_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_status_vectors_LDADD = $(TEST_LIBS)
tests_unit_test_statuses_CPPFLAGS = $(TEST_CPPFLAGS) $(ZLIB_CFLAGS)
tests_unit_test_statuses_LDADD = $(TEST_LIBS) $(SODIUM_LIBS) $(ZLIB_LIBS)
tests_unit_test_register_CPPFLAGS = $(TEST_CPPFLAGS) $(ZLIB_CFLAGS)
tests_unit_test_register_LDADD = $(TEST_LIBS) $(SODIUM_LIBS) $(ZLIB_LIBS)

# The circle: issuer, web server, host.
EXTRA_DIST += tests/tools/status.sh
check_PROGRAMS += tests/tools/https_server
TESTS += tests/tools/status.sh
tests_tools_https_server_CPPFLAGS = $(AM_CPPFLAGS) $(SSL_CFLAGS) $(CRYPTO_CFLAGS)
tests_tools_https_server_LDADD = $(SSL_LIBS) $(CRYPTO_LIBS)
