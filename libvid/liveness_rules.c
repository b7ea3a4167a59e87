/* SPDX-License-Identifier: BSD-2-Clause */
/* What the model cards say of liveness: from which score on it is the same person, and
 * from which mean on the networks find a face live. */
#include "libvid/liveness.h"

#include <math.h>
#include <string.h>

/* The strictest of the networks' cards. */
static enum vid_reason passive_least(const struct settings *settings, float *least,
				     struct problem *problem)
{
	char names[sizeof(settings->liveness)], *rest = names, *name;
	struct model card;
	enum vid_reason why;

	memcpy(names, settings->liveness, sizeof(names));
	while ((name = strsep(&rest, " "))) {
		if (!*name)
			continue;
		why = model_card(settings->models, name, &card, problem);
		if (why != VID_OK)
			return why;
		*least = fmaxf(*least, card.least);
	}
	problem_set(problem, "%s", ""); /* of the folder without a card */
	return VID_OK;
}

enum vid_reason liveness_rules_of(const struct settings *settings,
				  const struct model *card, unsigned networks,
				  struct liveness_rules *rules, struct problem *problem)
{
	enum vid_reason why;

	*rules = (struct liveness_rules){ .mode = LIVENESS_TURN,
					  .window = VID_TURN_DEFAULT * 1000,
					  .passive = -1 };
	if (networks) {
		why = passive_least(settings, &rules->passive, problem);
		if (why != VID_OK)
			return why;
	}
	/* two frames of one person: any score that strangers seldom reach */
	if (model_threshold(card, 1e-3, 1, 1, &rules->same) ||
	    model_threshold(card, face_level_fmr(LEVEL_STANDARD), 1, 1, &rules->same))
		return VID_OK;
	problem_set(problem,
		    "%s has no score for FMR 1e-3; `vid face calibrate` measures it",
		    card->name);
	return VID_FACE_ENGINE;
}
