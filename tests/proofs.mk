# SPDX-License-Identifier: BSD-2-Clause
# The map and its index under kills, full disks, threads and other people's programs.
check_PROGRAMS += tests/nss/killed_at
tests_nss_killed_at_CPPFLAGS = $(AM_CPPFLAGS)
TESTS += tests/nss/killed.sh tests/nss/tsan.sh
EXTRA_DIST += tests/nss/killed.sh tests/nss/tsan.sh

nss_proofs = tests/nss/test_buffers tests/nss/test_quiet tests/nss/test_walkup_parallel
if CMOCKA
check_PROGRAMS += $(nss_proofs)
TESTS += $(nss_proofs)
endif

tests_nss_test_buffers_SOURCES = tests/nss/test_buffers.c $(nss_vid_sources)
tests_nss_test_buffers_CPPFLAGS = $(NSS_TEST_CPPFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-buffers"'
tests_nss_test_buffers_LDADD = $(TEST_LIBS)

tests_nss_test_quiet_SOURCES = tests/nss/test_quiet.c $(nss_vid_sources)
tests_nss_test_quiet_CPPFLAGS = $(NSS_TEST_CPPFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-quiet"'
tests_nss_test_quiet_LDADD = $(TEST_LIBS)

# The module with paths of another folder than getent.sh's, which runs at the same time.
check_LTLIBRARIES += tests/nss/libnss_vidwrap.la
tests_nss_libnss_vidwrap_la_SOURCES = $(libnss_vid_la_SOURCES)
tests_nss_libnss_vidwrap_la_CPPFLAGS = $(AM_CPPFLAGS) -DNSS_VID_INDEX='BOX "/accounts.cdb"' \
	-DNSS_VID_PASSWD='BOX "/passwd"' -DNSS_VID_GROUP='BOX "/group"' \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-wrapper"'
tests_nss_libnss_vidwrap_la_LDFLAGS = $(tests_nss_libnss_vidbox_la_LDFLAGS)
TESTS += tests/nss/wrapper.sh
EXTRA_DIST += tests/nss/wrapper.sh

check_PROGRAMS += tests/nss/first_login
tests_nss_first_login_CPPFLAGS = $(TEST_CPPFLAGS)
tests_nss_first_login_LDADD = libvid.la $(SODIUM_LIBS)
TESTS += tests/nss/walkup.sh
EXTRA_DIST += tests/nss/walkup.sh

tests_nss_test_walkup_parallel_CPPFLAGS = $(NSS_TEST_CPPFLAGS) \
	-DBOX='"$(abs_top_builddir)/tests/nss/box-parallel"'
tests_nss_test_walkup_parallel_LDADD = $(TEST_LIBS)

TESTS += tests/nss/explain.sh
EXTRA_DIST += tests/nss/explain.sh
