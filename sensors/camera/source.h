/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source.h - where frames come from: a V4L2 camera, or in test builds a folder
 *
 * A source hands over its newest frame; the bytes are copied out before anybody reads
 * them, since a device may write on. Numbers and times that run backwards end it (S13).
 */
#ifndef VID_CAMERA_SOURCE_H
#define VID_CAMERA_SOURCE_H

#include "libvid/reason.h"
#include "sensors/camera/pixels.h"
#include "sensors/protocol.h"

struct source_frame {
	struct pixels pixels; /* at NULL: nothing usable this time */
	uint32_t sequence;
	int64_t time;  /* milliseconds of CLOCK_MONOTONIC */
	bool repeated; /* the same bytes as the frame before */
};

/* What stands behind a source. `take` lends the newest frame until `give_back`. */
struct source_kind {
	bool (*take)(void *of, struct source_frame *out, struct problem *problem);
	bool (*give_back)(void *of, struct problem *problem);
	void (*close)(void *of);
};

struct source {
	int fd; /* readable when a frame is there; -1: no source */
	void *of;
	const struct source_kind *kind;
	uint8_t *copy[2]; /* the newest frame and the one before it */
	size_t len[2];
	size_t size; /* bytes of room in each */
	unsigned newest;
	bool started;
	uint32_t sequence;
	int64_t time;
};

#define SOURCE_NONE                                                                      \
	{                                                                                \
		.fd = -1                                                                 \
	}

/* `frame_max`: bytes of the largest frame. False without memory. */
bool source_init(struct source *source, int fd, void *of, const struct source_kind *kind,
		 size_t frame_max);

/* The newest frame, copied: valid until the next call. False: the source has failed. */
bool source_next(struct source *source, struct source_frame *frame,
		 struct problem *problem);

void source_close(struct source *source);

/* Start a V4L2 device (v4l2.c); the descriptor is taken, also on failure. */
bool source_v4l2(struct source *source, int fd, enum camera_failure *failure,
		 struct problem *problem);

#ifdef VID_TEST_SOURCES
/* Play a folder's pictures (source_test.c). */
bool source_test(struct source *source, const char *folder, struct problem *problem);
#endif

#endif
