/* SPDX-License-Identifier: BSD-2-Clause */
/* vid issuer restore - a suspended or revoked token counts again */
#include "vid/cli.h"
#include "vid/revocation.h"

int cmd_issuer_restore(int argc, char **argv)
{
	return revocation_command(
		"restore", N_("Mark a token as valid again in the register of DIR."),
		REGISTER_VALID, argc, argv);
}
