/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * models.h - what the commands of `vid model` share: the folder, the cards, what vid.conf
 * uses, and the trial of a network by vid-camera
 *
 * All complain themselves and answer with an exit code of cli.h, CLI_GO when all is well.
 */
#ifndef VID_MODELS_H
#define VID_MODELS_H

#include "libvid/model.h"
#include "libvid/settings.h"

/* What the command line says, and what is read because of it. */
struct models {
	const char *folder_option, *settings_option; /* NULL where it does not */
	struct settings settings;
	bool configured;       /* vid.conf could be read */
	char folder[PATH_MAX]; /* of the ONNX files and the administrator's cards */
};

#define MODELS_OPTIONS(models)                                                           \
	{ .name = "models",                                                              \
	  .arg = N_("DIR"),                                                              \
	  .text = &(models).folder_option,                                               \
	  .help = N_("the folder of face models, instead of vid.conf's") },              \
	{                                                                                \
		.name = "settings", .arg = N_("FILE"),                                   \
		.text = &(models).settings_option,                                       \
		.help = N_("the settings, not /etc/vid/vid.conf")                        \
	}

/* Read the settings and find the folder. A vid.conf that is not there is not needed when
 * the command line names the folder. */
int models_open(struct models *models);

/*
 * The names of all cards, the administrator's and those that came with vid, sorted, each
 * once. models_free_names.
 */
struct model_names {
	char (*at)[33];
	size_t count;
};
int models_names(const struct models *models, struct model_names *out);
void models_free_names(struct model_names *names);

/* Does the card lie in the folder itself, as the administrator's? */
bool models_card_is_ours(const struct models *models, const char *name);

/* Does vid.conf, for its own folder, use card `name`? `optional`: only where it is there
 * (NULL: who asks does not mind). */
bool models_used(const struct models *models, const char *name, bool *optional);

enum models_state { MODELS_GOOD, MODELS_MISSING, MODELS_WRONG, MODELS_BUILT_IN };

/* Is the file in the folder, and the card's? `size`: its bytes; `problem`: what is wrong
 * with it. */
enum models_state models_state(const struct model *model, size_t *size,
			       struct problem *problem);

const char *models_kind(enum model_kind kind); /* as cards write it */

/* camera_try of a card of `folder`, within the time that a login would not wait. */
enum vid_reason models_try(const char *folder, const struct model *model, int abort_fd,
			   struct problem *problem);

#endif
