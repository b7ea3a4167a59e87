/* SPDX-License-Identifier: BSD-2-Clause */
/* vid model check - is a model's file the card's, and does vid-camera take it? */
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/models.h"

static int wrong(const char *name, const struct problem *problem)
{
	printf(_("%s: WRONG: %s\n"), PRINTABLE(name), PRINTABLE(problem->text));
	return CLI_REFUSED;
}

static int check_file(const struct models *models, const struct model *model, bool needed)
{
	struct problem problem = { .text = "" };
	size_t size;

	switch (models_state(model, &size, &problem)) {
	case MODELS_BUILT_IN:
		printf(_("%s: built in, a demonstration that guards nothing\n"),
		       PRINTABLE(model->id));
		return CLI_YES;
	case MODELS_MISSING:
		if (!needed) {
			printf(_("%s: not installed\n"), PRINTABLE(model->id));
			return CLI_YES;
		}
		problem_set(&problem,
			    _("%s is not there; `vid model install` puts it there"),
			    model->path);
		return wrong(model->name, &problem);
	case MODELS_WRONG:
		return wrong(model->name, &problem);
	case MODELS_GOOD:
		break;
	}
	switch (models_try(models->folder, model, -1, &problem)) {
	case VID_OK:
		break;
	case VID_FACE_ENGINE:
		return wrong(model->name, &problem);
	default:
		return cli_fail(_("%s: the file is the card's, but it could not be "
				  "tried: %s"),
				model->name, problem.text);
	}
	printf(model->output ? _("%s: good: %s, %zu bytes, %u numbers\n")
			     : _("%s: good: %s, %zu bytes\n"),
	       PRINTABLE(model->id), models_kind(model->kind), size, model->output);
	return CLI_YES;
}

static int check(const struct models *models, const char *name, bool needed)
{
	struct problem problem = { .text = "" };
	struct model model;

	if (model_card(models->folder, name, &model, &problem) != VID_OK)
		return wrong(name, &problem);
	return check_file(models, &model, needed);
}

/* What vid.conf uses must be there; of the rest, what is there must be right. */
static int check_all(const struct models *models)
{
	AUTO(models_free_names) struct model_names names = { NULL, 0 };
	int worst = CLI_YES, code;

	if ((code = models_names(models, &names)) != CLI_GO)
		return code;
	for (size_t i = 0; i < names.count; i++) {
		bool optional, used = models_used(models, names.at[i], &optional);

		code = check(models, names.at[i], used && !optional);
		worst = code > worst ? code : worst;
	}
	return worst;
}

int cmd_model_check(int argc, char **argv)
{
	struct models models = { .folder_option = NULL };
	char **operands;
	int code;
	const struct cli_option options[] = {
		MODELS_OPTIONS(models),
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid model check [--models DIR] [NAME]",
		.about = N_("Is the model of card NAME (without it: are all models) "
			    "there, the card's by its SHA-256,\nand does vid-camera take "
			    "it, with the dimension that the card says? Exit code 0: "
			    "yes, 1: no,\n2: that could not be judged. Of models that "
			    "vid.conf does not use none need be there."),
		.options = options,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO ||
	    (code = models_open(&models)) != CLI_GO)
		return code;
	return operands[0] ? check(&models, operands[0], true) : check_all(&models);
}
