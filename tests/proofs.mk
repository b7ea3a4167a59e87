# SPDX-License-Identifier: BSD-2-Clause
# The map and its index under kills, full disks, threads and other people's programs.
check_PROGRAMS += tests/nss/killed_at
tests_nss_killed_at_CPPFLAGS = $(AM_CPPFLAGS)
TESTS += tests/nss/killed.sh
EXTRA_DIST += tests/nss/killed.sh
TESTS += tests/nss/tsan.sh
EXTRA_DIST += tests/nss/tsan.sh
