/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/card.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "libvid/card_values.h"
#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/ini.h"
#include "libvid/paths.h"

#define CARD_MAX (32 * 1024)

/* A card as it is read: what was there, besides what it said. */
struct card {
	struct model *model;
	char file[64];
	unsigned version; /* of the basic engine */
	bool has_file, has_sha256, has_kind, has_input;
};

static const char *read_kind(struct card *card, const char *value)
{
	static const char *const kinds[] = { [MODEL_DETECTOR] = "detector",
					     [MODEL_EMBEDDING] = "embedding",
					     [MODEL_LIVENESS] = "liveness" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(value, kinds[i]) == 0) {
			card->model->kind = (enum model_kind)i;
			card->has_kind = true;
			return NULL;
		}
	}
	return "must be detector, embedding or liveness";
}

/* One word of `input` behind the size. */
static bool input_word(struct model *model, const char *word)
{
	double value;

	if (strcmp(word, "BGR") == 0 || strcmp(word, "RGB") == 0) {
		model->rgb = *word == 'R';
		return true;
	}
	if (strcmp(word, "GREY") == 0) {
		model->grey = true;
		return true;
	}
	if (strncmp(word, "scale=", 6) == 0 && card_number(word + 6, &value) &&
	    value > 0) {
		model->scale = (float)value;
		return true;
	}
	if (strncmp(word, "mean=", 5) == 0)
		return card_channels(word + 5, model->mean);
	if (strncmp(word, "deviation=", 10) == 0)
		return card_channels(word + 10, model->deviation) &&
		       model->deviation[0] > 0 && model->deviation[1] > 0 &&
		       model->deviation[2] > 0;
	return false;
}

/* "128x128 BGR scale=1 mean=0" */
static const char *read_input(struct card *card, const char *value)
{
	char text[128], *rest = text, *word;

	if (!ini_text(value, text, sizeof(text)))
		return "too long";
	word = strsep(&rest, " ");
	if (!card_sides(word, &card->model->width, &card->model->height))
		return "must start with WIDTHxHEIGHT";
	while ((word = strsep(&rest, " ")))
		if (*word && !input_word(card->model, word))
			return "must be WIDTHxHEIGHT BGR|RGB|GREY [scale=S] "
			       "[mean=M[,M,M]] [deviation=D[,D,D]]";
	card->has_input = true;
	return NULL;
}

/* Five "x,y". */
static const char *read_align(struct card *card, const char *value)
{
	char text[256], *rest = text;
	int count = 0;

	if (!ini_text(value, text, sizeof(text)))
		return "too long";
	while (rest) {
		char *y = strsep(&rest, " "), *x;
		double at[2];

		if (!*y)
			continue;
		x = strsep(&y, ",");
		if (count == 5 || !y || !card_number(x, &at[0]) ||
		    !card_number(y, &at[1]))
			return "must be five points x,y";
		for (int i = 0; i < 2; i++) {
			if (at[i] < 0 || at[i] > 1)
				return "a point lies outside 0..1";
			card->model->align[count][i] = (float)at[i];
		}
		count++;
	}
	card->model->has_align = count == 5;
	return count == 5 ? NULL : "must be five points x,y";
}

static const char *read_crop(struct card *card, const char *value)
{
	unsigned width, height;

	if (!card_sides(value, &width, &height) || !width || !height)
		return "must be WIDTHxHEIGHT";
	card->model->crop_width = (float)width;
	card->model->crop_height = (float)height;
	return NULL;
}

static const char *read_file(struct card *card, const char *value)
{
	const char *ending = strrchr(value, '.');

	/* a network in a card's place, or one that is hidden, is none */
	if (value[0] == '.' || (ending && strcmp(ending, ".model") == 0) ||
	    strchr(value, '/') || !ini_text(value, card->file, sizeof(card->file)))
		return "must be the name of a file in the models folder";
	card->has_file = true;
	return NULL;
}

static const char *read_sha256(struct card *card, const char *value)
{
	card->has_sha256 = ini_hex(value, card->model->sha256, 32);
	return card->has_sha256 ? NULL : "must be 64 hex digits";
}

static const char *read_output(struct card *card, const char *value)
{
	uint64_t output;

	if (!ini_unsigned(value, VID_EMBEDDING_MAX, &output) || output == 0)
		return "must be 1..512";
	card->model->output = (unsigned)output;
	return NULL;
}

static const char *read_layout(struct card *card, const char *value)
{
	if (strcmp(value, "2022") != 0 && strcmp(value, "2023") != 0)
		return "must be 2022 or 2023";
	(void)ini_text(value, card->model->layout, sizeof(card->model->layout));
	return NULL;
}

static const char *read_least(struct card *card, const char *value)
{
	double least;

	if (!card_number(value, &least) || least <= 0 || least >= 1)
		return "must be a score between 0 and 1";
	card->model->least = (float)least;
	return NULL;
}

static const char *read_box(struct card *card, const char *value)
{
	double box;

	if (!card_number(value, &box) || box < 1 || box > 8)
		return "must be 1..8, times the face's box";
	card->model->box = (float)box;
	return NULL;
}

static const char *read_live(struct card *card, const char *value)
{
	uint64_t live;

	if (!ini_unsigned(value, VID_EMBEDDING_MAX - 1, &live))
		return "must be the number of a class, from 0";
	card->model->live = (unsigned)live;
	return NULL;
}

static const char *read_softmax(struct card *card, const char *value)
{
	return ini_bool(value, &card->model->softmax) ? NULL : "must be yes or no";
}

/* Where the file is to be had: for `vid model install`. */
static const char *read_url(struct card *card, const char *value)
{
	char *url = card->model->url;

	return strncmp(value, "https://", 8) == 0 &&
			       ini_text(value, url, sizeof(card->model->url))
		       ? NULL
		       : "must start with https://";
}

static const char *read_size(struct card *card, const char *value)
{
	return ini_unsigned(value, MODEL_FILE_MAX, &card->model->size) &&
			       card->model->size
		       ? NULL
		       : "must be the file's bytes, at most 256 MiB";
}

static const char *read_version(struct card *card, const char *value)
{
	uint64_t version;

	if (!ini_unsigned(value, 9999, &version) || version == 0)
		return "must be 1..9999";
	card->version = (unsigned)version;
	return NULL;
}

/* For people alone. */
static const char *read_licence(struct card *card, const char *value)
{
	char *licence = card->model->licence;

	return ini_text(value, licence, sizeof(card->model->licence))
		       ? NULL
		       : "must be 1..63 bytes";
}

static const char *read_source(struct card *card, const char *value)
{
	char *source = card->model->source;

	return ini_text(value, source, sizeof(card->model->source))
		       ? NULL
		       : "must be 1..159 bytes";
}

static const struct {
	const char *key;
	const char *(*read)(struct card *card, const char *value);
} keys[] = {
	{ "file", read_file },       { "sha256", read_sha256 },
	{ "kind", read_kind },       { "licence", read_licence },
	{ "input", read_input },     { "output", read_output },
	{ "align", read_align },     { "crop", read_crop },
	{ "layout", read_layout },   { "least", read_least },
	{ "version", read_version }, { "box", read_box },
	{ "live", read_live },       { "softmax", read_softmax },
	{ "url", read_url },         { "size", read_size },
	{ "source", read_source },
};

/* "FMR = SCORE" for one reference and one frame, or "FMR 5x3 = SCORE". */
static const char *read_calibration(struct model *model, const char *key,
				    const char *value)
{
	struct model_calibration *entry = &model->calibration[model->calibration_count];
	char text[64], *pair = text, *fmr;
	double score;

	if (model->calibration_count == MODEL_CALIBRATIONS_MAX)
		return "too many entries";
	if (!ini_text(key, text, sizeof(text)))
		return "must be FMR or FMR REFERENCESxFRAMES";
	fmr = strsep(&pair, " ");
	entry->references = entry->frames = 1;
	if (!card_number(fmr, &entry->fmr) || entry->fmr <= 0 || entry->fmr >= 1 ||
	    (pair && (!card_sides(pair, &entry->references, &entry->frames) ||
		      !entry->references || !entry->frames)))
		return "must be FMR or FMR REFERENCESxFRAMES";
	if (!card_number(value, &score) || score <= 0 || score >= 1)
		return "must be a score between 0 and 1";
	entry->score = (float)score;
	model->calibration_count++;
	return NULL;
}

static const char *card_entry(void *user, const char *section, const char *key,
			      const char *value)
{
	struct card *card = user;
	bool is_model = strcmp(section, "model") == 0;

	if (!is_model && strcmp(section, "calibration") != 0)
		return "unknown section";
	if (!key)
		return NULL;
	if (!is_model)
		return read_calibration(card->model, key, value);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strcmp(key, keys[i].key) == 0)
			return keys[i].read(card, value);
	return "unknown key";
}

/* What a card lacks, or NULL. */
static const char *card_lacks(const struct card *card)
{
	const struct model *model = card->model;

	if (!card->has_kind)
		return "kind";
	if (card->version) /* the basic engine's: nothing but its size and calibration */
		return card->has_file  ? "either file or version"
		       : model->output ? NULL
				       : "output";
	if (!card->has_file)
		return "file";
	if (!card->has_sha256)
		return "sha256";
	if (!card->has_input || !model->width)
		return "input";
	if (model->kind == MODEL_DETECTOR)
		return !model->layout[0] ? "layout" : model->least > 0 ? NULL : "least";
	if (!model->height)
		return "the input's height";
	if (model->kind != MODEL_DETECTOR && !model->output)
		return "output";
	if (model->kind == MODEL_LIVENESS)
		return !model->box                    ? "box"
		       : !(model->least > 0)          ? "least"
		       : model->live >= model->output ? "a live class below output"
						      : NULL;
	if (model->kind == MODEL_EMBEDDING && !model->has_align)
		return "align";
	return NULL;
}

static bool card_complete(struct card *card, const char *models_folder)
{
	struct model *model = card->model;
	char hex[17];

	if (!model->crop_width) {
		model->crop_width = (float)model->width;
		model->crop_height = (float)model->height;
	}
	if (card->version) {
		(void)snprintf(model->id, sizeof(model->id), "%s:%u", model->name,
			       card->version);
		return true;
	}
	sodium_bin2hex(hex, sizeof(hex), model->sha256, 8);
	(void)snprintf(model->id, sizeof(model->id), "%s:%s", model->name, hex);
	return !models_folder || !*models_folder ||
	       path_join(model->path, sizeof(model->path), models_folder, card->file);
}

/* A card's name is a file's name: letters, digits, '_', '-', '.', not a dot first. */
static bool name_valid(const char *name)
{
	return *name && *name != '.' &&
	       strlen(name) < sizeof(((struct model *)0)->name) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_-.") == strlen(name);
}

/* The card's text, from the models folder or else from the installed ones. */
static enum vid_reason find_card(const char *cards_folder, const char *models_folder,
				 const char *name, char path[PATH_MAX], struct blob *text,
				 struct problem *problem)
{
	const char *folders[] = { models_folder, cards_folder };
	enum vid_reason why = VID_FILE_MISSING;
	char file[48];

	(void)snprintf(file, sizeof(file), "%s.model", name);
	for (size_t i = 0; i < 2 && why == VID_FILE_MISSING; i++) {
		if (!folders[i] || !*folders[i])
			continue;
		if (!path_join(path, PATH_MAX, folders[i], file))
			return VID_FILE_IO;
		why = file_read_trusted(path, CARD_MAX, text, problem);
	}
	if (why == VID_FILE_MISSING)
		problem_set(problem, "no model card '%s.model' in %s%s%s", name,
			    models_folder && *models_folder ? models_folder : "",
			    models_folder && *models_folder ? " or " : "", cards_folder);
	else if (why == VID_OK)
		problem_set(problem, "%s", ""); /* the first folder's is none */
	return why;
}

enum vid_reason model_card_read(struct bytes text, const char *path,
				const char *models_folder, const char *name,
				struct model *out, struct problem *problem)
{
	struct card card = { .model = out };
	const char *lacks;

	memset(out, 0, sizeof(*out));
	out->scale = 1;
	for (int i = 0; i < 3; i++)
		out->deviation[i] = 1;
	if (!name_valid(name)) {
		problem_set(problem, "'%.40s' is not a model's name", name);
		return VID_FACE_ENGINE;
	}
	(void)snprintf(out->name, sizeof(out->name), "%s", name);
	if (ini_read(text, path, card_entry, &card, problem) != VID_OK)
		return VID_FACE_ENGINE;
	if ((lacks = card_lacks(&card))) {
		problem_set(problem, "%s: the card lacks %s", path, lacks);
		return VID_FACE_ENGINE;
	}
	if (!card_complete(&card, models_folder)) {
		problem_set(problem, "%s: the path of the model is too long", path);
		return VID_FACE_ENGINE;
	}
	return VID_OK;
}

enum vid_reason model_card_from(const char *cards_folder, const char *models_folder,
				const char *name, struct model *out,
				struct problem *problem)
{
	AUTO(blob_free) struct blob text = { 0 };
	char path[PATH_MAX];

	memset(out, 0, sizeof(*out));
	if (name_valid(name) &&
	    find_card(cards_folder, models_folder, name, path, &text, problem) != VID_OK)
		return VID_FACE_ENGINE;
	return model_card_read(bytes_of(text.at, text.len), path, models_folder, name,
			       out, problem);
}

enum vid_reason model_card(const char *models_folder, const char *name, struct model *out,
			   struct problem *problem)
{
	return model_card_from(PATH_CARDS, models_folder, name, out, problem);
}

enum vid_reason model_card_text(const char *models_folder, const char *name,
				struct blob *text, struct problem *problem)
{
	char path[PATH_MAX];

	if (name_valid(name) &&
	    find_card(PATH_CARDS, models_folder, name, path, text, problem) == VID_OK)
		return VID_OK;
	return VID_FACE_ENGINE;
}
