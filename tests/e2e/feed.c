/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * feed DEVICE PICTURE... - what a v4l2loopback camera sees: each picture (*.jpg, *.png,
 * or "wall": nobody is there) for five seconds, over and over, until it is ended
 *
 * 640 x 480 YUYV, the picture in the middle as large as it fits. No two frames are equal:
 * each is moved by a pixel or two, and has its number in a corner. A PNG is a code on a
 * bright screen, too pale to be taken for a face by the basic engine, which takes
 * whatever is in the middle for one. Frames are drawn once: an emulated processor has
 * other things to do.
 */
#include "config.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "libvid/files.h"
#include "sensors/camera/picture.h"

#define WIDTH              640
#define HEIGHT             480
#define FRAMES_PER_SECOND  5
#define FRAMES_PER_PICTURE (5 * FRAMES_PER_SECOND) /* a login looks for a while */
#define PICTURES_MAX       8
#define PLACES             5 /* that a picture is moved to */

struct slide {
	struct picture picture;
	bool pale;
	uint8_t frame[PLACES][WIDTH * HEIGHT * 2];
};

static int luma(const struct slide *slide, int x, int y)
{
	const struct picture *from = &slide->picture;
	/* in 1/65536 of the picture's pixels, for each pixel of the frame */
	int64_t across = ((int64_t)from->width << 16) / WIDTH;
	int64_t down = ((int64_t)from->height << 16) / HEIGHT;
	int64_t step = across > down ? across : down;
	int64_t fx = (x - WIDTH / 2) * step + ((int64_t)from->width << 15);
	int64_t fy = (y - HEIGHT / 2) * step + ((int64_t)from->height << 15);
	const uint8_t *bgr;
	int grey;

	if (fx < 0 || fy < 0 || fx >> 16 >= from->width || fy >> 16 >= from->height)
		return slide->pale ? 253 : 128;
	bgr = from->at + ((fy >> 16) * from->width + (fx >> 16)) * 3;
	grey = (29 * bgr[0] + 150 * bgr[1] + 77 * bgr[2]) >> 8;
	return slide->pale ? 205 + grey * 48 / 255 : grey;
}

static void draw(struct slide *slide)
{
	for (int place = 0; place < PLACES; place++) {
		int dx = place * 7 % PLACES - 2, dy = place * 3 % PLACES - 2;
		uint8_t *to = slide->frame[place];

		for (int y = 0; y < HEIGHT; y++)
			for (int x = 0; x < WIDTH; x++) {
				*to++ = (uint8_t)luma(slide, x + dx, y + dy);
				*to++ = 128; /* no colour */
			}
	}
}

static const uint8_t *frame_of(struct slide *slide, uint32_t number)
{
	uint8_t *frame = slide->frame[number % PLACES];

	for (int bit = 0; bit < 16; bit++)
		frame[sizeof(slide->frame[0]) - 2 - 2 * (size_t)bit] =
			number >> bit & 1 ? 150 : 130;
	return frame;
}

static bool load(const char *path, struct slide *to)
{
	const char *dot = strrchr(path, '.');
	struct problem problem = { "" };
	struct blob blob = { NULL, 0 };
	bool good;

	if (strcmp(path, "wall") == 0) {
		to->picture = (struct picture){ .width = 0 };
		to->pale = true;
		return true;
	}
	good = file_read_untrusted(path, PICTURE_FILE_MAX, &blob, &problem) == VID_OK &&
	       picture_decode(bytes_of(blob.at, blob.len), &to->picture);

	to->pale = dot && strcmp(dot, ".png") == 0;
	blob_free(&blob);
	if (!good)
		fprintf(stderr, "feed: %s: no picture %s\n", path, problem.text);
	return good;
}

static int open_output(const char *path)
{
	struct v4l2_format format = { .type = V4L2_BUF_TYPE_VIDEO_OUTPUT };
	int fd = open(path, O_RDWR | O_CLOEXEC);

	format.fmt.pix.width = WIDTH;
	format.fmt.pix.height = HEIGHT;
	format.fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
	format.fmt.pix.field = V4L2_FIELD_NONE;
	if (fd < 0 || ioctl(fd, VIDIOC_S_FMT, &format) < 0) {
		perror(path);
		return -1;
	}
	return fd;
}

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = 1000000000L / FRAMES_PER_SECOND };
	static struct slide slides[PICTURES_MAX];
	uint32_t count = (uint32_t)argc - 2;
	int fd;

	if (argc < 3 || count > PICTURES_MAX) {
		fprintf(stderr, "usage: feed DEVICE PICTURE...\n");
		return 2;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (!load(argv[i + 2], &slides[i]))
			return 1;
		draw(&slides[i]);
	}
	if ((fd = open_output(argv[1])) < 0)
		return 1;
	for (uint32_t number = 0;; number++) {
		const uint8_t *frame =
			frame_of(&slides[number / FRAMES_PER_PICTURE % count], number);

		if (write(fd, frame, WIDTH * HEIGHT * 2) != WIDTH * HEIGHT * 2) {
			perror("write");
			return 1;
		}
		if (number == 0) { /* it is a camera from now on */
			puts("feeding");
			fflush(stdout);
		}
		(void)nanosleep(&pause, NULL);
	}
}
