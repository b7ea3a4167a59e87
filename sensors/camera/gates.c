/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/camera/gates.h"

#include <math.h>

#include "libvid/pose.h"
#include "sensors/camera/cover.h"

/* FACE.md: from 20 pixels between the eyes on, size matters little. */
#define EYES_LEAST 20.0f
#define EYES_GOOD  40.0f

/* In distances of the eyes, from a landmark to the picture's edge: nearer, and a part of
 * the face lies outside. */
#define EDGE_LEAST 0.25f

/* As pose.h has them. Of 428 photographs one in a hundred has a yaw above 0.41 or below
 * -0.43; all have a pitch of 0.27 to 0.74. */
#define YAW_MOST    0.45f
#define PITCH_LEAST 0.25f
#define PITCH_MOST  0.85f

/* cover.h says where photographs lie. Of a turned face it tells nothing. */
#define COVER_YAW_MOST    0.25f
#define COVER_EYES_MOST   0.30f
#define COVER_MOUTH_LEAST 2.8f

/* Means of the aligned face: outside, detail is lost in noise or in white. */
#define BRIGHTNESS_LEAST 35.0f
#define BRIGHTNESS_MOST  225.0f

/*
 * Variance of the Laplacian of the aligned face. Photographs have 34 and more (median
 * 82), and 3 to 9 after a blur of 3.5 pixels, where a fifth of the logins would fail; but
 * the drawn people of the tests have 6 to 11 and are told apart well. So this drops only
 * what has no detail at all; blur costs patience, never security (FACE.md).
 */
#define SHARPNESS_LEAST 5.0f

/*
 * The detector now and then takes a QR code that is still before the camera for a face,
 * which would then be judged as the wrong one. Black against white at every module, such
 * a "face" had 30,000 and more (23 of the walk's codes at 640×480); 428 photographs had
 * 471 at most.
 */
#define SHARPNESS_MOST 8000.0f

enum camera_gate gate_of_faces(const struct face *faces, int count)
{
	if (count <= 0)
		return CAMERA_GATE_NOBODY;
	if (count > 1) /* a bystander's face is not ours to look at (P9) */
		return CAMERA_GATE_SEVERAL;
	/* Written so that a NaN does not pass. */
	return faces[0].eye_distance >= EYES_LEAST ? GATE_NONE : CAMERA_GATE_FAR;
}

enum camera_gate gate_of_quality(const struct face *face)
{
	if (!(face->brightness >= BRIGHTNESS_LEAST))
		return CAMERA_GATE_DARK;
	if (!(face->brightness <= BRIGHTNESS_MOST))
		return CAMERA_GATE_BRIGHT;
	if (!(face->sharpness <= SHARPNESS_MOST))
		return CAMERA_GATE_NOBODY;
	return face->sharpness >= SHARPNESS_LEAST ? GATE_NONE : CAMERA_GATE_BLURRED;
}

static bool is_cut(const struct face_picture *picture, const struct face *face)
{
	float edge = EDGE_LEAST * face->eye_distance;

	for (int i = 0; i < 5; i++) {
		float x = face->landmark[i][0], y = face->landmark[i][1];

		if (!(x >= edge && y >= edge && x <= (float)picture->width - edge &&
		      y <= (float)picture->height - edge))
			return true;
	}
	return false;
}

enum camera_gate gate_of_view(const struct face_picture *picture, const struct face *face)
{
	float yaw = pose_yaw(face->landmark), pitch = pose_pitch(face->landmark), cover;

	if (is_cut(picture, face))
		return CAMERA_GATE_NEAR;
	if (!(fabsf(yaw) <= YAW_MOST && pitch >= PITCH_LEAST && pitch <= PITCH_MOST))
		return CAMERA_GATE_TURNED;
	cover = fabsf(yaw) <= COVER_YAW_MOST ? cover_ratio(picture, face) : -1;
	if (cover >= 0 && cover < COVER_EYES_MOST)
		return CAMERA_GATE_COVERED_EYES;
	if (cover > COVER_MOUTH_LEAST)
		return CAMERA_GATE_COVERED_MOUTH;
	return face->eye_distance >= EYES_GOOD ? GATE_NONE : CAMERA_GATE_FAR;
}
