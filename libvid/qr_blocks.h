/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qr_blocks.h - a QR code as rows of UTF-8 half blocks, two modules high each
 *
 * A library of its own, beside libvid: only vid and vidd draw, and what is drawn are
 * always bytes of our own making.
 */
#ifndef VID_QR_BLOCKS_H
#define VID_QR_BLOCKS_H

#include <qrencode.h>
#include <stdbool.h>

#define QR_QUIET 4 /* light modules around the code: ISO/IEC 18004 section 9.1 */

/* Is the module dark? (0, 0) is the corner of the quiet zone. */
bool qr_dark(const QRcode *code, int x, int y);

/*
 * Encode and draw: `row` is called for each row, with text that is drawn light on dark
 * (light modules are blocks, dark ones the ground). False when `text` does not fit in a
 * QR code or memory is short.
 */
bool qr_rows(const char *text, QRecLevel level, void (*row)(void *user, const char *line),
	     void *user);

#endif
