# SPDX-License-Identifier: BSD-2-Clause
# A security key in software. Release builds have it too: machines under emulation test
# those.
check_PROGRAMS += tests/softkey/softkey
tests_softkey_softkey_SOURCES = tests/softkey/main.c \
	tests/softkey/options.h tests/softkey/options.c \
	tests/softkey/link.h tests/softkey/socket.c tests/softkey/uhid.c \
	tests/softkey/hid.h tests/softkey/hid.c \
	tests/softkey/policy.h tests/softkey/policy.c tests/softkey/touch.h tests/softkey/touch.c \
	tests/softkey/store.h tests/softkey/store.c tests/softkey/key.h tests/softkey/key.c \
	tests/softkey/curve.h tests/softkey/curve.c tests/softkey/secret.h tests/softkey/secret.c \
	tests/softkey/cred.h tests/softkey/cred.c tests/softkey/auth.h tests/softkey/auth.c \
	tests/softkey/fields.h tests/softkey/fields.c tests/softkey/ctap.h tests/softkey/ctap.c \
	tests/softkey/requests.h tests/softkey/info.c tests/softkey/pin.c tests/softkey/hmac.c \
	tests/softkey/make.c tests/softkey/assert.c tests/softkey/blobs.c tests/softkey/manage.c \
	tests/softkey/attest.h tests/softkey/attest.c tests/softkey/u2f.h tests/softkey/u2f.c
tests_softkey_softkey_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_softkey_softkey_LDADD = libvid.la $(CRYPTO_LIBS)

# Other people's programs reach it at a socket through this.
check_LTLIBRARIES += tests/softkey/preload.la
tests_softkey_preload_la_SOURCES = tests/softkey/preload.c
tests_softkey_preload_la_CPPFLAGS = $(AM_CPPFLAGS) $(LIBFIDO2_CFLAGS)
tests_softkey_preload_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -rpath /nowhere
tests_softkey_preload_la_LIBADD = $(LIBFIDO2_LIBS)
TESTS += tests/softkey/test_tools.sh
EXTRA_DIST += tests/softkey/test_tools.sh tests/softkey/tools.sh

SOFTKEY_HERE = tests/softkey/here.h tests/softkey/here.c
SOFTKEY_CLIENT = tests/softkey/client.h tests/softkey/client.c
if CMOCKA
softkey_tests = tests/softkey/test_garbage tests/softkey/test_hid tests/softkey/test_softkey
check_PROGRAMS += $(softkey_tests)
TESTS += $(softkey_tests)
endif
tests_softkey_test_softkey_SOURCES = tests/softkey/test_softkey.c $(SOFTKEY_HERE)
tests_softkey_test_softkey_CPPFLAGS = $(TEST_CPPFLAGS) $(LIBFIDO2_CFLAGS)
tests_softkey_test_softkey_LDADD = $(TEST_LIBS) $(LIBFIDO2_LIBS)
tests_softkey_test_hid_SOURCES = tests/softkey/test_hid.c $(SOFTKEY_HERE) $(SOFTKEY_CLIENT)
tests_softkey_test_hid_CPPFLAGS = $(TEST_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_softkey_test_hid_LDADD = $(TEST_LIBS) $(CRYPTO_LIBS)
tests_softkey_test_garbage_SOURCES = tests/softkey/test_garbage.c \
	tests/softkey/noise.h tests/softkey/noise.c $(SOFTKEY_HERE) $(SOFTKEY_CLIENT)
tests_softkey_test_garbage_CPPFLAGS = $(TEST_CPPFLAGS)
tests_softkey_test_garbage_LDADD = $(TEST_LIBS)
