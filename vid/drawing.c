/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/drawing.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "libvid/cleanup.h"

#define CROSS 3 /* pixels, each way */
#define STEP  (4 * DRAWING_LETTER)

static void dot(const struct drawing *drawing, int x, int y, const uint8_t colour[3])
{
	if (x >= 0 && y >= 0 && x < drawing->width && y < drawing->height)
		memcpy(drawing->at + 3 * ((size_t)y * (size_t)drawing->width + (size_t)x),
		       colour, 3);
}

/* Written so that a NaN is 0. */
static int pixel(float value)
{
	return value > -4096 && value < 4096 ? (int)(value + .5f) : 0;
}

void draw_box(const struct drawing *drawing, float x, float y, float width, float height,
	      const uint8_t colour[3])
{
	int left = pixel(x), top = pixel(y);
	int right = pixel(x + width), bottom = pixel(y + height);

	for (int i = left; i <= right; i++) {
		dot(drawing, i, top, colour);
		dot(drawing, i, bottom, colour);
	}
	for (int i = top; i <= bottom; i++) {
		dot(drawing, left, i, colour);
		dot(drawing, right, i, colour);
	}
}

void draw_cross(const struct drawing *drawing, float x, float y, const uint8_t colour[3])
{
	int across = pixel(x), down = pixel(y);

	for (int i = -CROSS; i <= CROSS; i++) {
		dot(drawing, across + i, down, colour);
		dot(drawing, across, down + i, colour);
	}
}

static void draw_letter(const struct drawing *drawing, int x, int y, char letter,
			const uint8_t colour[3])
{
	uint16_t dots = letter_dots(letter);

	for (int i = 0; i < 15; i++)
		for (int k = 0;
		     dots >> (14 - i) & 1 && k < DRAWING_LETTER * DRAWING_LETTER; k++)
			dot(drawing, x + i % 3 * DRAWING_LETTER + k % DRAWING_LETTER,
			    y + i / 3 * DRAWING_LETTER + k / DRAWING_LETTER, colour);
}

/* The length of the next line: whole words, or what fits of a long one. */
static size_t line_length(const char *text, size_t room)
{
	size_t len = strlen(text), fits;

	if (len <= room)
		return len;
	for (fits = room; fits > 0 && text[fits] != ' '; fits--)
		;
	return fits ? fits : room;
}

static size_t room_of(const struct drawing *drawing, int x)
{
	int room = (drawing->width - x) / STEP;

	return room > 0 ? (size_t)room : 1;
}

int text_lines(const struct drawing *drawing, int x, const char *text)
{
	int lines = 0;

	for (; *text; lines++) {
		text += line_length(text, room_of(drawing, x));
		text += *text == ' ';
	}
	return lines;
}

int draw_text(const struct drawing *drawing, int x, int y, const char *text,
	      const uint8_t colour[3])
{
	for (; *text; y += DRAWING_LINE) {
		size_t len = line_length(text, room_of(drawing, x));

		for (size_t i = 0; i < len; i++)
			draw_letter(drawing, x + (int)i * STEP, y, text[i], colour);
		text += len;
		text += *text == ' ';
	}
	return y;
}

bool drawing_png(const struct drawing *drawing, uint8_t **png, size_t *len)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
			    .format = PNG_FORMAT_BGR,
			    .width = (png_uint_32)drawing->width,
			    .height = (png_uint_32)drawing->height };
	png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);

	*png = malloc(size);
	if (*png &&
	    png_image_write_to_memory(&image, *png, &size, 0, drawing->at, 0, NULL)) {
		*len = size;
		return true;
	}
	free(*png);
	*png = NULL;
	return false;
}
