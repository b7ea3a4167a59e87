/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model_place.h - put a model into its folder: tried first, whole or not at all
 *
 * The files are written into a folder of their own inside the models folder, synced,
 * tried there by vid-camera, and then renamed into place, the network before the card. A
 * signal or a full disk leaves what was there before; what a power cut leaves behind is
 * no model's, and goes with the next install.
 */
#ifndef VID_MODEL_PLACE_H
#define VID_MODEL_PLACE_H

#include "libvid/bytes.h"
#include "libvid/model.h"

struct model_placing {
	const char *folder;
	int lock; /* of model_place_lock */
	const struct model *model;
	struct bytes network; /* of the card's SHA-256 */
	struct bytes card;    /* empty: the card is in its place */
};

/* The folder, which must be safe to trust, locked until it is closed; -1 after a
 * complaint. */
int model_place_lock(const char *folder, bool make);

/* CLI_YES; CLI_REFUSED when vid-camera does not take the network, CLI_FAILED; after a
 * complaint, and nothing has changed. */
int model_place(const struct model_placing *placing);

#endif
