/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * solid.h - is it a head that turns, or a picture of one? (FACE.md, liveness check 3)
 *
 * Eyes and mouth corners lie in one plane, the nose before it. When that plane is turned,
 * the four move as any flat thing does, by a homography; the nose of a head leaves the
 * place that the homography gives it, a drawn nose does not. How far it does, for how
 * much the plane has turned, is the nose's height above the plane: half an eye distance
 * on heads, nothing on flat paper, an eighth on paper that is bent about a glass.
 */
#ifndef VID_SOLID_H
#define VID_SOLID_H

#include <stdbool.h>
#include <stddef.h>

struct solid {
	size_t ahead, turned;  /* frames */
	float anchor[5][2];    /* mean, upright, eyes one apart, their middle at 0,0 */
	double moved, slanted; /* sums for the fit */
};

/* A frame that looks ahead: what the others are compared with. */
void solid_ahead(struct solid *solid, const float landmark[5][2]);

/* A frame that is turned to a side. */
void solid_turned(struct solid *solid, const float landmark[5][2]);

/*
 * The height of the nose above the plane of eyes and mouth, in eye distances, fitted over
 * the frames that were turned; negative without any. Flat things come out below 0.1.
 */
float solid_height(const struct solid *solid);

/* The homography that takes `from` to `to`, row by row, its last element 1. False when
 * three of the points are on a line, or not finite. */
bool homography_of(const float from[4][2], const float to[4][2], double map[9]);

#endif
