# SPDX-License-Identifier: BSD-2-Clause
# PAM's configuration: stacks without their module, and what `make uninstall` does first.
TESTS += tests/pam/missing.sh tests/pam/uninstall.sh
EXTRA_DIST += tests/pam/missing.sh tests/pam/uninstall.sh

