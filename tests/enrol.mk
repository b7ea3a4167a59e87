# SPDX-License-Identifier: BSD-2-Clause
# Enrolling a face: the guide, labels, films, and the commands with vid-camera itself.
check_PROGRAMS += tests/face/film
tests_face_film_SOURCES = tests/face/film.c tests/render/render.h tests/render/render.c
tests_face_film_CPPFLAGS = $(AM_CPPFLAGS)
tests_face_film_LDADD = libvidframes.la libvid.la -lm
TESTS += tests/face/enrol.sh
EXTRA_DIST += tests/face/enrol.sh
