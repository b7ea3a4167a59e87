# SPDX-License-Identifier: BSD-2-Clause
# The map and its index, and nss_vid on a host of the test's own: its paths are fixed when
# it is built, so the tests build its sources again with paths of theirs, each in a folder
# of its own.
EXTRA_DIST += tests/nss/issuers.sh tests/nss/box.h tests/nss/nss_vid.h

nss_tests = tests/nss/test_index tests/nss/test_accounts tests/nss/test_nss \
	tests/nss/test_threads tests/nss/test_property tests/nss/test_walkup \
	tests/nss/test_fresh tests/nss/test_nscd tests/nss/test_migration \
	tests/nss/test_commit
if CMOCKA
check_PROGRAMS += $(nss_tests)
TESTS += $(nss_tests)
endif
check_PROGRAMS += tests/nss/enrol_unbound tests/nss/getpwnam_of
tests_nss_getpwnam_of_LDADD =
tests_nss_enrol_unbound_CPPFLAGS = $(TEST_CPPFLAGS)
tests_nss_enrol_unbound_LDADD = libvid.la $(SODIUM_LIBS)
TESTS += tests/nss/account.sh tests/nss/getent.sh
EXTRA_DIST += tests/nss/account.sh tests/nss/getent.sh

# The module itself, but for its paths, for glibc to load.
check_LTLIBRARIES += tests/nss/libnss_vidbox.la
tests_nss_libnss_vidbox_la_SOURCES = $(libnss_vid_la_SOURCES)
tests_nss_libnss_vidbox_la_CPPFLAGS = $(AM_CPPFLAGS) -DNSS_VID_INDEX='BOX "/accounts.cdb"' \
	-DNSS_VID_PASSWD='BOX "/passwd"' -DNSS_VID_GROUP='BOX "/group"' \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-getent"'
tests_nss_libnss_vidbox_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -rpath /nowhere \
	-Wl,-z,defs -Wl,--version-script=$(top_srcdir)/nss_vid/nss_vid.map

NSS_TEST_CPPFLAGS = $(TEST_CPPFLAGS) $(CDB_CFLAGS) -DSNAPSHOT_FRESH=0 -DNSS_VID_INDEX='BOX "/accounts.cdb"' \
	-DNSS_VID_PASSWD='BOX "/passwd"' -DNSS_VID_GROUP='BOX "/group"'

tests_nss_test_index_CPPFLAGS = $(NSS_TEST_CPPFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-index"'
tests_nss_test_index_LDADD = $(TEST_LIBS)

tests_nss_test_accounts_CPPFLAGS = $(NSS_TEST_CPPFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-accounts"'
tests_nss_test_accounts_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)

tests_nss_test_nss_SOURCES = tests/nss/test_nss.c $(nss_vid_sources)
tests_nss_test_nss_CPPFLAGS = $(NSS_TEST_CPPFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-nss"'
tests_nss_test_nss_LDADD = $(TEST_LIBS)

tests_nss_test_threads_SOURCES = tests/nss/test_threads.c $(nss_vid_sources)
tests_nss_test_threads_CPPFLAGS = $(NSS_TEST_CPPFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-threads"'
tests_nss_test_threads_LDADD = $(TEST_LIBS) -lpthread

tests_nss_test_property_SOURCES = tests/nss/test_property.c $(nss_vid_sources)
tests_nss_test_property_CPPFLAGS = $(NSS_TEST_CPPFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-property"'
tests_nss_test_property_LDADD = $(TEST_LIBS)

tests_nss_test_walkup_SOURCES = tests/nss/test_walkup.c $(nss_vid_sources)
tests_nss_test_walkup_CPPFLAGS = $(NSS_TEST_CPPFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-walkup"'
tests_nss_test_walkup_LDADD = $(TEST_LIBS)

# A state of format 3, as an earlier version left it.
tests_nss_test_migration_CPPFLAGS = $(NSS_TEST_CPPFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-migration"'
tests_nss_test_migration_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/nss/former/make.sh tests/nss/former/accounts tests/nss/former/accounts.cdb \
	tests/nss/former/accounts.cdb.ledger tests/nss/former/passwd tests/nss/former/group \
	tests/nss/former/shells

tests_nss_test_commit_CPPFLAGS = $(NSS_TEST_CPPFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-commit"'
tests_nss_test_commit_LDADD = $(TEST_LIBS)

# The module's own patience with what it saw; the others look each time.
tests_nss_test_fresh_SOURCES = tests/nss/test_fresh.c $(nss_vid_sources)
tests_nss_test_fresh_CPPFLAGS = $(NSS_TEST_CPPFLAGS) -USNAPSHOT_FRESH \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-fresh"'
tests_nss_test_fresh_LDADD = $(TEST_LIBS)

tests_nss_test_nscd_CPPFLAGS = $(TEST_CPPFLAGS)
tests_nss_test_nscd_LDADD = $(TEST_LIBS)

# Figures, not tests. For fewer: BENCH_USERS="10 10000", BENCH_SOURCES="vid db".
# BENCH_FORM=--markdown for a README.
EXTRA_PROGRAMS += tests/bench/bench_nss
tests_bench_bench_nss_LDADD =
CLEANFILES += tests/bench/bench_nss$(EXEEXT)
EXTRA_DIST += tests/bench/nss.sh tests/bench/nss_sources.sh \
	tests/bench/nss_table.awk tests/bench/stage.sh
EXTRA_PROGRAMS += tests/bench/bench_accounts
tests_bench_bench_accounts_CPPFLAGS = $(TEST_CPPFLAGS)
tests_bench_bench_accounts_LDADD = libvid.la $(SODIUM_LIBS)
CLEANFILES += tests/bench/bench_accounts$(EXEEXT)
# What a login's proof costs: flat from ten accounts to a million.
bench: bench-accounts
bench-accounts: tests/bench/bench_accounts$(EXEEXT)
	@folder=$$(mktemp -d) && chmod 755 "$$folder" && \
		tests/bench/bench_accounts$(EXEEXT) "$$folder" 10 1000 1000000; rm -r "$$folder"
.PHONY: bench-accounts

bench: bench-nss
bench-nss: tests/bench/bench_nss$(EXEEXT) tests/bench/bench_status$(EXEEXT) all
	@BENCH_SOURCES="$(BENCH_SOURCES)" bash $(srcdir)/tests/bench/nss.sh '$(abs_top_srcdir)' '$(abs_top_builddir)' \
		$(BENCH_FORM) $(BENCH_USERS)
.PHONY: bench-nss

if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_index
tests_fuzz_fuzz_index_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_index_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_index_LDADD = libvid.la
endif

clean-local: clean-boxes
clean-boxes:
	-rm -rf tests/nss/box-*
.PHONY: clean-boxes
