/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preview_client.h - vid-camera, opened so that it also shows what it sees
 *
 * Linked into vid and never into vidd: at a login no pixel leaves the sensor, because
 * nothing there can ask for one.
 */
#ifndef VID_CAMERA_PREVIEW_CLIENT_H
#define VID_CAMERA_PREVIEW_CLIENT_H

#include "sensors/camera/client.h"

/* What was seen, small; a picture of a person: camera_preview_wipe. */
struct camera_preview {
	int width, height;             /* pixels that are there; 0: nothing yet */
	int frame_width, frame_height; /* of the frame that the report's numbers mean */
	int rows;                      /* that have come so far */
	uint8_t at[CAMERA_PREVIEW_SIDE * CAMERA_PREVIEW_SIDE * 3]; /* BGR */
};

/* As camera_open; `preview`, the caller's, holds what the newest report is about, after
 * each camera_next until the next one. */
enum vid_reason camera_open_preview(const struct sensor_spec *spec,
				    const struct settings *settings, bool with_device,
				    enum face_engine_kind engine, int64_t deadline,
				    int abort_fd, struct camera *out,
				    struct camera_preview *preview,
				    struct problem *problem);

/* One PREVIEW_SEEN frame into `preview`. VID_OK, or VID_SENSOR_FAILED for rows that are
 * not of the size that was said, or not the next ones. */
enum vid_reason camera_preview_read(struct camera_preview *preview,
				    const struct wire_frame *frame,
				    struct problem *problem);

void camera_preview_wipe(struct camera_preview *preview);

#endif
