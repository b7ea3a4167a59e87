/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a vid-camera that was taken over says to vidd (S12): frames, each a type, two
 * bytes of length and a body. Whatever is let through is within its bounds, and the judge
 * of liveness takes it as it comes.
 */
#include <math.h>
#include <string.h>

#include "libvid/liveness.h"
#include "sensors/camera/evidence.h"
#include "sensors/camera/preview_client.h"
#include "sensors/camera/reports.h"
#include "tests/fuzz/fuzz.h"

#define DIMENSION 2 /* small, so that embeddings of unit length are found */

static void holds(const struct camera_report *report)
{
	const struct camera_face *face = &report->face;

	must(report->gate <= CAMERA_GATE_LAST);
	if (report->event == CAMERA_EVENT_QR) {
		must(report->qr_len > 0 && report->qr_len <= sizeof(report->qr));
		return;
	}
	if (report->event != CAMERA_EVENT_FACE && report->event != CAMERA_EVENT_POOR)
		return;
	must(face->dimension == DIMENSION);
	for (size_t i = 0; i < DIMENSION; i++)
		must(isfinite(face->embedding[i]) && fabsf(face->embedding[i]) < 2);
	for (int i = 0; i < 5; i++)
		must(isfinite(face->landmark[i][0]) && isfinite(face->landmark[i][1]));
	must(!face->has_passive || (face->passive >= 0 && face->passive <= 1));
	must(!face->has_eyes || (face->eyes >= 0 && face->eyes <= 1));
	must(!face->has_changes || (face->changed >= 0 && face->changed <= 1 &&
				    face->changed_face >= 0 && face->changed_face <= 1));
}

static void see(struct liveness *liveness, const struct camera_report *report)
{
	struct liveness_frame frame = evidence_of(report);
	enum vid_reason before = liveness->why, why = liveness_see(liveness, &frame);

	must(before == VID_OK || why == before); /* a denial is final */
	must(!(why != VID_OK && liveness_done(liveness)));
	if (liveness_due(liveness) != CUE_NONE)
		liveness_cued(liveness, liveness_due(liveness));
}

/* Rows of pixels, for who asked for them. */
static void look(const struct wire_frame *frame)
{
	static struct {
		struct camera_preview preview;
		uint8_t behind;
	} here;
	struct problem problem = { "" };

	here.behind = 0x5a;
	if (camera_preview_read(&here.preview, frame, &problem) == VID_OK) {
		must(here.preview.rows > 0 && here.preview.rows <= here.preview.height);
		must(here.preview.width <= CAMERA_PREVIEW_SIDE &&
		     here.preview.height <= CAMERA_PREVIEW_SIDE);
	}
	must(here.behind == 0x5a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct camera_report report;
	const struct camera camera = { .dimension = DIMENSION, .video = true };
	const struct liveness_rules rules = {
		.mode = LIVENESS_TURN,
		.challenge = { .count = 2, .turn = { CUE_LEFT, CUE_NEARER } },
		.window = 4000,
		.same = .39f,
		.passive = .1f,
	};
	struct problem problem = { "" };
	struct liveness liveness;
	struct wire_frame frame;

	liveness_start(&liveness, &rules);
	while (size >= 3) {
		size_t len = (size_t)data[1] | (size_t)data[2] << 8;

		frame.type = data[0];
		data += 3;
		size -= 3;
		frame.len = len < size ? len : size;
		if (frame.len > WIRE_BODY_MAX)
			return 0;
		memcpy(frame.body, data, frame.len);
		data += frame.len;
		size -= frame.len;
		if (!wire_check(&frame))
			continue;
		if (frame.type == CAMERA_PREVIEW_SEEN)
			look(&frame);
		memset(&report, 0, sizeof(report));
		if (report_read(&frame, &camera, &report, &problem) != VID_OK)
			continue;
		holds(&report);
		if (report.event == CAMERA_EVENT_FACE ||
		    report.event == CAMERA_EVENT_POOR)
			see(&liveness, &report);
	}
	return 0;
}
