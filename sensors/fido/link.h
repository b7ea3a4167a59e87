/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.h - the way to one key: HID reports over a descriptor that is open already
 *
 * libfido2 reads and writes through here (fido_dev_set_io_functions), so that a key which
 * keeps us waiting does not keep us from hearing vidd: when vidd says anything, or is
 * gone, the key is cancelled and the wait is over. A key is also given up when it is
 * silent for too long (CTAP 2.1 section 11.2.9.1.8 has it say every 100 ms that it is
 * busy) or has said more than any key has to say.
 */
#ifndef VID_FIDO_LINK_H
#define VID_FIDO_LINK_H

#include <fido.h>
#include <stddef.h>
#include <stdint.h>

#include "sensors/fido/watch.h"

enum link_end {
	LINK_UP,
	LINK_GONE,      /* unplugged */
	LINK_CANCELLED, /* by vidd */
	LINK_SILENT,
	LINK_FLOODED,
};

struct link {
	int fd;              /* of the key */
	int conversation;    /* vidd's */
	struct watch *watch; /* for keys that are plugged in meanwhile; may be NULL */
	uint8_t channel[4];  /* CTAPHID's, as last written */
	size_t received;     /* bytes */
	enum link_end end;
};

#define LINK_PATH_SIZE 24

/* A device that talks over `link`, not opened yet; NULL without memory. `path` is what
 * fido_dev_open wants. `link` must stay where it is. */
fido_dev_t *link_device(struct link *link, char path[LINK_PATH_SIZE]);

/* Tell the key to stop waiting for its user (CTAPHID_CANCEL), and give it a moment to say
 * that it has: it is not left in the middle of something. The link is of no more use. */
void link_cancel(struct link *link);

#endif
