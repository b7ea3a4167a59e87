/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/sight.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sensors/camera/eyes.h"
#include "sensors/camera/gates.h"

static void wipe_free(uint8_t *at, size_t size)
{
	if (at)
		explicit_bzero(at, size);
	free(at);
}

void sight_close(struct sight *sight)
{
	face_engine_close(sight->engine);
	qr_free(sight->qr);
	scene_close(&sight->scene);
	wipe_free(sight->picture, sight->picture_size);
	wipe_free(sight->decoded, sight->decoded_size);
	explicit_bzero(sight, sizeof(*sight));
}

static bool grow(uint8_t **at, size_t *size, size_t needed)
{
	if (needed <= *size)
		return true;
	wipe_free(*at, *size);
	*at = malloc(needed);
	*size = *at ? needed : 0;
	return *at != NULL;
}

/* --- pixels --------------------------------------------------------------------- */

/* A compressed frame is decoded first; the others are as they are. */
static bool unpack(struct sight *sight, const struct pixels *from, struct pixels *out)
{
	size_t size = (size_t)from->width * (size_t)from->height * 3;

	*out = *from;
	if (from->format != PIXELS_MJPEG)
		return pixels_valid(from);
	if (!grow(&sight->decoded, &sight->decoded_size, size) ||
	    !picture_decode_frame(bytes_of(from->at, from->len), from->width,
				  from->height, sight->decoded, size))
		return false;
	*out = (struct pixels){ .format = PIXELS_BGR,
				.width = from->width,
				.height = from->height,
				.stride = 3 * from->width,
				.at = sight->decoded,
				.len = size };
	return true;
}

static bool see(struct sight *sight, const struct pixels *from, bool colour)
{
	size_t size = (size_t)from->width * (size_t)from->height * (colour ? 3 : 1);
	struct pixels bare;

	return unpack(sight, from, &bare) &&
	       grow(&sight->picture, &sight->picture_size, size) &&
	       (colour ? pixels_bgr : pixels_grey)(&bare, sight->picture, size);
}

/* --- reports --------------------------------------------------------------------- */

static void put_gate(struct wire_frame *report, enum camera_gate gate)
{
	wire_start(report, CAMERA_GATE);
	(void)wire_put_u32(report, CAMERA_FIELD_GATE, gate);
}

static void put_u16(uint8_t *to, float value)
{
	unsigned whole = value > 65535 ? 65535 : value > 0 ? (unsigned)value : 0;

	to[0] = (uint8_t)whole;
	to[1] = (uint8_t)(whole >> 8);
}

static bool put_numbers(struct wire_frame *report, uint8_t tag, const float *from,
			size_t count)
{
	uint8_t bytes[2 * 10];

	for (size_t i = 0; i < count; i++)
		put_u16(bytes + 2 * i, from[i]);
	return wire_put(report, tag, bytes_of(bytes, 2 * count));
}

/* Landmarks to the 256th of a pixel: depth is told from their shares of pixels. */
static bool put_landmarks(struct wire_frame *report, const struct face *face)
{
	uint8_t bytes[4 * 10];

	for (size_t i = 0; i < 10; i++) {
		float value = face->landmark[i / 2][i % 2] * 256;
		uint32_t fixed = (uint32_t)(int32_t)fmaxf(fminf(value, 16e6f), -16e6f);

		for (size_t b = 0; b < 4; b++)
			bytes[4 * i + b] = (uint8_t)(fixed >> (8 * b));
	}
	return wire_put(report, CAMERA_FIELD_LANDMARKS, bytes_of(bytes, sizeof(bytes)));
}

/* Thousandths; UINT16_MAX where nothing could be compared. */
static float share(float changed)
{
	return changed < 0 ? UINT16_MAX : changed * 1000;
}

/* How the frame differs from the one before. */
static void put_scene(struct wire_frame *report, const struct scene *scene,
		      const struct face *face)
{
	const float numbers[3] = {
		scene_light(scene) * 256,
		share(scene_changed(scene, 0, 0, 65536, 65536)),
		share(scene_changed(scene, face->x, face->y, face->width, face->height)),
	};

	(void)put_numbers(report, CAMERA_FIELD_SCENE, numbers, 3);
}

static bool put_embedding(struct wire_frame *report, const float *from, size_t dimension)
{
	uint8_t bytes[4 * VID_EMBEDDING_MAX];
	bool fits;

	for (size_t i = 0; i < dimension; i++) {
		uint32_t bits;

		memcpy(&bits, &from[i], sizeof(bits));
		for (size_t b = 0; b < 4; b++)
			bytes[4 * i + b] = (uint8_t)(bits >> (8 * b));
	}
	fits = wire_put(report, CAMERA_FIELD_EMBEDDING, bytes_of(bytes, 4 * dimension));
	explicit_bzero(bytes, sizeof(bytes));
	return fits;
}

static void put_face(struct wire_frame *report, const struct face *face,
		     const float *embedding, size_t dimension)
{
	const float box[4] = { face->x, face->y, face->width, face->height };
	const float quality[3] = { face->eye_distance, face->sharpness,
				   face->brightness > 255 ? 255 : face->brightness };

	/* About 2,150 bytes at most: always fits. */
	(void)(put_numbers(report, CAMERA_FIELD_BOX, box, 4) &&
	       put_landmarks(report, face) &&
	       put_numbers(report, CAMERA_FIELD_QUALITY, quality, 3) &&
	       put_embedding(report, embedding, dimension));
}

/* What shines by itself is as light without the lamp; a face is not. `was_dark`: the lamp
 * was off in the frame before. */
static void put_unlit(struct wire_frame *report, const struct scene *scene,
		      const struct face *face, bool was_dark)
{
	float unlit = scene_before(scene, face->x, face->y, face->width, face->height);

	if (was_dark && unlit >= 0)
		(void)wire_put_u32(report, CAMERA_FIELD_UNLIT,
				   (uint32_t)(fminf(unlit, 1) * 1000));
}

/* Of a camera's good frames alone: what the networks make of a blurred or turned face is
 * no evidence. */
static void put_passive(struct wire_frame *report, struct sight *sight,
			const struct face_picture *picture, const struct face *face,
			enum camera_gate gate)
{
	float live = sight->partner_live;

	if (!sight->networks || (gate != GATE_NONE && gate != CAMERA_GATE_FAR))
		return;
	/* the networks were taught in colour: in infrared light the partner is their eye
	 */
	if (sight->infrared)
		sight->partner_live = -1;
	else if (!face_engine_passive(sight->engine, picture, face, &live))
		return;
	if (live >= 0)
		(void)wire_put_u32(report, CAMERA_FIELD_PASSIVE,
				   (uint32_t)(fminf(live, 1) * 1e6f));
}

/* Absent where it cannot be told. */
static void put_eyes(struct wire_frame *report, const struct face_picture *picture,
		     const struct face *face)
{
	const float open = eyes_open(picture, face) * 1000;

	if (open >= 0)
		(void)put_numbers(report, CAMERA_FIELD_EYES, &open, 1);
}

/*
 * FACE_SEEN is begun by the caller; without a face a gate replaces it. A face with
 * something wrong is reported with its gate: no probe, but liveness is judged over the
 * whole of a sequence.
 */
static void judge(struct sight *sight, int width, int height, const uint8_t *bgr,
		  struct study *study, struct wire_frame *report)
{
	const struct face_picture picture = { .at = bgr,
					      .width = width,
					      .height = height,
					      .stride = 3 * width,
					      .channels = 3 };
	struct face faces[2] = { { .score = 0 } };
	enum camera_gate gate;

	gate = study ? study_find(study, sight->engine, &picture, &faces[0])
		     : gate_of_faces(faces,
				     face_engine_find(sight->engine, &picture, faces, 2));
	if (gate == GATE_NONE &&
	    !face_engine_embed(sight->engine, &picture, &faces[0], sight->embedding))
		gate = CAMERA_GATE_NOBODY;
	if (gate == GATE_NONE &&
	    (gate = gate_of_quality(&faces[0])) != CAMERA_GATE_NOBODY) {
		put_face(report, &faces[0], sight->embedding,
			 face_engine_dimension(sight->engine));
		if (gate == GATE_NONE)
			gate = gate_of_view(&picture, &faces[0]);
		if (study && study->bystanders)
			gate = CAMERA_GATE_SEVERAL;
		if (gate != GATE_NONE)
			(void)wire_put_u32(report, CAMERA_FIELD_GATE, gate);
		if (sight->infrared && sight->pair >= 0)
			(void)wire_put_u32(report, CAMERA_FIELD_PAIR,
					   (uint32_t)sight->pair);
		sight->pair = -1; /* each look counts once */
		put_eyes(report, &picture, &faces[0]);
		if (sight->scene.count) {
			put_scene(report, &sight->scene, &faces[0]);
			put_unlit(report, &sight->scene, &faces[0], sight->dark);
			put_passive(report, sight, &picture, &faces[0], gate);
		}
	} else {
		put_gate(report, gate);
	}
	explicit_bzero(sight->embedding, sizeof(sight->embedding));
}

static void begin_face(struct wire_frame *report, uint32_t sequence,
		       uint32_t milliseconds, bool repeated)
{
	wire_start(report, CAMERA_FACE_SEEN);
	(void)wire_put_u32(report, CAMERA_FIELD_SEQUENCE, sequence);
	(void)wire_put_u32(report, CAMERA_FIELD_TIME, milliseconds);
	(void)wire_put_u32(report, CAMERA_FIELD_REPEATED, repeated ? 1 : 0);
}

/*
 * Many infrared cameras light every other frame, so that the two can be compared
 * (put_unlit). The dark one shows nobody, and is no jump of the light either: no report.
 */
static bool is_dark(struct sight *sight)
{
	float light = scene_light(&sight->scene);

	if (!sight->infrared)
		return false;
	sight->lit *= 0.98f; /* the light of a room changes */
	if (light < sight->lit / 2)
		return true;
	sight->lit = fmaxf(sight->lit, light);
	return false;
}

void sight_partner(struct sight *sight, const struct source_frame *frame)
{
	struct face faces[2];
	struct face_picture picture = { .width = frame->pixels.width,
					.height = frame->pixels.height,
					.stride = 3 * frame->pixels.width,
					.channels = 3 };

	if (!sight->engine || !see(sight, &frame->pixels, true))
		return;
	picture.at = sight->picture;
	sight->pair = face_engine_find(sight->engine, &picture, faces, 2);
	if (sight->pair > 2)
		sight->pair = 2;
	if (sight->pair != 1 || !sight->networks ||
	    !face_engine_passive(sight->engine, &picture, &faces[0],
				 &sight->partner_live))
		sight->partner_live = -1;
}

bool sight_face(struct sight *sight, const struct source_frame *frame,
		uint32_t milliseconds, struct wire_frame *report)
{
	if (!sight->engine || !see(sight, &frame->pixels, true))
		return false;
	if (!scene_add(&sight->scene, sight->picture, frame->pixels.width,
		       frame->pixels.height))
		return false;
	if (is_dark(sight)) {
		sight->dark = true;
		return false;
	}
	begin_face(report, frame->sequence, milliseconds,
		   frame->repeated || scene_repeated(&sight->scene));
	judge(sight, frame->pixels.width, frame->pixels.height, sight->picture, NULL,
	      report);
	sight->dark = false;
	return true;
}

void sight_picture(struct sight *sight, const struct picture *picture,
		   struct study *study, struct wire_frame *report)
{
	if (!sight->engine || !picture) {
		put_gate(report, CAMERA_GATE_PICTURE);
		return;
	}
	begin_face(report, 0, 0, false);
	judge(sight, picture->width, picture->height, picture->at, study, report);
}

void sight_recorded(struct sight *sight, const struct picture *picture, uint32_t number,
		    uint32_t milliseconds, struct wire_frame *report)
{
	if (number == 0)
		scene_close(&sight->scene);
	if (!sight->engine || !picture ||
	    !scene_add(&sight->scene, picture->at, picture->width, picture->height)) {
		put_gate(report, CAMERA_GATE_PICTURE);
		return;
	}
	begin_face(report, number, milliseconds, scene_repeated(&sight->scene));
	judge(sight, picture->width, picture->height, picture->at, NULL, report);
}

void sight_video(struct sight *sight, const struct picture *picture, uint32_t number,
		 uint32_t milliseconds, struct wire_frame *report)
{
	begin_face(report, number, milliseconds, false);
	judge(sight, picture->width, picture->height, picture->at, NULL, report);
}

size_t sight_codes(struct sight *sight, const struct source_frame *frame,
		   struct bytes texts[SIGHT_QR_MAX])
{
	if (!sight->qr || !see(sight, &frame->pixels, false))
		return 0;
	return qr_scan(sight->qr, sight->picture, frame->pixels.width,
		       frame->pixels.height, texts, SIGHT_QR_MAX);
}
