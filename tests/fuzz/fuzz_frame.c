/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a camera sends (S12): the first byte chooses the format, the next four the
 * geometry, the rest is the frame. Format 5 is a picture file, 6 what the QR reader sees.
 */
#include <string.h>

#include "sensors/camera/picture.h"
#include "sensors/camera/pixels.h"
#include "sensors/camera/qr.h"
#include "tests/fuzz/fuzz.h"

#define HEAD 5

/* Sanitizers see a read past the end only where the memory ends. */
static uint8_t *exact(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	must(copy != NULL);
	if (size)
		memcpy(copy, data, size);
	return copy;
}

static void read_raw(const struct pixels *frame)
{
	size_t area = (size_t)frame->width * (size_t)frame->height;
	uint8_t *to = malloc(3 * area + 1);

	must(to != NULL);
	to[3 * area] = 0x5a;
	must(pixels_bgr(frame, to, 3 * area) == pixels_valid(frame));
	must(pixels_grey(frame, to, area) == pixels_valid(frame));
	must(to[3 * area] == 0x5a);
	free(to);
}

static void read_mjpeg(const struct pixels *frame)
{
	size_t size = 3 * (size_t)frame->width * (size_t)frame->height;
	uint8_t *to = malloc(size + 1);

	must(to != NULL);
	(void)picture_decode_frame(bytes_of(frame->at, frame->len), frame->width,
				   frame->height, to, size);
	free(to);
}

static void read_picture(struct bytes file)
{
	struct picture picture;

	if (picture_decode(file, &picture)) {
		must(picture.width <= PICTURE_SIDE_MAX);
		must(picture.height <= PICTURE_SIDE_MAX);
		must(picture.at != NULL);
	} else {
		must(picture.at == NULL);
	}
	picture_free(&picture);
}

static void read_code(const struct pixels *frame)
{
	struct bytes texts[2];
	struct qr *qr;

	if (frame->len < (size_t)frame->width * (size_t)frame->height)
		return;
	must((qr = qr_new()) != NULL);
	(void)qr_scan(qr, frame->at, frame->width, frame->height, texts, 2);
	qr_free(qr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pixels frame;
	uint8_t *copy;

	if (size < HEAD)
		return 0;
	copy = exact(data + HEAD, size - HEAD);
	frame = (struct pixels){ .format = (enum pixel_format)(data[0] % 7),
				 .width = 1 + data[1] % 128,
				 .height = 1 + data[2] % 128,
				 .stride = data[3] | data[4] << 8,
				 .at = copy,
				 .len = size - HEAD };
	if (data[0] % 7 == 5)
		read_picture(bytes_of(copy, size - HEAD));
	else if (data[0] % 7 == 6)
		read_code(&frame);
	else if (frame.format == PIXELS_MJPEG)
		read_mjpeg(&frame);
	else
		read_raw(&frame);
	free(copy);
	return 0;
}
