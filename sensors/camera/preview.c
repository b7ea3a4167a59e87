/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/preview.h"

#include <stdlib.h>
#include <string.h>

#include "sensors/protocol.h"

#define ROWS_AT_ONCE 8 /* of 3 * 320 bytes: one wire frame holds them */

/* One pixel: the mean of the area that it stands for. */
static void mean_of(const uint8_t *from, int width, const int x[2], const int y[2],
		    uint8_t to[3])
{
	unsigned long sum[3] = { 0 }, count = 0;

	for (int row = y[0]; row < y[1]; row++)
		for (int column = x[0]; column < x[1]; column++, count++) {
			const uint8_t *pixel =
				from + 3 * ((size_t)row * (size_t)width + (size_t)column);

			for (int c = 0; c < 3; c++)
				sum[c] += pixel[c];
		}
	for (int c = 0; c < 3; c++)
		to[c] = (uint8_t)(sum[c] / count);
}

void preview_shrink(const uint8_t *from, int width, int height, uint8_t *to,
		    int small_width, int small_height)
{
	for (int row = 0; row < small_height; row++)
		for (int column = 0; column < small_width; column++, to += 3) {
			int x[2] = { column * width / small_width,
				     (column + 1) * width / small_width };
			int y[2] = { row * height / small_height,
				     (row + 1) * height / small_height };

			mean_of(from, width, x, y, to);
		}
}

static bool put_size(struct wire_frame *frame, const int size[4])
{
	uint8_t bytes[8];

	for (int i = 0; i < 4; i++) {
		bytes[2 * i] = (uint8_t)size[i];
		bytes[2 * i + 1] = (uint8_t)(size[i] >> 8);
	}
	return wire_put(frame, CAMERA_FIELD_SIZE, bytes_of(bytes, sizeof(bytes)));
}

static bool send_rows(const uint8_t *small, const int size[4], int row,
		      struct wire_frame *frame,
		      bool (*say)(const struct wire_frame *frame))
{
	int rows = size[1] - row < ROWS_AT_ONCE ? size[1] - row : ROWS_AT_ONCE;
	size_t step = (size_t)size[0] * 3;

	wire_start(frame, CAMERA_PREVIEW_SEEN);
	return put_size(frame, size) &&
	       wire_put_u32(frame, CAMERA_FIELD_ROW, (uint32_t)row) &&
	       wire_put(frame, CAMERA_FIELD_PIXELS,
			bytes_of(small + step * (size_t)row, step * (size_t)rows)) &&
	       say(frame);
}

/* The longer side becomes 320, if it is not less already. */
static void small_size(int width, int height, int size[4])
{
	int longer = width > height ? width : height;
	int to = longer < CAMERA_PREVIEW_SIDE ? longer : CAMERA_PREVIEW_SIDE;

	size[0] = width * to / longer > 0 ? width * to / longer : 1;
	size[1] = height * to / longer > 0 ? height * to / longer : 1;
	size[2] = width;
	size[3] = height;
}

bool preview_send(const uint8_t *bgr, int width, int height,
		  bool (*say)(const struct wire_frame *frame))
{
	struct wire_frame frame;
	uint8_t *small;
	int size[4];
	size_t len;
	bool sent = true;

	small_size(width, height, size);
	len = (size_t)size[0] * (size_t)size[1] * 3;
	small = malloc(len);
	if (!small)
		return false;
	preview_shrink(bgr, width, height, small, size[0], size[1]);
	for (int row = 0; sent && row < size[1]; row += ROWS_AT_ONCE)
		sent = send_rows(small, size, row, &frame, say);
	explicit_bzero(small, len);
	explicit_bzero(&frame, sizeof(frame));
	free(small);
	return sent;
}
