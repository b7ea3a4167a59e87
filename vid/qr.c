/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/qr.h"

#include <png.h>
#include <qrencode.h>
#include <stdlib.h>

#include "libvid/cleanup.h"

#define QUIET 4 /* modules around the code: ISO/IEC 18004 section 9.1 */
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

/* Is the module dark? Everything around the code is its light quiet zone. */
static bool dark(const QRcode *code, int x, int y)
{
	x -= QUIET;
	y -= QUIET;
	return x >= 0 && y >= 0 && x < code->width && y < code->width &&
	       (code->data[y * code->width + x] & 1);
}

bool qr_print(const char *text, FILE *to)
{
	/* Light modules are drawn, bright white on black: the dark ones are the ground,
	 * on which a seam between two characters does not show. */
	static const char *const blocks[2][2] = { { "\u2588", "\u2580" },
						  { "\u2584", " " } };
	AUTO(cleanup_qrcode) QRcode *code = encode(text);
	int side;

	if (!code)
		return false;
	side = code->width + 2 * QUIET;
	for (int y = 0; y < side; y += 2) {
		fputs("\033[97;40m", to);
		for (int x = 0; x < side; x++) {
			bool below = y + 1 >= side || dark(code, x, y + 1);

			fputs(blocks[dark(code, x, y)][below], to);
		}
		fputs("\033[0m\n", to);
	}
	return true;
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
	side = (unsigned)(code->width + 2 * QUIET) * SCALE;
	pixels = malloc((size_t)side * side);
	if (!pixels)
		return false;
	for (unsigned y = 0; y < side; y++)
		for (unsigned x = 0; x < side; x++)
			pixels[(size_t)y * side + x] =
				dark(code, (int)(x / SCALE), (int)(y / SCALE)) ? 0 : 255;
	image.width = image.height = side;
	size = PNG_IMAGE_PNG_SIZE_MAX(image);
	out = malloc(size);
	if (!out || !png_image_write_to_memory(&image, out, &size, 0, pixels, 0, NULL))
		return false;
	*png = TAKE_PTR(out);
	*len = size;
	return true;
}
