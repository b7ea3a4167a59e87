/* SPDX-License-Identifier: BSD-2-Clause */
/* vid issuer suspend - a token is not to be accepted for now */
#include "vid/cli.h"
#include "vid/revocation.h"

int cmd_issuer_suspend(int argc, char **argv)
{
	return revocation_command("suspend",
				  N_("Mark a token as suspended in the register of DIR, "
				     "until vid issuer restore.\nIn a list of one bit an "
				     "entry it looks like a revoked one."),
				  REGISTER_SUSPENDED, argc, argv);
}
