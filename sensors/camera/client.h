/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - vidd's and vid's side of vid-camera
 */
#ifndef VID_CAMERA_CLIENT_H
#define VID_CAMERA_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "libvid/bytes.h"
#include "libvid/limits.h"
#include "libvid/model.h"
#include "libvid/settings.h"
#include "sensors/launch.h"
#include "sensors/protocol.h"

/* What was asked for last: reports of another kind were on their way, and are dropped. */
enum camera_wanted { CAMERA_WANT_NOTHING, CAMERA_WANT_QR, CAMERA_WANT_FACE };

struct camera_preview;
struct wire_frame;

struct camera {
	struct sensor sensor;
	enum camera_wanted wanted;
	unsigned pictures; /* sent and not answered yet */
	bool video;        /* sent, and not at its end yet */
	/* NULL: pixels that the sensor sends end the conversation (preview_client.h) */
	enum vid_reason (*preview_read)(struct camera *camera,
					const struct wire_frame *frame,
					struct problem *problem);
	struct camera_preview *preview;
	char model_id[VID_MODEL_ID_MAX + 1]; /* empty without a face engine */
	size_t dimension;
	unsigned passive_networks; /* that judge each good face */
	bool infrared;             /* faces are seen in infrared light */
};

#define CAMERA_CLOSED                                                                    \
	{                                                                                \
		.sensor = SENSOR_NONE                                                    \
	}

struct camera_face {
	uint32_t sequence, milliseconds;
	bool repeated; /* to the byte one of the last frames */
	uint16_t box[4];
	float landmark[5][2]; /* pixels; right and left eye, nose, mouth corners */
	uint16_t eye_distance, sharpness, brightness;
	bool has_passive;
	float passive;      /* 0..1: how live the networks find it */
	float light;        /* mean of the whole frame, 0..255 */
	bool has_changes;   /* there was a frame before */
	float changed;      /* 0..1: share of the frame's pixels that are others now */
	float changed_face; /* 0..1: and of the face's */
	bool has_pair;
	unsigned pair; /* faces that the camera in colour sees beside the infrared one */
	bool has_eyes;
	float eyes; /* 0..1: how far they are open, beside the same person's others */
	bool has_unlit;
	float unlit; /* 0..1: share of its light that the face has without the lamp */
	size_t dimension;
	float embedding[VID_EMBEDDING_MAX]; /* biometric: wipe */
};

enum camera_event {
	CAMERA_EVENT_QR,
	CAMERA_EVENT_FACE, /* a good one; `gate` may still be FAR, as advice */
	CAMERA_EVENT_POOR, /* a face with something wrong, `gate`: no probe, yet evidence
			    */
	CAMERA_EVENT_GATE, /* no face to speak of, `gate` */
	CAMERA_EVENT_END,  /* of a video, `ended` */
};

struct camera_report {
	enum camera_event event;
	enum camera_gate gate;
	bool has_stages;
	uint32_t stage[3]; /* of a study: microseconds to decode, detect, embed */
	enum camera_video_end ended;
	struct camera_face face; /* biometric: camera_report_wipe */
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

/*
 * The same with another program, user or limits than camera_spec()'s: for tests, and for
 * a vidd whose paths are given to it.
 */
enum vid_reason camera_open_as(const struct sensor_spec *spec,
			       const struct settings *settings, bool with_device,
			       enum face_engine_kind engine, int64_t deadline,
			       int abort_fd, struct camera *out, struct problem *problem);
const struct sensor_spec *camera_spec(void);

/* What preview_client.c adds to the conversation. */
struct camera_extra {
	bool (*put)(struct wire_frame *open); /* into OPEN */
	enum vid_reason (*read)(struct camera *camera, const struct wire_frame *frame,
				struct problem *problem);
	struct camera_preview *preview;
};

/* As camera_open_as; `extra` may be NULL. */
enum vid_reason camera_open_with(const struct sensor_spec *spec,
				 const struct settings *settings, bool with_device,
				 enum face_engine_kind engine,
				 const struct camera_extra *extra, int64_t deadline,
				 int abort_fd, struct camera *out,
				 struct problem *problem);

/*
 * Let vid-camera open and try the one network of card `model`, which lies in the folder
 * `models`. VID_OK; VID_FACE_ENGINE: it is not usable, `problem` says why; VID_CANCELLED
 * (`abort_fd`, or -1); anything else: nothing was tried.
 */
enum vid_reason camera_try(const char *models, const struct model *model,
			   int64_t deadline, int abort_fd, struct problem *problem);

enum vid_reason camera_want_qr(struct camera *camera, int64_t deadline);
enum vid_reason camera_want_face(struct camera *camera, int64_t deadline);
/* Sends the picture's descriptor (which stays the caller's); one answer comes through
 * camera_next for each, in order, FACE or GATE. Not while faces are wanted. */
enum vid_reason camera_send_picture(struct camera *camera, int fd, int64_t deadline);
/* The same to measure the engine: the answer has the stages' times, and that to a picture
 * with bystanders is POOR, gate SEVERAL, with the face that is large and in the middle.
 */
enum vid_reason camera_study_picture(struct camera *camera, int fd, int64_t deadline);

/* The same for frame `number` (from 0, which begins a sequence) of a recording: it is
 * answered as a camera's frame is, with what it shows of liveness. */
enum vid_reason camera_send_recorded(struct camera *camera, int fd, uint32_t number,
				     uint32_t milliseconds, int64_t deadline);

/* The same for a video: about ten reports for each second of it, and END. */
enum vid_reason camera_send_video(struct camera *camera, int fd, int64_t deadline);

/* The next report, checked. Reasons as camera_open. */
enum vid_reason camera_next(struct camera *camera, struct camera_report *report,
			    int64_t deadline, int abort_fd, struct problem *problem);

void camera_report_wipe(struct camera_report *report);

/* Kills and reaps; safe to call twice, and on CAMERA_CLOSED. */
void camera_close(struct camera *camera);

/* A sentence for the person ("Come nearer."), English, for gettext. */
const char *camera_gate_sentence(enum camera_gate gate);

#endif
