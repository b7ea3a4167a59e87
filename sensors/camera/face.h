/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * face.h - the one door to the face engine: picture in; boxes, landmarks, quality and
 * embedding out. Behind it stands OpenCV (engine.cpp) or the basic engine (basic.c).
 * Nothing here knows a device, a template or a threshold.
 */
#ifndef VID_CAMERA_FACE_H
#define VID_CAMERA_FACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvid/limits.h"
#include "libvid/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Pixels of the caller's: BGR (3 bytes) or grey (1). */
struct face_picture {
	const uint8_t *at;
	int width, height; /* pixels */
	int stride;        /* bytes from row to row */
	int channels;      /* 1 or 3 */
};

struct face {
	float x, y, width, height; /* pixels */
	float landmark[5][2]; /* right eye, left eye, nose, right and left mouth corner */
	float score;          /* the detector's, 0..1 */
	float eye_distance;   /* pixels */
	float sharpness;  /* variance of the Laplacian of the aligned face, 0..65535 */
	float brightness; /* mean of the aligned face, 0..255 */
};

struct face_engine;

/*
 * Open an engine. NULL with a problem text when a model is missing, changed or
 * unreadable. `detector` and `embedding` may be NULL only for face_engine_basic.
 */
struct face_engine *face_engine_models(const struct model *detector,
				       const struct model *embedding,
				       struct problem *problem);
/* An engine with one network of whatever kind, to try that: the others' calls fail. */
struct face_engine *face_engine_alone(const struct model *card, struct problem *problem);
struct face_engine *face_engine_basic(void);
void face_engine_close(struct face_engine *engine);

const char *face_engine_model_id(const struct face_engine *engine);
size_t face_engine_dimension(const struct face_engine *engine);

/* Faces of a picture, largest first; returns how many there are (at most `max` are
 * written), or -1. */
int face_engine_find(struct face_engine *engine, const struct face_picture *picture,
		     struct face *faces, int max);

/* The embedding of one face, L2-normalised; also fills its sharpness and brightness. */
bool face_engine_embed(struct face_engine *engine, const struct face_picture *picture,
		       struct face *face, float *embedding);

/* Let a network of liveness judge, too. False, with a problem text, when it is missing,
 * changed or unreadable, or the engine takes none. */
bool face_engine_add_passive(struct face_engine *engine, const struct model *card,
			     struct problem *problem);

/* How live the networks find the face, 0..1: their mean. False without any, or when one
 * of them fails. */
bool face_engine_passive(struct face_engine *engine, const struct face_picture *picture,
			 const struct face *face, float *live);

#ifdef __cplusplus
}
#endif
#endif
