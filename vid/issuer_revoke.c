/* SPDX-License-Identifier: BSD-2-Clause */
/* vid issuer revoke - a token is never to be accepted again */
#include "vid/cli.h"
#include "vid/revocation.h"

int cmd_issuer_revoke(int argc, char **argv)
{
	return revocation_command(
		"revoke",
		N_("Mark a token as revoked in the register of DIR.\nNothing of the "
		   "token itself is needed but its place or its id."),
		REGISTER_REVOKED, argc, argv);
}
