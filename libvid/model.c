/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/model.h"

#include <math.h>
#include <openssl/evp.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"

/* By libcrypto, which uses the processor's instructions: a network has megabytes, and
 * libsodium would take a fifth of the time to the first face for them. */
bool model_matches(const struct model *model, const uint8_t *at, size_t len)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned size = 0;

	return EVP_Digest(at, len, sum, &size, EVP_sha256(), NULL) == 1 && size == 32 &&
	       memcmp(sum, model->sha256, 32) == 0;
}

enum vid_reason model_file(const struct model *model, uint8_t **at, size_t *len,
			   struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };

	*at = NULL;
	*len = 0;
	if (!model->path[0]) {
		problem_set(problem, "%s: vid.conf names no models folder", model->name);
		return VID_FACE_ENGINE;
	}
	if (file_read_trusted(model->path, MODEL_FILE_MAX, &file, problem) != VID_OK)
		return VID_FACE_ENGINE;
	if (!model_matches(model, file.at, file.len)) {
		problem_set(problem,
			    "%s: not the file that the model card describes "
			    "(SHA-256 differs); install the model again",
			    model->path);
		return VID_FACE_ENGINE;
	}
	*at = TAKE_PTR(file.at);
	*len = file.len;
	file.len = 0;
	return VID_OK;
}

bool model_threshold(const struct model *model, double fmr, unsigned references,
		     unsigned frames, float *score)
{
	float within = -1, any = -1;

	for (size_t i = 0; i < model->calibration_count; i++) {
		const struct model_calibration *entry = &model->calibration[i];

		if (fabs(entry->fmr / fmr - 1) > 1e-6)
			continue;
		if (entry->references == references && entry->frames == frames) {
			*score = entry->score;
			return true;
		}
		any = fmaxf(any, entry->score);
		if (entry->references <= references && entry->frames <= frames)
			within = fmaxf(within, entry->score);
	}
	*score = within > 0 ? within : any;
	return any > 0;
}
