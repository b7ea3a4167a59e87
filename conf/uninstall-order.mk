# SPDX-License-Identifier: BSD-2-Clause
# Read by make itself, not by automake. `make uninstall` removes no file, also with -j, before
# deactivation.sh has taken vid out of PAM's and the name service's configuration.
# tests/pam/uninstall.sh compares this list with automake's.
uninstall uninstall-am uninstall-binPROGRAMS uninstall-dist_cardsDATA uninstall-dist_docDATA \
uninstall-dist_examplesDATA uninstall-dist_pamconfigsDATA uninstall-dist_pamexamplesDATA \
uninstall-dist_systemdsystemunitDATA uninstall-dist_udevrulesDATA uninstall-libLTLIBRARIES \
uninstall-local uninstall-conf uninstall-man uninstall-nodist_germanDATA \
uninstall-nodist_systemdsystemunitDATA uninstall-pamlibLTLIBRARIES \
uninstall-vidlibexecPROGRAMS: deactivate
