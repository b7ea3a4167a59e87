# SPDX-License-Identifier: BSD-2-Clause
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
TEST_PICTURES_CPPFLAGS = $(TEST_CPPFLAGS) $(WEBP_CFLAGS) $(AVIF_CFLAGS) $(JPEG_CFLAGS) $(PNG_CFLAGS) $(QRENCODE_CFLAGS)
TEST_PICTURES_LIBS = $(WEBP_LIBS) $(AVIF_LIBS) $(JPEG_LIBS) $(PNG_LIBS) $(QRENCODE_LIBS) -lm
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

check_PROGRAMS += tests/unit/test_gates tests/unit/test_device tests/unit/test_sandbox \
	tests/unit/test_vid_camera tests/unit/test_vid_camera_frames
TESTS += tests/unit/test_gates tests/unit/test_device tests/unit/test_sandbox \
	tests/unit/test_vid_camera tests/unit/test_vid_camera_frames
tests_unit_test_gates_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_gates_LDADD = libvidframes.la $(CMOCKA_LIBS)
tests_unit_test_device_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_device_LDADD = libvidframes.la libvidsensors.la $(TEST_LIBS)
tests_unit_test_sandbox_SOURCES = tests/unit/test_sandbox.c sensors/sandbox.c
tests_unit_test_sandbox_CPPFLAGS = $(TEST_CPPFLAGS) $(SECCOMP_CFLAGS)
tests_unit_test_sandbox_LDADD = libvid.la $(CMOCKA_LIBS) $(SECCOMP_LIBS)
TEST_CAMERA = tests/unit/camera_here.h tests/unit/camera_here.c $(SENSOR_TEST_PATHS) \
	$(TEST_PICTURES)
tests_unit_test_vid_camera_SOURCES = tests/unit/test_vid_camera.c $(TEST_CAMERA)
tests_unit_test_vid_camera_CPPFLAGS = $(TEST_PICTURES_CPPFLAGS)
tests_unit_test_vid_camera_LDADD = libvidsensors.la $(TEST_LIBS) $(TEST_PICTURES_LIBS)
tests_unit_test_vid_camera_frames_SOURCES = tests/unit/test_vid_camera_frames.c \
	$(TEST_CAMERA)
tests_unit_test_vid_camera_frames_CPPFLAGS = $(TEST_PICTURES_CPPFLAGS)
tests_unit_test_vid_camera_frames_LDADD = libvidsensors.la $(TEST_LIBS) $(TEST_PICTURES_LIBS)
endif

if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_frame
tests_fuzz_fuzz_frame_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_frame_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_frame_LDADD = libvidframes.la
endif

# Security keys: what vid-fido says and is asked.
if CMOCKA
check_PROGRAMS += tests/unit/test_fido_reports
TESTS += tests/unit/test_fido_reports
tests_unit_test_fido_reports_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_fido_reports_LDADD = libvidsensors.la $(TEST_LIBS) $(SODIUM_LIBS)
endif
if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_fido_report
tests_fuzz_fuzz_fido_report_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_fido_report_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_fido_report_LDADD = libvidsensors.la $(SODIUM_LIBS)
endif
