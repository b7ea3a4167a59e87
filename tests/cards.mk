# SPDX-License-Identifier: BSD-2-Clause
# Claim-169 cards: the rules, the published vectors, the tools. Our own cards are made on
# the spot by tests/cards/make.c, which compresses with Brotli too.
CARD_MAKER = tests/cards/make.h tests/cards/make.c
CARD_CPPFLAGS = $(TEST_CPPFLAGS) $(CRYPTO_CFLAGS) $(ZLIB_CFLAGS) $(BROTLIENC_CFLAGS)
CARD_LIBS = $(SODIUM_LIBS) $(CRYPTO_LIBS) $(ZLIB_LIBS) $(BROTLIENC_LIBS)

if BROTLIENC
check_PROGRAMS += tests/tools/make_card
if CMOCKA
card_tests = tests/unit/test_claim169 tests/unit/test_claim169_vectors tests/vidd/test_card \
	tests/tools/test_card_vectors
check_PROGRAMS += $(card_tests)
TESTS += $(card_tests)
endif
endif
tests_unit_test_claim169_SOURCES = tests/unit/test_claim169.c $(CARD_MAKER)
tests_unit_test_claim169_CPPFLAGS = $(CARD_CPPFLAGS)
tests_unit_test_claim169_LDADD = $(TEST_LIBS) $(CARD_LIBS)
tests_unit_test_claim169_vectors_SOURCES = tests/unit/test_claim169_vectors.c $(CARD_MAKER)
tests_unit_test_claim169_vectors_CPPFLAGS = $(CARD_CPPFLAGS)
tests_unit_test_claim169_vectors_LDADD = $(TEST_LIBS) $(CARD_LIBS)
tests_vidd_test_card_SOURCES = tests/vidd/test_card.c $(walk_world) $(CARD_MAKER)
tests_vidd_test_card_CPPFLAGS = $(CARD_CPPFLAGS) $(SYSTEMD_CFLAGS)
tests_vidd_test_card_LDADD = $(walk_ldadd) $(CARD_LIBS)
tests_tools_test_card_vectors_SOURCES = tests/tools/test_card_vectors.c $(CARD_MAKER)
tests_tools_test_card_vectors_CPPFLAGS = $(CARD_CPPFLAGS)
tests_tools_test_card_vectors_LDADD = $(TEST_LIBS) $(CARD_LIBS)
tests_tools_make_card_SOURCES = tests/tools/make_card.c $(CARD_MAKER)
tests_tools_make_card_CPPFLAGS = $(CARD_CPPFLAGS)
tests_tools_make_card_LDADD = libvid.la $(CARD_LIBS)
TESTS += tests/tools/cards.sh
EXTRA_DIST += tests/tools/cards.sh

if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_card
tests_fuzz_fuzz_card_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_card_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_card_LDADD = libvid.la $(SODIUM_LIBS)
endif
