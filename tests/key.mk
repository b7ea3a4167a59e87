# SPDX-License-Identifier: BSD-2-Clause
# Logging in with a security key: vidd's walk with keys that are none, and the module with
# vidd, vid-fido and keys made of software.
key_walks = tests/vidd/test_key tests/vidd/test_key_proof \
	tests/vidd/test_key_visit tests/vidd/test_key_opens \
	tests/vidd/test_key_wiped
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
tests_vidd_test_key_opens_SOURCES = tests/vidd/test_key_opens.c tests/vidd/key_walks.h \
	$(walk_world)
tests_vidd_test_key_opens_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_key_opens_LDADD = $(walk_ldadd)
tests_vidd_test_key_wiped_SOURCES = tests/vidd/test_key_wiped.c tests/vidd/key_walks.h \
	tests/unit/memory_scan.h $(walk_world)
tests_vidd_test_key_wiped_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_key_wiped_LDADD = $(walk_ldadd)

# The module, vidd and vid-fido as they are, with a key made of software, in a namespace.
check_PROGRAMS += tests/key/client
TESTS += tests/key/pam.sh
EXTRA_DIST += tests/key/pam.sh tests/key/stage.sh
tests_key_client_LDADD = $(PAM_LIBS)
