# SPDX-License-Identifier: BSD-2-Clause
# libvidsensors: what vidd and vid use to start a sensor and to hear it, and to find
# cameras.
noinst_LTLIBRARIES += libvidsensors.la

libvidsensors_la_SOURCES = \
	sensors/launch.h sensors/launch.c \
	sensors/protocol.h \
	sensors/camera/client.h sensors/camera/client.c \
	sensors/camera/reports.h sensors/camera/reports.c \
	sensors/camera/evidence.h sensors/camera/evidence.c \
	sensors/camera/device.h sensors/camera/device.c \
	sensors/camera/infrared.h sensors/camera/infrared.c sensors/camera/emitter.c
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
	sensors/camera/face_axes.h sensors/camera/face_axes.c \
	sensors/camera/cover.h sensors/camera/cover.c \
	sensors/camera/source.h sensors/camera/source.c \
	sensors/camera/v4l2.h sensors/camera/v4l2.c
libvidframes_la_CPPFLAGS = $(AM_CPPFLAGS) $(WEBP_CFLAGS) $(AVIF_CFLAGS) $(JPEG_CFLAGS) $(PNG_CFLAGS) $(ZBAR_CFLAGS)
libvidframes_la_LIBADD = libvid.la $(WEBP_LIBS) $(AVIF_LIBS) $(JPEG_LIBS) $(PNG_LIBS) $(ZBAR_LIBS)

# The face engine, for vid-camera: link libface.la and, behind it, libvid.la.
noinst_LTLIBRARIES += libface.la
libface_la_SOURCES = \
	sensors/camera/face.h sensors/camera/face.c sensors/camera/engine.h \
	sensors/camera/basic.c \
	sensors/camera/align.h sensors/camera/align.c \
	sensors/camera/yunet.h sensors/camera/yunet.c
libface_la_LIBADD = -lm
# C's link command: with C++'s, libtool would forget libstdc++ for whoever links us.
libface_la_LINK = $(LINK)
if OPENCV
libface_la_SOURCES += sensors/camera/engine.cpp
libface_la_CPPFLAGS = $(AM_CPPFLAGS) $(OPENCV_CFLAGS)
libface_la_LIBADD += $(OPENCV_LIBS) -lstdc++
else
libface_la_CPPFLAGS = $(AM_CPPFLAGS)
endif

vidlibexec_PROGRAMS += vid-camera

vid_camera_SOURCES = \
	sensors/camera/main.c \
	sensors/sandbox.h sensors/sandbox.c \
	sensors/camera/sight.h sensors/camera/sight.c \
	sensors/camera/scene.h sensors/camera/scene.c \
	sensors/camera/models.h sensors/camera/models.c
if TEST_SOURCES
vid_camera_SOURCES += sensors/camera/source_test.c \
	tests/render/render.h tests/render/render.c \
	tests/render/player.h tests/render/player.c
endif
vid_camera_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS) $(SODIUM_CFLAGS)
vid_camera_LDADD = libvidframes.la libvidsensors.la libface.la libvid.la $(SECCOMP_LIBS) $(SODIUM_LIBS) -lm
# Pictures that the engine is measured by.
libvidframes_la_SOURCES += sensors/camera/study.h sensors/camera/study.c
# What enrolment needs besides: video files, a preview, whether the eyes are open.
libvidframes_la_SOURCES += \
	sensors/camera/video.h sensors/camera/video.c \
	sensors/camera/eyes.h sensors/camera/eyes.c
vid_camera_SOURCES += \
	sensors/camera/answers.h sensors/camera/answers.c \
	sensors/camera/handed.h sensors/camera/handed.c \
	sensors/camera/preview.h sensors/camera/preview.c
# The asking side of the preview: a library of its own, for vid. vidd is not linked with
# it, and so cannot ask for a pixel.
noinst_LTLIBRARIES += libvidpreview.la
libvidpreview_la_SOURCES = sensors/camera/preview_client.h sensors/camera/preview_client.c
libvidpreview_la_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS)
libvidpreview_la_LIBADD = libvidsensors.la
# Set a lamp's control back when vid-camera ends.
vid_camera_SOURCES += sensors/camera/lamp.h sensors/camera/lamp.c \
	sensors/camera/pinned.h sensors/camera/pinned.c

# Security keys: vid-fido, the only program that is linked with libfido2.
vidlibexec_PROGRAMS += vid-fido
vid_fido_SOURCES = \
	sensors/sandbox.h sensors/sandbox.c sensors/fido/protocol.h \
	sensors/fido/main.c sensors/fido/visit.h sensors/fido/choose.c sensors/fido/look.c \
	sensors/fido/act.c sensors/fido/fault.c \
	sensors/fido/keys.h sensors/fido/keys.c sensors/fido/link.h sensors/fido/link.c \
	sensors/fido/talk.h sensors/fido/talk.c sensors/fido/watch.h sensors/fido/watch.c
if TEST_SOURCES
vid_fido_SOURCES += sensors/fido/keys_test.c
endif
vid_fido_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS) $(SODIUM_CFLAGS) $(LIBFIDO2_CFLAGS) $(CRYPTO_CFLAGS) $(UDEV_CFLAGS)
vid_fido_LDADD = libvid.la $(SECCOMP_LIBS) $(SODIUM_LIBS) $(LIBFIDO2_LIBS) $(CRYPTO_LIBS) $(UDEV_LIBS)
libvidsensors_la_SOURCES += \
	sensors/fido/client.h sensors/fido/client.c sensors/fido/reports.h sensors/fido/reports.c

# Bytes of strangers: vid-parse, until their signature is verified.
vidlibexec_PROGRAMS += vid-parse
vid_parse_SOURCES = sensors/parse/main.c sensors/sandbox.h sensors/sandbox.c
vid_parse_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS) $(SODIUM_CFLAGS) $(CRYPTO_CFLAGS)
vid_parse_LDADD = libvid.la $(SECCOMP_LIBS) $(SODIUM_LIBS)
libvidsensors_la_SOURCES += \
	sensors/parse/client.h sensors/parse/client.c sensors/parse/spec.c
