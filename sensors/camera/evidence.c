/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/evidence.h"

#include <string.h>

struct liveness_frame evidence_of(const struct camera_report *report)
{
	const struct camera_face *face = &report->face;
	struct liveness_frame frame = {
		.sequence = face->sequence,
		.milliseconds = face->milliseconds,
		.repeated = face->repeated,
		.good = report->event == CAMERA_EVENT_FACE,
		.brightness = face->brightness,
		.has_changes = face->has_changes,
		.changed = face->changed,
		.changed_face = face->changed_face,
		.has_passive = face->has_passive,
		.passive = face->passive,
		.has_pair = face->has_pair,
		.pair = face->pair,
		.has_unlit = face->has_unlit,
		.unlit = face->unlit,
		.embedding = face->embedding,
		.dimension = face->dimension,
	};

	memcpy(frame.landmark, face->landmark, sizeof(frame.landmark));
	for (int i = 0; i < 4; i++)
		frame.box[i] = face->box[i];
	return frame;
}
