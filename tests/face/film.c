/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * film PORTRAIT.jpg OUT.y4m turn|still - a film (YUV4MPEG2, 4:4:4) of a rendered person
 * who turns their head, or of one who does not: ten frames a second, three seconds
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "sensors/camera/picture.h"
#include "tests/render/render.h"

#define FRAMES 30

static uint8_t clamp(float value)
{
	return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)(value + .5f);
}

/* BT.601, full range. */
static uint8_t plane_of(const uint8_t *bgr, int plane)
{
	float b = bgr[0], g = bgr[1], r = bgr[2], y = .299f * r + .587f * g + .114f * b;

	return clamp(plane == 0   ? y
		     : plane == 1 ? 128 + .564f * (b - y)
				  : 128 + .713f * (r - y));
}

static void write_frame(const uint8_t *bgr, FILE *to)
{
	fputs("FRAME\n", to);
	for (int plane = 0; plane < 3; plane++)
		for (size_t i = 0; i < RENDER_WIDTH * RENDER_HEIGHT; i++)
			putc(plane_of(bgr + 3 * i, plane), to);
}

static int film(const uint8_t *portrait, bool turns, FILE *to)
{
	uint8_t *frame = malloc(RENDER_BYTES);
	struct render_view view = { .distance = 7.5f, .light = 1, .noise = 1 };

	if (!frame)
		return 1;
	fprintf(to, "YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C444 XCOLORRANGE=FULL\n",
		RENDER_WIDTH, RENDER_HEIGHT);
	for (int i = 0; i < FRAMES; i++) {
		float place = (float)i / (FRAMES - 1);

		view.seed = (uint32_t)i + 1;
		view.yaw = turns ? .7f * (place - .5f) : 0;
		view.pitch = turns ? .2f * (place - .5f) : 0;
		render(portrait, &view, frame);
		write_frame(frame, to);
	}
	free(frame);
	return 0;
}

int main(int argc, char **argv)
{
	AUTO(picture_free) struct picture picture = { .at = NULL };
	AUTO(blob_free) struct blob file = { 0 };
	FILE *to;
	int code;

	if (argc != 4 ||
	    file_read_untrusted(argv[1], PICTURE_FILE_MAX, &file, NULL) != VID_OK ||
	    !picture_decode(bytes_of(file.at, file.len), &picture) ||
	    picture.width != RENDER_SIDE || picture.height != RENDER_SIDE ||
	    !(to = fopen(argv[2], "w")))
		return 2;
	code = film(picture.at, strcmp(argv[3], "turn") == 0, to);
	return fclose(to) == 0 ? code : 1;
}
