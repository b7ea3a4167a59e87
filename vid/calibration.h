/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calibration.h - the scores that a model card is to have, from a survey of pictures
 *
 * A score is written for an FMR only when the sample shows that FMR, and it is the lowest
 * that keeps to it with 95 % confidence, pairs of people counted as independent: each two
 * people are one pair, with the highest score among their pictures, for more pictures of
 * the same people are no more strangers. Copies of a picture are left out.
 *
 * Each number of references and frames that a login may have gets its own score: measured
 * where there are enough pairs of people with such means, else estimated. A mean of one
 * person's pictures is shorter than one picture by how much these differ, and for
 * strangers averaging spreads scores no wider; so the estimate is the score of single
 * pictures divided by the lengths of both means, of people whose pictures are not alike.
 */
#ifndef VID_CALIBRATION_H
#define VID_CALIBRATION_H

#include "libvid/model.h"
#include "vid/survey.h"

/* Fewer say nothing of strangers, nor of how alike one person's pictures are. */
#define CALIBRATION_PEOPLE_MIN 10

struct calibration_entry {
	double fmr;
	unsigned references, frames;
	bool measured; /* else estimated */
	double score;  /* to three digits, rounded up */
};

struct calibration {
	size_t count;
	struct calibration_entry entry[MODEL_CALIBRATIONS_MAX];
	size_t people, pictures;    /* seen, without copies */
	size_t copies;              /* that were left out */
	size_t repeated;            /* people with two or more pictures */
	uint64_t genuine, impostor; /* pairs of pictures; of people */
	double alike;               /* what the estimate takes a person's pictures for */
	double least;               /* the lowest FMR that has entries */
};

/*
 * Complains itself. CLI_GO; CLI_REFUSED when the sample does not show the FMR of level
 * standard, or has too few people; CLI_FAILED without memory.
 */
int calibration_make(const struct people *people, const struct survey *survey,
		     struct calibration *out);

/* How much shorter than a picture a mean of `count` is, when two have cosine `alike`. */
double calibration_length(unsigned count, double alike);

/*
 * The section, with comments on where it comes from: text to free(), or NULL. `detector`
 * is an id or "none", `date` a day.
 */
char *calibration_section(const struct calibration *calibration, const char *detector,
			  const char *date);

/* `card` with this section in place of its own and of the comment right above that one;
 * behind everything else when it has none. Text to free(), or NULL. */
char *calibration_splice(const char *card, const char *section);

#endif
