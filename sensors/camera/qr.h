/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qr.h - QR codes in a grey picture, by zbar; no other symbology
 */
#ifndef VID_CAMERA_QR_H
#define VID_CAMERA_QR_H

#include "libvid/bytes.h"

struct qr;

/* NULL without memory. */
struct qr *qr_new(void);
void qr_free(struct qr *qr);

/*
 * Look for codes in width × height bytes of grey without padding. Fills `texts` (at most
 * `max`; views that live until the next call) and returns how many: texts that are empty
 * or longer than VID_QR_TEXT_MAX are left out. Bytes as they stand in the code.
 */
size_t qr_scan(struct qr *qr, const uint8_t *grey, int width, int height,
	       struct bytes *texts, size_t max);

#endif
