/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * video.h - frames of a video file: YUV4MPEG2 (.y4m)
 *
 * The one that needs no codec, so that no codec's faults are ours: any player's converter
 * writes it. The file is read piece by piece, never as a whole; every length in it is
 * held against what is left of the file before a byte is read. A file that is cut short
 * or damaged is told apart from one that ends. 8 bits, progressive; 4:2:0, 4:2:2, 4:4:4
 * or mono; the range as its header says.
 */
#ifndef VID_CAMERA_VIDEO_H
#define VID_CAMERA_VIDEO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VIDEO_RATE_MAX 1000 /* frames a second: more is no film */

/* The file: `read` fills exactly `len` bytes from `at`, or returns false. */
struct video_file {
	bool (*read)(void *of, uint64_t at, void *to, size_t len);
	void *of;
	uint64_t len;
};

enum video_next {
	VIDEO_FRAME, /* there is one */
	VIDEO_END,   /* the file ends where a frame ended */
	VIDEO_CUT,   /* it ends, or is damaged, within a frame */
};

struct video {
	struct video_file file;
	int width, height; /* pixels, PICTURE_SIDE_MIN to PICTURE_SIDE_MAX */
	double rate;       /* frames a second, as the file says; 1 to VIDEO_RATE_MAX */
	uint64_t at, end;  /* where the next frame begins; where frames end */
	uint8_t *bgr;      /* the newest decoded frame: width * height * 3 bytes */
	uint8_t *packed;   /* as it stands in the file */
	size_t packed_size;
	int columns, rows; /* of a plane of colour; 0: mono */
	bool full;         /* 0..255, not 16..235 */
};

/* False: not a video that we read, or no memory. video_close in any case. `read` and `of`
 * must outlive the video. */
bool video_open(struct video *video, const struct video_file *file);

/* Move past the next frame; where `wanted`, decode it into video->bgr. */
enum video_next video_next(struct video *video, bool wanted);

/* Wipes and frees; safe to call twice, and on a zeroed struct. */
void video_close(struct video *video);

#endif
