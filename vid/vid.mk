# SPDX-License-Identifier: BSD-2-Clause
# The command line: one file a command, the table of them in vid/commands.h.
bin_PROGRAMS += vid/vid

vid_vid_SOURCES = \
	vid/main.c vid/commands.h \
	vid/cli.h vid/cli.c vid/options.c vid/passphrase.c
vid_vid_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(JANSSON_CFLAGS) $(QRENCODE_CFLAGS) \
	$(PNG_CFLAGS)
vid_vid_LDADD = libvid.la $(SODIUM_LIBS) $(JANSSON_LIBS) $(QRENCODE_LIBS) $(PNG_LIBS)
