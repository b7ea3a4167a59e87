/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * render.h - a portrait as a head before a camera, or as a print of it; for tests
 *
 * A generic head (an ellipsoid with a nose) carries the portrait; it is turned, moved and
 * seen by a pinhole camera with noise. The same portrait on a plane, or on one that is
 * bent, is what an attacker holds up. These are simulations: they show that the judge
 * does what it is meant to do, not how often it fails on people.
 */
#ifndef VID_TEST_RENDER_H
#define VID_TEST_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RENDER_SIDE   256 /* pixels of a portrait, as in tests/faces */
#define RENDER_WIDTH  640
#define RENDER_HEIGHT 480
#define RENDER_BYTES  (RENDER_WIDTH * RENDER_HEIGHT * 3)

enum render_body { RENDER_HEAD, RENDER_PRINT, RENDER_BENT, RENDER_SCREEN };

struct render_view {
	enum render_body body;
	float yaw, pitch, roll; /* radians; yaw positive to the person's own left */
	float distance;         /* eye distances to the camera; 7: about 45 cm */
	float x, y;             /* pixels beside the middle of the frame */
	float light;            /* 1: as the portrait */
	float noise;            /* grey levels, of the sensor */
	float radius;           /* of RENDER_BENT, in eye distances */
	bool holes;             /* a print with holes for the eyes of who holds it */
	uint32_t seed;          /* of the noise: another for each frame */
};

/*
 * `portrait`: RENDER_SIDE² BGR pixels, the eyes about where tests/faces has them.
 * `frame`: RENDER_BYTES, BGR.
 */
void render(const uint8_t *portrait, const struct render_view *view, uint8_t *frame);

/* Where the five landmarks are seen, in pixels. */
void render_landmarks(const struct render_view *view, float landmark[5][2]);

/* A small generator of numbers that are the same everywhere. */
uint32_t render_chance(uint32_t *seed);
/* About normal, deviation 1. */
float render_normal(uint32_t *seed);

#endif
