/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answers.h - to files that are handed over (PICTURE, RECORDED, VIDEO): what is seen on
 * them
 */
#ifndef VID_CAMERA_ANSWERS_H
#define VID_CAMERA_ANSWERS_H

#include "sensors/camera/sight.h"

struct answers {
	struct sight *sight;
	bool preview; /* PREVIEW_SEEN is permitted */
	bool (*say)(const struct wire_frame *frame);
	struct wire_frame frame;
	uint8_t *file; /* PICTURE_FILE_MAX, made when the first picture comes */
};

/* `asked` for, with the descriptor that was handed over. False: nobody listens any more,
 * or what was asked for is not whole. */
bool answer_picture(struct answers *answers, const struct wire_frame *asked, int fd);
bool answer_recorded(struct answers *answers, const struct wire_frame *asked, int fd);
bool answer_video(struct answers *answers, const struct wire_frame *asked, int fd);

/* Wipes and frees. */
void answers_close(struct answers *answers);

#endif
