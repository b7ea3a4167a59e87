/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * talk.h - vid-fido's words with vidd (protocol.h)
 */
#ifndef VID_FIDO_TALK_H
#define VID_FIDO_TALK_H

#include <stdbool.h>

#include "libvid/reason.h"
#include "libvid/wire.h"
#include "sensors/fido/protocol.h"

#define CONVERSATION 0 /* the descriptor */

/* False when vidd is gone or does not read. */
bool talk_say(const struct wire_frame *frame);
void talk_event(enum fido_event event);
/* The event PIN; tries < 0: the key does not say. */
void talk_pin(int tries, bool wrong);
void talk_done(void);
void talk_failed(enum fido_failure failure, const struct problem *problem);

/* The next frame of vidd's, however long it takes; false at the end. */
bool talk_hear(struct wire_frame *frame);

#endif
