/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * align.h - from five landmarks to the crop that a network was trained on
 */
#ifndef VID_CAMERA_ALIGN_H
#define VID_CAMERA_ALIGN_H

#include "libvid/model.h"
#include "sensors/camera/face.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The affine map from the picture to the model's input: the similarity (turn, scale,
 * shift; no mirror) that brings `landmark` nearest to the card's points in least squares,
 * fitted in the card's crop and then stretched to its input. False when the landmarks
 * are one point or not finite.
 */
bool align_face(const float landmark[5][2], const struct model *model, double map[2][3]);

/*
 * The face's box, enlarged about its middle as far as a picture of cols × rows allows,
 * and moved inside where it would stick out: as the authors of the liveness networks cut
 * what they were trained on. `out`: x, y, width, height in pixels, within the picture.
 */
void enlarge_box(const struct face *face, float factor, int cols, int rows, int out[4]);

#ifdef __cplusplus
}
#endif
#endif
