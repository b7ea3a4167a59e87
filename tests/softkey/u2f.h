/* SPDX-License-Identifier: BSD-2-Clause */
/* u2f.h - just enough of U2F (CTAP1) to be an old key: it has a version, and no touch */
#ifndef SOFTKEY_U2F_H
#define SOFTKEY_U2F_H

#include "tests/softkey/key.h"

/* The answer to one APDU, with its two status bytes. */
void u2f_answer(const struct key *key, struct bytes apdu, struct buffer *reply);

#endif
