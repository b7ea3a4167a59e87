/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/picture.h"

#include <stdio.h> /* jpeglib.h wants FILE */

#include <jerror.h>
#include <jpeglib.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <webp/decode.h>
#ifdef HAVE_AVIF
#include <avif/avif.h>
#endif

#include "libvid/cleanup.h"

/* A progressive JPEG may hold thousands of scans, each a pass over the whole picture;
 * real ones have about ten. */
#define SCANS_MAX 32

/* Coefficients of a progressive picture, 6 bytes a pixel at most. */
#define JPEG_MEMORY_MAX (112L << 20)

struct jpeg {
	struct jpeg_decompress_struct reader;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	jmp_buf escape;
};

void picture_free(struct picture *picture)
{
	free(picture->at);
	*picture = (struct picture){ .at = NULL };
}

static bool side_fits(int64_t side)
{
	return side >= PICTURE_SIDE_MIN && side <= PICTURE_SIDE_MAX;
}

/* --- JPEG ------------------------------------------------------------------- */

static void jpeg_give_up(j_common_ptr reader)
{
	struct jpeg *jpeg = reader->client_data;

	longjmp(jpeg->escape, 1);
}

/* libjpeg goes on after damage and fills up with grey. We do not: level -1 is damage.
 * Some cameras pad a frame with zeros, which is not. */
static void jpeg_message(j_common_ptr reader, int level)
{
	if (level < 0 && reader->err->msg_code != JWRN_EXTRANEOUS_DATA)
		jpeg_give_up(reader);
}

static void jpeg_text(j_common_ptr reader)
{
	(void)reader; /* nothing is printed */
}

static void jpeg_progress(j_common_ptr reader)
{
	if (((j_decompress_ptr)reader)->input_scan_number > SCANS_MAX)
		jpeg_give_up(reader);
}

static void jpeg_start(struct jpeg *jpeg, struct bytes from)
{
	jpeg->reader.err = jpeg_std_error(&jpeg->errors);
	jpeg->errors.error_exit = jpeg_give_up;
	jpeg->errors.emit_message = jpeg_message;
	jpeg->errors.output_message = jpeg_text;
	jpeg->reader.client_data = jpeg;
	jpeg_create_decompress(&jpeg->reader);
	jpeg->progress.progress_monitor = jpeg_progress;
	jpeg->reader.progress = &jpeg->progress;
	jpeg->reader.mem->max_memory_to_use = JPEG_MEMORY_MAX;
	jpeg_mem_src(&jpeg->reader, from.at, (unsigned long)from.len);
	(void)jpeg_read_header(&jpeg->reader, TRUE);
	jpeg->reader.out_color_space = JCS_EXT_BGR;
	jpeg->reader.dct_method = JDCT_ISLOW;
}

static void jpeg_rows(struct jpeg *jpeg, uint8_t *to)
{
	size_t step = (size_t)jpeg->reader.image_width * 3;

	(void)jpeg_start_decompress(&jpeg->reader);
	while (jpeg->reader.output_scanline < jpeg->reader.output_height) {
		JSAMPROW row = to + step * jpeg->reader.output_scanline;

		if (jpeg_read_scanlines(&jpeg->reader, &row, 1) != 1)
			jpeg_give_up((j_common_ptr)&jpeg->reader);
	}
	(void)jpeg_finish_decompress(&jpeg->reader);
}

static bool jpeg_colours_known(const struct jpeg *jpeg)
{
	return jpeg->reader.num_components == 1 || jpeg->reader.num_components == 3;
}

static bool decode_jpeg(struct bytes file, struct picture *out)
{
	/* Zeroed, so that destroying it is safe however early the way out was. */
	struct jpeg jpeg = { .reader = { .err = NULL } };

	/* What is changed below is reached through pointers: longjmp spoils none of it.
	 */
	if (setjmp(jpeg.escape)) {
		jpeg_destroy_decompress(&jpeg.reader);
		picture_free(out);
		return false;
	}
	jpeg_start(&jpeg, file);
	if (!side_fits(jpeg.reader.image_width) || !side_fits(jpeg.reader.image_height) ||
	    !jpeg_colours_known(&jpeg))
		jpeg_give_up((j_common_ptr)&jpeg.reader);
	out->width = (int)jpeg.reader.image_width;
	out->height = (int)jpeg.reader.image_height;
	out->at = malloc((size_t)out->width * (size_t)out->height * 3);
	if (!out->at)
		jpeg_give_up((j_common_ptr)&jpeg.reader);
	jpeg_rows(&jpeg, out->at);
	jpeg_destroy_decompress(&jpeg.reader);
	return true;
}

bool picture_decode_frame(struct bytes frame, int width, int height, uint8_t *to,
			  size_t size)
{
	struct jpeg jpeg = { .reader = { .err = NULL } };

	if (!side_fits(width) || !side_fits(height) || frame.len == 0 ||
	    frame.len > PICTURE_FILE_MAX || size < (size_t)width * (size_t)height * 3)
		return false;
	if (setjmp(jpeg.escape)) {
		jpeg_destroy_decompress(&jpeg.reader);
		return false;
	}
	jpeg_start(&jpeg, frame);
	if (jpeg.reader.image_width != (JDIMENSION)width ||
	    jpeg.reader.image_height != (JDIMENSION)height ||
	    jpeg.reader.progressive_mode || jpeg.reader.arith_code ||
	    !jpeg_colours_known(&jpeg))
		jpeg_give_up((j_common_ptr)&jpeg.reader);
	jpeg_rows(&jpeg, to);
	jpeg_destroy_decompress(&jpeg.reader);
	return true;
}

/* --- PNG -------------------------------------------------------------------- */

/* libpng is content once it has the last pixel; a file that lacks its end was cut. */
static bool ends_as_png(struct bytes file)
{
	static const uint8_t end[12] = { 0,   0,   0,    0,    'I',  'E',
					 'N', 'D', 0xae, 0x42, 0x60, 0x82 };

	return file.len > sizeof(end) &&
	       memcmp(file.at + file.len - sizeof(end), end, sizeof(end)) == 0;
}

static bool decode_png(struct bytes file, struct picture *out)
{
	const png_color black = { 0, 0, 0 }; /* behind what is transparent */
	png_image image = { .version = PNG_IMAGE_VERSION };

	if (!ends_as_png(file) ||
	    !png_image_begin_read_from_memory(&image, file.at, file.len))
		return false;
	if (side_fits(image.width) && side_fits(image.height)) {
		image.format = PNG_FORMAT_BGR;
		out->width = (int)image.width;
		out->height = (int)image.height;
		out->at = malloc(PNG_IMAGE_SIZE(image));
		if (out->at && png_image_finish_read(&image, &black, out->at, 0, NULL))
			return true;
	}
	png_image_free(&image);
	picture_free(out);
	return false;
}

/* --- WEBP ------------------------------------------------------------------- */

/* A file that is shorter than its RIFF header says was cut: libwebp would still read one
 * that lacks its last rows' end. */
static bool is_whole_webp(struct bytes file)
{
	const uint8_t *len = file.at + 4;
	size_t says = (size_t)len[0] | (size_t)len[1] << 8 | (size_t)len[2] << 16 |
		      (size_t)len[3] << 24;

	return memcmp(file.at + 8, "WEBP", 4) == 0 && file.len - 8 == says;
}

static bool decode_webp(struct bytes file, struct picture *out)
{
	WebPBitstreamFeatures is;
	size_t size;

	if (!is_whole_webp(file) ||
	    WebPGetFeatures(file.at, file.len, &is) != VP8_STATUS_OK ||
	    is.has_animation || !side_fits(is.width) || !side_fits(is.height))
		return false;
	out->width = is.width;
	out->height = is.height;
	size = (size_t)is.width * (size_t)is.height * 3;
	out->at = malloc(size);
	if (out->at && WebPDecodeBGRInto(file.at, file.len, out->at, size, 3 * is.width))
		return true;
	picture_free(out);
	return false;
}

/* --- AVIF ------------------------------------------------------------------- */

#ifdef HAVE_AVIF
static void avif_end(avifDecoder **decoder)
{
	if (*decoder)
		avifDecoderDestroy(*decoder);
}

/* One picture, no film, in this thread: vid-camera may start none. */
static bool avif_read(avifDecoder *decoder, struct bytes file)
{
	decoder->maxThreads = 1;
	decoder->ignoreExif = decoder->ignoreXMP = AVIF_TRUE;
	decoder->imageSizeLimit = PICTURE_SIDE_MAX * PICTURE_SIDE_MAX;
	decoder->imageDimensionLimit = PICTURE_SIDE_MAX;
	decoder->imageCountLimit = 1;
	return avifDecoderSetIOMemory(decoder, file.at, file.len) == AVIF_RESULT_OK &&
	       avifDecoderParse(decoder) == AVIF_RESULT_OK && decoder->imageCount == 1 &&
	       side_fits(decoder->image->width) && side_fits(decoder->image->height) &&
	       avifDecoderNextImage(decoder) == AVIF_RESULT_OK;
}

static bool decode_avif(struct bytes file, struct picture *out)
{
	AUTO(avif_end) avifDecoder *decoder = avifDecoderCreate();
	avifRGBImage rgb;

	if (!decoder || !avif_read(decoder, file))
		return false;
	avifRGBImageSetDefaults(&rgb, decoder->image);
	rgb.format = AVIF_RGB_FORMAT_BGR;
	rgb.depth = 8;
	out->width = (int)decoder->image->width;
	out->height = (int)decoder->image->height;
	out->at = malloc((size_t)out->width * (size_t)out->height * 3);
	rgb.pixels = out->at;
	rgb.rowBytes = (uint32_t)out->width * 3;
	if (out->at && avifImageYUVToRGB(decoder->image, &rgb) == AVIF_RESULT_OK)
		return true;
	picture_free(out);
	return false;
}

/* A file type box whose brand is that of one AVIF picture. */
static bool is_avif(struct bytes file)
{
	return file.len > 12 && memcmp(file.at + 4, "ftypavif", 8) == 0;
}
#endif

/* --- PGM -------------------------------------------------------------------- */

/* A decimal number of a PGM's head, and the one byte of white space behind it. */
static bool pgm_number(struct bytes file, size_t *at, int *out)
{
	size_t start = *at;

	for (*out = 0; *at < file.len && file.at[*at] >= '0' && file.at[*at] <= '9';
	     (*at)++) {
		if (*at - start == 4)
			return false;
		*out = *out * 10 + (file.at[*at] - '0');
	}
	return *at > start && *at < file.len &&
	       (file.at[*at] == ' ' || file.at[*at] == '\n' || file.at[*at] == '\t' ||
		file.at[*at] == '\r') &&
	       ++*at;
}

/* White space and comments before a number; none are allowed before the pixels. */
static void pgm_skip(struct bytes file, size_t *at)
{
	while (*at < file.len && memchr(" \t\r\n#", file.at[*at], 5))
		if (file.at[(*at)++] == '#')
			while (*at < file.len && file.at[*at] != '\n')
				(*at)++;
}

/* "P5 WIDTH HEIGHT 255" and exactly their pixels: one picture, eight bits. */
static bool decode_pgm(struct bytes file, struct picture *out)
{
	int number[3];
	size_t at = 2, area;

	for (size_t i = 0; i < 3; i++) {
		size_t before = at;

		pgm_skip(file, &at);
		if ((i == 0 && at == before) || !pgm_number(file, &at, &number[i]))
			return false;
	}
	if (!side_fits(number[0]) || !side_fits(number[1]) || number[2] != 255)
		return false;
	area = (size_t)number[0] * (size_t)number[1];
	if (file.len - at != area || !(out->at = malloc(3 * area)))
		return false;
	out->width = number[0];
	out->height = number[1];
	for (size_t i = 0; i < 3 * area; i++)
		out->at[i] = file.at[at + i / 3];
	return true;
}

static bool starts_with(struct bytes file, const char *magic, size_t len)
{
	return file.len > len && memcmp(file.at, magic, len) == 0;
}

bool picture_decode(struct bytes file, struct picture *out)
{
	*out = (struct picture){ .at = NULL };
	if (file.len > PICTURE_FILE_MAX)
		return false;
	if (starts_with(file, "\xff\xd8\xff", 3))
		return decode_jpeg(file, out);
	if (starts_with(file, "\x89PNG\r\n\x1a\n", 8))
		return decode_png(file, out);
	if (file.len > 12 && starts_with(file, "RIFF", 4))
		return decode_webp(file, out);
	if (starts_with(file, "P5", 2))
		return decode_pgm(file, out);
#ifdef HAVE_AVIF
	if (is_avif(file))
		return decode_avif(file, out);
#endif
	return false;
}
