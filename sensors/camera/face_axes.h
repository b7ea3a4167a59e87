/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * face_axes.h - places on a face, in distances of its eyes along the line between them
 * and across it, and the grey that the picture has there
 */
#ifndef VID_CAMERA_FACE_AXES_H
#define VID_CAMERA_FACE_AXES_H

#include "sensors/camera/face.h"

struct face_axes {
	float across[2], down[2]; /* pixels for one distance of the eyes */
};

struct face_axes face_axes_of(const struct face *face);

/* Grey, 0..255, at (across, down) from `middle` (pixels), between pixels as well; -1
 * outside of the picture. */
float face_sample(const struct face_picture *picture, const float middle[2],
		  const struct face_axes *axes, float across, float down);

#endif
