# SPDX-License-Identifier: BSD-2-Clause
# The verifier. Its steps are a library, so that tests walk them with another camera.
noinst_LTLIBRARIES += libvidlogin.la
libvidlogin_la_SOURCES = \
	vidd/login.h vidd/login.c vidd/ask.c vidd/seat.c vidd/policy.c vidd/charges.c \
	vidd/person.c vidd/nonce.c vidd/present.c vidd/intake.c vidd/carrier.c vidd/judge.c vidd/status.c \
	vidd/face.c vidd/look.c vidd/card.c \
	vidd/key.c vidd/pick.c vidd/proof.c
libvidlogin_la_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(SYSTEMD_CFLAGS) \
	$(QRENCODE_CFLAGS)
libvidlogin_la_LIBADD = libvidqr.la libvid.la $(SODIUM_LIBS) $(SYSTEMD_LIBS) -lm

vidlibexec_PROGRAMS += vidd/vidd
vidd_vidd_SOURCES = vidd/main.c sensors/confine.h sensors/confine.c
vidd_vidd_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(SECCOMP_CFLAGS)
vidd_vidd_CFLAGS = $(AM_CFLAGS) -fPIE
vidd_vidd_LDFLAGS = $(AM_LDFLAGS) -pie
vidd_vidd_LDADD = libvidlogin.la libvidlisten.la libvidsensors.la libvid.la $(SODIUM_LIBS) $(SECCOMP_LIBS)

# PAM's phases, and what the later ones know of the login.
libvidlogin_la_SOURCES += vidd/serve.c vidd/granted.c vidd/newcomer.c vidd/still.c \
	vidd/session.c

# Sessions: which are open, and a home that goes with the last.
libvidlogin_la_SOURCES += vidd/home.h vidd/home.c vidd/emptying.h vidd/emptying.c \
	vidd/sessions.h vidd/sessions.c vidd/process.h vidd/process.c \
	vidd/occupants.h vidd/occupants.c vidd/home_sweep.h vidd/home_sweep.c

# Homes that a crash has left, at the machine's next start.
vidlibexec_PROGRAMS += vidd/vid-sweep
vidd_vid_sweep_SOURCES = vidd/sweep_main.c sensors/confine.h sensors/confine.c
vidd_vid_sweep_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(SECCOMP_CFLAGS)
vidd_vid_sweep_CFLAGS = $(AM_CFLAGS) -fPIE
vidd_vid_sweep_LDFLAGS = $(AM_LDFLAGS) -pie
vidd_vid_sweep_LDADD = libvidlogin.la libvid.la $(SODIUM_LIBS) $(SECCOMP_LIBS)

# The public socket: a program of its own, with libc alone.
noinst_LTLIBRARIES += libvidlisten.la
libvidlisten_la_SOURCES = vidd/listener.h vidd/listener.c vidd/handed.c
libvidlisten_la_LIBADD = libvidwire.la
vidlibexec_PROGRAMS += vidd/vidd-listen
vidd_vidd_listen_SOURCES = vidd/listen_main.c
vidd_vidd_listen_CFLAGS = $(AM_CFLAGS) -fPIE
vidd_vidd_listen_LDFLAGS = $(AM_LDFLAGS) -pie
vidd_vidd_listen_LDADD = libvidlisten.la
