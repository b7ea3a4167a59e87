/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card.h - a model card as a text, for whoever writes one; to use one see model.h
 */
#ifndef VID_LIB_CARD_H
#define VID_LIB_CARD_H

#include "libvid/files.h"
#include "libvid/model.h"

/* The card's text, as model_card finds it; blob_free `text`. */
enum vid_reason model_card_text(const char *models_folder, const char *name,
				struct blob *text, struct problem *problem);

/* What model_card makes of such a text; `path` is for complaints. */
enum vid_reason model_card_read(struct bytes text, const char *path,
				const char *models_folder, const char *name,
				struct model *out, struct problem *problem);

#endif
