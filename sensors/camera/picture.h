/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * picture.h - JPEG, PNG, WEBP, PGM (P5, 8 bits) and, where libavif is there, AVIF to BGR,
 * within limits
 *
 * The bytes come from a camera or from somebody's file. Nothing is decoded before the
 * picture's size was judged; a picture that is cut short or damaged is refused, never
 * filled up with grey.
 */
#ifndef VID_CAMERA_PICTURE_H
#define VID_CAMERA_PICTURE_H

#include "libvid/bytes.h"

#define PICTURE_FILE_MAX (8U << 20) /* bytes: five times a telephone's portrait */
#define PICTURE_SIDE_MAX 4096       /* pixels; 50 MB of BGR at most */
#define PICTURE_SIDE_MIN 16

struct picture {
	uint8_t *at; /* owned; width * height * 3 bytes of BGR */
	int width, height;
};

/* Free; usable with AUTO(picture_free). */
void picture_free(struct picture *picture);

/* Decode a file's bytes, of a kind that the first of them tell. False, with an empty
 * picture, when they are of none, too large, or damaged. */
bool picture_decode(struct bytes file, struct picture *out);

/*
 * Decode one MJPEG frame, which must be width × height exactly, into `to` of `size`
 * bytes: BGR without padding. Baseline only. A frame without Huffman tables has the
 * standard ones (as cameras send it). False when damaged.
 */
bool picture_decode_frame(struct bytes frame, int width, int height, uint8_t *to,
			  size_t size);

#endif
