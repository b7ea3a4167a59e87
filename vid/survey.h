/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * survey.h - the faces of many pictures, seen by one confined vid-camera a processor
 *
 * A picture that cannot be opened or read, has no face, or ends its vid-camera twice is a
 * failure to acquire; the survey goes on.
 */
#ifndef VID_SURVEY_H
#define VID_SURVEY_H

#include "vid/faces.h"
#include "vid/people.h"

struct survey_picture {
	bool seen;             /* there is an embedding */
	enum camera_gate gate; /* seen: what a login would have refused it for, or 0 */
	bool timed;
	uint32_t stage[3]; /* microseconds to decode, detect, embed */
};

struct survey {
	size_t dimension;
	size_t pictures, failures;
	struct survey_picture *picture;
	float *embedding; /* biometric: pictures × dimension, of length 1 or zeros */
	double seconds;   /* that all of it took */
	unsigned cameras; /* at work at the same time */
};

/* A bar on standard error shows how far it is when that is a terminal. Complains itself;
 * an exit code of cli.h. survey_free in any case. */
int survey_run(const struct faces *faces, const struct people *people,
	       struct survey *survey);
void survey_free(struct survey *survey); /* wipes; usable with AUTO() */

/* The embedding of a picture that was seen. */
const float *survey_embedding(const struct survey *survey, size_t picture);

/* Cosine of two embeddings of length 1. */
float survey_cosine(const float *a, const float *b, size_t dimension);

/* The median of a stage over the pictures that were timed, milliseconds; 0 of none. */
double survey_stage(const struct survey *survey, size_t stage);

#endif
