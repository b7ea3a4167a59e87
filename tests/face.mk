# SPDX-License-Identifier: BSD-2-Clause
# Faces: templates, model cards, the engine.
EXTRA_DIST += tests/lib/jpeg_picture.h
if CMOCKA
check_PROGRAMS += tests/unit/test_template tests/unit/test_templates \
	tests/unit/test_model tests/unit/test_engine
TESTS += tests/unit/test_template tests/unit/test_templates \
	tests/unit/test_model tests/unit/test_engine
tests_unit_test_template_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_template_LDADD = $(TEST_LIBS) $(SODIUM_LIBS) -lm
tests_unit_test_templates_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_templates_LDADD = $(TEST_LIBS)
tests_unit_test_model_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_model_LDADD = $(TEST_LIBS)
tests_unit_test_engine_CPPFLAGS = $(TEST_CPPFLAGS) $(JPEG_CFLAGS)
tests_unit_test_engine_LDADD = libface.la $(TEST_LIBS) $(SODIUM_LIBS) $(JPEG_LIBS) -lm
check_PROGRAMS += tests/unit/test_references tests/unit/test_consent
TESTS += tests/unit/test_references tests/unit/test_consent
tests_unit_test_consent_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_consent_LDADD = $(TEST_LIBS)
tests_unit_test_references_SOURCES = tests/unit/test_references.c vid/references.c
tests_unit_test_references_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_references_LDADD = $(TEST_LIBS) $(SODIUM_LIBS) -lm
endif

EXTRA_PROGRAMS += tests/bench/bench_face
tests_bench_bench_face_CPPFLAGS = $(AM_CPPFLAGS) $(JPEG_CFLAGS)
tests_bench_bench_face_LDADD = libface.la libvid.la $(JPEG_LIBS) -lm
CLEANFILES += tests/bench/bench_face$(EXEEXT)
.PHONY: bench bench-face
bench: bench-face
bench-face: tests/bench/bench_face$(EXEEXT)
	@bash $(srcdir)/tests/bench/face.sh '$(abs_top_srcdir)' '$(abs_top_builddir)'
EXTRA_DIST += tests/bench/face.sh tests/bench/face_opencv.py tests/bench/face_dlib.cpp

TESTS += tests/face/refusals.sh
EXTRA_DIST += tests/face/refusals.sh
