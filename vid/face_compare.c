/* SPDX-License-Identifier: BSD-2-Clause */
/* vid face compare - would the face of one picture pass for that of another? */
#include <math.h>
#include <stdio.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/faces.h"

/* For JSON: what a float can say, and no more. */
static double rounded(double value)
{
	return round(value * 1e6) / 1e6;
}

struct comparison {
	double cosine;
	struct {
		bool known, match;
		float threshold;
	} level[FACES_LEVELS];
};

static void judge(const struct model *model, const struct camera_report *a,
		  const struct camera_report *b, struct comparison *out)
{
	*out = (struct comparison){ .cosine = 0 };
	for (size_t i = 0; i < model->output; i++)
		out->cosine +=
			(double)a->face.embedding[i] * (double)b->face.embedding[i];
	for (size_t i = 0; i < FACES_LEVELS; i++) {
		out->level[i].known =
			model_threshold(model, face_level_fmr(faces_levels[i].level), 1,
					1, &out->level[i].threshold);
		out->level[i].match = out->level[i].known &&
				      out->cosine >= (double)out->level[i].threshold;
	}
}

static int print_json(const struct model *model, const struct comparison *comparison)
{
	json_t *list = json_array();

	for (size_t i = 0; i < FACES_LEVELS; i++) {
		json_t *entry =
			json_pack("{s:s, s:f, s:b}", "level", faces_levels[i].name, "fmr",
				  face_level_fmr(faces_levels[i].level), "match",
				  comparison->level[i].match);

		json_object_set_new(
			entry, "threshold",
			comparison->level[i].known
				? json_real(
					  rounded((double)comparison->level[i].threshold))
				: json_null());
		json_array_append_new(list, entry);
	}
	return cli_json(json_pack("{s:s, s:f, s:o}", "model", model->id, "cosine",
				  rounded(comparison->cosine), "levels", list));
}

static int print_text(const struct model *model, const struct comparison *comparison)
{
	printf(_("cosine %.3f, model %s\n"), comparison->cosine, PRINTABLE(model->id));
	for (size_t i = 0; i < FACES_LEVELS; i++) {
		double fmr = face_level_fmr(faces_levels[i].level);

		if (!comparison->level[i].known)
			printf(_("%-8s (FMR %.0e): never; the model's card has no score "
				 "for "
				 "it\n"),
			       PRINTABLE(faces_levels[i].name), fmr);
		else
			printf(comparison->level[i].match
				       ? _("%-8s (FMR %.0e): a match, from %.3f on\n")
				       : _("%-8s (FMR %.0e): no match, from %.3f on\n"),
			       PRINTABLE(faces_levels[i].name), fmr,
			       (double)comparison->level[i].threshold);
	}
	return CLI_YES;
}

int cmd_face_compare(int argc, char **argv)
{
	AUTO(camera_report_wipe)
	struct camera_report a = { .qr_len = 0 }, b = { .qr_len = 0 };
	AUTO(faces_close) struct faces faces = FACES_CLOSED;
	struct faces_options wanted = { NULL, NULL, NULL };
	struct comparison comparison;
	bool json = false;
	char **operands;
	int code;
	const struct cli_option options[] = {
		FACES_OPTIONS(wanted),
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid face compare [--models DIR | --engine basic] [--json] A B",
		.about = N_(
			"Compare the faces of two pictures (JPEG or PNG), and say for "
			"each level whether they would\ncount as one person's. Exit code "
			"0: a match at level standard, 1: none, 2: nothing judged."),
		.options = options,
		.operands_min = 2,
		.operands_max = 2,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO ||
	    (code = faces_open(&wanted, false, &faces)) != CLI_GO)
		return code;
	/* a picture without a face is nothing judged */
	if (faces_of_picture(&faces, operands[0], &a) != CLI_GO ||
	    faces_of_picture(&faces, operands[1], &b) != CLI_GO)
		return CLI_FAILED;
	judge(&faces.model, &a, &b, &comparison);
	code = json ? print_json(&faces.model, &comparison)
		    : print_text(&faces.model, &comparison);
	if (code != CLI_YES)
		return code;
	return comparison.level[0].match ? CLI_YES : CLI_REFUSED;
}
