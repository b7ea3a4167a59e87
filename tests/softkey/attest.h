/* SPDX-License-Identifier: BSD-2-Clause */
/* attest.h - a certificate for the key, as sold ones have: WebAuthn section 8.2
 * ("packed") */
#ifndef SOFTKEY_ATTEST_H
#define SOFTKEY_ATTEST_H

#include "libvid/cbor.h"
#include "tests/softkey/store.h"

/* The statement {"alg", "sig", "x5c"} over `message`, as one CBOR map. */
void attest_put(const struct store *store, struct bytes message, struct buffer *to);

#endif
