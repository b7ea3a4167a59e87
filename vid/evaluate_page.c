/* SPDX-License-Identifier: BSD-2-Clause */
/* The page of vid face evaluate. */
#include <math.h>

#include "vid/cli.h"
#include "vid/evaluate.h"
#include "vid/evaluate_plot.h"
#include "vid/page.h"

struct report {
	const struct model *model;
	const struct evaluation *evaluation;
	const struct session *session;
};

static void put_rate(FILE *to, uint64_t part, uint64_t whole)
{
	struct interval interval = rate_interval(part, whole);

	if (!whole)
		(void)fputs("<td class=\"n\">&ndash;</td><td class=\"n\">&ndash;</td>",
			    to);
	else
		(void)fprintf(to,
			      "<td class=\"n\">%.4g %%</td><td class=\"n\">%.4g &ndash; "
			      "%.4g %%</td>",
			      100 * share_of(part, whole), 100 * interval.low,
			      100 * interval.high);
}

static void put_numbers(FILE *to, const struct report *report)
{
	const struct evaluation *evaluation = report->evaluation;
	const struct survey *survey = evaluation->survey;

	(void)fputs("<p class=\"soft\">Model ", to);
	page_text(to, report->model->id);
	(void)fputs(", detector ", to);
	page_text(to, *report->session->detector ? report->session->detector : "none");
	(void)fprintf(to,
		      ".</p>\n<p>%zu pictures of %zu people (%zu of them with a single "
		      "picture from _others): %ju pairs of one person, %ju of two. "
		      "Failure to acquire: %zu pictures",
		      survey->pictures, evaluation->people->count,
		      evaluation->people->others, (uintmax_t)evaluation->genuine.count,
		      (uintmax_t)evaluation->impostor.count, survey->failures);
	(void)fprintf(to, ", %.3g %% (exact 95 %% interval %.3g &ndash; %.3g %%).",
		      100 * share_of(survey->failures, survey->pictures),
		      100 * evaluation->failure.low, 100 * evaluation->failure.high);
	if (evaluation->has_eer)
		(void)fprintf(to, " Equal error rate: %.3g %%, at score %.4f.",
			      100 * evaluation->eer, evaluation->eer_threshold);
	(void)fputs("</p>\n", to);
}

static void put_point(FILE *to, const struct operating_point *point, bool card)
{
	(void)fprintf(to, "<tr><td>%s%g</td>", card ? "the card's, for " : "",
		      point->fmr);
	if (!point->known) {
		(void)fprintf(to, "<td class=\"soft\" colspan=\"6\">%s</td></tr>\n",
			      card ? "the card has no score for it" : "no pairs");
		return;
	}
	(void)fprintf(to, "<td class=\"n\">%.4f</td>", point->rates.threshold);
	put_rate(to, point->rates.accepted, point->rates.impostor);
	put_rate(to, point->rates.rejected, point->rates.genuine);
	(void)fprintf(to, "<td class=\"soft\">%.3g &ndash; %.3g %%%s</td></tr>\n",
		      100 * point->fnmr_people.low, 100 * point->fnmr_people.high,
		      point->shown ? "" : "; too few pairs to show this FMR");
}

static void put_points(FILE *to, const struct evaluation *evaluation)
{
	(void)fputs("<h2>Operating points</h2>\n<table><tr><th>FMR aimed at</th>"
		    "<th class=\"n\">Score</th><th class=\"n\">FMR measured</th>"
		    "<th class=\"n\">exact 95 %</th><th class=\"n\">FNMR</th>"
		    "<th class=\"n\">exact 95 %</th><th>FNMR had others come</th></tr>\n",
		    to);
	for (size_t i = 0; i < EVALUATION_POINTS; i++)
		put_point(to, &evaluation->point[i], i == EVALUATION_CARD);
	(void)fputs("</table>\n", to);
}

static void put_session(FILE *to, const struct session *session)
{
	(void)fprintf(to,
		      "<p>As a login compares, the mean of %u pictures with the mean of "
		      "%u others: ",
		      session->references, session->frames);
	if (!session->known) {
		(void)fputs("the card has no score for it.</p>\n", to);
		return;
	}
	(void)fprintf(to, "at the card's score %.4f, ", session->rates.threshold);
	if (session->rates.genuine)
		(void)fprintf(to, "%ju of %ju pairs of one person were taken for two",
			      (uintmax_t)session->rates.rejected,
			      (uintmax_t)session->rates.genuine);
	else
		(void)fputs("nobody has enough pictures for a pair of one person", to);
	(void)fprintf(to, ", and %ju of %ju pairs of two for one.</p>\n",
		      (uintmax_t)session->rates.accepted,
		      (uintmax_t)session->rates.impostor);
}

static void put_groups(FILE *to, const struct evaluation *evaluation)
{
	const struct people *people = evaluation->people;

	if (!people->groups)
		return;
	(void)fputs("<h2>Groups</h2>\n<p>Pairs within a group, at the score that has FMR "
		    "1e-3 over everybody.</p>\n<table><tr><th>Group</th>"
		    "<th class=\"n\">People</th><th class=\"n\">Pictures</th>"
		    "<th class=\"n\">No face</th><th class=\"n\">FMR</th>"
		    "<th class=\"n\">exact 95 %</th><th class=\"n\">FNMR</th>"
		    "<th class=\"n\">exact 95 %</th></tr>\n",
		    to);
	for (size_t i = 0; i < people->groups; i++) {
		const struct group_result *group = &evaluation->group[i];
		const struct error_rates *rates = &group->rates[1];

		(void)fputs("<tr><td>", to);
		page_text(to, people->group[i]);
		(void)fprintf(to,
			      "</td><td class=\"n\">%zu</td><td class=\"n\">%zu</td>"
			      "<td class=\"n\">%zu</td>",
			      group->people, group->pictures, group->failures);
		put_rate(to, rates->accepted, rates->impostor);
		put_rate(to, rates->rejected, rates->genuine);
		(void)fputs("</tr>\n", to);
	}
	(void)fputs("</table>\n", to);
}

static void put_gate(FILE *to, const struct survey *survey, bool seen,
		     enum camera_gate gate)
{
	size_t count = evaluate_gates(survey, seen, gate);
	const char *measured = "yes, though a login would ask for a better one";

	if (!count)
		return;
	if (!seen)
		measured = "no: failure to acquire";
	else if (gate == CAMERA_GATE_FAR)
		measured = "yes: a login would only advise to come nearer";
	(void)fprintf(to,
		      "<tr><td>%s</td><td class=\"n\">%zu</td><td "
		      "class=\"soft\">%s</td></tr>\n",
		      evaluate_gate_name(gate), count, measured);
}

static void put_gates(FILE *to, const struct survey *survey)
{
	size_t good = evaluate_gates(survey, true, (enum camera_gate)0);

	if (good == survey->pictures)
		return;
	(void)fputs("<h2>Pictures that were not good</h2>\n"
		    "<table><tr><th>What was wrong</th><th class=\"n\">Pictures</th>"
		    "<th>Measured with?</th></tr>\n",
		    to);
	for (int gate = 1; gate <= CAMERA_GATE_LAST; gate++) {
		put_gate(to, survey, false, (enum camera_gate)gate);
		put_gate(to, survey, true, (enum camera_gate)gate);
	}
	(void)fputs("</table>\n", to);
}

static void put_times(FILE *to, const struct survey *survey, double pair_ms)
{
	(void)fprintf(
		to,
		"<h2>Time</h2>\n<p>Median of a picture: decoding %.1f ms, detection "
		"%.1f ms, embedding %.1f ms; a comparison %.2g ms. All pictures: "
		"%.0f s with %u at a time.</p>\n",
		survey_stage(survey, 0), survey_stage(survey, 1), survey_stage(survey, 2),
		pair_ms, survey->seconds, survey->cameras);
}

/* What this sample can and cannot show. */
static void put_limits(FILE *to, const struct evaluation *evaluation)
{
	uint64_t impostor = evaluation->impostor.count;

	(void)fputs("<h2>What this sample can and cannot show</h2>\n<ul>\n", to);
	if (impostor)
		(void)fprintf(
			to,
			"<li>With %ju pairs of two people, an FMR below %.2g cannot be "
			"shown: were none of them accepted, the rate might still be that "
			"high (95 %% confidence). At lower FMR the table gives the score "
			"above all strangers of the sample, and what it costs.</li>\n",
			(uintmax_t)impostor, rate_bound(0, impostor));
	else
		(void)fputs("<li>There are no two people: it shows no FMR.</li>\n", to);
	if (!evaluation->genuine.count)
		(void)fputs("<li>Nobody has two pictures: it shows no FNMR.</li>\n", to);
	(void)fputs(
		"<li>Exact intervals (Clopper and Pearson) count every pair as a trial "
		"of its own. Pairs share people and pictures, so the truth is wider. The "
		"last column of the operating points draws whole people again.</li>\n"
		"<li>A score does not travel: people before one camera in one room are "
		"more alike than photographs from everywhere. A terminal's own FMR is "
		"measured with its own pictures.</li>\n"
		"<li>A folder with a wrong name, or one person under two names, counts "
		"as errors of the engine.</li>\n"
		"<li>It says nothing of twins and siblings, of people who differ from "
		"these in age, skin or camera, and nothing of photographs held up to the "
		"camera: that is what vid face pad-report is for.</li>\n</ul>\n",
		to);
}

static void put_body(FILE *to, const void *user)
{
	const struct report *report = user;
	const struct evaluation *evaluation = report->evaluation;

	put_numbers(to, report);
	put_points(to, evaluation);
	put_session(to, report->session);
	(void)fputs("<h2>DET curve</h2>\n", to);
	plot_det(to, evaluation);
	(void)fputs("<p class=\"soft\">Points: the FMRs of the table with the exact "
		    "interval of FNMR; red: the card's score. Shaded: too few pairs to "
		    "show such an FMR.</p>\n<h2>Scores</h2>\n",
		    to);
	plot_scores(to, evaluation);
	(void)fputs("<p class=\"soft\">Green: pairs of one person. Red: of two. Lines: "
		    "scores that have those FMRs, and the card's for level "
		    "standard.</p>\n",
		    to);
	put_groups(to, evaluation);
	put_gates(to, evaluation->survey);
	put_times(to, evaluation->survey, evaluation->pair_ms);
	put_limits(to, evaluation);
}

int evaluate_report(const struct model *model, const struct evaluation *evaluation,
		    const struct session *session, const char *path, bool force)
{
	const struct report report = { model, evaluation, session };

	return page_write(path, force, "How often the face engine errs", put_body,
			  &report);
}
