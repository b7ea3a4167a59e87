# SPDX-License-Identifier: BSD-2-Clause
# The login: frames, settings, counters, the module against a vidd that lies, and vidd's
# own walk against a camera that is none.
if CMOCKA
login_tests = \
	tests/unit/test_wire tests/unit/test_settings tests/unit/test_attempts \
	tests/unit/test_replay tests/unit/test_audit
check_PROGRAMS += $(login_tests)
TESTS += $(login_tests)
endif
tests_unit_test_wire_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_wire_LDADD = libvidwire.la $(CMOCKA_LIBS)
tests_unit_test_settings_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_settings_LDADD = $(TEST_LIBS)
tests_unit_test_attempts_SOURCES = tests/unit/test_attempts.c tests/unit/folder.h
tests_unit_test_attempts_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_attempts_LDADD = $(TEST_LIBS)
tests_unit_test_replay_SOURCES = tests/unit/test_replay.c tests/unit/folder.h
tests_unit_test_replay_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_replay_LDADD = $(TEST_LIBS)
tests_unit_test_audit_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_audit_LDADD = $(TEST_LIBS) $(SODIUM_LIBS)

# The module under test is the product's sources with the build tree's folders: its socket
# is in tests/pam/run, its vidd is tests/pam/vidd.
test_pam_paths = -UVID_RUNDIR -DVID_RUNDIR='"$(abs_builddir)/tests/pam/run"' \
	-UVID_LIBEXECDIR -DVID_LIBEXECDIR='"$(abs_builddir)/tests/pam"'
if CMOCKA
check_LTLIBRARIES += tests/pam/pam_vid_test.la
check_PROGRAMS += tests/pam/vidd tests/pam/test_pam_vid tests/pam/test_dialogue
TESTS += tests/pam/test_pam_vid tests/pam/test_dialogue
endif
tests_pam_pam_vid_test_la_SOURCES = $(pam_vid_sources)
tests_pam_pam_vid_test_la_CPPFLAGS = $(AM_CPPFLAGS) $(test_pam_paths)
tests_pam_pam_vid_test_la_LDFLAGS = -module -rpath /nowhere $(pam_vid_ldflags)
tests_pam_pam_vid_test_la_LIBADD = libvidwire.la $(PAM_LIBS)
tests_pam_vidd_SOURCES = tests/pam/fake_vidd.c
tests_pam_vidd_CPPFLAGS = $(AM_CPPFLAGS) $(test_pam_paths)
tests_pam_vidd_LDADD = libvidwire.la
test_pam_app = tests/pam/app.h tests/pam/app.c
test_pam_cppflags = $(TEST_CPPFLAGS) $(test_pam_paths) \
	-DTEST_MODULE='"$(abs_builddir)/tests/pam/.libs/pam_vid_test.so"'
test_pam_ldadd = libvidwire.la $(CMOCKA_LIBS) $(PAM_LIBS)
test_pam_needs = libvidwire.la tests/pam/pam_vid_test.la tests/pam/vidd
tests_pam_test_pam_vid_SOURCES = tests/pam/test_pam_vid.c $(test_pam_app)
tests_pam_test_pam_vid_CPPFLAGS = $(test_pam_cppflags)
tests_pam_test_pam_vid_LDADD = $(test_pam_ldadd)
tests_pam_test_pam_vid_DEPENDENCIES = $(test_pam_needs)
tests_pam_test_dialogue_SOURCES = tests/pam/test_dialogue.c $(test_pam_app)
tests_pam_test_dialogue_CPPFLAGS = $(test_pam_cppflags)
tests_pam_test_dialogue_LDADD = $(test_pam_ldadd)
tests_pam_test_dialogue_DEPENDENCIES = $(test_pam_needs)
clean-local: clean-pam-tests
clean-pam-tests:
	-rm -rf tests/pam/run
.PHONY: clean-pam-tests

# vidd's walk, with another camera than a camera.
walk_tests = tests/vidd/test_login tests/vidd/test_seat tests/vidd/test_process tests/vidd/test_refusals tests/vidd/test_broken
walk_world = tests/vidd/walks.h tests/vidd/world.h tests/vidd/world.c tests/vidd/caller.c \
	tests/vidd/logind.c tests/vidd/camera.c tests/vidd/parser.c \
	tests/unit/sensor_paths.h tests/unit/sensor_paths.c tests/vidd/fake_key.h tests/vidd/fake_key.c $(KEY_HOLDER) \
	sensors/camera/evidence.h sensors/camera/evidence.c
walk_cppflags = $(TEST_CPPFLAGS) $(SYSTEMD_CFLAGS) $(CRYPTO_CFLAGS)
walk_ldadd = libvidlogin.la libvidsensors.la $(TEST_LIBS) $(SODIUM_LIBS) $(SYSTEMD_LIBS) $(CRYPTO_LIBS) -lm
if CMOCKA
check_PROGRAMS += $(walk_tests)
TESTS += $(walk_tests)
endif
# What a stranger presents is parsed without rights, and a parser is not believed.
if CMOCKA
check_PROGRAMS += tests/vidd/fake_parser tests/vidd/test_parser
TESTS += tests/vidd/test_parser
endif
tests_vidd_fake_parser_CPPFLAGS = $(TEST_CPPFLAGS)
tests_vidd_fake_parser_LDADD = libvid.la
tests_vidd_test_parser_SOURCES = tests/vidd/test_parser.c $(walk_world)
tests_vidd_test_parser_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_parser_LDADD = $(walk_ldadd)
tests_vidd_test_parser_DEPENDENCIES = libvidlogin.la libvidsensors.la libvid.la \
	tests/vidd/fake_parser vid-parse
# The public socket's quotas; what vidd takes from itself.
if CMOCKA
check_PROGRAMS += tests/vidd/test_listener tests/vidd/test_confine
TESTS += tests/vidd/test_listener tests/vidd/test_confine
endif
tests_vidd_test_listener_CPPFLAGS = $(TEST_CPPFLAGS)
tests_vidd_test_listener_LDADD = libvidlisten.la $(TEST_LIBS)
tests_vidd_test_confine_SOURCES = tests/vidd/test_confine.c \
	sensors/confine.h sensors/confine.c tests/unit/sensor_paths.h tests/unit/sensor_paths.c
tests_vidd_test_confine_CPPFLAGS = $(TEST_CPPFLAGS) $(SECCOMP_CFLAGS)
tests_vidd_test_confine_LDADD = $(TEST_LIBS) $(SECCOMP_LIBS)
EXTRA_DIST += tests/root.h
tests_vidd_test_login_SOURCES = tests/vidd/test_login.c $(walk_world)
tests_vidd_test_login_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_login_LDADD = $(walk_ldadd)
tests_vidd_test_seat_SOURCES = tests/vidd/test_seat.c $(walk_world)
tests_vidd_test_seat_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_seat_LDADD = $(walk_ldadd)
tests_vidd_test_process_CPPFLAGS = $(TEST_CPPFLAGS)
tests_vidd_test_process_LDADD = libvidlogin.la $(TEST_LIBS)
tests_vidd_test_refusals_SOURCES = tests/vidd/test_refusals.c $(walk_world)
tests_vidd_test_refusals_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_refusals_LDADD = $(walk_ldadd)
tests_vidd_test_broken_SOURCES = tests/vidd/test_broken.c $(walk_world)
tests_vidd_test_broken_CPPFLAGS = $(walk_cppflags)
tests_vidd_test_broken_LDADD = $(walk_ldadd)

if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_verdict tests/fuzz/fuzz_wire
tests_fuzz_fuzz_verdict_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_verdict_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_verdict_LDADD = libvid.la $(SODIUM_LIBS)
tests_fuzz_fuzz_wire_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_wire_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_wire_LDADD = libvidwire.la
endif

# One login from pam_authenticate to the verdict, over everything that is real.
EXTRA_PROGRAMS += tests/bench/bench_login
tests_bench_bench_login_LDADD = $(PAM_LIBS)
EXTRA_DIST += tests/bench/login.sh tests/bench/key.sh
CLEANFILES += tests/bench/bench_login$(EXEEXT)
bench: bench-login
bench-login: tests/bench/bench_login$(EXEEXT) all
	@bash $(srcdir)/tests/bench/login.sh '$(abs_top_srcdir)' '$(abs_top_builddir)'
# What a flood of connections costs root's programs.
EXTRA_PROGRAMS += tests/bench/bench_listen
tests_bench_bench_listen_LDADD = libvidlisten.la libvidwire.la
CLEANFILES += tests/bench/bench_listen$(EXEEXT)
bench: bench-listen
bench-listen: tests/bench/bench_listen$(EXEEXT) all
	@tests/bench/bench_listen$(EXEEXT) '$(abs_top_builddir)/vidd/vidd'
.PHONY: bench-listen
bench: bench-key
bench-key: tests/bench/bench_login$(EXEEXT) tests/softkey/softkey$(EXEEXT) all
	@bash $(srcdir)/tests/bench/key.sh '$(abs_top_srcdir)' '$(abs_top_builddir)'
.PHONY: bench bench-login bench-key
