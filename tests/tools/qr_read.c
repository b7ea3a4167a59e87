/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qr_read FILE.png | qr_read --terminal dark|light: what a camera would read
 *
 * With --terminal, standard input is painted as a terminal with that background would
 * paint it (half blocks and SGR colours), and read from there.
 */
#include <png.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

#define CELL 4 /* pixels a half block */
#define SIDE (400 * CELL)

static uint8_t *pixels;
static unsigned width, height;

static bool load_png(const char *path)
{
	png_image image = { .version = PNG_IMAGE_VERSION };

	if (!png_image_begin_read_from_file(&image, path))
		return false;
	image.format = PNG_FORMAT_GRAY;
	width = image.width;
	height = image.height;
	pixels = malloc((size_t)width * height);
	return pixels && png_image_finish_read(&image, NULL, pixels, 0, NULL);
}

static void paint(unsigned x, unsigned y, uint8_t shade)
{
	for (unsigned dy = 0; dy < CELL; dy++)
		for (unsigned dx = 0; dx < CELL; dx++)
			if (x * CELL + dx < SIDE && y * CELL + dy < SIDE)
				pixels[(size_t)(y * CELL + dy) * SIDE + x * CELL + dx] =
					shade;
}

struct pen {
	uint8_t fore, back, plain_fore, plain_back;
};

/* The colours that a terminal knows by these numbers; others change nothing here. */
static void set_colours(struct pen *pen, const char *codes)
{
	for (const char *at = codes; at; at = strchr(at, ';')) {
		int code = atoi(at += *at == ';');

		if (code == 0) {
			pen->fore = pen->plain_fore;
			pen->back = pen->plain_back;
		} else if (code == 97) {
			pen->fore = 255;
		} else if (code == 40) {
			pen->back = 0;
		}
	}
}

static bool paint_terminal(bool dark)
{
	struct pen pen = { 0 };
	unsigned x = 0, y = 0;
	char line[8192];

	pen.plain_fore = pen.fore = dark ? 220 : 0;
	pen.plain_back = pen.back = dark ? 0 : 255;
	width = height = SIDE;
	pixels = malloc((size_t)SIDE * SIDE);
	if (!pixels)
		return false;
	memset(pixels, pen.plain_back, (size_t)SIDE * SIDE);
	while (fgets(line, sizeof(line), stdin)) {
		for (char *at = line; *at && *at != '\n';) {
			bool top = false, bottom = false;

			if (strncmp(at, "\033[", 2) == 0) {
				char *end = strchr(at, 'm');

				if (!end)
					return false;
				*end = '\0';
				set_colours(&pen, at + 2);
				at = end + 1;
				continue;
			}
			if (strncmp(at, "\u2588", 3) == 0)
				top = bottom = true;
			else if (strncmp(at, "\u2580", 3) == 0)
				top = true;
			else if (strncmp(at, "\u2584", 3) == 0)
				bottom = true;
			at += top || bottom ? 3 : 1;
			paint(x + 20, y + 20, top ? pen.fore : pen.back);
			paint(x + 20, y + 21, bottom ? pen.fore : pen.back);
			x++;
		}
		x = 0;
		y += 2;
	}
	return y > 0;
}

int main(int argc, char **argv)
{
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();
	const zbar_symbol_t *symbol;
	bool loaded;

	if (argc == 3 && strcmp(argv[1], "--terminal") == 0)
		loaded = paint_terminal(strcmp(argv[2], "dark") == 0);
	else
		loaded = argc == 2 && load_png(argv[1]);
	if (!loaded)
		return 2;
	zbar_image_scanner_set_config(scanner, 0, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, width, height);
	zbar_image_set_data(image, pixels, (unsigned long)width * height, NULL);
	if (zbar_scan_image(scanner, image) < 1)
		return 1;
	symbol = zbar_image_first_symbol(image);
	puts(zbar_symbol_get_data(symbol));
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
	free(pixels);
	return 0;
}
