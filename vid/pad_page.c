/* SPDX-License-Identifier: BSD-2-Clause */
/* The page of vid face pad-report. */
#include <stdio.h>

#include "vid/pad.h"
#include "vid/page.h"

/* The rate as a point, its interval as a line, 0 to 100 %. */
static void put_bar(FILE *to, double rate, struct interval interval)
{
	fprintf(to,
		"<svg width=\"180\" height=\"16\" viewBox=\"0 0 180 16\" role=\"img\">"
		"<line x1=\"4\" x2=\"176\" y1=\"8\" y2=\"8\" stroke=\"var(--line)\"/>"
		"<line x1=\"%.1f\" x2=\"%.1f\" y1=\"8\" y2=\"8\" stroke-width=\"4\" "
		"stroke=\"var(--%s)\"/><circle cx=\"%.1f\" cy=\"8\" r=\"4\" "
		"fill=\"var(--%s)\"/></svg>",
		4 + 172 * interval.low, 4 + 172 * interval.high,
		rate > 0 ? "bad" : "good", 4 + 172 * rate, rate > 0 ? "bad" : "good");
}

static void put_ends(FILE *to, const struct pad_species *species)
{
	const char *gap = "";

	for (size_t i = 0; i < VID_REASON_COUNT; i++) {
		if (!species->why[i])
			continue;
		fprintf(to, "%s%s %llu", gap,
			i == VID_OK ? "passed" : reason_name((enum vid_reason)i),
			(unsigned long long)species->why[i]);
		gap = ", ";
	}
}

static void put_row(FILE *to, const struct pad_species *species)
{
	uint64_t wrong = pad_wrong(species), all = species->sequences;
	struct interval interval = rate_interval(wrong, all);
	double rate = share_of(wrong, all);

	fputs("<tr><td>", to);
	page_text(to, species->name);
	fprintf(to,
		"</td><td class=\"n\">%llu / %llu</td><td class=\"n\">%.1f %%</td>"
		"<td class=\"n\">%.1f &ndash; %.1f %%</td><td>",
		(unsigned long long)wrong, (unsigned long long)all, 100 * rate,
		100 * interval.low, 100 * interval.high);
	put_bar(to, rate, interval);
	fputs("</td><td class=\"soft\">", to);
	put_ends(to, species);
	fputs("</td></tr>\n", to);
}

struct pad_report {
	const struct pad_set *set;
	const struct faces *faces;
};

static void put_body(FILE *to, const void *user)
{
	const struct pad_report *report = user;

	fputs("<p class=\"soft\">Model ", to);
	page_text(to, report->faces->model.id);
	fprintf(to, ", %u networks of liveness.</p>\n",
		report->faces->camera.passive_networks);
	fputs("<table><tr><th>Species</th><th class=\"n\">Errors</th>"
	      "<th class=\"n\">Rate</th><th class=\"n\">Exact 95 %</th><th></th>"
	      "<th>How they ended</th></tr>\n",
	      to);
	for (size_t i = 0; i < report->set->count; i++)
		put_row(to, &report->set->species[i]);
	fputs("</table>\n<p>For <b>live</b> an error is a living person who was refused "
	      "(BPCER); for every other species it is an attack that was accepted as "
	      "live (APCER). The intervals are Clopper and Pearson's. None accepted of "
	      "42 shows, one-sided with 95 %, less than 7 %.</p>\n"
	      "<p>The sequences speak of the species, the people and the camera they "
	      "were "
	      "made with, and of no other. Simulated ones show that the checks do what "
	      "they are meant to do, not how often they err on people.</p>\n",
	      to);
}

int pad_page(const struct pad_set *set, const struct faces *faces, const char *path,
	     bool force)
{
	const struct pad_report report = { .set = set, .faces = faces };

	return page_write(path, force, "Presentation attack detection", put_body,
			  &report);
}
