# SPDX-License-Identifier: BSD-2-Clause
# The rules. libvidwire needs libc alone: pam_vid is linked with it.
noinst_LTLIBRARIES += libvidwire.la libvid.la

libvidwire_la_SOURCES = \
	libvid/bytes.h libvid/cleanup.h \
	libvid/wire.h libvid/wire.c

libvid_la_SOURCES = \
	libvid/limits.h libvid/paths.h \
	libvid/reason.h libvid/reason.c
libvid_la_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(CRYPTO_CFLAGS) $(ZLIB_CFLAGS) \
	$(INIH_CFLAGS) $(CDB_CFLAGS)
libvid_la_LIBADD = libvidwire.la $(SODIUM_LIBS) $(CRYPTO_LIBS) $(ZLIB_LIBS) $(INIH_LIBS) $(CDB_LIBS)
