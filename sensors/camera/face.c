/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/face.h"

#include <math.h>

#include "config.h"
#include "sensors/camera/engine.h"

/* Beyond this a picture is no camera's frame and no portrait; our sums stay in 32 bits.
 */
#define PICTURE_SIDE_MAX 16384
#define PICTURE_SIDE_MIN 32

#ifndef HAVE_OPENCV
struct face_engine *face_engine_models(const struct model *detector,
				       const struct model *embedding,
				       struct problem *problem)
{
	(void)detector;
	(void)embedding;
	return face_engine_alone(NULL, problem);
}

struct face_engine *face_engine_alone(const struct model *card, struct problem *problem)
{
	(void)card;
	problem_set(problem, "vid was built without OpenCV and cannot use face models");
	return NULL;
}
#endif

void face_engine_close(struct face_engine *engine)
{
	if (engine)
		engine->parts->close(engine);
}

const char *face_engine_model_id(const struct face_engine *engine)
{
	return engine->model_id;
}

size_t face_engine_dimension(const struct face_engine *engine)
{
	return engine->dimension;
}

static bool picture_sound(const struct face_picture *picture)
{
	return picture->at && (picture->channels == 1 || picture->channels == 3) &&
	       picture->width >= PICTURE_SIDE_MIN && picture->width <= PICTURE_SIDE_MAX &&
	       picture->height >= PICTURE_SIDE_MIN &&
	       picture->height <= PICTURE_SIDE_MAX &&
	       picture->stride >= picture->width * picture->channels;
}

int face_engine_find(struct face_engine *engine, const struct face_picture *picture,
		     struct face *faces, int max)
{
	if (!picture_sound(picture) || max < 0)
		return -1;
	return engine->parts->find(engine, picture, faces, max);
}

bool face_engine_embed(struct face_engine *engine, const struct face_picture *picture,
		       struct face *face, float *embedding)
{
	return picture_sound(picture) &&
	       engine->parts->embed(engine, picture, face, embedding) &&
	       embedding_normalise(embedding, engine->dimension);
}

bool face_engine_add_passive(struct face_engine *engine, const struct model *card,
			     struct problem *problem)
{
	if (engine->parts->add_passive)
		return engine->parts->add_passive(engine, card, problem);
	problem_set(problem, "this face engine takes no networks of liveness");
	return false;
}

bool face_engine_passive(struct face_engine *engine, const struct face_picture *picture,
			 const struct face *face, float *live)
{
	return picture_sound(picture) && engine->parts->passive &&
	       engine->parts->passive(engine, picture, face, live);
}

bool embedding_normalise(float *vector, size_t dimension)
{
	double sum = 0, length;

	for (size_t i = 0; i < dimension; i++)
		sum += (double)vector[i] * vector[i];
	length = sqrt(sum);
	if (!isfinite(length) || length < 1e-9)
		return false;
	for (size_t i = 0; i < dimension; i++)
		vector[i] = (float)(vector[i] / length);
	return true;
}
