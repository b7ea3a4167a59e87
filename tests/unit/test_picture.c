/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/picture.c: whole pictures within limits, and nothing else (S12). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/camera/picture.h"
#include "tests/unit/pictures.h"

#define WIDTH  48
#define HEIGHT 40

static uint8_t *bgr;

static int make_picture(void **state)
{
	(void)state;
	bgr = made_bgr(WIDTH, HEIGHT);
	return bgr ? 0 : -1;
}

static int free_picture(void **state)
{
	(void)state;
	free(bgr);
	return 0;
}

/* From an allocation of exactly that length. */
static bool decodes(const uint8_t *at, size_t len, struct picture *out)
{
	uint8_t *copy = malloc(len ? len : 1);
	bool good;

	memcpy(copy, at, len);
	good = picture_decode(bytes_of(copy, len), out);
	free(copy);
	return good;
}

static void a_png_comes_out_as_it_was(void **state)
{
	struct made png = made_png(bgr, WIDTH, HEIGHT);
	struct picture picture;

	(void)state;
	assert_true(decodes(png.at, png.len, &picture));
	assert_int_equal(picture.width, WIDTH);
	assert_int_equal(picture.height, HEIGHT);
	assert_memory_equal(picture.at, bgr, WIDTH * HEIGHT * 3);
	picture_free(&picture);
	free(png.at);
}

static void a_lossless_webp_comes_out_as_it_was(void **state)
{
	struct made webp = made_webp(bgr, WIDTH, HEIGHT, true);
	struct picture picture;

	(void)state;
	assert_true(decodes(webp.at, webp.len, &picture));
	assert_int_equal(picture.width, WIDTH);
	assert_int_equal(picture.height, HEIGHT);
	assert_memory_equal(picture.at, bgr, WIDTH * HEIGHT * 3);
	picture_free(&picture);
	/* neither longer nor shorter than it says */
	webp.at = realloc(webp.at, webp.len + 1);
	webp.at[webp.len] = 0;
	assert_false(decodes(webp.at, webp.len + 1, &picture));
	webp.at[4]--;
	assert_false(decodes(webp.at, webp.len, &picture));
	free(webp.at);
}

static void a_lossy_webp_and_an_avif_come_out_nearly_as_they_were(void **state)
{
	struct made files[2] = { made_webp(bgr, WIDTH, HEIGHT, false),
				 made_avif(bgr, WIDTH, HEIGHT) };

	(void)state;
	for (size_t i = 0; i < 2 && files[i].len; i++) {
		struct picture picture;
		long off = 0;

		assert_true(decodes(files[i].at, files[i].len, &picture));
		assert_int_equal(picture.width, WIDTH);
		for (int k = 0; k < WIDTH * HEIGHT * 3; k++)
			off += abs(picture.at[k] - bgr[k]);
		assert_true(off / (WIDTH * HEIGHT * 3) < 24);
		picture_free(&picture);
		free(files[i].at);
	}
}

static void a_webp_that_claims_to_be_huge_is_refused(void **state)
{
	struct made webp = made_webp(bgr, WIDTH, HEIGHT, false);
	struct picture picture;

	(void)state;
	/* VP8's frame header: 14 bits of width behind the start code */
	assert_memory_equal(webp.at + 23, "\x9d\x01\x2a", 3);
	webp.at[26] = 0xff;
	webp.at[27] = 0x3f;
	assert_false(decodes(webp.at, webp.len, &picture));
	assert_null(picture.at);
	free(webp.at);
}

static void a_jpeg_comes_out_nearly_as_it_was(void **state)
{
	static const enum made_jpeg hows[] = { MADE_BASELINE, MADE_PROGRESSIVE };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct made jpeg = made_jpeg(bgr, WIDTH, HEIGHT, hows[i]);
		struct picture picture;
		long off = 0;

		assert_true(decodes(jpeg.at, jpeg.len, &picture));
		for (int k = 0; k < WIDTH * HEIGHT * 3; k++)
			off += abs(picture.at[k] - bgr[k]);
		assert_true(off / (WIDTH * HEIGHT * 3) < 16);
		picture_free(&picture);
		free(jpeg.at);
	}
}

static void a_grey_jpeg_has_three_equal_channels(void **state)
{
	struct made jpeg = made_jpeg(bgr, WIDTH, HEIGHT, MADE_GREY);
	struct picture picture;

	(void)state;
	assert_true(decodes(jpeg.at, jpeg.len, &picture));
	for (int i = 0; i < WIDTH * HEIGHT; i++)
		assert_true(picture.at[3 * i] == picture.at[3 * i + 2]);
	picture_free(&picture);
	free(jpeg.at);
}

static void a_picture_cut_anywhere_is_refused(void **state)
{
	struct made files[6] = { made_png(bgr, WIDTH, HEIGHT),
				 made_jpeg(bgr, WIDTH, HEIGHT, MADE_BASELINE),
				 made_jpeg(bgr, WIDTH, HEIGHT, MADE_PROGRESSIVE),
				 made_webp(bgr, WIDTH, HEIGHT, false),
				 made_webp(bgr, WIDTH, HEIGHT, true),
				 made_avif(bgr, WIDTH, HEIGHT) };
	struct picture picture;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		for (size_t len = 0; len < files[i].len; len++)
			if (decodes(files[i].at, len, &picture))
				fail_msg("file %zu passed with %zu of %zu bytes", i, len,
					 files[i].len);
		assert_null(picture.at);
		free(files[i].at);
	}
}

/* No claim about which are refused: only that each ends, and in order. */
static void a_picture_with_any_byte_changed_ends_well(void **state)
{
	struct made files[6] = { made_png(bgr, WIDTH, HEIGHT),
				 made_jpeg(bgr, WIDTH, HEIGHT, MADE_BASELINE),
				 made_jpeg(bgr, WIDTH, HEIGHT, MADE_PROGRESSIVE),
				 made_webp(bgr, WIDTH, HEIGHT, false),
				 made_webp(bgr, WIDTH, HEIGHT, true),
				 made_avif(bgr, WIDTH, HEIGHT) };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		for (size_t at = 0; at < files[i].len; at++) {
			struct picture picture;

			files[i].at[at] ^= 0xff;
			if (decodes(files[i].at, files[i].len, &picture))
				assert_true(picture.width <= PICTURE_SIDE_MAX &&
					    picture.height <= PICTURE_SIDE_MAX);
			picture_free(&picture);
			files[i].at[at] ^= 0xff;
		}
		free(files[i].at);
	}
}

static void a_png_with_one_changed_byte_of_data_is_refused(void **state)
{
	struct made png = made_png(bgr, WIDTH, HEIGHT);
	struct picture picture;

	(void)state;
	png.at[png.len - 30] ^= 1; /* within IDAT, under its checksum */
	assert_false(decodes(png.at, png.len, &picture));
	free(png.at);
}

/* The size stands in the header alone: nothing may be allocated for it. */
static void a_picture_that_claims_to_be_huge_is_refused(void **state)
{
	struct made jpeg = made_jpeg(bgr, WIDTH, HEIGHT, MADE_BASELINE);
	struct picture picture;
	size_t at = 2;

	(void)state;
	while (jpeg.at[at + 1] != 0xc0)
		at += 2 + ((size_t)jpeg.at[at + 2] << 8 | jpeg.at[at + 3]);
	jpeg.at[at + 5] = jpeg.at[at + 7] = 0xff;
	assert_false(decodes(jpeg.at, jpeg.len, &picture));
	free(jpeg.at);

	uint8_t *wide = made_bgr(PICTURE_SIDE_MAX + 1, PICTURE_SIDE_MIN);
	struct made png = made_png(wide, PICTURE_SIDE_MAX + 1, PICTURE_SIDE_MIN);
	assert_false(decodes(png.at, png.len, &picture));
	free(png.at);
	png = made_png(wide, PICTURE_SIDE_MAX, PICTURE_SIDE_MIN);
	assert_true(decodes(png.at, png.len, &picture));
	picture_free(&picture);
	free(png.at);
	free(wide);
}

static void what_is_no_picture_of_ours_is_refused(void **state)
{
	static const char *const texts[] = { "",
					     "GIF89a",
					     "\xff\xd8\xff",
					     "BM",
					     "RIFF",
					     "\x89PNG\r\n\x1a\n",
					     "RIFF\x06\x01\x01\x01WEBPVP8 ",
					     "\x01\x01\x01\x20"
					     "ftypavif",
					     "/etc/shadow" };
	struct made cmyk = made_jpeg(bgr, WIDTH, HEIGHT, MADE_CMYK);
	struct picture picture;
	uint8_t *large = calloc(1, PICTURE_FILE_MAX + 1);

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(
			decodes((const uint8_t *)texts[i], strlen(texts[i]), &picture));
	assert_false(decodes(cmyk.at, cmyk.len, &picture));
	free(cmyk.at);
	assert_non_null(large);
	assert_false(decodes(large, PICTURE_FILE_MAX + 1, &picture));
	free(large);
}

/* A PGM file: `head`, and `len` bytes 0, 1, 2... behind it. */
static bool pgm_decodes(const char *head, size_t len, struct picture *out)
{
	size_t start = strlen(head);
	uint8_t *file = malloc(start + len);
	bool good;

	memcpy(file, head, start);
	for (size_t i = 0; i < len; i++)
		file[start + i] = (uint8_t)i;
	good = decodes(file, start + len, out);
	free(file);
	return good;
}

static void a_pgm_has_three_equal_channels(void **state)
{
	static const char *const heads[] = { "P5 20 16 255\n", "P5\n20\t16\r255 ",
					     "P5\n# 9 9\n20 16\n#\n255\n" };
	struct picture picture;

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		assert_true(pgm_decodes(heads[i], 320, &picture));
		assert_int_equal(picture.width, 20);
		assert_int_equal(picture.height, 16);
		for (int k = 0; k < 3 * 320; k++)
			assert_int_equal(picture.at[k], (uint8_t)(k / 3));
		picture_free(&picture);
	}
}

static void a_pgm_that_is_not_exactly_what_it_says_is_refused(void **state)
{
	static const char *const heads[] = {
		"P5",
		"P5 ",
		"P5 20",
		"P520 16 255\n",
		"P5 20 16 256\n",
		"P5 20 16 65535\n",
		"P5 20 16 254\n",
		"P5 -20 16 255\n",
		"P5 20 16 255#\n",
		"P5 20 16 255",
		"P5 15 16 255\n",
		"P5 4097 16 255\n",
		"P5 20 00016 255\n",
		"P5 # 20 16 255\n",
		"P2 20 16 255\n",
		"P6 20 16 255\n",
		"P5 20 99999999999 255\n",
	};
	struct picture picture;

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		assert_false(pgm_decodes(heads[i], 320, &picture));
		assert_null(picture.at);
	}
	assert_false(pgm_decodes("P5 20 16 255\n", 319, &picture));
	assert_false(pgm_decodes("P5 20 16 255\n", 321, &picture));
	assert_false(pgm_decodes("P5 20 16 255\n", 0, &picture));
}

static bool frame_decodes(const struct made *jpeg, int width, int height, size_t size)
{
	uint8_t *to = malloc(size ? size : 1);
	bool good;

	good = picture_decode_frame(bytes_of(jpeg->at, jpeg->len), width, height, to,
				    size);
	free(to);
	return good;
}

static void a_frame_must_have_the_cameras_geometry_S12(void **state)
{
	struct made jpeg = made_jpeg(bgr, WIDTH, HEIGHT, MADE_BASELINE);
	struct made progressive = made_jpeg(bgr, WIDTH, HEIGHT, MADE_PROGRESSIVE);
	const size_t size = WIDTH * HEIGHT * 3;

	(void)state;
	assert_true(frame_decodes(&jpeg, WIDTH, HEIGHT, size));
	assert_false(frame_decodes(&jpeg, WIDTH, HEIGHT, size - 1));
	assert_false(frame_decodes(&jpeg, WIDTH - 1, HEIGHT, size));
	assert_false(frame_decodes(&jpeg, WIDTH, HEIGHT + 1, size + 3 * WIDTH));
	assert_false(frame_decodes(&jpeg, HEIGHT, WIDTH, size));
	assert_false(frame_decodes(&progressive, WIDTH, HEIGHT, size));
	free(jpeg.at);
	free(progressive.at);
}

static void a_frame_without_huffman_tables_or_with_padding_is_read(void **state)
{
	struct made jpeg = made_jpeg(bgr, WIDTH, HEIGHT, MADE_BASELINE);
	size_t whole = jpeg.len;

	(void)state;
	made_without_tables(&jpeg);
	assert_true(jpeg.len < whole - 300);
	assert_true(frame_decodes(&jpeg, WIDTH, HEIGHT, WIDTH * HEIGHT * 3));
	jpeg.at = realloc(jpeg.at, jpeg.len + 64);
	memset(jpeg.at + jpeg.len, 0, 64);
	jpeg.len += 64;
	assert_true(frame_decodes(&jpeg, WIDTH, HEIGHT, WIDTH * HEIGHT * 3));
	free(jpeg.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_png_comes_out_as_it_was),
		cmocka_unit_test(a_lossless_webp_comes_out_as_it_was),
		cmocka_unit_test(a_lossy_webp_and_an_avif_come_out_nearly_as_they_were),
		cmocka_unit_test(a_webp_that_claims_to_be_huge_is_refused),
		cmocka_unit_test(a_jpeg_comes_out_nearly_as_it_was),
		cmocka_unit_test(a_grey_jpeg_has_three_equal_channels),
		cmocka_unit_test(a_picture_cut_anywhere_is_refused),
		cmocka_unit_test(a_picture_with_any_byte_changed_ends_well),
		cmocka_unit_test(a_png_with_one_changed_byte_of_data_is_refused),
		cmocka_unit_test(a_picture_that_claims_to_be_huge_is_refused),
		cmocka_unit_test(what_is_no_picture_of_ours_is_refused),
		cmocka_unit_test(a_pgm_has_three_equal_channels),
		cmocka_unit_test(a_pgm_that_is_not_exactly_what_it_says_is_refused),
		cmocka_unit_test(a_frame_must_have_the_cameras_geometry_S12),
		cmocka_unit_test(a_frame_without_huffman_tables_or_with_padding_is_read),
	};

	return cmocka_run_group_tests_name("picture", tests, make_picture, free_picture);
}
