# SPDX-License-Identifier: BSD-2-Clause
# vid key, with vid-fido itself and keys made of software.
TESTS += tests/key/cli.sh
EXTRA_DIST += tests/key/cli.sh tests/key/inside.sh
