/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model.h - model cards: what is known of a network, read from NAME.model beside
 * NAME.onnx
 *
 * A card is an INI file (conf/models has them, FACE.md an example). It is looked for in
 * the models folder of vid.conf first, then among the cards that are installed with vid;
 * the ONNX file always comes from the models folder, and must have the card's SHA-256
 * (S57). The card of the basic engine has no file; its id is NAME ':' its version.
 */
#ifndef VID_MODEL_H
#define VID_MODEL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libvid/limits.h"
#include "libvid/reason.h"

#ifdef __cplusplus
extern "C" {
#endif

enum model_kind { MODEL_DETECTOR, MODEL_EMBEDDING, MODEL_LIVENESS };

#define MODEL_FILE_MAX ((size_t)256 * 1024 * 1024) /* SFace has 38 MB, ArcFace 250 MB */

#define MODEL_CALIBRATIONS_MAX 64 /* three levels × all that a login may compare */

/* A score whose FMR was measured, for a number of references and of probe frames. */
struct model_calibration {
	double fmr;
	unsigned references, frames;
	float score;
};

struct model {
	char name[33];
	char id[VID_MODEL_ID_MAX + 1]; /* name ':' first 16 hex digits of sha256 */
	char path[PATH_MAX];           /* of the ONNX file; empty for the basic engine */
	uint8_t sha256[32];
	enum model_kind kind;
	unsigned width, height; /* of the input; 0: any */
	bool rgb;               /* channel order; otherwise BGR, or grey when `grey` */
	bool grey;
	/* (value - mean) * scale / deviation, for each channel in the input's order */
	float scale, mean[3], deviation[3];
	unsigned output; /* dimensions of an embedding, or classes */
	/* Where the landmarks go, parts of the crop: 0..1 (right and left eye, nose,
	 * right and left mouth corner). The face is turned and scaled into the crop, and
	 * the crop stretched to the input; without `crop` in the card the two are the
	 * same. */
	float align[5][2];
	bool has_align;
	float crop_width, crop_height;
	float least; /* detector: the least score of a face; liveness: of a live one */
	/* liveness: the crop is the face's box this much enlarged; which of the `output`
	 * classes is the live one; are they numbers that a softmax makes shares? */
	float box;
	unsigned live;
	bool softmax;
	char layout[16]; /* detector's outputs: "2022" or "2023" */
	size_t calibration_count;
	struct model_calibration calibration[MODEL_CALIBRATIONS_MAX];
	/* for `vid model`, each may be empty: */
	uint64_t size;                 /* of the ONNX file, bytes; 0: not said */
	char licence[64], source[160]; /* words for people */
	char url[200];                 /* https:// where the file is to be had */
};

/*
 * Read card `name` from `models_folder` (NULL or empty: there is none), else from the
 * installed cards. VID_FACE_ENGINE, with a problem text, when missing or malformed. The
 * ONNX file is not opened.
 */
enum vid_reason model_card(const char *models_folder, const char *name, struct model *out,
			   struct problem *problem);

/* As model_card, with another folder of installed cards: for tests. */
enum vid_reason model_card_from(const char *cards_folder, const char *models_folder,
				const char *name, struct model *out,
				struct problem *problem);

/*
 * The network's bytes, judged on the very bytes that are returned: free() them.
 * VID_FACE_ENGINE when missing, not to be trusted, or not of the card's SHA-256 (S57).
 */
enum vid_reason model_file(const struct model *model, uint8_t **at, size_t *len,
			   struct problem *problem);

/* Have the bytes the card's SHA-256? */
bool model_matches(const struct model *model, const uint8_t *at, size_t len);

/*
 * The score at or above which a face counts as the template's, at `fmr`, for a template
 * of `references` and a probe that is the mean of `frames` frames: the card's entry for
 * exactly these, else the highest of the entries for that FMR with no more than these,
 * else the highest for that FMR (never a lower one than the card can support); when the
 * card has no entry for that FMR at all: false, and the face is unavailable.
 */
bool model_threshold(const struct model *model, double fmr, unsigned references,
		     unsigned frames, float *score);

#ifdef __cplusplus
}
#endif
#endif
