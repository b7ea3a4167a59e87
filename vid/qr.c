/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/qr.h"

#include <png.h>
#include <qrencode.h>
#include <stdlib.h>

#include "libvid/cleanup.h"
#include "libvid/qr_blocks.h"

#define SCALE 8 /* pixels a module in the picture */

static void cleanup_qrcode(QRcode **code)
{
	QRcode_free(*code);
}

/* Level M: a scratched screen still reads; base45 goes in alphanumeric mode by itself. */
static QRcode *encode(const char *text)
{
	return QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
}

static void print_row(void *user, const char *line)
{
	fprintf(user, "\033[97;40m%s\033[0m\n", line);
}

/* Bright white on black: the dark modules are the ground, on which a seam between two
 * characters does not show. */
bool qr_print(const char *text, FILE *to)
{
	return qr_rows(text, QR_ECLEVEL_M, print_row, to);
}

bool qr_png(const char *text, uint8_t **png, size_t *len)
{
	AUTO(cleanup_qrcode) QRcode *code = encode(text);
	AUTO_FREE uint8_t *pixels = NULL;
	AUTO_FREE uint8_t *out = NULL;
	png_image image = { .version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_GRAY };
	png_alloc_size_t size;
	unsigned side;

	if (!code)
		return false;
	side = (unsigned)(code->width + 2 * QR_QUIET) * SCALE;
	pixels = malloc((size_t)side * side);
	if (!pixels)
		return false;
	for (unsigned y = 0; y < side; y++)
		for (unsigned x = 0; x < side; x++)
			pixels[(size_t)y * side + x] =
				qr_dark(code, (int)(x / SCALE), (int)(y / SCALE)) ? 0
										  : 255;
	image.width = image.height = side;
	size = PNG_IMAGE_PNG_SIZE_MAX(image);
	out = malloc(size);
	if (!out || !png_image_write_to_memory(&image, out, &size, 0, pixels, 0, NULL))
		return false;
	*png = TAKE_PTR(out);
	*len = size;
	return true;
}
