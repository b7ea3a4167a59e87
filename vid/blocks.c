/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/blocks.h"

/* One pixel of the small picture: the one in the middle of what it stands for. In a
 * mirror the person's left is at the left. */
static const uint8_t *pixel_at(const struct camera_preview *preview, int column, int row)
{
	int x = (2 * (BLOCKS_COLUMNS - 1 - column) + 1) * preview->width /
		(2 * BLOCKS_COLUMNS);
	int y = (2 * row + 1) * preview->height / (4 * BLOCKS_LINES);

	return preview->at + 3 * ((size_t)y * (size_t)preview->width + (size_t)x);
}

void blocks_print(const struct camera_preview *preview, FILE *to)
{
	if (preview->width == 0)
		return;
	for (int line = 0; line < BLOCKS_LINES; line++) {
		for (int column = 0; column < BLOCKS_COLUMNS; column++) {
			const uint8_t *above = pixel_at(preview, column, 2 * line);
			const uint8_t *below = pixel_at(preview, column, 2 * line + 1);

			fprintf(to, "\033[38;2;%u;%u;%um\033[48;2;%u;%u;%um▀", above[2],
				above[1], above[0], below[2], below[1], below[0]);
		}
		fputs("\033[0m\033[K\n", to);
	}
}
