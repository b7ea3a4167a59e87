/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ecdsa_der.h - an ECDSA signature on P-256 as CTAP and X.509 write it (DER), to r || s
 *
 *   SEQUENCE { r INTEGER, s INTEGER }      (RFC 3279 section 2.2.3)
 *
 * One signature has one form: shortest lengths, shortest numbers, none negative, nothing
 * behind the end (X.690 section 10). Whoever sends another is refused, not understood.
 */
#ifndef VID_ECDSA_DER_H
#define VID_ECDSA_DER_H

#include "libvid/bytes.h"

#define ECDSA_DER_MAX 72 /* bytes: two numbers of 33 and three heads of 2 */

/* False, and `out` zero, for anything but that form with r and s of 1 to 256 bits. Where
 * they lie below the order of the curve is signature_verify's to say. */
bool ecdsa_der_read(struct bytes der, uint8_t out[64]);

#endif
