# SPDX-License-Identifier: BSD-2-Clause
# Translations. `make pot` collects the sentences anew and brings po/*.po up to date; the
# sentences of the table of reasons are the fourth argument of its X().
pot_files = vid/*.c vid/*.h pam_vid/*.c vidd/*.c libvid/reason.h libvid/challenge.c \
	sensors/camera/client.c sensors/fido/client.c
xgettext_options = --language=C --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=X:4,4t \
	--sort-by-file --no-wrap --package-name=vid --copyright-holder='the vid authors'

pot:
	cd $(srcdir) && xgettext $(xgettext_options) -o po/vid.pot \
		$$(ls $(pot_files) 2>/dev/null)
	cd $(srcdir) && for po in po/*.po; do \
		msgmerge --quiet --no-wrap --no-fuzzy-matching --update --backup=none \
			"$$po" po/vid.pot || exit 1; done
.PHONY: pot

EXTRA_DIST += po/vid.pot po/de.po

if NLS
germandir = $(localedir)/de/LC_MESSAGES
nodist_german_DATA = po/de/vid.mo
CLEANFILES += po/de/vid.mo
po/de/vid.mo: po/de.po
	$(AM_V_GEN)$(MKDIR_P) po/de && $(MSGFMT) -c -o $@ $(srcdir)/po/de.po
endif
