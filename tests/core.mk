# SPDX-License-Identifier: BSD-2-Clause
# The rules: tokens, presentations, and what they are made of.
EXTRA_DIST += tests/vectors/vid/profile.json tests/unit/vectors.h

check_PROGRAMS += tests/unit/test_profile
tests_unit_test_profile_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_profile_LDADD = $(TEST_LIBS)

if CMOCKA
TESTS += tests/unit/test_profile
endif
