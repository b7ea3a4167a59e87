# SPDX-License-Identifier: BSD-2-Clause
# Logins in which one thing fails. tests/check runs a sample as a step of its own;
# tests/fault/long runs every call.
fault_programs = tests/fault/fault tests/fault/login_app tests/fault/vidd_planted
check_PROGRAMS += $(fault_programs)
tests_fault_fault_SOURCES = tests/fault/fault.c tests/fault/marker.h
tests_fault_login_app_SOURCES = tests/fault/login_app.c tests/fault/marker.h
tests_fault_login_app_LDADD = $(PAM_LIBS)
# vidd with an error that lets people in: the harness must find it.
tests_fault_vidd_planted_SOURCES = $(vidd_vidd_SOURCES) tests/fault/planted.c
tests_fault_vidd_planted_CPPFLAGS = $(vidd_vidd_CPPFLAGS)
tests_fault_vidd_planted_LDFLAGS = $(vidd_vidd_LDFLAGS) -Wl,--wrap=still_judge
tests_fault_vidd_planted_CFLAGS = $(vidd_vidd_CFLAGS)
tests_fault_vidd_planted_LDADD = $(vidd_vidd_LDADD)
EXTRA_DIST += tests/fault/faults.sh tests/fault/long tests/fault/fail_alloc.c
