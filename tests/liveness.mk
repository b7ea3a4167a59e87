# SPDX-License-Identifier: BSD-2-Clause
# Liveness: where a face looks, what is solid, and the judge of a whole sequence.
liveness_tests = tests/unit/test_solid
EXTRA_DIST += tests/unit/heads.h
if CMOCKA
check_PROGRAMS += $(liveness_tests)
TESTS += $(liveness_tests)
endif
tests_unit_test_solid_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_solid_LDADD = $(TEST_LIBS) -lm
