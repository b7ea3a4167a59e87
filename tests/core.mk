# SPDX-License-Identifier: BSD-2-Clause
# The rules: tokens, presentations, and what they are made of.
EXTRA_DIST += tests/vectors/vid/profile.json tests/unit/vectors.h

check_PROGRAMS += tests/unit/test_profile
tests_unit_test_profile_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_profile_LDADD = $(TEST_LIBS)

check_PROGRAMS += tests/unit/test_printable
tests_unit_test_printable_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_printable_LDADD = $(TEST_LIBS)

check_PROGRAMS += tests/unit/test_cbor
tests_unit_test_cbor_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_cbor_LDADD = $(TEST_LIBS)

check_PROGRAMS += tests/unit/test_appendix_a
tests_unit_test_appendix_a_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_appendix_a_LDADD = $(TEST_LIBS)

check_PROGRAMS += tests/unit/test_cose
tests_unit_test_cose_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_cose_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)

check_PROGRAMS += tests/unit/test_token tests/unit/test_files tests/unit/test_output_folder
tests_unit_test_token_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_token_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_files_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_files_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_output_folder_SOURCES = tests/unit/test_output_folder.c tests/unit/folder.h
tests_unit_test_output_folder_CPPFLAGS = $(TEST_CPPFLAGS) $(CDB_CFLAGS)
tests_unit_test_output_folder_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)

if CMOCKA
TESTS += tests/unit/test_token tests/unit/test_files tests/unit/test_output_folder
TESTS += tests/unit/test_printable tests/unit/test_appendix_a tests/unit/test_cbor tests/unit/test_cose tests/unit/test_profile
endif

# Fuzz targets: clang, and a libvid that is built with -fsanitize=fuzzer-no-link.
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
EXTRA_DIST += tests/fuzz/fuzz.h tests/fuzz/seeds
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_token tests/fuzz/fuzz_presentation
tests_fuzz_fuzz_token_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_token_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_token_LDADD = libvid.la $(SODIUM_LIBS)
tests_fuzz_fuzz_presentation_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_presentation_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_presentation_LDADD = libvid.la $(SODIUM_LIBS)
endif
