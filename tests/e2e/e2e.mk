# SPDX-License-Identifier: BSD-2-Clause
# Whole machines under emulation: tests/check runs tests/e2e/devices/run; tests/e2e/systemd/run
# is run by hand.
EXTRA_PROGRAMS += tests/e2e/feed
tests_e2e_feed_SOURCES = tests/e2e/feed.c
tests_e2e_feed_CPPFLAGS = $(TEST_CPPFLAGS)
tests_e2e_feed_LDADD = libvidframes.la libvid.la
CLEANFILES += tests/e2e/feed
EXTRA_DIST += tests/e2e/build tests/e2e/machine.sh tests/e2e/packages tests/e2e/vid-packages \
	tests/e2e/systemd/run tests/e2e/systemd/guest tests/e2e/systemd/guest-packages \
	tests/e2e/devices/run tests/e2e/devices/guest tests/e2e/devices/guest-packages \
	tests/e2e/devices/setup.sh tests/e2e/devices/stage.sh tests/e2e/devices/cases.sh
