# SPDX-License-Identifier: BSD-2-Clause
# libvidsensors: what vidd and vid use to start a sensor and to hear it, and to find
# cameras.
noinst_LTLIBRARIES += libvidsensors.la

libvidsensors_la_SOURCES = \
	sensors/launch.h sensors/launch.c \
	sensors/protocol.h \
	sensors/camera/client.h sensors/camera/client.c \
	sensors/camera/device.h sensors/camera/device.c
libvidsensors_la_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(UDEV_CFLAGS)
libvidsensors_la_LIBADD = libvid.la $(UDEV_LIBS) -lm

# libvidframes: bytes of a camera or a picture file to pixels, QR codes in pixels. Linked
# by vid-camera and by tests alone: these parsers run nowhere but in the confined helper.
noinst_LTLIBRARIES += libvidframes.la

libvidframes_la_SOURCES = \
	sensors/camera/pixels.h sensors/camera/pixels.c \
	sensors/camera/picture.h sensors/camera/picture.c \
	sensors/camera/qr.h sensors/camera/qr.c \
	sensors/camera/gates.h sensors/camera/gates.c \
	sensors/camera/source.h sensors/camera/source.c \
	sensors/camera/v4l2.h sensors/camera/v4l2.c
libvidframes_la_CPPFLAGS = $(AM_CPPFLAGS) $(JPEG_CFLAGS) $(PNG_CFLAGS) $(ZBAR_CFLAGS)
libvidframes_la_LIBADD = $(JPEG_LIBS) $(PNG_LIBS) $(ZBAR_LIBS)
