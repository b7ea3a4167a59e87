# SPDX-License-Identifier: BSD-2-Clause
# libvidsensors: what vidd and vid use to start a sensor and to hear it.
noinst_LTLIBRARIES += libvidsensors.la

libvidsensors_la_SOURCES = \
	sensors/launch.h sensors/launch.c \
	sensors/protocol.h \
	sensors/camera/client.h sensors/camera/client.c
libvidsensors_la_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS)
libvidsensors_la_LIBADD = libvid.la -lm
