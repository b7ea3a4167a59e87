# SPDX-License-Identifier: BSD-2-Clause
# The manual: written in scdoc, made into man pages where scdoc is there.
MANUAL = man/vid.1 man/vid.conf.5 man/vid-accounts.5 man/nss_vid.8 man/pam_vid.8 man/vidd.8
EXTRA_DIST += man/vid.1.scd man/vid.conf.5.scd man/vid-accounts.5.scd man/nss_vid.8.scd man/pam_vid.8.scd \
	man/vidd.8.scd

if MAN
man_MANS = $(MANUAL)
CLEANFILES += $(MANUAL)
SUFFIXES = .scd
.scd:
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(SCDOC) < $< > $@.tmp && mv $@.tmp $@
endif
