# SPDX-License-Identifier: BSD-2-Clause
# PAM's configuration: stacks without their module, and what `make uninstall` does first.
TESTS += tests/pam/missing.sh tests/pam/uninstall.sh
EXTRA_DIST += tests/pam/missing.sh tests/pam/uninstall.sh

# The module's reader of translations, with a folder of the test's.
if CMOCKA
check_PROGRAMS += tests/pam/test_catalogue
TESTS += tests/pam/test_catalogue
endif
tests_pam_test_catalogue_SOURCES = tests/pam/test_catalogue.c tests/pam/catalogue_file.h \
	pam_vid/catalogue.c pam_vid/text.c
tests_pam_test_catalogue_CPPFLAGS = $(TEST_CPPFLAGS) -UVID_LOCALEDIR \
	-DVID_LOCALEDIR='"$(abs_builddir)/tests/pam/locale"'
tests_pam_test_catalogue_LDADD = libvidwire.la $(CMOCKA_LIBS)
clean-local: clean-catalogue
clean-catalogue:
	-rm -rf tests/pam/locale
.PHONY: clean-catalogue

if FUZZING
noinst_PROGRAMS += tests/fuzz/fuzz_catalogue
tests_fuzz_fuzz_catalogue_SOURCES = tests/fuzz/fuzz_catalogue.c pam_vid/catalogue.c
tests_fuzz_fuzz_catalogue_CPPFLAGS = $(TEST_CPPFLAGS)
tests_fuzz_fuzz_catalogue_LDFLAGS = $(FUZZ_LINK)
endif
