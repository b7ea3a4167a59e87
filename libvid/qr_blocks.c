/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/qr_blocks.h"

#include <stddef.h>
#include <string.h>

#define BLOCK_MAX 3                    /* bytes of one character */
#define SIDE_MAX  (177 + 2 * QR_QUIET) /* modules of version 40 */

bool qr_dark(const QRcode *code, int x, int y)
{
	x -= QR_QUIET;
	y -= QR_QUIET;
	return x >= 0 && y >= 0 && x < code->width && y < code->width &&
	       (code->data[y * code->width + x] & 1);
}

static void draw(const QRcode *code, void (*row)(void *user, const char *line),
		 void *user)
{
	static const char blocks[2][2][BLOCK_MAX + 1] = { { "\u2588", "\u2580" },
							  { "\u2584", " " } };
	int side = code->width + 2 * QR_QUIET;

	for (int y = 0; y < side; y += 2) {
		char line[SIDE_MAX * BLOCK_MAX + 1];
		size_t len = 0;

		for (int x = 0; x < side && len + BLOCK_MAX < sizeof(line); x++) {
			bool below = y + 1 >= side || qr_dark(code, x, y + 1);
			const char *block = blocks[qr_dark(code, x, y)][below];

			memcpy(line + len, block, strlen(block));
			len += strlen(block);
		}
		line[len] = '\0';
		row(user, line);
	}
}

bool qr_rows(const char *text, QRecLevel level, void (*row)(void *user, const char *line),
	     void *user)
{
	/* Base45 goes in alphanumeric mode by itself. */
	QRcode *code = QRcode_encodeString(text, 0, level, QR_MODE_8, 1);

	if (!code)
		return false;
	draw(code, row, user);
	QRcode_free(code);
	return true;
}
