/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sight.h - from a frame to what is reported of it: faces, gates, QR texts
 *
 * Pixels go in, wire frames come out. Buffers are kept from frame to frame and wiped at
 * the end.
 */
#ifndef VID_CAMERA_SIGHT_H
#define VID_CAMERA_SIGHT_H

#include "libvid/wire.h"
#include "sensors/camera/face.h"
#include "sensors/camera/picture.h"
#include "sensors/camera/qr.h"
#include "sensors/camera/scene.h"
#include "sensors/camera/source.h"
#include "sensors/camera/study.h"

#define SIGHT_QR_MAX 4 /* codes in one frame */

struct sight {
	struct face_engine *engine; /* NULL: no faces */
	struct qr *qr;              /* NULL: no codes */
	uint8_t *picture, *decoded; /* grown as needed */
	size_t picture_size, decoded_size;
	unsigned networks;  /* of liveness: each good face is shown to them */
	bool infrared;      /* faces are seen in infrared light */
	float lit;          /* about the light of its frames with the lamp on, 0..255 */
	bool dark;          /* its newest frame was one with the lamp off */
	float partner_live; /* what the networks make of the partner's face; -1: nothing
			     */
	int pair;           /* faces that its partner sees; -1: it has not looked */
	struct scene scene; /* of the frames that were looked at for a face */
	float embedding[VID_EMBEDDING_MAX];
};

void sight_close(struct sight *sight);

/* The face of a camera's frame: FACE_SEEN or GATE. `milliseconds` since READY. False when
 * there is nothing to say (a frame that cannot be decoded, or without the lamp). */
bool sight_face(struct sight *sight, const struct source_frame *frame,
		uint32_t milliseconds, struct wire_frame *report);

/* Look with the partner in colour, for the next reports on faces in infrared light. */
void sight_partner(struct sight *sight, const struct source_frame *frame);

/* The face of a picture. NULL: it could not be read. `study`: begun, for a measurement;
 * NULL: as a login looks at it. */
void sight_picture(struct sight *sight, const struct picture *picture,
		   struct study *study, struct wire_frame *report);

/* The face of a recorded frame, as a camera's; number 0 begins a sequence. */
void sight_recorded(struct sight *sight, const struct picture *picture, uint32_t number,
		    uint32_t milliseconds, struct wire_frame *report);

/* The face of a video's frame, which is one of its pictures. There must be an engine. */
void sight_video(struct sight *sight, const struct picture *picture, uint32_t number,
		 uint32_t milliseconds, struct wire_frame *report);

/* The codes of a camera's frame; views until the next call. */
size_t sight_codes(struct sight *sight, const struct source_frame *frame,
		   struct bytes texts[SIGHT_QR_MAX]);

#endif
