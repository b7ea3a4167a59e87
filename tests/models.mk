# SPDX-License-Identifier: BSD-2-Clause
# `vid model`: the whole of vid, but with the vid-camera of the build tree, and a network
# that vid has never seen.
check_PROGRAMS += tests/models/make_network tests/models/vid_here
TESTS += tests/models/models.sh
EXTRA_DIST += tests/models/models.sh
tests_models_make_network_CPPFLAGS = $(AM_CPPFLAGS)
tests_models_vid_here_SOURCES = tests/models/sensor_here.c \
	tests/unit/sensor_paths.h tests/unit/sensor_paths.c
tests_models_vid_here_CPPFLAGS = $(AM_CPPFLAGS)
tests_models_vid_here_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=sensor_start
tests_models_vid_here_LDADD = $(vid_vid_OBJECTS) $(vid_vid_LDADD)
EXTRA_tests_models_vid_here_DEPENDENCIES = vid/vid$(EXEEXT)
