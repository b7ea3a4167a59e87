/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pose.h - where a face looks, told from five landmarks
 *
 * Landmarks are in pixels: right and left eye, nose, right and left mouth corner (the
 * person's own right and left; x to the right of the picture, y down). A head turned to
 * the person's own left moves the nose to the picture's right.
 *
 * The numbers are ratios, not degrees: they take no shape of a head for granted. With an
 * average head (nose half an eye distance before the plane of eyes and mouth) they are
 * about tan(angle) / 2.
 */
#ifndef VID_POSE_H
#define VID_POSE_H

#include <stdbool.h>

/* Distance of the eyes, and from their middle to the mouth's, in pixels. */
float pose_eyes(const float landmark[5][2]);
float pose_height(const float landmark[5][2]);

/* How far the nose lies beside the face's middle line, in eye distances: positive when
 * turned to the person's own left. 0.18 is about 20 degrees. */
float pose_yaw(const float landmark[5][2]);

/* How far down the nose lies between eyes (0) and mouth (1); looking straight ahead it is
 * 0.5 to 0.65, less when the head is raised, more when it is bowed. */
float pose_pitch(const float landmark[5][2]);

/* Radians from upright, positive when the head leans to the person's own left. */
float pose_roll(const float landmark[5][2]);

/* Finite, and not one point: otherwise the numbers above are 0. */
bool pose_valid(const float landmark[5][2]);

#endif
