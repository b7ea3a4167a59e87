/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sample.h - people and a survey of them that nobody photographed: each person a
 * direction, each picture that direction and some noise. The same at every run.
 */
#ifndef VID_TEST_SAMPLE_H
#define VID_TEST_SAMPLE_H

#include "vid/survey.h"

#define SAMPLE_DIMENSION 48

struct sample {
	struct people people;
	struct survey survey;
};

/* `count` people with `pictures` each, and `others`. `noise` 0: one person's pictures are
 * the same; 1: their cosine is about 0.5. sample_free it. */
void sample_make(struct sample *sample, size_t count, size_t pictures, size_t others,
		 double noise);
void sample_free(struct sample *sample);

#endif
