/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - vidd's and vid's side of vid-camera
 */
#ifndef VID_CAMERA_CLIENT_H
#define VID_CAMERA_CLIENT_H

#include "libvid/limits.h"
#include "libvid/settings.h"
#include "sensors/launch.h"
#include "sensors/protocol.h"

struct camera {
	struct sensor sensor;
	char model_id[VID_MODEL_ID_MAX + 1]; /* empty without a face engine */
	size_t dimension;
};

#define CAMERA_CLOSED                                                                    \
	{                                                                                \
		.sensor = SENSOR_NONE                                                    \
	}

struct camera_face {
	uint32_t sequence, milliseconds;
	bool repeated;
	uint16_t box[4], landmark[5][2];
	uint16_t eye_distance, sharpness, brightness;
	size_t dimension;
	float embedding[VID_EMBEDDING_MAX]; /* biometric: wipe */
};

enum camera_event { CAMERA_EVENT_QR, CAMERA_EVENT_FACE, CAMERA_EVENT_GATE };

struct camera_report {
	enum camera_event event;
	enum camera_gate gate;
	struct camera_face face;
	size_t qr_len;
	uint8_t qr[VID_QR_TEXT_MAX + 64];
};

/*
 * Start vid-camera on the camera of `settings` (NULL device: pictures only, no camera is
 * opened). Waits for READY until `deadline` (wire_now()). VID_OK, VID_CAMERA_*,
 * VID_FACE_ENGINE, VID_SENSOR_FAILED, VID_DEADLINE, VID_CANCELLED (`abort_fd`, or -1).
 */
enum vid_reason camera_open(const struct settings *settings, bool with_device,
			    enum face_engine_kind engine, int64_t deadline, int abort_fd,
			    struct camera *out, struct problem *problem);

enum vid_reason camera_want_qr(struct camera *camera, int64_t deadline);
enum vid_reason camera_want_face(struct camera *camera, int64_t deadline);
/* Sends the picture's descriptor; the answer comes through camera_next. */
enum vid_reason camera_send_picture(struct camera *camera, int fd, int64_t deadline);

/* The next report, checked. Reasons as camera_open. */
enum vid_reason camera_next(struct camera *camera, struct camera_report *report,
			    int64_t deadline, int abort_fd, struct problem *problem);

void camera_close(struct camera *camera);

/* A sentence for the person ("Come nearer."), English, for gettext. */
const char *camera_gate_sentence(enum camera_gate gate);

#endif
