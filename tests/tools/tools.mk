# SPDX-License-Identifier: BSD-2-Clause
# Tests of the command line and of key files.
tools_shell_tests = tests/tools/chain.sh tests/tools/errors.sh tests/tools/terminal.sh tests/tools/help.sh \
	tests/tools/nobody.sh tests/tools/translation.sh tests/tools/killed_writes.sh
EXTRA_DIST += $(tools_shell_tests) tests/tools/common.sh

if CMOCKA
check_PROGRAMS += tests/unit/test_keyfile tests/unit/test_output tests/tools/test_passphrase
TESTS += tests/unit/test_keyfile tests/unit/test_output tests/tools/test_passphrase
endif
tests_unit_test_keyfile_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_keyfile_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_output_SOURCES = tests/unit/test_output.c tests/unit/folder.h \
	vid/cli.h vid/cli.c vid/output.c
tests_unit_test_output_CPPFLAGS = $(TEST_CPPFLAGS) $(SODIUM_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_test_output_LDADD = $(TEST_LIBS) $(SODIUM_LIBS) $(JANSSON_LIBS)
tests_tools_test_passphrase_CPPFLAGS = $(TEST_CPPFLAGS)
tests_tools_test_passphrase_LDADD = $(CMOCKA_LIBS) -lutil

check_PROGRAMS += tests/tools/test_verify_vectors tests/tools/qr_read
TESTS += tests/tools/test_verify_vectors $(tools_shell_tests)
tests_tools_test_verify_vectors_CPPFLAGS = $(TEST_CPPFLAGS)
tests_tools_test_verify_vectors_LDADD = libvid.la $(JANSSON_LIBS)
tests_tools_qr_read_CPPFLAGS = $(AM_CPPFLAGS) $(PNG_CFLAGS) $(ZBAR_CFLAGS)
tests_tools_qr_read_LDADD = $(PNG_LIBS) $(ZBAR_LIBS)

# Figures, not tests: nothing of these is asserted.
EXTRA_PROGRAMS += tests/bench/bench_token
tests_bench_bench_token_SOURCES = tests/bench/bench_token.c \
	tests/unit/key_holder.h tests/unit/key_holder.c
tests_bench_bench_token_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(CRYPTO_CFLAGS)
tests_bench_bench_token_LDADD = libvid.la $(SODIUM_LIBS) $(CRYPTO_LIBS)
CLEANFILES += tests/bench/bench_token$(EXEEXT)
bench: bench-token
bench-token: tests/bench/bench_token$(EXEEXT)
	@tests/bench/bench_token$(EXEEXT)
.PHONY: bench bench-token
