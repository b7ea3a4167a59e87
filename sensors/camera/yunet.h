/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * yunet.h - from YuNet's outputs to faces
 *
 * Plain arithmetic on the network's numbers, so that the files of 2022 and of 2023 work
 * with every OpenCV and nothing of objdetect is needed. Coordinates are pixels of the
 * network's input. Numbers that are not finite are no face.
 */
#ifndef VID_CAMERA_YUNET_H
#define VID_CAMERA_YUNET_H

#include "sensors/camera/face.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Boxes above the least score before they are thinned; a picture of a crowd has 400. */
#define YUNET_CANDIDATES_MAX 1024

/* How many rows each output of the file of 2022 has for an input of this size. */
size_t yunet_2022_rows(int width, int height);

/*
 * The outputs of 2022: `loc` 14, `conf` 2 and `iou` 1 number a row. Returns how many
 * candidates of at least `least` were written, at most `max`.
 */
size_t yunet_2022(const float *loc, const float *conf, const float *iou, int width,
		  int height, float least, struct face *out, size_t max);

/* One level (stride 8, 16 or 32) of the outputs of 2023: `cls` and `obj` 1, `bbox` 4 and
 * `kps` 10 numbers a cell, width/stride × height/stride cells. */
struct yunet_level {
	const float *cls, *obj, *bbox, *kps;
	int stride;
};

size_t yunet_2023(const struct yunet_level *level, int width, int height, float least,
		  struct face *out, size_t max);

/* Intersection over union of two boxes. */
float face_overlap(const struct face *a, const struct face *b);

/* Of boxes that overlap keep the best; then the largest comes first. Returns how many
 * stay. */
size_t yunet_thin(struct face *faces, size_t count);

#ifdef __cplusplus
}
#endif
#endif
