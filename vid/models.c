/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/models.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/paths.h"
#include "libvid/wire.h"
#include "sensors/camera/client.h"
#include "vid/cli.h"
#include "vid/faces.h"

#define CARD_ENDING        ".model"
#define NAMES_MAX          1000
#define TRIAL_MILLISECONDS 30000

int models_open(struct models *models)
{
	const char *path =
		models->settings_option ? models->settings_option : PATH_SETTINGS;
	struct problem problem = { .text = "" };
	enum vid_reason why = settings_load(path, &models->settings, &problem);
	const char *folder =
		models->folder_option ? models->folder_option : models->settings.models;

	models->configured = why == VID_OK;
	if (why == VID_FILE_MISSING && models->folder_option && !models->settings_option)
		why = settings_parse(bytes_of("", 0), "", &models->settings, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (!folder[0])
		return cli_fail(_("no folder of models: set models = FOLDER in [face] of "
				  "%s, or use --models DIR"),
				path);
	return faces_folder(folder, models->folder, sizeof(models->folder));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The name of a card's file without its ending; false when it is none. */
static bool card_name(const char *file, char out[33])
{
	size_t len = strlen(file), ending = strlen(CARD_ENDING);

	return len > ending && file[0] != '.' &&
	       strcmp(file + len - ending, CARD_ENDING) == 0 &&
	       bytes_to_text(bytes_of(file, len - ending), out, 33);
}

static int add_names(const char *folder, struct model_names *names)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char name[33];

	if (!dir)
		return errno == ENOENT ? CLI_GO
				       : cli_fail("%s: %s", folder, strerror(errno));
	while ((entry = readdir(dir)) && names->count < NAMES_MAX) {
		if (!card_name(entry->d_name, name) ||
		    (names->count &&
		     bsearch(name, names->at, names->count, sizeof(*names->at), by_name)))
			continue;
		memcpy(names->at[names->count++], name, sizeof(name));
		qsort(names->at, names->count, sizeof(*names->at), by_name);
	}
	(void)closedir(dir);
	return CLI_GO;
}

int models_names(const struct models *models, struct model_names *out)
{
	int code;

	*out = (struct model_names){ .at = calloc(NAMES_MAX, sizeof(*out->at)) };
	if (!out->at)
		return cli_fail(_("not enough memory"));
	if ((code = add_names(models->folder, out)) == CLI_GO)
		code = add_names(PATH_CARDS, out);
	return code;
}

void models_free_names(struct model_names *names)
{
	free(names->at);
}

bool models_card_is_ours(const struct models *models, const char *name)
{
	char path[PATH_MAX], file[48];
	struct stat st;

	(void)snprintf(file, sizeof(file), "%s" CARD_ENDING, name);
	return path_join(path, sizeof(path), models->folder, file) &&
	       lstat(path, &st) == 0;
}

static bool is_word_of(const char *name, const char *words)
{
	char text[sizeof(((struct settings *)0)->liveness)], *rest = text, *word;

	(void)snprintf(text, sizeof(text), "%s", words);
	while ((word = strsep(&rest, " ")))
		if (strcmp(word, name) == 0)
			return true;
	return false;
}

/* Other words for the same folder are the same folder. */
static bool is_configured_folder(const struct models *models)
{
	struct stat ours, theirs;

	return models->configured && models->settings.models[0] &&
	       stat(models->folder, &ours) == 0 &&
	       stat(models->settings.models, &theirs) == 0 &&
	       ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

bool models_used(const struct models *models, const char *name, bool *optional)
{
	const struct settings *settings = &models->settings;
	bool needed = strcmp(name, settings->detector) == 0 ||
		      strcmp(name, settings->embedding) == 0;

	if (optional)
		*optional = !needed && !settings->liveness_named;
	return is_configured_folder(models) && settings->engine == ENGINE_MODELS &&
	       (needed || is_word_of(name, settings->liveness));
}

enum models_state models_state(const struct model *model, size_t *size,
			       struct problem *problem)
{
	AUTO_FREE uint8_t *at = NULL;
	struct stat st;

	*size = 0;
	if (!model->path[0])
		return MODELS_BUILT_IN;
	if (lstat(model->path, &st) < 0 && (errno == ENOENT || errno == ENOTDIR))
		return MODELS_MISSING;
	return model_file(model, &at, size, problem) == VID_OK ? MODELS_GOOD
							       : MODELS_WRONG;
}

const char *models_kind(enum model_kind kind)
{
	switch (kind) {
	case MODEL_DETECTOR:
		return "detector";
	case MODEL_EMBEDDING:
		return "embedding";
	case MODEL_LIVENESS:
		break;
	}
	return "liveness";
}

enum vid_reason models_try(const char *folder, const struct model *model, int abort_fd,
			   struct problem *problem)
{
	return camera_try(folder, model, wire_now() + TRIAL_MILLISECONDS, abort_fd,
			  problem);
}
