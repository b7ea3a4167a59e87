/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pad.h - recorded presentations, live and attacks, judged as a login would
 *
 * The pictures (png) in DIR/SPECIES/SEQUENCE are the frames of one presentation in the
 * order of their names; the species "live" holds living people. A file "challenge" beside
 * the frames says
 *
 *   fps 15
 *   12 left
 *   38 ahead
 *
 * which cue was shown before which frame (from 0); `ahead` asks to look ahead again.
 * Without it the frames count as 15 a second, and the turns are read off the sequence:
 * two to any side, when the person liked. All complain themselves and answer with an exit
 * code of cli.h, CLI_GO when all is well.
 */
#ifndef VID_PAD_H
#define VID_PAD_H

#include "libvid/liveness.h"
#include "vid/faces.h"
#include "vid/stats.h"

#define PAD_LIVE          "live"
#define PAD_SPECIES_MAX   64
#define PAD_SEQUENCES_MAX 10000 /* of one species */
#define PAD_CUES_MAX      (2 * CHALLENGE_MAX)

struct pad_species {
	char name[64];
	uint64_t sequences;
	uint64_t why[VID_REASON_COUNT]; /* how they ended; VID_OK: accepted as live */
};

struct pad_set {
	char folder[PATH_MAX];
	size_t count;
	struct pad_species species[PAD_SPECIES_MAX];
};

/* Which species there are. */
int pad_find(const char *folder, struct pad_set *set);

/* Judge every sequence. */
int pad_judge(struct pad_set *set, struct faces *faces);

/* Accepted attacks, or refused living people. */
uint64_t pad_wrong(const struct pad_species *species);

/* The HTML page. */
int pad_page(const struct pad_set *set, const struct faces *faces, const char *path,
	     bool force);

void pad_free(struct pad_set *set);

#endif
