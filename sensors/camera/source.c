/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/source.h"

#include <stdlib.h>
#include <string.h>

bool source_init(struct source *source, int fd, void *of, const struct source_kind *kind,
		 size_t frame_max)
{
	*source = (struct source){ .fd = fd, .of = of, .kind = kind, .size = frame_max };
	for (int i = 0; i < 2; i++)
		if (!(source->copy[i] = malloc(frame_max)))
			return false;
	return true;
}

/* A device that counts or dates its frames backwards plays something back. */
static bool in_order(struct source *source, const struct source_frame *frame,
		     struct problem *problem)
{
	if (source->started &&
	    (frame->sequence <= source->sequence || frame->time < source->time)) {
		problem_set(problem, "the camera's frames are out of order");
		return false;
	}
	source->started = true;
	source->sequence = frame->sequence;
	source->time = frame->time;
	return true;
}

static void keep(struct source *source, struct source_frame *frame)
{
	unsigned older = source->newest, newer = 1 - older;
	size_t len = frame->pixels.len;

	if (len == 0 || len > source->size) {
		frame->pixels.at = NULL;
		return;
	}
	memcpy(source->copy[newer], frame->pixels.at, len);
	source->len[newer] = len;
	source->newest = newer;
	frame->pixels.at = source->copy[newer];
	frame->repeated = source->len[older] == len &&
			  memcmp(source->copy[older], source->copy[newer], len) == 0;
}

bool source_next(struct source *source, struct source_frame *frame,
		 struct problem *problem)
{
	*frame = (struct source_frame){ .sequence = 0 };
	if (!source->kind->take(source->of, frame, problem))
		return false;
	if (!frame->pixels.at)
		return true;
	keep(source, frame);
	return source->kind->give_back(source->of, problem) &&
	       in_order(source, frame, problem);
}

void source_close(struct source *source)
{
	if (source->kind)
		source->kind->close(source->of);
	for (int i = 0; i < 2; i++) {
		if (source->copy[i])
			explicit_bzero(source->copy[i], source->size);
		free(source->copy[i]);
	}
	*source = (struct source)SOURCE_NONE;
}
