/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revocation.h - an issuer's change of mind about one token, in its register
 */
#ifndef VID_REVOCATION_H
#define VID_REVOCATION_H

#include "libvid/register.h"

/* A whole command: `name` ("revoke"), what is said of it, and what the token becomes. */
int revocation_command(const char *name, const char *about, enum register_value value,
		       int argc, char **argv);

#endif
