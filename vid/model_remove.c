/* SPDX-License-Identifier: BSD-2-Clause */
/* vid model remove - take an installed model away */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/model_place.h"
#include "vid/models.h"

static bool is_there(const char *path)
{
	struct stat st;

	return path[0] && lstat(path, &st) == 0;
}

/* Another card that names the same file, or NULL. */
static const char *other_user(const struct models *models,
			      const struct model_names *names, const struct model *model)
{
	for (size_t i = 0; i < names->count; i++) {
		struct problem problem;
		struct model other;

		if (strcmp(names->at[i], model->name) != 0 &&
		    model_card(models->folder, names->at[i], &other, &problem) ==
			    VID_OK &&
		    strcmp(other.path, model->path) == 0)
			return names->at[i];
	}
	return NULL;
}

static int take_away(const char *path)
{
	struct problem problem = { .text = "" };
	enum vid_reason why = file_remove(path, &problem);

	if (why != VID_OK)
		return cli_problem(why, &problem);
	printf(_("removed: %s\n"), PRINTABLE(path));
	return CLI_GO;
}

static int remove_model(const struct models *models, const char *name)
{
	AUTO(models_free_names) struct model_names names = { NULL, 0 };
	bool ours = models_card_is_ours(models, name);
	struct problem problem = { .text = "" };
	char card[PATH_MAX], file[48];
	const char *other;
	struct model model;
	enum vid_reason why;
	int code;

	(void)snprintf(file, sizeof(file), "%s.model", name);
	if ((why = model_card(models->folder, name, &model, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	if ((code = models_names(models, &names)) != CLI_GO)
		return code;
	if (!ours && !is_there(model.path)) {
		(void)cli_fail(_("%s is not installed"), name);
		return CLI_REFUSED;
	}
	other = other_user(models, &names, &model);
	if (other)
		printf(_("kept: %s, which the card %s names too\n"),
		       PRINTABLE(model.path), PRINTABLE(other));
	else if (is_there(model.path) && (code = take_away(model.path)) != CLI_GO)
		return code;
	if (ours && (!path_join(card, sizeof(card), models->folder, file) ||
		     take_away(card) != CLI_GO))
		return CLI_FAILED;
	return CLI_YES;
}

int cmd_model_remove(int argc, char **argv)
{
	struct models models = { .folder_option = NULL };
	bool force = false;
	char **operands;
	int code;
	const struct cli_option options[] = {
		MODELS_OPTIONS(models),
		{ .name = "force",
		  .given = &force,
		  .help = N_("even when vid.conf uses it") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid model remove [--models DIR] [--force] NAME",
		.about = N_("Remove the model of card NAME, and the card itself when it "
			    "is the administrator's."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};
	AUTO_CLOSE int folder = -1;

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO ||
	    (code = models_open(&models)) != CLI_GO)
		return code;
	if (!force && models_used(&models, operands[0], NULL)) {
		(void)cli_fail(_("vid.conf uses %s: without it no face is judged, or "
				 "less well; name another model\nthere first, or use "
				 "--force"),
			       operands[0]);
		return CLI_REFUSED;
	}
	if ((folder = model_place_lock(models.folder, false)) < 0)
		return CLI_FAILED;
	return remove_model(&models, operands[0]);
}
