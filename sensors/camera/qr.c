/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/qr.h"

#include <stdlib.h>
#include <zbar.h>

#include "libvid/limits.h"

struct qr {
	zbar_image_scanner_t *scanner;
	zbar_image_t *image;
};

/* Every symbology is a parser that a passer-by can feed: all off but one. Without
 * BINARY, zbar would guess an encoding and load iconv's modules for it. */
static bool set_up(zbar_image_scanner_t *scanner)
{
	return zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0) ==
		       0 &&
	       zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1) ==
		       0 &&
	       zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1) ==
		       0;
}

struct qr *qr_new(void)
{
	struct qr *qr = calloc(1, sizeof(*qr));

	if (!qr)
		return NULL;
	qr->scanner = zbar_image_scanner_create();
	qr->image = zbar_image_create();
	if (!qr->scanner || !qr->image || !set_up(qr->scanner)) {
		qr_free(qr);
		return NULL;
	}
	return qr;
}

void qr_free(struct qr *qr)
{
	if (!qr)
		return;
	if (qr->image)
		zbar_image_destroy(qr->image);
	if (qr->scanner)
		zbar_image_scanner_destroy(qr->scanner);
	free(qr);
}

size_t qr_scan(struct qr *qr, const uint8_t *grey, int width, int height,
	       struct bytes *texts, size_t max)
{
	size_t count = 0;

	if (width <= 0 || height <= 0)
		return 0;
	zbar_image_set_format(qr->image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(qr->image, (unsigned)width, (unsigned)height);
	zbar_image_set_data(qr->image, grey, (unsigned long)width * (unsigned long)height,
			    NULL); /* stays ours */
	if (zbar_scan_image(qr->scanner, qr->image) <= 0)
		return 0;
	for (const zbar_symbol_t *symbol = zbar_image_first_symbol(qr->image);
	     symbol && count < max; symbol = zbar_symbol_next(symbol)) {
		struct bytes text = bytes_of(zbar_symbol_get_data(symbol),
					     zbar_symbol_get_data_length(symbol));

		if (text.len > 0 && text.len <= VID_QR_TEXT_MAX)
			texts[count++] = text;
	}
	return count;
}
