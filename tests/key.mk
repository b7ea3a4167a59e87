# SPDX-License-Identifier: BSD-2-Clause
# Logging in with a security key: vidd's walk with keys that are none, and the module with
# vidd, vid-fido and keys made of software.
key_walks = tests/vidd/test_key tests/vidd/test_key_proof \
	tests/vidd/test_key_visit
if CMOCKA
check_PROGRAMS += $(key_walks)
TESTS += $(key_walks)
endif
tests_vidd_test_key_SOURCES = tests/vidd/test_key.c tests/vidd/key_walks.h $(walk_world)
tests_vidd_test_key_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_key_LDADD = $(walk_ldadd)
tests_vidd_test_key_proof_SOURCES = tests/vidd/test_key_proof.c tests/vidd/key_walks.h \
	$(walk_world)
tests_vidd_test_key_proof_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_key_proof_LDADD = $(walk_ldadd)
tests_vidd_test_key_visit_SOURCES = tests/vidd/test_key_visit.c tests/vidd/key_walks.h \
	$(walk_world)
tests_vidd_test_key_visit_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_key_visit_LDADD = $(walk_ldadd)
