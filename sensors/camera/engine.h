/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine.h - what an engine must bring to stand behind face.h
 *
 * face.c checks the picture and calls these; each engine's own struct starts with
 * struct face_engine.
 */
#ifndef VID_CAMERA_ENGINE_H
#define VID_CAMERA_ENGINE_H

#include "sensors/camera/face.h"

#ifdef __cplusplus
extern "C" {
#endif

struct face_engine_parts {
	void (*close)(struct face_engine *engine);
	int (*find)(struct face_engine *engine, const struct face_picture *picture,
		    struct face *faces, int max);
	bool (*embed)(struct face_engine *engine, const struct face_picture *picture,
		      struct face *face, float *embedding);
	/* NULL: an engine without liveness networks */
	bool (*passive)(struct face_engine *engine, const struct face_picture *picture,
			const struct face *face, float *live);
	bool (*add_passive)(struct face_engine *engine, const struct model *card,
			    struct problem *problem);
};

struct face_engine {
	const struct face_engine_parts *parts;
	char model_id[VID_MODEL_ID_MAX + 1];
	size_t dimension;
};

/* Make `vector` one long. False when it is zero or not finite. */
bool embedding_normalise(float *vector, size_t dimension);

#ifdef __cplusplus
}
#endif
#endif
