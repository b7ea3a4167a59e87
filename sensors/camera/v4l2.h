/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * v4l2.h - what a V4L2 device claims about its frames, judged; v4l2.c streams them
 */
#ifndef VID_CAMERA_V4L2_H
#define VID_CAMERA_V4L2_H

#include <linux/videodev2.h>

#include "sensors/camera/pixels.h"

#define V4L2_BUFFERS 4

/* A camera's frame is at most this; the detector looks at 320 pixels' width anyway. */
#define V4L2_WIDTH_MAX  1920
#define V4L2_HEIGHT_MAX 1200
#define V4L2_SIDE_MIN   64
#define V4L2_FRAME_MAX  (16U << 20)

/* The requests that streaming needs once it runs: for the sandbox. */
extern const unsigned long v4l2_ioctls[3];

/*
 * From the format that a driver set to our geometry. False when it is not one that we
 * read, or contradicts itself. `len` of the result is the least that a frame must have.
 */
bool v4l2_geometry(const struct v4l2_pix_format *is, struct pixels *out);

#endif
