/* SPDX-License-Identifier: BSD-2-Clause */
/* touch.h - the person at the key, as the policy plays them */
#ifndef SOFTKEY_TOUCH_H
#define SOFTKEY_TOUCH_H

#include "tests/softkey/key.h"

/* Wait for a touch. CTAP_OK, or what ended it; CTAP_SILENCE: nothing is to be said. */
enum ctap_status touch_wait(struct key *key);

/* A built-in user verification: CTAP_OK, CTAP_UV_INVALID, CTAP_UV_BLOCKED, or as above.
 */
enum ctap_status touch_verify(struct key *key);

/* Wait without a person: `ms` with keepalives. CTAP_OK or what ended it. */
enum ctap_status touch_delay(struct key *key, int ms);

/* Answer nothing any more, until the other end goes. */
enum ctap_status touch_dead(struct key *key);

#endif
