/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/models.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/model.h"
#include "libvid/settings.h"
#include "sensors/protocol.h"

static bool open_models(const struct wire_frame *asked, struct sight *sight,
			struct problem *problem)
{
	char folder[PATH_MAX], name[33];
	struct model detector, embedding;

	if (!wire_get_text(asked, CAMERA_FIELD_MODELS, folder, sizeof(folder)) ||
	    !wire_get_text(asked, CAMERA_FIELD_DETECTOR, name, sizeof(name))) {
		problem_set(problem, "no folder of models, or no detector, is named");
		return false;
	}
	if (model_card(folder, name, &detector, problem) != VID_OK)
		return false;
	if (!wire_get_text(asked, CAMERA_FIELD_EMBEDDER, name, sizeof(name))) {
		problem_set(problem, "no embedding model is named");
		return false;
	}
	if (model_card(folder, name, &embedding, problem) != VID_OK)
		return false;
	sight->engine = face_engine_models(&detector, &embedding, problem);
	return sight->engine != NULL;
}

/* A network that nobody asked for by name may be missing; one that is there and is not
 * the card's is a failure all the same (S57). */
static bool open_network(const char *folder, const char *name, bool optional,
			 struct sight *sight, struct problem *problem)
{
	struct model card;

	if (model_card(folder, name, &card, problem) != VID_OK)
		return false;
	if (optional && access(card.path, F_OK) != 0 && errno == ENOENT)
		return true;
	if (sight->networks == CAMERA_NETWORKS_MAX) {
		problem_set(problem, "more than %d networks of liveness",
			    CAMERA_NETWORKS_MAX);
		return false;
	}
	sight->networks++;
	return face_engine_add_passive(sight->engine, &card, problem);
}

static bool open_networks(const struct wire_frame *asked, struct sight *sight,
			  struct problem *problem)
{
	char folder[PATH_MAX], names[128], *rest = names, *name;
	uint32_t optional = 0;

	if (!wire_get_text(asked, CAMERA_FIELD_LIVENESS, names, sizeof(names)))
		return true;
	(void)wire_get_u32(asked, CAMERA_FIELD_OPTIONAL, &optional);
	if (!wire_get_text(asked, CAMERA_FIELD_MODELS, folder, sizeof(folder)))
		return false;
	while ((name = strsep(&rest, " ")))
		if (*name && !open_network(folder, name, optional == 1, sight, problem))
			return false;
	return true;
}

/* A drawn face that fills the middle of a picture: does the network say anything of it?
 * What it says is nobody's concern. */
static bool answers(struct face_engine *engine, const struct model *card)
{
	enum { SIDE = 320, PIXELS = 3 * SIDE * SIDE };
	struct face face = { .x = 80, .y = 80, .width = 160, .height = 160 };
	const struct face_picture picture = { .at = malloc(PIXELS),
					      .width = SIDE,
					      .height = SIDE,
					      .stride = 3 * SIDE,
					      .channels = 3 };
	AUTO_FREE uint8_t *pixels = (uint8_t *)(uintptr_t)picture.at;
	float embedding[VID_EMBEDDING_MAX], live;

	for (int i = 0; pixels && i < PIXELS; i++)
		pixels[i] = (uint8_t)(i / 3 % SIDE / 2 + i / (3 * SIDE) / 4 + i % 3 * 8);
	for (int i = 0; i < 5; i++)
		for (int j = 0; j < 2; j++)
			face.landmark[i][j] = 80 + 160 * card->align[i][j];
	switch (card->kind) {
	case MODEL_DETECTOR:
		return pixels && face_engine_find(engine, &picture, &face, 1) >= 0;
	case MODEL_EMBEDDING:
		return pixels && face_engine_embed(engine, &picture, &face, embedding);
	case MODEL_LIVENESS:
		return pixels && face_engine_passive(engine, &picture, &face, &live);
	}
	return false;
}

static bool open_trial(const struct wire_frame *asked, const char *name,
		       struct sight *sight, struct problem *problem)
{
	char folder[PATH_MAX];
	struct model card;

	if (!wire_get_text(asked, CAMERA_FIELD_MODELS, folder, sizeof(folder))) {
		problem_set(problem, "no folder of models is named");
		return false;
	}
	if (model_card(folder, name, &card, problem) != VID_OK)
		return false;
	if (!(sight->engine = face_engine_alone(&card, problem)))
		return false;
	if (answers(sight->engine, &card))
		return true;
	problem_set(problem, "%s: the network fails on a picture", card.path);
	return false;
}

bool models_open(const struct wire_frame *asked, struct sight *sight,
		 struct problem *problem)
{
	uint32_t kind;
	char name[33];

	if (wire_get_text(asked, CAMERA_FIELD_TRIAL, name, sizeof(name)))
		return open_trial(asked, name, sight, problem);
	if (!wire_get_u32(asked, CAMERA_FIELD_ENGINE, &kind)) {
		problem_set(problem, "no face engine is named");
		return false;
	}
	switch (kind) {
	case ENGINE_NONE:
		return true;
	case ENGINE_MODELS:
		return open_models(asked, sight, problem) &&
		       open_networks(asked, sight, problem);
	case ENGINE_BASIC:
		sight->engine = face_engine_basic();
		break;
	default:
		break;
	}
	if (!sight->engine)
		problem_set(problem, "the face engine %u cannot be opened", kind);
	return sight->engine != NULL;
}
