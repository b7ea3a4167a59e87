/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "tests/unit/pictures.h"

#include <stdio.h>

#include <jpeglib.h>
#include <math.h>
#include <png.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>
#include <webp/encode.h>
#ifdef HAVE_AVIF
#include <avif/avif.h>
#endif

uint8_t *made_bgr(int width, int height)
{
	uint8_t *bgr = malloc((size_t)width * (size_t)height * 3), *at = bgr;

	for (int y = 0; bgr && y < height; y++)
		for (int x = 0; x < width; x++, at += 3) {
			at[0] = (uint8_t)(x * 255 / width);
			at[1] = (uint8_t)(y * 255 / height);
			at[2] = (x / 8 + y / 8) % 2 ? 220 : 30;
		}
	return bgr;
}

static void set_up(struct jpeg_compress_struct *writer, enum made_jpeg how)
{
	writer->input_components = how == MADE_GREY ? 1 : how == MADE_CMYK ? 4 : 3;
	writer->in_color_space = how == MADE_GREY   ? JCS_GRAYSCALE
				 : how == MADE_CMYK ? JCS_CMYK
						    : JCS_EXT_BGR;
	jpeg_set_defaults(writer);
	jpeg_set_quality(writer, 95, TRUE);
	if (how == MADE_PROGRESSIVE)
		jpeg_simple_progression(writer);
}

struct made made_jpeg(const uint8_t *bgr, int width, int height, enum made_jpeg how)
{
	struct jpeg_compress_struct writer;
	struct jpeg_error_mgr errors;
	struct made made = { NULL, 0 };
	unsigned long len = 0;
	/* CMYK takes four bytes a pixel: what stands there does not matter. */
	uint8_t *row = calloc((size_t)width, 4);

	writer.err = jpeg_std_error(&errors);
	jpeg_create_compress(&writer);
	jpeg_mem_dest(&writer, &made.at, &len);
	writer.image_width = (JDIMENSION)width;
	writer.image_height = (JDIMENSION)height;
	set_up(&writer, how);
	jpeg_start_compress(&writer, TRUE);
	while (writer.next_scanline < writer.image_height) {
		const uint8_t *from =
			bgr + (size_t)writer.next_scanline * (size_t)width * 3;
		JSAMPROW to = row;

		memcpy(row, from, (size_t)width * (how == MADE_GREY ? 1 : 3));
		(void)jpeg_write_scanlines(&writer, &to, 1);
	}
	jpeg_finish_compress(&writer);
	jpeg_destroy_compress(&writer);
	free(row);
	made.len = len;
	return made;
}

struct made made_webp(const uint8_t *bgr, int width, int height, bool lossless)
{
	uint8_t *at = NULL;
	size_t len = lossless ? WebPEncodeLosslessBGR(bgr, width, height, 3 * width, &at)
			      : WebPEncodeBGR(bgr, width, height, 3 * width, 90, &at);
	struct made made = { malloc(len), len };

	if (!made.at)
		abort();
	memcpy(made.at, at, len);
	WebPFree(at);
	return made;
}

struct made made_avif(const uint8_t *bgr, int width, int height)
{
	struct made made = { NULL, 0 };
#ifdef HAVE_AVIF
	avifImage *image = avifImageCreate((uint32_t)width, (uint32_t)height, 8,
					   AVIF_PIXEL_FORMAT_YUV444);
	avifEncoder *encoder = avifEncoderCreate();
	avifRWData out = AVIF_DATA_EMPTY;
	avifRGBImage rgb;

	avifRGBImageSetDefaults(&rgb, image);
	rgb.format = AVIF_RGB_FORMAT_BGR;
	rgb.pixels = (uint8_t *)(uintptr_t)bgr;
	rgb.rowBytes = (uint32_t)width * 3;
	encoder->speed = AVIF_SPEED_FASTEST;
	if (avifImageRGBToYUV(image, &rgb) != AVIF_RESULT_OK ||
	    avifEncoderWrite(encoder, image, &out) != AVIF_RESULT_OK ||
	    !(made.at = malloc(out.size)))
		abort();
	memcpy(made.at, out.data, out.size);
	made.len = out.size;
	avifRWDataFree(&out);
	avifEncoderDestroy(encoder);
	avifImageDestroy(image);
#else
	(void)bgr;
	(void)width;
	(void)height;
#endif
	return made;
}

struct made made_png(const uint8_t *bgr, int width, int height)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
			    .width = (png_uint_32)width,
			    .height = (png_uint_32)height,
			    .format = PNG_FORMAT_BGR };
	struct made made = { NULL, 0 };
	png_alloc_size_t len = 0;

	if (!png_image_write_to_memory(&image, NULL, &len, 0, bgr, 0, NULL) ||
	    !(made.at = malloc(len)) ||
	    !png_image_write_to_memory(&image, made.at, &len, 0, bgr, 0, NULL))
		return made;
	made.len = len;
	return made;
}

void made_without_tables(struct made *jpeg)
{
	size_t at = 2;

	while (at + 4 < jpeg->len && jpeg->at[at] == 0xff && jpeg->at[at + 1] != 0xda) {
		size_t len = 2 + ((size_t)jpeg->at[at + 2] << 8 | jpeg->at[at + 3]);

		if (jpeg->at[at + 1] == 0xc4) {
			memmove(jpeg->at + at, jpeg->at + at + len, jpeg->len - at - len);
			jpeg->len -= len;
		} else {
			at += len;
		}
	}
}

bool made_write(const char *folder, const char *name, const struct made *made)
{
	char path[512];
	FILE *file;
	bool good;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!(file = fopen(path, "wb")))
		return false;
	good = fwrite(made->at, 1, made->len, file) == made->len;
	return fclose(file) == 0 && good;
}

static bool is_dark(const QRcode *code, double x, double y)
{
	int column = (int)floor(x), row = (int)floor(y);

	return column >= 0 && row >= 0 && column < code->width && row < code->width &&
	       (code->data[row * code->width + column] & 1);
}

uint8_t *made_qr(const char *text, size_t len, int size, int scale, double degrees,
		 int noise)
{
	QRcode *code =
		QRcode_encodeData((int)len, (const unsigned char *)text, 0, QR_ECLEVEL_M);
	uint8_t *grey = malloc((size_t)size * (size_t)size);
	double turn = degrees * 3.14159265358979 / 180, middle = (size - 1) / 2.0;
	uint32_t chance = 1;

	for (int i = 0; code && grey && i < size * size; i++) {
		double dx = i % size - middle, dy = i / size - middle;
		double x = (dx * cos(turn) + dy * sin(turn)) / scale + code->width / 2.0;
		double y = (dy * cos(turn) - dx * sin(turn)) / scale + code->width / 2.0;
		int value = is_dark(code, x, y) ? 40 : 210;

		chance = chance * 1664525 + 1013904223;
		if (noise)
			value += (int)(chance >> 16) % (2 * noise + 1) - noise;
		grey[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
	}
	if (code)
		QRcode_free(code);
	return grey;
}

uint8_t *made_bgr_of_grey(const uint8_t *grey, int size)
{
	uint8_t *bgr = malloc((size_t)size * (size_t)size * 3);

	for (int i = 0; bgr && i < size * size * 3; i++)
		bgr[i] = grey[i / 3];
	return bgr;
}
