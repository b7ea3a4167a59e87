# SPDX-License-Identifier: BSD-2-Clause
# The real vid-fido, with software keys in its sockets.
FIDO_PLAY = tests/fido/play.h tests/fido/play.c $(SOFTKEY_HERE) $(SENSOR_TEST_PATHS)
if CMOCKA
fido_tests = tests/fido/test_vid_fido tests/fido/test_hostile tests/fido/test_corners \
	tests/fido/test_watch
check_PROGRAMS += $(fido_tests)
TESTS += $(fido_tests)
endif
tests_fido_test_vid_fido_SOURCES = tests/fido/test_vid_fido.c $(FIDO_PLAY)
tests_fido_test_vid_fido_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fido_test_vid_fido_LDADD = libvidsensors.la $(TEST_LIBS) $(SODIUM_LIBS)
tests_fido_test_hostile_SOURCES = tests/fido/test_hostile.c $(FIDO_PLAY)
tests_fido_test_hostile_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fido_test_hostile_LDADD = libvidsensors.la $(TEST_LIBS)
tests_fido_test_watch_SOURCES = tests/fido/test_watch.c sensors/fido/watch.h \
	sensors/fido/watch.c sensors/sandbox.h sensors/sandbox.c
tests_fido_test_watch_CPPFLAGS = $(TEST_CPPFLAGS) $(SECCOMP_CFLAGS) $(UDEV_CFLAGS)
tests_fido_test_watch_LDADD = libvid.la $(CMOCKA_LIBS) $(SECCOMP_LIBS) $(UDEV_LIBS)
tests_fido_test_corners_SOURCES = tests/fido/test_corners.c $(FIDO_PLAY)
tests_fido_test_corners_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fido_test_corners_LDADD = libvidsensors.la $(TEST_LIBS)
