/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rp_id.h - the RP ID of a realm: the name that a security key's credentials belong to
 * (WebAuthn section 5.1.2: a DNS name)
 */
#ifndef VID_RP_ID_H
#define VID_RP_ID_H

#include <stdbool.h>

#include "libvid/limits.h"

/* What fits behind "rp-id = " in a line of our files, which inih cuts at 200 bytes. */
#define RP_ID_LINE_MAX 190

/* A DNS name in small letters: labels of 1 to 63 letters, digits and '-' (neither first
 * nor last), single dots between, at most VID_RP_ID_MAX bytes. */
bool rp_id_valid(const char *rp_id);

/* The RP ID of a realm whose issuer names none: NAME for "realm:NAME" where that is one,
 * otherwise empty. */
void rp_id_of_realm(const char *realm, char out[VID_RP_ID_MAX + 1]);

#endif
