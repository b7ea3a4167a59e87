/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pinned.h - open what vid.conf names: the camera, and the infrared one before it
 *
 * In builds with --enable-test-sources "test:/FOLDER" names either (source_test.c).
 */
#ifndef VID_CAMERA_PINNED_H
#define VID_CAMERA_PINNED_H

#include "sensors/camera/lamp.h"
#include "sensors/camera/source.h"

/* The camera with this id, streaming. False as device_open and source_v4l2 say. */
bool pinned_camera(const char *id, const struct device_rules *rules, struct source *out,
		   enum camera_failure *failure, struct problem *problem);

/*
 * The infrared camera that is wanted, beside the one with the id `colour`: streaming, its
 * lamp lit (*lamp: lamp.h). True with an `out` that is not open where "auto" finds none;
 * false as infrared_open, lamp_light and source_v4l2 say.
 */
bool pinned_infrared(const char *wanted, const char *colour,
		     const struct device_rules *rules, struct source *out, int *lamp,
		     enum camera_failure *failure, struct problem *problem);

#endif
