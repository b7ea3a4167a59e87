/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preview.h - a small copy of what the camera sees, for the person before it
 *
 * Pixels leave the sensor here and nowhere else, and only when OPEN permitted it; vidd
 * never does.
 */
#ifndef VID_CAMERA_PREVIEW_H
#define VID_CAMERA_PREVIEW_H

#include <stdint.h>

#include "libvid/wire.h"

/* Pixels of an area of `from`, width × height BGR without gaps, each the mean of those
 * it stands for: `small_width` × `small_height` of them. */
void preview_shrink(const uint8_t *from, int width, int height, uint8_t *to,
		    int small_width, int small_height);

/* Send the picture's small copy with `say`, whose false ends it. False: that, or no
 * memory. */
bool preview_send(const uint8_t *bgr, int width, int height,
		  bool (*say)(const struct wire_frame *frame));

#endif
