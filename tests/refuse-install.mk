# SPDX-License-Identifier: BSD-2-Clause
# Read by make itself, not by automake, so that these stand before the recipes.
install install-am install-exec install-exec-am install-data install-data-am install-strip \
install-libLTLIBRARIES install-binPROGRAMS install-vidlibexecPROGRAMS: refuse-test-sources
