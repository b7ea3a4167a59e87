/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/reports.h"

#include <math.h>
#include <string.h>

#include "sensors/protocol.h"

/* How far from 1 the length of an embedding may be: float sums of 512 squares. */
#define LENGTH_SLACK 0.01

/* 1/256 pixels: a landmark may lie outside of the frame, but not by another frame. */
#define LANDMARK_MAX (2 * 65536 * 256 - 1)

enum vid_reason report_malformed(const char *what, struct problem *problem)
{
	problem_set(problem, "vid-camera sent %s out of its bounds", what);
	return VID_SENSOR_FAILED;
}

enum vid_reason report_read_failure(const struct wire_frame *frame,
				    struct problem *problem)
{
	static const enum vid_reason whys[] = {
		[CAMERA_FAILURE_NONE] = VID_CAMERA_NONE,
		[CAMERA_FAILURE_REFUSED] = VID_CAMERA_REFUSED,
		[CAMERA_FAILURE_BUSY] = VID_CAMERA_BUSY,
		[CAMERA_FAILURE_DEVICE] = VID_CAMERA_FAILED,
		[CAMERA_FAILURE_ENGINE] = VID_FACE_ENGINE,
		[CAMERA_FAILURE_PROTOCOL] = VID_SENSOR_FAILED,
	};
	char text[sizeof(problem->text)];
	uint32_t failure;

	if (!wire_get_u32(frame, CAMERA_FIELD_FAILURE, &failure) || failure == 0 ||
	    failure > CAMERA_FAILURE_LAST)
		return report_malformed("a failure", problem);
	if (wire_get_text(frame, CAMERA_FIELD_WHY, text, sizeof(text)))
		problem_set(problem, "%s", text);
	else
		problem_set(problem, "vid-camera gave no reason");
	return whys[failure];
}

static bool model_id_valid(const char *id)
{
	for (const char *c = id; *c; c++)
		if (*c <= ' ' || *c > '~')
			return false;
	return id[0] != '\0';
}

enum vid_reason report_read_ready(const struct wire_frame *frame,
				  enum face_engine_kind engine, struct camera *camera,
				  struct problem *problem)
{
	uint32_t dimension, networks = 0, infrared = 0;

	if (engine == ENGINE_NONE)
		return VID_OK;
	if (!wire_get_u32(frame, CAMERA_FIELD_DIMENSION, &dimension) || dimension == 0 ||
	    dimension > VID_EMBEDDING_MAX)
		return report_malformed("a dimension", problem);
	if (!wire_get_text(frame, CAMERA_FIELD_MODEL_ID, camera->model_id,
			   sizeof(camera->model_id)) ||
	    !model_id_valid(camera->model_id))
		return report_malformed("a model's name", problem);
	(void)wire_get_u32(frame, CAMERA_FIELD_PASSIVE, &networks);
	if (networks > CAMERA_NETWORKS_MAX)
		return report_malformed("a number of networks", problem);
	(void)wire_get_u32(frame, CAMERA_FIELD_INFRARED, &infrared);
	if (infrared > 1)
		return report_malformed("a kind of camera", problem);
	camera->infrared = infrared == 1;
	camera->passive_networks = networks;
	camera->dimension = dimension;
	return VID_OK;
}

static bool read_u16s(const struct wire_frame *frame, uint8_t tag, uint16_t *to,
		      size_t count)
{
	struct bytes value;

	if (!wire_get(frame, tag, &value) || value.len != 2 * count)
		return false;
	for (size_t i = 0; i < count; i++)
		to[i] = (uint16_t)(value.at[2 * i] | value.at[2 * i + 1] << 8);
	return true;
}

static bool read_landmarks(const struct wire_frame *frame, float landmark[5][2])
{
	struct bytes value;

	if (!wire_get(frame, CAMERA_FIELD_LANDMARKS, &value) || value.len != 4 * 10)
		return false;
	for (size_t i = 0; i < 10; i++) {
		const uint8_t *at = value.at + 4 * i;
		int32_t fixed = (int32_t)((uint32_t)at[0] | (uint32_t)at[1] << 8 |
					  (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24);

		if (fixed < -LANDMARK_MAX || fixed > LANDMARK_MAX)
			return false;
		landmark[i / 2][i % 2] = (float)fixed / 256;
	}
	return true;
}

/* What an infrared camera has to say besides. */
static bool read_infrared(const struct wire_frame *frame, struct camera_face *face)
{
	struct bytes value;
	uint32_t pair, unlit;

	if (wire_get(frame, CAMERA_FIELD_PAIR, &value)) {
		if (!wire_get_u32(frame, CAMERA_FIELD_PAIR, &pair) || pair > 2)
			return false;
		face->has_pair = true;
		face->pair = pair;
	}
	if (wire_get(frame, CAMERA_FIELD_UNLIT, &value)) {
		if (!wire_get_u32(frame, CAMERA_FIELD_UNLIT, &unlit) || unlit > 1000)
			return false;
		face->has_unlit = true;
		face->unlit = (float)unlit / 1000;
	}
	return true;
}

/* What liveness is judged by, besides the face itself. */
static bool read_evidence(const struct wire_frame *frame, struct camera_face *face)
{
	struct bytes value;
	uint16_t scene[3], eyes;
	uint32_t passive;

	if (!read_infrared(frame, face))
		return false;
	if (wire_get(frame, CAMERA_FIELD_EYES, &value)) {
		if (!read_u16s(frame, CAMERA_FIELD_EYES, &eyes, 1) || eyes > 1000)
			return false;
		face->has_eyes = true;
		face->eyes = (float)eyes / 1000;
	}
	if (wire_get(frame, CAMERA_FIELD_PASSIVE, &value)) {
		if (!wire_get_u32(frame, CAMERA_FIELD_PASSIVE, &passive) ||
		    passive > 1000000)
			return false;
		face->has_passive = true;
		face->passive = (float)passive / 1e6f;
	}
	if (!wire_get(frame, CAMERA_FIELD_SCENE, &value))
		return true; /* a picture has none */
	if (!read_u16s(frame, CAMERA_FIELD_SCENE, scene, 3))
		return false;
	face->light = (float)scene[0] / 256;
	face->has_changes = scene[1] != UINT16_MAX && scene[2] != UINT16_MAX;
	if (!face->has_changes)
		return true;
	face->changed = (float)scene[1] / 1000;
	face->changed_face = (float)scene[2] / 1000;
	return scene[1] <= 1000 && scene[2] <= 1000;
}

/* Of unit length, so that a sensor that was taken over cannot shout. */
static bool read_embedding(const struct wire_frame *frame, size_t dimension, float *to)
{
	struct bytes value;
	double length = 0;

	if (!wire_get(frame, CAMERA_FIELD_EMBEDDING, &value) ||
	    value.len != 4 * dimension)
		return false;
	for (size_t i = 0; i < dimension; i++) {
		uint32_t bits = (uint32_t)value.at[4 * i] |
				(uint32_t)value.at[4 * i + 1] << 8 |
				(uint32_t)value.at[4 * i + 2] << 16 |
				(uint32_t)value.at[4 * i + 3] << 24;

		memcpy(&to[i], &bits, sizeof(to[i]));
		if (!isfinite(to[i]))
			return false;
		length += (double)to[i] * (double)to[i];
	}
	return fabs(sqrt(length) - 1) <= LENGTH_SLACK;
}

static enum vid_reason read_face(const struct wire_frame *frame, size_t dimension,
				 struct camera_face *face, struct problem *problem)
{
	uint16_t quality[3];
	uint32_t repeated;

	if (dimension == 0 || dimension > VID_EMBEDDING_MAX)
		return report_malformed("a face without an engine", problem);
	if (!wire_get_u32(frame, CAMERA_FIELD_SEQUENCE, &face->sequence) ||
	    !wire_get_u32(frame, CAMERA_FIELD_TIME, &face->milliseconds))
		return report_malformed("a frame's number or time", problem);
	if (!wire_get_u32(frame, CAMERA_FIELD_REPEATED, &repeated) || repeated > 1)
		return report_malformed("a flag", problem);
	if (!read_u16s(frame, CAMERA_FIELD_BOX, face->box, 4) ||
	    !read_landmarks(frame, face->landmark))
		return report_malformed("a face's place", problem);
	if (!read_u16s(frame, CAMERA_FIELD_QUALITY, quality, 3) || quality[2] > 255)
		return report_malformed("a face's quality", problem);
	if (!read_embedding(frame, dimension, face->embedding))
		return report_malformed("an embedding", problem);
	if (!read_evidence(frame, face))
		return report_malformed("evidence of liveness", problem);

	face->repeated = repeated == 1;
	face->eye_distance = quality[0];
	face->sharpness = quality[1];
	face->brightness = quality[2];
	face->dimension = dimension;
	return VID_OK;
}

static enum vid_reason read_qr(const struct wire_frame *frame,
			       struct camera_report *report, struct problem *problem)
{
	struct bytes text;

	if (!wire_get(frame, CAMERA_FIELD_QR, &text) || text.len == 0 ||
	    text.len > sizeof(report->qr))
		return report_malformed("a QR text", problem);
	memcpy(report->qr, text.at, text.len);
	report->qr_len = text.len;
	return VID_OK;
}

static enum vid_reason read_gate(const struct wire_frame *frame,
				 struct camera_report *report, struct problem *problem)
{
	uint32_t gate;

	if (!wire_get_u32(frame, CAMERA_FIELD_GATE, &gate) || gate == 0 ||
	    gate > CAMERA_GATE_LAST)
		return report_malformed("a gate", problem);
	report->gate = (enum camera_gate)gate;
	return VID_OK;
}

static enum vid_reason read_face_seen(const struct wire_frame *frame,
				      const struct camera *camera,
				      struct camera_report *report,
				      struct problem *problem)
{
	struct bytes value;

	report->event = CAMERA_EVENT_FACE;
	if (wire_get(frame, CAMERA_FIELD_GATE, &value)) {
		enum vid_reason why = read_gate(frame, report, problem);

		if (why != VID_OK)
			return why;
		if (report->gate != CAMERA_GATE_FAR)
			report->event = CAMERA_EVENT_POOR;
	}
	return read_face(frame, camera->dimension, &report->face, problem);
}

/* Of a study; without them the report is good as well. */
static bool read_stages(const struct wire_frame *frame, struct camera_report *report)
{
	struct bytes value;

	if (!wire_get(frame, CAMERA_FIELD_STAGES, &value))
		return true;
	if (value.len != sizeof(report->stage))
		return false;
	for (size_t i = 0; i < value.len; i++)
		report->stage[i / 4] |= (uint32_t)value.at[i] << (8 * (i % 4));
	report->has_stages = true;
	return true;
}

static enum vid_reason read_end(const struct wire_frame *frame,
				const struct camera *camera, struct camera_report *report,
				struct problem *problem)
{
	uint32_t ended;

	report->event = CAMERA_EVENT_END;
	if (!camera->video || !wire_get_u32(frame, CAMERA_FIELD_ENDED, &ended) ||
	    ended == 0 || ended > CAMERA_VIDEO_LAST)
		return report_malformed("the end of a video", problem);
	report->ended = (enum camera_video_end)ended;
	return VID_OK;
}

enum vid_reason report_read(const struct wire_frame *frame, const struct camera *camera,
			    struct camera_report *report, struct problem *problem)
{
	if (!read_stages(frame, report))
		return report_malformed("the stages' times", problem);
	switch (frame->type) {
	case CAMERA_QR_SEEN:
		report->event = CAMERA_EVENT_QR;
		return read_qr(frame, report, problem);
	case CAMERA_FACE_SEEN:
		return read_face_seen(frame, camera, report, problem);
	case CAMERA_GATE:
		report->event = CAMERA_EVENT_GATE;
		return read_gate(frame, report, problem);
	case CAMERA_VIDEO_END:
		return read_end(frame, camera, report, problem);
	case CAMERA_FAILED:
		return report_read_failure(frame, problem);
	default:
		return report_malformed("a kind of frame", problem);
	}
}
