/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counters.h - the newest signature counter of every holder key that was seen (S7)
 *
 * One mark of the anchor a key, named by a hash under the host key. A key whose counter
 * does not grow was copied, or its copy was used.
 */
#ifndef VID_COUNTERS_H
#define VID_COUNTERS_H

#include "libvid/anchor.h"
#include "libvid/cose.h"

/*
 * Keep `counter` where it is above the one that is kept, or where the key has no counter
 * (both 0). VID_OK; VID_HOLDER_COUNTER when it is lower or equal (`problem` has both
 * numbers, for the log); VID_STATE when the anchor is not believed, VID_FILE_* when it
 * cannot be kept (fail closed). Atomic among parallel logins, survives a power cut.
 */
enum vid_reason counter_keep(const struct anchor *anchor, const struct public_key *holder,
			     uint32_t counter, struct problem *problem);

#endif
