/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eyes.h - how far the eyes are open: five landmarks do not tell, pixels do
 *
 * An open eye is dark from lid to lid, a closed one only along its lashes. The number
 * differs from person to person (and with glasses), so that it means something only
 * beside the same person's other frames.
 */
#ifndef VID_CAMERA_EYES_H
#define VID_CAMERA_EYES_H

#include "sensors/camera/face.h"

/* Height of what is dark in both eyes, 0..1: 1 is a fifth of the distance of the eyes.
 * Negative when the face is too small, or its eyes lie outside of the picture. */
float eyes_open(const struct face_picture *picture, const struct face *face);

#endif
