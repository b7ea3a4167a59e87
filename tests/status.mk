# SPDX-License-Identifier: BSD-2-Clause
# Status lists: judged, kept, made, fetched.
EXTRA_DIST += tests/unit/lists.h
status_tests = tests/unit/test_status tests/unit/test_status_vectors \
	tests/unit/test_statuses tests/unit/test_register tests/unit/test_fetch
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
tests_unit_test_fetch_SOURCES = tests/unit/test_fetch.c vid/fetch.h vid/fetch.c
tests_unit_test_fetch_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_fetch_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_register_CPPFLAGS = $(TEST_CPPFLAGS) $(ZLIB_CFLAGS)
tests_unit_test_register_LDADD = $(TEST_LIBS) $(SODIUM_LIBS) $(ZLIB_LIBS)

# The circle: issuer, web server, host.
EXTRA_DIST += tests/tools/status.sh
check_PROGRAMS += tests/tools/https_server
TESTS += tests/tools/status.sh
tests_tools_https_server_CPPFLAGS = $(AM_CPPFLAGS) $(SSL_CFLAGS) $(CRYPTO_CFLAGS)
tests_tools_https_server_LDADD = $(SSL_LIBS) $(CRYPTO_LIBS)

# vidd's step 18, in the world of its walk.
if CMOCKA
check_PROGRAMS += tests/vidd/test_status
TESTS += tests/vidd/test_status
endif
tests_vidd_test_status_SOURCES = tests/vidd/test_status.c $(walk_world)
tests_vidd_test_status_CPPFLAGS = $(walk_cppflags) $(ZLIB_CFLAGS)
tests_vidd_test_status_LDADD = $(walk_ldadd) $(ZLIB_LIBS)

if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_status
tests_fuzz_fuzz_status_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_status_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_status_LDADD = libvid.la $(SODIUM_LIBS)
endif

# Figures, not tests. BENCH_ENTRIES chooses: 1000000 10000000 100000000 without it.
EXTRA_PROGRAMS += tests/bench/bench_status
tests_bench_bench_status_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS)
tests_bench_bench_status_LDADD = libvid.la $(SODIUM_LIBS)
CLEANFILES += tests/bench/bench_status$(EXEEXT)
EXTRA_DIST += tests/bench/status.sh
bench: bench-status
bench-status: tests/bench/bench_status$(EXEEXT) tests/tools/https_server$(EXEEXT) vid/vid$(EXEEXT)
	@VID_SRC='$(abs_top_srcdir)' VID_BUILD='$(abs_top_builddir)' \
		bash $(top_srcdir)/tests/bench/status.sh $(BENCH_ENTRIES)
.PHONY: bench-status
