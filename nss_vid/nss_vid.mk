# SPDX-License-Identifier: BSD-2-Clause
# The NSS module: libc alone, its name and version are glibc's to choose.
lib_LTLIBRARIES += libnss_vid.la

nss_vid_sources = \
	nss_vid/local.h nss_vid/local.c nss_vid/snapshot.h nss_vid/snapshot.c \
	nss_vid/lookup.h nss_vid/lookup.c \
	nss_vid/passwd.c nss_vid/group.c nss_vid/shadow.c

libnss_vid_la_SOURCES = $(nss_vid_sources) \
	libvid/bytes.h libvid/identity.h libvid/paths.h \
	libvid/identity_hash.h libvid/identity_hash.c \
	libvid/index.h libvid/index_parts.h libvid/index.c libvid/index_open.c \
	libvid/groups.h libvid/groups.c
libnss_vid_la_CPPFLAGS = $(AM_CPPFLAGS) -DINDEX_ROOT_ONLY
libnss_vid_la_LDFLAGS = $(AM_LDFLAGS) -module -version-info 2:0:0 -Wl,-z,defs \
	-Wl,-z,nodelete -Wl,--version-script=$(top_srcdir)/nss_vid/nss_vid.map
EXTRA_DIST += nss_vid/nss_vid.map
EXTRA_libnss_vid_la_DEPENDENCIES = nss_vid/nss_vid.map
