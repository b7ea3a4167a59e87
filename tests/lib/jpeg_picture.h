/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jpeg_picture.h - for tests and benches: a JPEG file as BGR pixels
 */
#ifndef VID_TESTS_JPEG_PICTURE_H
#define VID_TESTS_JPEG_PICTURE_H

#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "sensors/camera/face.h"

/* free() the pixels (`at`). NULL pixels when there is no such file. */
static inline struct face_picture jpeg_picture(const char *path)
{
	struct jpeg_decompress_struct reader;
	struct jpeg_error_mgr errors;
	struct face_picture picture = { 0 };
	FILE *file = fopen(path, "rb");
	uint8_t *at;

	if (!file)
		return picture;
	reader.err = jpeg_std_error(&errors);
	jpeg_create_decompress(&reader);
	jpeg_stdio_src(&reader, file);
	jpeg_read_header(&reader, TRUE);
	reader.out_color_space = JCS_EXT_BGR;
	jpeg_start_decompress(&reader);
	picture.width = (int)reader.output_width;
	picture.height = (int)reader.output_height;
	picture.channels = 3;
	picture.stride = picture.width * 3;
	at = malloc((size_t)picture.stride * (size_t)picture.height);
	if (!at)
		abort();
	picture.at = at;
	while (reader.output_scanline < reader.output_height) {
		JSAMPROW row =
			at + (size_t)reader.output_scanline * (size_t)picture.stride;

		jpeg_read_scanlines(&reader, &row, 1);
	}
	jpeg_finish_decompress(&reader);
	jpeg_destroy_decompress(&reader);
	fclose(file);
	return picture;
}

#endif
