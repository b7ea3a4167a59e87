/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pictures.h - for tests: pictures made on the spot, as files' bytes and as files
 */
#ifndef VID_TESTS_PICTURES_H
#define VID_TESTS_PICTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct made {
	uint8_t *at; /* free() it */
	size_t len;
};

/* A picture that is not flat: colours and a chessboard. free() it. */
uint8_t *made_bgr(int width, int height);

enum made_jpeg { MADE_BASELINE, MADE_PROGRESSIVE, MADE_GREY, MADE_CMYK };
struct made made_jpeg(const uint8_t *bgr, int width, int height, enum made_jpeg how);
struct made made_webp(const uint8_t *bgr, int width, int height, bool lossless);
/* Empty where this build reads no AVIF. */
struct made made_avif(const uint8_t *bgr, int width, int height);
struct made made_png(const uint8_t *bgr, int width, int height);

/* Without its Huffman tables, as cameras send MJPEG. In place. */
void made_without_tables(struct made *jpeg);

bool made_write(const char *folder, const char *name, const struct made *made);

/* A QR code of `text`, `scale` pixels a module, turned by `degrees`, with noise of up to
 * `noise` grey levels, in size × size bytes of grey. free() it. */
uint8_t *made_qr(const char *text, size_t len, int size, int scale, double degrees,
		 int noise);

/* The same three times, as BGR. free() it. */
uint8_t *made_bgr_of_grey(const uint8_t *grey, int size);

#endif
