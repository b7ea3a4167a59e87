/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pixels.h - what a camera's bytes mean: raw frames to grey and to BGR
 *
 * Pure functions over the caller's memory. A frame that does not hold what its geometry
 * says is refused before a byte of it is read (S12).
 */
#ifndef VID_CAMERA_PIXELS_H
#define VID_CAMERA_PIXELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIXELS_SIDE_MAX 4096 /* pixels: a picture file's; cameras are held to less */

enum pixel_format {
	PIXELS_GREY,  /* 1 byte */
	PIXELS_YUYV,  /* 4:2:2 packed, Y0 U Y1 V; even width */
	PIXELS_NV12,  /* 4:2:0, a plane of Y, then one of UV; even width and height */
	PIXELS_BGR,   /* 3 bytes */
	PIXELS_Y10,   /* 2 bytes, little-endian, the low 10 bits; infrared cameras */
	PIXELS_Y12,   /* the low 12 bits */
	PIXELS_Y16,   /* all 16 bits */
	PIXELS_MJPEG, /* one JPEG: picture.h decodes it, nothing here does */
};

struct pixels {
	enum pixel_format format;
	int width, height; /* pixels */
	int stride;        /* bytes from row to row (of NV12: of both planes) */
	const uint8_t *at;
	size_t len; /* bytes that are there */
};

/* The least stride of a row; 0 for a format or width that does not go. */
int pixels_row(enum pixel_format format, int width);

/* How many bytes a frame of this geometry takes (the last row may end early); 0 when
 * the geometry is impossible. */
size_t pixels_len(const struct pixels *frame);

/* Does the geometry make sense, and are the bytes there? Never for MJPEG. */
bool pixels_valid(const struct pixels *frame);

/*
 * Write width × height bytes of grey, or width × height × 3 of BGR, without padding.
 * YUV is taken as BT.601 with limited range, as USB cameras send it; grey from YUV is
 * its Y. False, with nothing written, when the frame is not valid or `size` too small.
 */
bool pixels_grey(const struct pixels *frame, uint8_t *to, size_t size);
bool pixels_bgr(const struct pixels *frame, uint8_t *to, size_t size);

/* One pixel of BT.601 to BGR; `full`: Y, U and V of 0..255, not of limited range. */
void pixels_yuv(int y, int u, int v, bool full, uint8_t to[3]);

#endif
