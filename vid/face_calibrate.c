/* SPDX-License-Identifier: BSD-2-Clause */
/* vid face calibrate - the scores of a model's card, measured on a folder of pictures */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libvid/card.h"
#include "libvid/cleanup.h"
#include "vid/calibration.h"
#include "vid/cli.h"

struct wishes {
	const char *folder, *output;
	struct faces_options engine;
	bool force;
};

struct sample {
	struct faces faces;
	struct people people;
	struct survey survey;
	char detector[VID_MODEL_ID_MAX + 1];
};

static void sample_free(struct sample *sample)
{
	survey_free(&sample->survey);
	people_free(&sample->people);
}

/* Where the card goes; empty: nowhere, the section is printed. Before the work. */
static int choose_target(const struct wishes *wishes, const struct faces *faces,
			 char path[PATH_MAX])
{
	char file[sizeof(faces->model.name) + sizeof(".model")];

	path[0] = '\0';
	if (wishes->output) {
		if (snprintf(path, PATH_MAX, "%s", wishes->output) >= PATH_MAX)
			return cli_fail(_("--output: the path is too long"));
		return cli_writable(path, wishes->force);
	}
	if (!wishes->force)
		return CLI_GO;
	if (faces->settings.engine == ENGINE_BASIC)
		return cli_fail(_("the basic engine's card lies in no models folder: use "
				  "--output FILE"));
	(void)snprintf(file, sizeof(file), "%s.model", faces->model.name);
	if (!path_join(path, PATH_MAX, faces->settings.models, file))
		return cli_fail(_("%s: the path is too long"), faces->settings.models);
	return cli_writable(path, true);
}

/* The card with its new section, once it is one that will be read as meant. */
static int write_card(const struct faces *faces, const struct calibration *calibration,
		      const char *section, const char *path)
{
	const char *folder =
		faces->settings.engine == ENGINE_BASIC ? NULL : faces->settings.models;
	AUTO(blob_free) struct blob old = { 0 };
	struct problem problem = { .text = "" };
	AUTO_FREE char *text = NULL;
	struct model model;
	enum vid_reason why;

	why = model_card_text(folder, faces->model.name, &old, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	text = calibration_splice((const char *)old.at, section);
	if (!text)
		return cli_fail(_("no memory"));
	why = model_card_read(bytes_of_text(text), path, folder, faces->model.name,
			      &model, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (strcmp(model.id, faces->model.id) != 0 ||
	    model.calibration_count != calibration->count)
		return cli_fail(_("%s: the card cannot take the new section; nothing was "
				  "written"),
				faces->model.name);
	return cli_write(path, bytes_of_text(text), 0644, true);
}

static void say_what_is_missing(const struct calibration *calibration)
{
	static const struct {
		enum face_level level;
		const char *name;
	} levels[] = { { LEVEL_HIGH, "high" }, { LEVEL_HIGHEST, "highest" } };

	for (size_t i = 0; i < 2; i++)
		if (face_level_fmr(levels[i].level) < calibration->least)
			cli_warn(
				_("the sample is too small for level %s (FMR %.0e): with "
				  "this card no face is accepted there"),
				levels[i].name, face_level_fmr(levels[i].level));
}

static int take_sample(const struct wishes *wishes, struct sample *to)
{
	int code;

	if ((code = people_read(wishes->folder, &to->people)) != CLI_GO ||
	    (code = faces_detector(&to->faces, to->detector)) != CLI_GO)
		return code;
	return survey_run(&to->faces, &to->people, &to->survey);
}

static int calibrate(const struct wishes *wishes)
{
	AUTO(sample_free) struct sample sample = { .faces = FACES_CLOSED };
	struct calibration calibration;
	AUTO_FREE char *section = NULL;
	char path[PATH_MAX], date[64];
	int code;

	if ((code = faces_prepare(&wishes->engine, false, &sample.faces)) != CLI_GO ||
	    (code = choose_target(wishes, &sample.faces, path)) != CLI_GO ||
	    (code = take_sample(wishes, &sample)) != CLI_GO ||
	    (code = calibration_make(&sample.people, &sample.survey, &calibration)) !=
		    CLI_GO)
		return code;
	cli_time((int64_t)time(NULL), date);
	date[strcspn(date, " ")] = '\0';
	section = calibration_section(&calibration,
				      *sample.detector ? sample.detector : "none", date);
	if (!section)
		return cli_fail(_("no memory"));
	say_what_is_missing(&calibration);
	if (*path)
		return write_card(&sample.faces, &calibration, section, path);
	(void)fputs(section, stdout);
	cli_warn(
		_("nothing was written: --output FILE writes the card with this section, "
		  "--force replaces the card itself"));
	return CLI_YES;
}

int cmd_face_calibrate(int argc, char **argv)
{
	struct wishes wishes = { .folder = NULL };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "dir",
		  .arg = N_("DIR"),
		  .text = &wishes.folder,
		  .required = true,
		  .help = N_("a folder for each person; _others: one picture each") },
		FACES_OPTIONS(wishes.engine),
		{ .name = "output",
		  .letter = 'o',
		  .arg = N_("FILE"),
		  .text = &wishes.output,
		  .help = N_("write the model's card with the new section") },
		{ .name = "force",
		  .given = &wishes.force,
		  .help = N_("replace FILE; without --output, the card in the models "
			     "folder") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid face calibrate --dir DIR [--models DIR | --engine basic] "
			 "[-o FILE] [--force]",
		.about = N_("Measure from which score on a face counts, for each false "
			    "match rate that the pictures of DIR\ncan show, and write "
			    "the [calibration] section of the model's card. Exit code 1: "
			    "the sample is too\nsmall, nothing was written."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return calibrate(&wishes);
}
