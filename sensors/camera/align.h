/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * align.h - from five landmarks to the crop that a network was trained on
 */
#ifndef VID_CAMERA_ALIGN_H
#define VID_CAMERA_ALIGN_H

#include "libvid/model.h"

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

#ifdef __cplusplus
}
#endif
#endif
