# SPDX-License-Identifier: BSD-2-Clause
# Faces: templates, model cards, the engine.
if CMOCKA
check_PROGRAMS += tests/unit/test_template tests/unit/test_templates
TESTS += tests/unit/test_template tests/unit/test_templates
tests_unit_test_template_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_template_LDADD = $(TEST_LIBS) $(SODIUM_LIBS) -lm
tests_unit_test_templates_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_templates_LDADD = $(TEST_LIBS)
endif
