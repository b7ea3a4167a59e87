# SPDX-License-Identifier: BSD-2-Clause
# Security keys, as the rules see them: proofs, counters, what a key carries, what a
# terminal keeps for it, and its holder's file.
keys_units = tests/unit/test_assertion tests/unit/test_assertion_hash \
	tests/unit/test_assertion_vectors tests/unit/test_der \
	tests/unit/test_counters tests/unit/test_key_blob tests/unit/test_secrets \
	tests/unit/test_tokens tests/unit/test_holder
if CMOCKA
check_PROGRAMS += $(keys_units)
TESTS += $(keys_units)
endif
KEY_HOLDER = tests/unit/key_holder.h tests/unit/key_holder.c
tests_unit_test_assertion_SOURCES = tests/unit/test_assertion.c $(KEY_HOLDER)
tests_unit_test_assertion_CPPFLAGS = $(TEST_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_assertion_LDADD = $(TEST_LIBS) $(SODIUM_LIBS) $(CRYPTO_LIBS)
tests_unit_test_assertion_hash_SOURCES = tests/unit/test_assertion_hash.c $(KEY_HOLDER)
tests_unit_test_assertion_hash_CPPFLAGS = $(TEST_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_assertion_hash_LDADD = $(TEST_LIBS) $(SODIUM_LIBS) $(CRYPTO_LIBS)
tests_unit_test_assertion_vectors_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_assertion_vectors_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_der_CPPFLAGS = $(TEST_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_der_LDADD = $(TEST_LIBS) $(SODIUM_LIBS) $(CRYPTO_LIBS)
tests_unit_test_counters_SOURCES = tests/unit/test_counters.c tests/unit/folder.h \
	tests/unit/cut_short.h
tests_unit_test_counters_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_counters_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_key_blob_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_key_blob_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_secrets_SOURCES = tests/unit/test_secrets.c tests/unit/folder.h
tests_unit_test_secrets_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_secrets_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_tokens_SOURCES = tests/unit/test_tokens.c tests/unit/folder.h
tests_unit_test_tokens_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_tokens_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_holder_SOURCES = tests/unit/test_holder.c tests/unit/folder.h \
	vid/holder.h vid/holder.c vid/cli.h vid/cli.c
tests_unit_test_holder_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_holder_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)

# The command line: an issuer's RP ID, and tokens that are bound to a key.
TESTS += tests/tools/rp_id.sh
EXTRA_DIST += tests/tools/rp_id.sh

if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_assertion
tests_fuzz_fuzz_assertion_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_assertion_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_assertion_LDADD = libvid.la $(SODIUM_LIBS)
endif
