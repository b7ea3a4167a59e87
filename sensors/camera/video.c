/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * YUV4MPEG2: a line of text, then for each frame a line "FRAME..." and its planes. (The
 * format is described in yuv4mpeg(5) of the mjpegtools.)
 */
#include "config.h"

#include "sensors/camera/video.h"

#include <stdlib.h>
#include <string.h>

#include "sensors/camera/picture.h"
#include "sensors/camera/pixels.h"

#define HEAD_MAX  256 /* bytes of the first line: ffmpeg's has about 70 */
#define FRAME_MAX 128 /* of a frame's */

/* The line at `at`, without its end, as text; its length with the end, or 0. */
static size_t read_line(const struct video *video, uint64_t at, char *to, size_t size)
{
	size_t len = size - 1;
	char *end;

	if (at >= video->file.len)
		return 0;
	if (len > video->file.len - at)
		len = (size_t)(video->file.len - at);
	if (!video->file.read(video->file.of, at, to, len))
		return 0;
	to[len] = '\0';
	end = memchr(to, '\n', len);
	if (!end || memchr(to, '\0', (size_t)(end - to)))
		return 0;
	*end = '\0';
	return (size_t)(end - to) + 1;
}

static bool read_number(const char *text, long max, long *out, const char **end)
{
	char *after;

	if (*text < '0' || *text > '9')
		return false;
	*out = strtol(text, &after, 10);
	*end = after;
	return *out >= 0 && *out <= max;
}

static bool read_side(const char *text, int *out)
{
	const char *end;
	long number;

	if (!read_number(text, PICTURE_SIDE_MAX, &number, &end) || *end ||
	    number < PICTURE_SIDE_MIN)
		return false;
	*out = (int)number;
	return true;
}

/* "30:1"; 0:0 is "not known", which is taken for 25 a second. */
static bool read_rate(const char *text, double *out)
{
	long parts[2];

	if (!read_number(text, INT32_MAX, &parts[0], &text) || *text++ != ':' ||
	    !read_number(text, INT32_MAX, &parts[1], &text) || *text)
		return false;
	*out = parts[0] == 0 && parts[1] == 0 ? 25
	       : parts[1]                     ? (double)parts[0] / (double)parts[1]
					      : 0;
	return true;
}

struct colours {
	const char *name;
	int across, down; /* pixels for one of colour; 0: mono */
};

static const struct colours *colours_of(const char *name)
{
	static const struct colours known[] = {
		{ "420", 2, 2 },      { "420jpeg", 2, 2 }, { "420mpeg2", 2, 2 },
		{ "420paldv", 2, 2 }, { "422", 2, 1 },     { "444", 1, 1 },
		{ "mono", 0, 0 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(name, known[i].name) == 0)
			return &known[i];
	return NULL;
}

/* One parameter of the first line. False: a video that we do not read. */
static bool read_parameter(struct video *video, const char *word,
			   const struct colours **colours)
{
	switch (word[0]) {
	case 'W':
		return read_side(word + 1, &video->width);
	case 'H':
		return read_side(word + 1, &video->height);
	case 'F':
		return read_rate(word + 1, &video->rate);
	case 'C':
		return (*colours = colours_of(word + 1)) != NULL;
	case 'I': /* a comb is no face */
		return word[1] == 'p' || word[1] == '?' || word[1] == '\0';
	case 'X':
		if (strcmp(word, "XCOLORRANGE=FULL") == 0)
			video->full = true;
		return true;
	default: /* the shape of a pixel, and what came later */
		return true;
	}
}

static bool read_head(struct video *video, const struct colours **colours)
{
	char head[HEAD_MAX + 1], *rest = head, *word;
	size_t len = read_line(video, 0, head, sizeof(head));

	if (len == 0 || !(word = strsep(&rest, " ")) || strcmp(word, "YUV4MPEG2") != 0)
		return false;
	video->rate = 25;
	while ((word = strsep(&rest, " ")))
		if (*word && !read_parameter(video, word, colours))
			return false;
	video->at = len;
	video->end = video->file.len;
	return video->width && video->height;
}

static size_t plane_size(const struct video *video)
{
	return (size_t)video->columns * (size_t)video->rows;
}

static void row_to_bgr(const struct video *video, int y)
{
	size_t light = (size_t)video->width * (size_t)video->height;
	const uint8_t *row = video->packed + (size_t)y * (size_t)video->width;
	const uint8_t *u = NULL, *v = NULL;
	uint8_t *to = video->bgr + (size_t)y * (size_t)video->width * 3;
	int across = 1;

	if (video->columns) {
		int down = (video->height + video->rows - 1) / video->rows;

		across = (video->width + video->columns - 1) / video->columns;
		u = video->packed + light + (size_t)(y / down) * (size_t)video->columns;
		v = u + plane_size(video);
	}
	for (int x = 0; x < video->width; x++, to += 3)
		pixels_yuv(row[x], u ? u[x / across] : 128, v ? v[x / across] : 128,
			   video->full, to);
}

enum video_next video_next(struct video *video, bool wanted)
{
	char line[FRAME_MAX + 1];
	size_t len;

	if (video->at == video->end)
		return VIDEO_END;
	len = read_line(video, video->at, line, sizeof(line));
	if (len == 0 || strncmp(line, "FRAME", 5) != 0 || (line[5] && line[5] != ' ') ||
	    video->end - video->at - len < video->packed_size)
		return VIDEO_CUT;
	if (wanted) {
		if (!video->file.read(video->file.of, video->at + len, video->packed,
				      video->packed_size))
			return VIDEO_CUT;
		for (int y = 0; y < video->height; y++)
			row_to_bgr(video, y);
	}
	video->at += len + video->packed_size;
	return VIDEO_FRAME;
}

static bool make_room(struct video *video)
{
	size_t light = (size_t)video->width * (size_t)video->height;

	video->packed_size = light + 2 * plane_size(video);
	video->packed = malloc(video->packed_size);
	video->bgr = malloc(light * 3);
	return video->packed && video->bgr;
}

bool video_open(struct video *video, const struct video_file *file)
{
	const struct colours *colours = colours_of("420");

	*video = (struct video){ .file = *file };
	/* written so that a NaN is no rate */
	if (!read_head(video, &colours) ||
	    !(video->rate >= 1 && video->rate <= VIDEO_RATE_MAX))
		return false;
	if (colours->across) {
		video->columns = (video->width + colours->across - 1) / colours->across;
		video->rows = (video->height + colours->down - 1) / colours->down;
	}
	return make_room(video);
}

void video_close(struct video *video)
{
	if (video->bgr)
		explicit_bzero(video->bgr,
			       (size_t)video->width * (size_t)video->height * 3);
	if (video->packed)
		explicit_bzero(video->packed, video->packed_size);
	free(video->bgr);
	free(video->packed);
	*video = (struct video){ .bgr = NULL };
}
