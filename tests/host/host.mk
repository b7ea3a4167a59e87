# SPDX-License-Identifier: BSD-2-Clause
# What a test sees of the machine that it runs on.
TESTS += tests/host/set_up.sh
EXTRA_DIST += tests/host/set_up.sh tests/host/isolated tests/host/nsswitch.conf tests/host/private.sh
