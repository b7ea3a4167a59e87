/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reports.h - what vid-camera says, checked: every number within its range, every text
 * within its length, before client.c hands anything on
 *
 * All answer VID_OK, the reason that the sensor gives for its own end, or
 * VID_SENSOR_FAILED with a problem text for what is out of bounds.
 */
#ifndef VID_CAMERA_REPORTS_H
#define VID_CAMERA_REPORTS_H

#include "libvid/wire.h"
#include "sensors/camera/client.h"

enum vid_reason report_read_failure(const struct wire_frame *frame,
				    struct problem *problem);
enum vid_reason report_read_ready(const struct wire_frame *frame,
				  enum face_engine_kind engine, struct camera *camera,
				  struct problem *problem);
/* Into a report that was wiped: what the frame does not hold is left alone. */
enum vid_reason report_read(const struct wire_frame *frame, const struct camera *camera,
			    struct camera_report *report, struct problem *problem);

/* VID_SENSOR_FAILED: `what` is out of its bounds. */
enum vid_reason report_malformed(const char *what, struct problem *problem);

#endif
