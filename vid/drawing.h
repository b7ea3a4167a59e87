/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drawing.h - boxes, crosses and sentences in a picture of a preview
 */
#ifndef VID_DRAWING_H
#define VID_DRAWING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DRAWING_LETTER 2 /* pixels a dot */
#define DRAWING_LINE   (7 * DRAWING_LETTER)

struct drawing {
	int width, height;
	uint8_t *at; /* BGR without gaps; the caller's */
};

/* What lies outside of the picture is left out. `colour`: BGR. */
void draw_box(const struct drawing *drawing, float x, float y, float width, float height,
	      const uint8_t colour[3]);
void draw_cross(const struct drawing *drawing, float x, float y, const uint8_t colour[3]);

/* ASCII letters, digits and points from (x, y) on, in lines that fit the width; returns
 * the y below the last one. */
int draw_text(const struct drawing *drawing, int x, int y, const char *text,
	      const uint8_t colour[3]);

/* How many lines draw_text makes of it. */
int text_lines(const struct drawing *drawing, int x, const char *text);

/* As a PNG; `png` is malloc'ed. */
bool drawing_png(const struct drawing *drawing, uint8_t **png, size_t *len);

/* The dots of a letter (letters.c): 15 bits, three a row; 0: none. */
uint16_t letter_dots(char letter);

#endif
