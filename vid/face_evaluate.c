/* SPDX-License-Identifier: BSD-2-Clause */
/* vid face evaluate - how often the engine errs, measured on a folder of pictures */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/evaluate.h"

struct wishes {
	const char *folder, *report;
	struct faces_options engine;
	bool json, force;
};

struct measurement {
	struct faces faces;
	struct people people;
	struct survey survey;
	struct evaluation evaluation;
	struct session session;
	size_t copies; /* pictures of one person; they are measured all the same */
};

static struct measurement *measurement_new(void)
{
	struct measurement *measurement = calloc(1, sizeof(*measurement));

	if (measurement)
		measurement->faces = (struct faces)FACES_CLOSED;
	return measurement;
}

static void measurement_free(struct measurement **at)
{
	if (!*at)
		return;
	evaluation_free(&(*at)->evaluation);
	survey_free(&(*at)->survey);
	people_free(&(*at)->people);
	free(*at);
}

/* --- the engine's own way to log in ----------------------------------------------------
 */

static bool measure_session(const struct model *model, const struct people *people,
			    const struct survey *survey, struct session *out)
{
	AUTO(scores_free) struct scores genuine = { 0 }, impostor = { 0 };
	float score;

	out->references = SESSION_REFERENCES;
	out->frames = SESSION_FRAMES;
	if (!matching_scores(people, survey, out->references, out->frames, &genuine,
			     &impostor))
		return false;
	out->known = model_threshold(model, evaluation_fmr(EVALUATION_CARD),
				     out->references, out->frames, &score);
	out->rates = scores_rates(&genuine, &impostor,
				  out->known ? round((double)score * 1e6) / 1e6 : 1);
	return true;
}

static int measure(const struct wishes *wishes, struct measurement *to)
{
	AUTO_FREE struct survey_picture *distinct = NULL;
	int code;

	if ((code = faces_prepare(&wishes->engine, false, &to->faces)) != CLI_GO ||
	    (code = faces_detector(&to->faces, to->session.detector)) != CLI_GO ||
	    (code = people_read(wishes->folder, &to->people)) != CLI_GO ||
	    (code = survey_run(&to->faces, &to->people, &to->survey)) != CLI_GO)
		return code;
	distinct = survey_without_copies(&to->people, &to->survey, &to->copies);
	if (!distinct ||
	    !evaluation_make(&to->faces.model, &to->people, &to->survey,
			     &to->evaluation) ||
	    !measure_session(&to->faces.model, &to->people, &to->survey, &to->session))
		return cli_fail(_("no memory"));
	return CLI_GO;
}

/* --- for people ------------------------------------------------------------------------
 */

static void print_point(const struct operating_point *point, const char *name)
{
	if (!point->known) {
		printf(_("  %-8s  no score: no impostor pairs, or none in the "
			 "card\n"),
		       PRINTABLE(name));
		return;
	}
	printf(_("  %-8s  score %.3f  FMR %8.4f %% (%.4f-%.4f)  FNMR %7.3f %% "
		 "(%.3f-%.3f)%s\n"),
	       PRINTABLE(name), point->rates.threshold,
	       100 * share_of(point->rates.accepted, point->rates.impostor),
	       100 * point->measured_fmr.low, 100 * point->measured_fmr.high,
	       100 * share_of(point->rates.rejected, point->rates.genuine),
	       100 * point->fnmr.low, 100 * point->fnmr.high,
	       point->shown ? "" : _("  few pairs"));
}

static int print_text(const struct measurement *of)
{
	const struct evaluation *evaluation = &of->evaluation;
	char name[16];

	printf(_("model %s, detector %s\n"), PRINTABLE(of->faces.model.id),
	       *of->session.detector ? PRINTABLE(of->session.detector) : _("none"));
	printf(_("%zu pictures of %zu people: %ju genuine pairs, %ju impostor pairs\n"),
	       of->people.pictures, of->people.count,
	       (uintmax_t)evaluation->genuine.count,
	       (uintmax_t)evaluation->impostor.count);
	printf(_("failure to acquire: %zu (%.2f %%)\n"), of->survey.failures,
	       100 * share_of(of->survey.failures, of->survey.pictures));
	if (evaluation->has_eer)
		printf(_("equal error rate: %.3f %% at score %.3f\n"),
		       100 * evaluation->eer, evaluation->eer_threshold);
	for (size_t i = 0; i < EVALUATION_FMRS; i++) {
		(void)snprintf(name, sizeof(name), "%.0e", evaluation_fmr(i));
		print_point(&evaluation->point[i], name);
	}
	print_point(&evaluation->point[EVALUATION_CARD], "standard");
	puts(_("In brackets: exact 95 % intervals, as if pairs were independent. They "
	       "share people: the truth is wider."));
	return CLI_YES;
}

/* What spoils a measurement without a word. */
static void warn_of_sample(const struct evaluation *evaluation, size_t copies)
{
	uint64_t twins = scores_from(&evaluation->impostor, COPIES_FROM);

	if (evaluation->genuine.count == 0)
		cli_warn(_("nobody has two pictures with a face: no FNMR"));
	if (evaluation->impostor.count == 0)
		cli_warn(_("there is one person alone: no FMR"));
	if (twins)
		cli_warn(_("%ju pairs of two people are as alike as copies of one "
			   "picture: is somebody there under two names?"),
			 (uintmax_t)twins);
	if (copies)
		cli_warn(_("%zu pictures are as alike as copies of another one of the "
			   "same person: the rates look surer than they are"),
			 copies);
}

static int evaluate(const struct wishes *wishes)
{
	AUTO(measurement_free) struct measurement *measurement = measurement_new();
	int code;

	if (!measurement)
		return cli_fail(_("no memory"));
	if (wishes->report &&
	    (code = cli_writable(wishes->report, wishes->force)) != CLI_GO)
		return code;
	if ((code = measure(wishes, measurement)) != CLI_GO)
		return code;
	warn_of_sample(&measurement->evaluation, measurement->copies);
	if (wishes->report &&
	    (code = evaluate_report(&measurement->faces.model, &measurement->evaluation,
				    &measurement->session, wishes->report,
				    wishes->force)) != CLI_YES)
		return code;
	if (wishes->json)
		return cli_json(evaluate_json(&measurement->faces.model,
					      &measurement->evaluation,
					      &measurement->session));
	return print_text(measurement);
}

int cmd_face_evaluate(int argc, char **argv)
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
		{ .name = "report",
		  .arg = N_("FILE"),
		  .text = &wishes.report,
		  .help = N_("write a report, one HTML file") },
		{ .name = "force",
		  .given = &wishes.force,
		  .help = N_("replace the report when it is there already") },
		{ .name = "json", .given = &wishes.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid face evaluate --dir DIR [--models DIR | --engine basic] "
			 "[--report FILE] [--json]",
		.about = N_("Compare every two pictures of a folder, and say how often "
			    "the engine takes two people for\none, and one for two. "
			    "Pictures: DIR/PERSON/*.jpg, *.png, *.pgm or *.webp."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return evaluate(&wishes);
}
