/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qr.h - a QR code of a presentation's text, for a terminal and as a picture
 */
#ifndef VID_QR_H
#define VID_QR_H

#include <stdio.h>

#include "libvid/bytes.h"

/*
 * Print `text` as a QR code of UTF-8 half blocks with its quiet zone. Colours are set for
 * each line, so that dark stays dark on a light terminal too. False when it does not fit
 * in a QR code or memory is short.
 */
bool qr_print(const char *text, FILE *to);

/* The same as a PNG (grey, 8 pixels a module); `png` is malloc'ed. */
bool qr_png(const char *text, uint8_t **png, size_t *len);

#endif
