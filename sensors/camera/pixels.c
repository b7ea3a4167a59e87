/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/pixels.h"

#include <string.h>

int pixels_row(enum pixel_format format, int width)
{
	if (width <= 0 || width > PIXELS_SIDE_MAX)
		return 0;
	switch (format) {
	case PIXELS_GREY:
		return width;
	case PIXELS_Y10:
	case PIXELS_Y12:
	case PIXELS_Y16:
		return 2 * width;
	case PIXELS_YUYV:
		return width % 2 ? 0 : 2 * width;
	case PIXELS_NV12:
		return width % 2 ? 0 : width;
	case PIXELS_BGR:
		return 3 * width;
	case PIXELS_MJPEG:
		break;
	}
	return 0;
}

size_t pixels_len(const struct pixels *frame)
{
	int row = pixels_row(frame->format, frame->width);
	int rows = frame->height;

	/* A stride is a little more than a row: 16 times is a lie or an overflow. */
	if (row == 0 || rows <= 0 || rows > PIXELS_SIDE_MAX || frame->stride < row ||
	    frame->stride > 16 * row)
		return 0;
	if (frame->format == PIXELS_NV12) {
		if (rows % 2)
			return 0;
		rows += rows / 2;
	}
	return (size_t)frame->stride * (size_t)(rows - 1) + (size_t)row;
}

bool pixels_valid(const struct pixels *frame)
{
	size_t len = pixels_len(frame);

	return len != 0 && frame->at && frame->len >= len;
}

static bool has_room(const struct pixels *frame, int channels, size_t size)
{
	return pixels_valid(frame) &&
	       size / (size_t)channels >= (size_t)frame->width * (size_t)frame->height;
}

static const uint8_t *row_of(const struct pixels *frame, int y)
{
	return frame->at + (size_t)frame->stride * (size_t)y;
}

/* Weights of BT.601, which sum to 256. */
static uint8_t grey_of(const uint8_t *bgr)
{
	return (uint8_t)((29 * bgr[0] + 150 * bgr[1] + 77 * bgr[2] + 128) >> 8);
}

/* The eight highest of the bits that a format has; what lies above those is cut. */
static uint8_t high_bits(enum pixel_format format, const uint8_t *at)
{
	unsigned value = at[0] | (unsigned)at[1] << 8;
	unsigned shift = format == PIXELS_Y10 ? 2 : format == PIXELS_Y12 ? 4 : 8;

	value >>= shift;
	return (uint8_t)(value > 255 ? 255 : value);
}

bool pixels_grey(const struct pixels *frame, uint8_t *to, size_t size)
{
	if (!has_room(frame, 1, size))
		return false;
	for (int y = 0; y < frame->height; y++, to += frame->width) {
		const uint8_t *row = row_of(frame, y);

		switch (frame->format) {
		case PIXELS_YUYV:
			for (int x = 0; x < frame->width; x++)
				to[x] = row[2 * x];
			break;
		case PIXELS_BGR:
			for (int x = 0; x < frame->width; x++)
				to[x] = grey_of(row + 3 * x);
			break;
		case PIXELS_Y10:
		case PIXELS_Y12:
		case PIXELS_Y16:
			for (int x = 0; x < frame->width; x++)
				to[x] = high_bits(frame->format, row + 2 * x);
			break;
		case PIXELS_GREY:
		case PIXELS_NV12: /* its first plane */
		case PIXELS_MJPEG:
			memcpy(to, row, (size_t)frame->width);
			break;
		}
	}
	return true;
}

static uint8_t clamp(int value)
{
	return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* BT.601, Y 16..235, U and V 16..240 around 128, in 256ths. */
static void put_bgr(int y, int u, int v, uint8_t *to)
{
	int light = 298 * (y - 16) + 128;

	u -= 128;
	v -= 128;
	to[0] = clamp((light + 516 * u) >> 8);
	to[1] = clamp((light - 100 * u - 208 * v) >> 8);
	to[2] = clamp((light + 409 * v) >> 8);
}

/* Full range, as JPEG has it. */
static void put_bgr_full(int y, int u, int v, uint8_t *to)
{
	int light = 256 * y + 128;

	u -= 128;
	v -= 128;
	to[0] = clamp((light + 454 * u) >> 8);
	to[1] = clamp((light - 88 * u - 183 * v) >> 8);
	to[2] = clamp((light + 359 * v) >> 8);
}

void pixels_yuv(int y, int u, int v, bool full, uint8_t to[3])
{
	(full ? put_bgr_full : put_bgr)(y, u, v, to);
}

static void yuyv_row(const uint8_t *row, int width, uint8_t *to)
{
	for (int x = 0; x < width; x += 2, row += 4, to += 6) {
		put_bgr(row[0], row[1], row[3], to);
		put_bgr(row[2], row[1], row[3], to + 3);
	}
}

static void nv12_row(const uint8_t *light, const uint8_t *colour, int width, uint8_t *to)
{
	for (int x = 0; x < width; x += 2, to += 6) {
		put_bgr(light[x], colour[x], colour[x + 1], to);
		put_bgr(light[x + 1], colour[x], colour[x + 1], to + 3);
	}
}

static void grey_row(const uint8_t *row, int width, uint8_t *to)
{
	for (int x = 0; x < width; x++, to += 3)
		to[0] = to[1] = to[2] = row[x];
}

bool pixels_bgr(const struct pixels *frame, uint8_t *to, size_t size)
{
	size_t step = (size_t)frame->width * 3;

	if (!has_room(frame, 3, size))
		return false;
	for (int y = 0; y < frame->height; y++, to += step) {
		const uint8_t *row = row_of(frame, y);

		switch (frame->format) {
		case PIXELS_YUYV:
			yuyv_row(row, frame->width, to);
			break;
		case PIXELS_NV12:
			nv12_row(row, row_of(frame, frame->height + y / 2), frame->width,
				 to);
			break;
		case PIXELS_GREY:
			grey_row(row, frame->width, to);
			break;
		case PIXELS_Y10:
		case PIXELS_Y12:
		case PIXELS_Y16:
			for (int x = 0; x < frame->width; x++)
				memset(to + 3 * x, high_bits(frame->format, row + 2 * x),
				       3);
			break;
		case PIXELS_BGR:
		case PIXELS_MJPEG:
			memcpy(to, row, step);
			break;
		}
	}
	return true;
}
