/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model.h - model cards: what is known of a network, read from NAME.model beside
 * NAME.onnx
 *
 * A card is an INI file (FACE.md has an example). It is looked for in the models folder
 * of vid.conf first, then among the cards that are installed with vid; the ONNX file
 * always comes from the models folder, and must have the card's SHA-256 (S57).
 */
#ifndef VID_MODEL_H
#define VID_MODEL_H

#include <limits.h>

#include "libvid/bytes.h"
#include "libvid/limits.h"
#include "libvid/reason.h"

enum model_kind { MODEL_DETECTOR, MODEL_EMBEDDING, MODEL_LIVENESS };

#define MODEL_CALIBRATIONS_MAX 32

/* A score whose FMR was measured, for a number of references and of probe frames. */
struct model_calibration {
	double fmr;
	unsigned references, frames;
	float score;
};

struct model {
	char name[33];
	char id[VID_MODEL_ID_MAX + 1]; /* name ':' first 16 hex digits of sha256 */
	char path[PATH_MAX];           /* of the ONNX file */
	uint8_t sha256[32];
	enum model_kind kind;
	unsigned width, height; /* of the input; 0: any */
	bool rgb;               /* channel order; otherwise BGR, or grey when `grey` */
	bool grey;
	float scale, mean;
	unsigned output; /* dimensions of an embedding */
	float align[5]
		   [2]; /* landmark template in input pixels, divided by its size: 0..1 */
	bool has_align;
	char layout[16]; /* detector's outputs: "2022" or "2023" */
	size_t calibration_count;
	struct model_calibration calibration[MODEL_CALIBRATIONS_MAX];
};

/* Read card `name`. VID_FACE_ENGINE, with a problem text, when missing or malformed. */
enum vid_reason model_card(const char *models_folder, const char *name, struct model *out,
			   struct problem *problem);

/*
 * The score at or above which a face counts as the template's, at `fmr`, for a template
 * of `references` and a probe that is the mean of `frames` frames: the card's entry for
 * exactly these, else the highest of the entries for that FMR with no more than these
 * (never a lower one than the card can support); when the card has no entry for that FMR
 * at all: false, and the face is unavailable.
 */
bool model_threshold(const struct model *model, double fmr, unsigned references,
		     unsigned frames, float *score);

#endif
