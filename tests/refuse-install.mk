# SPDX-License-Identifier: BSD-2-Clause
# Read by make itself, not by automake, so that these stand before the recipes.
install install-am install-exec install-data install-strip: refuse-test-sources
