/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A film that somebody hands over (S24): opened, and every frame of it read. The film is
 * exactly as long as the input, so that a read past its end is seen.
 */
#include <string.h>

#include "sensors/camera/picture.h"
#include "sensors/camera/video.h"
#include "tests/fuzz/fuzz.h"

#define FRAMES_MAX 64
#define AREA_MAX   (256 * 256) /* larger ones are slow, and no different */

struct film {
	const uint8_t *at;
	size_t len;
};

static bool read_film(void *of, uint64_t at, void *to, size_t len)
{
	const struct film *film = of;

	if (at > film->len || len > film->len - at)
		return false;
	if (len)
		memcpy(to, film->at + at, len);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct film film = { data, size };
	const struct video_file file = { .read = read_film, .of = &film, .len = size };
	struct video video = { .bgr = NULL };
	uint64_t before = 0;

	if (video_open(&video, &file)) {
		must(video.width >= PICTURE_SIDE_MIN && video.width <= PICTURE_SIDE_MAX);
		must(video.height >= PICTURE_SIDE_MIN &&
		     video.height <= PICTURE_SIDE_MAX);
		must(video.rate >= 1 && video.rate <= VIDEO_RATE_MAX);
		for (int i = 0;
		     i < FRAMES_MAX && video.width * video.height <= AREA_MAX &&
		     video_next(&video, i % 3 != 2) == VIDEO_FRAME;
		     i++) {
			must(video.at > before && video.at <= size);
			before = video.at;
		}
	}
	video_close(&video);
	must(!video.bgr && !video.packed);
	return 0;
}
