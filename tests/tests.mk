# SPDX-License-Identifier: BSD-2-Clause
# Every test speaks TAP, so that a promise is counted, not a program. A test whose data are
# not there says "1..0 # SKIP why".
TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = bash
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	VID_SHARED='$(abs_top_srcdir)/../shared'; export VID_SHARED; \
	VID_SRC='$(abs_top_srcdir)'; export VID_SRC; \
	VID_BUILD='$(abs_top_builddir)'; export VID_BUILD;

TEST_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
TEST_LIBS = libvid.la $(CMOCKA_LIBS) $(JANSSON_LIBS)

include tests/core.mk
include tests/face.mk

include tests/login.mk

# The sensors: confined start, the checked client, pixels, pictures and QR codes.
SENSOR_TEST_PATHS = tests/unit/sensor_paths.h tests/unit/sensor_paths.c
if CMOCKA
check_PROGRAMS += tests/unit/fake_sensor tests/unit/test_launch tests/unit/test_camera_client
TESTS += tests/unit/test_launch tests/unit/test_camera_client
tests_unit_fake_sensor_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_fake_sensor_LDADD = libvidwire.la
tests_unit_test_launch_SOURCES = tests/unit/test_launch.c $(SENSOR_TEST_PATHS)
tests_unit_test_launch_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_launch_LDADD = libvidsensors.la $(TEST_LIBS)
tests_unit_test_camera_client_SOURCES = tests/unit/test_camera_client.c $(SENSOR_TEST_PATHS)
tests_unit_test_camera_client_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_camera_client_LDADD = libvidsensors.la $(TEST_LIBS)
TEST_PICTURES = tests/unit/pictures.h tests/unit/pictures.c
TEST_PICTURES_CPPFLAGS = $(TEST_CPPFLAGS) $(JPEG_CFLAGS) $(PNG_CFLAGS) $(QRENCODE_CFLAGS)
TEST_PICTURES_LIBS = $(JPEG_LIBS) $(PNG_LIBS) $(QRENCODE_LIBS) -lm
check_PROGRAMS += tests/unit/test_pixels tests/unit/test_picture tests/unit/test_qr
TESTS += tests/unit/test_pixels tests/unit/test_picture tests/unit/test_qr
tests_unit_test_pixels_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_pixels_LDADD = libvidframes.la $(CMOCKA_LIBS)
tests_unit_test_picture_SOURCES = tests/unit/test_picture.c $(TEST_PICTURES)
tests_unit_test_picture_CPPFLAGS = $(TEST_PICTURES_CPPFLAGS)
tests_unit_test_picture_LDADD = libvidframes.la $(CMOCKA_LIBS) $(TEST_PICTURES_LIBS)
tests_unit_test_qr_SOURCES = tests/unit/test_qr.c $(TEST_PICTURES)
tests_unit_test_qr_CPPFLAGS = $(TEST_PICTURES_CPPFLAGS)
tests_unit_test_qr_LDADD = libvidframes.la $(CMOCKA_LIBS) $(TEST_PICTURES_LIBS)
endif
# What is built, how the sources read, and the manual pages against the code.
TESTS += tests/lint.sh
EXTRA_DIST += tests/lib.sh tests/linkage.sh tests/lint.sh tests/manuals.sh \
	tests/packages tests/check tests/demo .ci/run \
	tests/walk/run tests/walk/namespace.sh tests/walk/answer.exp tests/walk/story.sh \
	tests/faces

include tests/tools/tools.mk
include tests/nss/nss.mk
