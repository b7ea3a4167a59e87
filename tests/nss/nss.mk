# SPDX-License-Identifier: BSD-2-Clause
# The map and its index, and nss_vid on a host of the test's own: its paths are fixed when
# it is built, so the tests build its sources again with paths of theirs.
EXTRA_DIST += tests/nss/box.h

if CMOCKA
check_PROGRAMS += tests/nss/test_accounts
TESTS += tests/nss/test_accounts
endif
tests_nss_test_accounts_CPPFLAGS = $(TEST_CPPFLAGS) $(CDB_CFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-accounts"'
tests_nss_test_accounts_LDADD = $(TEST_LIBS)

clean-local: clean-boxes
clean-boxes:
	-rm -rf tests/nss/box-*
.PHONY: clean-boxes
