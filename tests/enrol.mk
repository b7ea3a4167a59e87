# SPDX-License-Identifier: BSD-2-Clause
# Enrolling a face: the guide, labels, eyes, films, and the commands with vid-camera itself.
if CMOCKA
check_PROGRAMS += tests/unit/test_guide tests/unit/test_labels tests/unit/test_eyes \
	tests/unit/test_video tests/unit/test_preview tests/unit/test_presence
TESTS += tests/unit/test_guide tests/unit/test_labels tests/unit/test_eyes \
	tests/unit/test_video tests/unit/test_preview tests/unit/test_presence
tests_unit_test_guide_SOURCES = tests/unit/test_guide.c tests/unit/heads.h \
	vid/guide.c vid/references.c
tests_unit_test_guide_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_guide_LDADD = libvidsensors.la $(TEST_LIBS) $(SODIUM_LIBS) -lm
tests_unit_test_labels_SOURCES = tests/unit/test_labels.c vid/labels.c
tests_unit_test_labels_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_labels_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)
tests_unit_test_eyes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_eyes_LDADD = libvidframes.la $(CMOCKA_LIBS) -lm
tests_unit_test_video_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_video_LDADD = libvidframes.la $(CMOCKA_LIBS)
tests_unit_test_presence_SOURCES = tests/unit/test_presence.c tests/unit/heads.h \
	vid/presence.c
tests_unit_test_presence_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_presence_LDADD = $(TEST_LIBS) -lm
tests_unit_test_preview_SOURCES = tests/unit/test_preview.c sensors/camera/preview.c
tests_unit_test_preview_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_preview_LDADD = libvidpreview.la $(TEST_LIBS) $(SODIUM_LIBS)
endif

check_PROGRAMS += tests/face/film
tests_face_film_SOURCES = tests/face/film.c tests/render/render.h tests/render/render.c
tests_face_film_CPPFLAGS = $(AM_CPPFLAGS)
tests_face_film_LDADD = libvidframes.la libvid.la -lm
TESTS += tests/face/enrol.sh tests/face/stored.sh
EXTRA_DIST += tests/face/enrol.sh tests/face/stored.sh

if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_video
tests_fuzz_fuzz_video_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_video_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_video_LDADD = libvidframes.la
endif
