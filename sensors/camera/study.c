/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/study.h"

#include <time.h>

#include "sensors/camera/gates.h"

static int64_t nanoseconds(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) < 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void study_begin(struct study *study)
{
	*study = (struct study){ .since = nanoseconds() };
}

void study_next(struct study *study)
{
	int64_t now = nanoseconds(), took = (now - study->since) / 1000;

	if (study->stage < STUDY_STAGES)
		study->took[study->stage++] =
			took < 0 || took > UINT32_MAX ? UINT32_MAX : (uint32_t)took;
	study->since = now;
}

static double prominence(const struct face *face, double width, double height)
{
	double across = (double)face->x + (double)face->width / 2 - width / 2;
	double down = (double)face->y + (double)face->height / 2 - height / 2;

	return (double)face->width * (double)face->height -
	       2 * (across * across + down * down);
}

int study_subject(const struct face *faces, int count, int width, int height)
{
	int best = 0;

	for (int i = 1; i < count; i++)
		if (prominence(&faces[i], width, height) >
		    prominence(&faces[best], width, height))
			best = i;
	return best;
}

enum camera_gate study_find(struct study *study, struct face_engine *engine,
			    const struct face_picture *picture, struct face *out)
{
	struct face faces[STUDY_FACES_MAX] = { { .score = 0 } };
	int count = face_engine_find(engine, picture, faces, STUDY_FACES_MAX);

	study_next(study);
	if (count <= 0)
		return CAMERA_GATE_NOBODY;
	study->bystanders = count > 1;
	if (count > STUDY_FACES_MAX)
		count = STUDY_FACES_MAX;
	*out = faces[study_subject(faces, count, picture->width, picture->height)];
	return gate_of_faces(out, 1);
}

void study_end(struct study *study, struct wire_frame *report)
{
	uint8_t bytes[4 * STUDY_STAGES];

	while (study->stage < STUDY_STAGES) /* those that were not reached took nothing */
		study_next(study);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(study->took[i / 4] >> (8 * (i % 4)));
	(void)wire_put(report, CAMERA_FIELD_STAGES, bytes_of(bytes, sizeof(bytes)));
}
