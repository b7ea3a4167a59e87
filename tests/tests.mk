# SPDX-License-Identifier: BSD-2-Clause
# Every test speaks TAP, so that a promise is counted, not a program. A test whose data are
# not there says "1..0 # SKIP why".
TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
# Whoever started make may ignore signals that tests send, and a test that hangs must end. It
# sees nothing of a vid that is installed on this machine.
LOG_COMPILER = timeout --foreground -k 5 600 env --default-signal \
	$(SHELL) $(abs_top_srcdir)/tests/host/isolated
SH_LOG_COMPILER = $(LOG_COMPILER) bash
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	VID_SHARED='$(abs_top_srcdir)/../shared'; export VID_SHARED; \
	VID_SRC='$(abs_top_srcdir)'; export VID_SRC; \
	VID_BUILD='$(abs_top_builddir)'; export VID_BUILD;

TEST_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
TEST_LIBS = libvid.la $(CMOCKA_LIBS) $(JANSSON_LIBS)

include tests/core.mk
include tests/face.mk
include tests/models.mk

include tests/enrol.mk
include tests/keycli.mk
include tests/liveness.mk
include tests/measure.mk
include tests/login.mk
include tests/status.mk

include tests/sensors.mk

include tests/cards.mk
include tests/keys.mk

include tests/softkey/softkey.mk
include tests/fido/fido.mk
include tests/key.mk

# What is built, how the sources read, and the manual pages against the code.
TESTS += tests/linkage.sh tests/lint.sh tests/manuals.sh
EXTRA_DIST += tests/lib.sh tests/linkage.sh tests/lint.sh tests/manuals.sh \
	tests/packages tests/check tests/demo .ci/run \
	tests/walk/run tests/walk/namespace.sh tests/walk/answer.exp \
	tests/walk/stage.sh tests/walk/story.sh \
	tests/faces

include tests/tools/tools.mk
include tests/nss/nss.mk
include tests/pam/pam.mk
include tests/host/host.mk
include tests/proofs.mk
include tests/e2e/e2e.mk

include tests/years.mk
include tests/phases.mk
include tests/home.mk
include tests/fault/fault.mk
