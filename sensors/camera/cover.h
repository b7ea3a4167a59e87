/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cover.h - are eyes or mouth covered? The detector does not say: it puts its landmarks
 * on a mask or on dark glasses as well
 *
 * Lids and lips are drawn across the face: from row to row grey changes there more than
 * on cloth, on dark glass or on a hand. What is compared is the eyes with the mouth of
 * the same picture, so that light, skin, blur and the sensor's noise matter little. A
 * number for advice, never for a judgement of who it is.
 */
#ifndef VID_CAMERA_COVER_H
#define VID_CAMERA_COVER_H

#include "sensors/camera/face.h"

/*
 * How much more the eyes are drawn than the mouth, a ratio. Negative when it cannot be
 * told: the parts lie outside of the picture, or neither shows anything.
 *
 * 428 photographs of people (LFW) and 40 of people who do not exist had 0.41 to 2.4, but
 * for two that lay below. With dark glasses drawn upon them the median was 0.12 (a
 * twentieth above 0.33), with a pale mask 4.1, with a black one 7.5.
 */
float cover_ratio(const struct face_picture *picture, const struct face *face);

#endif
