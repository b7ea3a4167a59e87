# SPDX-License-Identifier: BSD-2-Clause
# The PAM module: libpam and libc, and no symbol but pam_sm_*.
pam_vid_sources = \
	pam_vid/pam_vid.h pam_vid/pam_vid.c pam_vid/options.c pam_vid/verifier.c pam_vid/slot.c \
	pam_vid/catalogue.h pam_vid/catalogue.c pam_vid/talk.c pam_vid/text.c pam_vid/verdict.c pam_vid/environment.c
pam_vid_ldflags = $(AM_LDFLAGS) -avoid-version -shared \
	-Wl,--version-script=$(top_srcdir)/pam_vid/pam_vid.map -Wl,-z,defs

pamlibdir = $(pamdir)
pamlib_LTLIBRARIES = pam_vid/pam_vid.la
pam_vid_pam_vid_la_SOURCES = $(pam_vid_sources)
pam_vid_pam_vid_la_LDFLAGS = -module $(pam_vid_ldflags)
pam_vid_pam_vid_la_LIBADD = libvidwire.la $(PAM_LIBS)
pam_vid_pam_vid_la_DEPENDENCIES = libvidwire.la $(top_srcdir)/pam_vid/pam_vid.map
EXTRA_DIST += pam_vid/pam_vid.map

# libtool's .la file is of no use beside a PAM module.
install-data-hook: remove-pam-la
remove-pam-la:
	-rm -f "$(DESTDIR)$(pamdir)/pam_vid.la"
uninstall-hook: remove-pam-module
remove-pam-module:
	-rm -f "$(DESTDIR)$(pamdir)/pam_vid.so"
.PHONY: remove-pam-la remove-pam-module
