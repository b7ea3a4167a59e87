/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scene.h - what a sequence of frames says about where they come from (S13)
 *
 * A camera never gives the same pixels twice, and its noise changes most of them from one
 * frame to the next; a picture that is played back, or pasted into a frame, stands still
 * to the bit. Nothing here decides: shares and a flag are reported.
 */
#ifndef VID_CAMERA_SCENE_H
#define VID_CAMERA_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCENE_MEMORY                                                                     \
	1024 /* frames that are known again: half a minute at 30 a second                \
	      */

struct scene {
	uint64_t seen[SCENE_MEMORY]; /* keyed hashes of frames */
	size_t count;                /* of all frames so far */
	uint8_t key[16];
	uint8_t *now, *before; /* every fourth pixel's green, row by row */
	size_t columns, rows;
	bool compared;
};

/* The next frame, `width` × `height` BGR without gaps. False without memory. */
bool scene_add(struct scene *scene, const uint8_t *bgr, int width, int height);

/* Was the newest frame seen before, to the bit? */
bool scene_repeated(const struct scene *scene);

/* Mean of all pixels of the newest frame, 0..255. */
float scene_light(const struct scene *scene);

/* Share of the pixels within the box (in pixels; cut at the frame) that are not as in the
 * frame before, 0..1; negative when there was none, or the box is empty. */
float scene_changed(const struct scene *scene, float x, float y, float width,
		    float height);

/* How light the box was in the frame before, as a share of what it is now; negative when
 * there was none, or the box is empty or black. */
float scene_before(const struct scene *scene, float x, float y, float width,
		   float height);

/* Wipes and frees. */
void scene_close(struct scene *scene);

#endif
