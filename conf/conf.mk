# SPDX-License-Identifier: BSD-2-Clause
# What is known of each network; the networks themselves are installed by the user.
cardsdir = $(viddatadir)/models
dist_cards_DATA = \
	conf/models/basic.model \
	conf/models/face_detection_yunet_2022mar.model \
	conf/models/face_detection_yunet_2023mar.model \
	conf/models/frr0095.model \
	conf/models/minifasnet_v1se_4.0.model \
	conf/models/minifasnet_v2_2.7.model \
	conf/models/sface_2021dec.model
dist_doc_DATA = conf/models/LICENCES.md

# What an administrator reads, and copies line by line.
examplesdir = $(docdir)/examples
dist_examples_DATA = conf/vid.conf conf/nsswitch.conf conf/emitters.conf
pamexamplesdir = $(docdir)/examples/pam.d
dist_pamexamples_DATA = conf/pam.d/README conf/pam.d/login conf/pam.d/sudo conf/pam.d/su \
	conf/pam.d/lock-screen conf/pam.d/keyring

# A profile for pam-auth-update: offered, not enabled.
pamconfigsdir = $(datadir)/pam-configs
dist_pamconfigs_DATA = conf/pam-configs/vid

# Security keys may be opened by vid-fido.
dist_udevrules_DATA = conf/udev/71-vid-fido.rules

conf_paths = $(SED) \
	-e 's|@rundir[@]|$(runstatedir)/vid|g' \
	-e 's|@statedir[@]|$(localstatedir)/lib/vid|g' \
	-e 's|@anchordir[@]|$(localstatedir)/lib/vid-anchor|g' \
	-e 's|@confdir[@]|$(sysconfdir)/vid|g' \
	-e 's|@bindir[@]|$(bindir)|g' \
	-e 's|@libexecdir[@]|$(libexecdir)/vid|g'
nodist_systemdsystemunit_DATA = conf/systemd/vidd.socket conf/systemd/vidd-root.socket \
	conf/systemd/vidd-handed.socket conf/systemd/vidd-listen.service \
	conf/systemd/vidd-root@.service conf/systemd/vidd-handed@.service \
	conf/systemd/vid-status.service conf/systemd/vid-accounts.service \
	conf/systemd/vid-sweep.service
dist_systemdsystemunit_DATA = conf/systemd/vid-status.timer
conf/systemd/vid-status.service: conf/systemd/vid-status.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf/systemd && \
	$(conf_paths) $(top_srcdir)/conf/systemd/vid-status.service.in >$@.new && mv $@.new $@
conf/systemd/vid-accounts.service: conf/systemd/vid-accounts.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf/systemd && \
	$(conf_paths) $(top_srcdir)/conf/systemd/vid-accounts.service.in >$@.new && mv $@.new $@
conf/systemd/vid-sweep.service: conf/systemd/vid-sweep.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf/systemd && \
	$(conf_paths) $(top_srcdir)/conf/systemd/vid-sweep.service.in >$@.new && mv $@.new $@
conf/systemd/vidd.socket: conf/systemd/vidd.socket.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf/systemd && \
	$(conf_paths) $(top_srcdir)/conf/systemd/vidd.socket.in >$@.new && mv $@.new $@
conf/systemd/vidd-root.socket: conf/systemd/vidd-root.socket.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf/systemd && \
	$(conf_paths) $(top_srcdir)/conf/systemd/vidd-root.socket.in >$@.new && mv $@.new $@
conf/systemd/vidd-handed.socket: conf/systemd/vidd-handed.socket.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf/systemd && \
	$(conf_paths) $(top_srcdir)/conf/systemd/vidd-handed.socket.in >$@.new && mv $@.new $@
conf/systemd/vidd-listen.service: conf/systemd/vidd-listen.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf/systemd && \
	$(conf_paths) $(top_srcdir)/conf/systemd/vidd-listen.service.in >$@.new && mv $@.new $@
# One template, for the two sockets behind which a login's vidd is started.
conf/systemd/vidd-root@.service: conf/systemd/vidd@.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf/systemd && \
	$(conf_paths) -e 's|@argument[@]||' -e '/@nice[@]/d' $(top_srcdir)/conf/systemd/vidd@.service.in >$@.new && mv $@.new $@
conf/systemd/vidd-handed@.service: conf/systemd/vidd@.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf/systemd && \
	$(conf_paths) -e 's|@argument[@]| handed|' -e 's|@nice[@]|Nice=5|' $(top_srcdir)/conf/systemd/vidd@.service.in >$@.new && mv $@.new $@
conf/systemd/tmpfiles.conf: conf/systemd/tmpfiles.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf/systemd && \
	$(conf_paths) $(top_srcdir)/conf/systemd/tmpfiles.conf.in >$@.new && mv $@.new $@
conf_generated = $(nodist_systemdsystemunit_DATA) conf/systemd/tmpfiles.conf
all-local: $(conf_generated)
CLEANFILES += $(conf_generated)
EXTRA_DIST += conf/systemd/vid-sweep.service.in conf/systemd/vid-accounts.service.in conf/systemd/vid-status.service.in conf/systemd/vidd.socket.in conf/systemd/vidd@.service.in \
	conf/systemd/vidd-root.socket.in conf/systemd/vidd-handed.socket.in conf/systemd/vidd-listen.service.in \
	conf/systemd/tmpfiles.conf.in conf/systemd/sysusers.conf

# Both are called vid.conf in their folders. An administrator's vid.conf is never touched: ours
# is put where there is none, and taken away again when nobody changed it.
install-data-local: install-conf
install-conf: conf/systemd/tmpfiles.conf
	$(MKDIR_P) "$(DESTDIR)$(sysusersdir)" "$(DESTDIR)$(tmpfilesdir)" \
		"$(DESTDIR)$(sysconfdir)/vid/issuers.d"
	$(INSTALL_DATA) $(top_srcdir)/conf/systemd/sysusers.conf "$(DESTDIR)$(sysusersdir)/vid.conf"
	$(INSTALL_DATA) conf/systemd/tmpfiles.conf "$(DESTDIR)$(tmpfilesdir)/vid.conf"
	test -e "$(DESTDIR)$(sysconfdir)/vid/vid.conf" || \
		$(INSTALL_DATA) $(top_srcdir)/conf/vid.conf "$(DESTDIR)$(sysconfdir)/vid/vid.conf"
uninstall-local: uninstall-conf
uninstall-conf:
	-rm -f "$(DESTDIR)$(sysusersdir)/vid.conf" "$(DESTDIR)$(tmpfilesdir)/vid.conf"
	-! cmp -s $(top_srcdir)/conf/vid.conf "$(DESTDIR)$(sysconfdir)/vid/vid.conf" || \
		rm -f "$(DESTDIR)$(sysconfdir)/vid/vid.conf"
.PHONY: install-conf uninstall-conf

# First of all: no login may depend on a file that is about to go.
-include $(top_srcdir)/conf/uninstall-order.mk
deactivate:
	$(AM_V_at)$(SHELL) $(top_srcdir)/conf/deactivation.sh "$(DESTDIR)" "$(pamdir)" "$(libdir)" "$(datadir)"
.PHONY: deactivate
EXTRA_DIST += conf/uninstall-order.mk conf/deactivation.sh
