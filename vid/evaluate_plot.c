/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/evaluate_plot.h"

#include <math.h>
#include <stdlib.h>

#include "libvid/cleanup.h"

#define WIDTH  640.0
#define HEIGHT 400.0
#define LEFT   70.0
#define RIGHT  20.0
#define TOP    30.0
#define BOTTOM 50.0

#define FMR_LEAST    1e-6
#define FNMR_LEAST   1e-4
#define RATE_MOST    0.5
#define CURVE_POINTS 800
#define BINS         80

/* Where a part of an axis, 0..1, stands in the drawing. */
static double across(double part)
{
	return LEFT + part * (WIDTH - LEFT - RIGHT);
}

static double upward(double part)
{
	return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM);
}

/* Of the normal deviates that DET axes have; what lies outside goes to the border. */
static double deviate(double rate, double least)
{
	double low = probit(least), high = probit(RATE_MOST);

	return (probit(fmin(fmax(rate, least), RATE_MOST)) - low) / (high - low);
}

static double at_fmr(double rate)
{
	return across(deviate(rate, FMR_LEAST));
}

static double at_fnmr(double rate)
{
	return upward(deviate(rate, FNMR_LEAST));
}

static void begin(FILE *to, const char *what, const char *below, const char *beside)
{
	(void)fprintf(to,
		      "<svg viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" "
		      "role=\"img\" aria-label=\"%s\">\n"
		      "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%s</text>\n"
		      "<text transform=\"translate(14 %.0f) rotate(-90)\" "
		      "text-anchor=\"middle\">%s</text>\n",
		      WIDTH, HEIGHT, WIDTH, HEIGHT, what, across(0.5), HEIGHT - 10, below,
		      upward(0.5), beside);
}

static void line(FILE *to, double x1, double y1, double x2, double y2, const char *look)
{
	(void)fprintf(to, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>\n",
		      x1, y1, x2, y2, look);
}

/* --- the DET curve --------------------------------------------------------------------
 */

static void det_axes(FILE *to)
{
	static const char grid[] = "stroke=\"var(--line)\"";
	static const double ticks[] = { 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.3, 0.5 };
	static const char *const names[] = { "1e-6", "1e-5", "1e-4", "1e-3",
					     "1e-2", "0.1",  "0.3",  "0.5" };

	for (size_t i = 0; i < sizeof(ticks) / sizeof(*ticks); i++) {
		double x = at_fmr(ticks[i]), y = at_fnmr(ticks[i]);

		line(to, x, upward(0), x, upward(1), grid);
		(void)fprintf(to,
			      "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s"
			      "</text>\n",
			      x, upward(0) + 16, names[i]);
		if (ticks[i] < FNMR_LEAST)
			continue;
		line(to, across(0), y, across(1), y, grid);
		(void)fprintf(
			to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			across(0) - 6, y + 4, names[i]);
	}
}

/* Left of what three impostor pairs' reciprocal shows. */
static void det_shade(FILE *to, const struct evaluation *evaluation)
{
	double edge = at_fmr(rate_bound(0, evaluation->impostor.count));

	(void)fprintf(to,
		      "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
		      "fill=\"var(--soft)\" fill-opacity=\"0.15\"><title>too few "
		      "impostor pairs</title></rect>\n",
		      across(0), upward(1), edge - across(0), upward(0) - upward(1));
}

static void det_points(FILE *to, const struct evaluation *evaluation)
{
	for (size_t i = 0; i < EVALUATION_POINTS; i++) {
		const struct operating_point *point = &evaluation->point[i];
		bool card = i == EVALUATION_CARD;
		double x = at_fmr(
			card ? share_of(point->rates.accepted, point->rates.impostor)
			     : point->fmr);
		double fnmr = share_of(point->rates.rejected, point->rates.genuine);

		if (!point->known || (!point->shown && !card))
			continue;
		line(to, x, at_fnmr(point->fnmr.low), x, at_fnmr(point->fnmr.high),
		     card ? "stroke=\"var(--bad)\" stroke-width=\"2\""
			  : "stroke=\"var(--ink)\" stroke-width=\"2\"");
		(void)fprintf(to,
			      "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" "
			      "fill=\"var(--%s)\"><title>%s: score %.4f, FNMR %.3f "
			      "%%</title></circle>\n",
			      x, at_fnmr(fnmr), card ? "bad" : "ink",
			      card ? "the card's score for level standard"
				   : "operating point",
			      point->rates.threshold, 100 * fnmr);
	}
}

void plot_det(FILE *to, const struct evaluation *evaluation)
{
	AUTO_FREE struct error_rates *curve = calloc(CURVE_POINTS, sizeof(*curve));
	size_t count;

	if (!curve || !evaluation->genuine.count || !evaluation->impostor.count)
		return;
	count = scores_curve(&evaluation->genuine, &evaluation->impostor, curve,
			     CURVE_POINTS);
	begin(to, "DET curve", "FMR: two people taken for one",
	      "FNMR: one person taken for two");
	det_axes(to);
	det_shade(to, evaluation);
	(void)fputs("<polyline fill=\"none\" stroke=\"var(--good)\" stroke-width=\"2\" "
		    "points=\"",
		    to);
	for (size_t i = 0; i < count; i++)
		if (curve[i].accepted)
			(void)fprintf(
				to, "%.1f,%.1f ",
				at_fmr(share_of(curve[i].accepted, curve[i].impostor)),
				at_fnmr(share_of(curve[i].rejected, curve[i].genuine)));
	(void)fputs("\"/>\n", to);
	det_points(to, evaluation);
	(void)fputs("</svg>\n", to);
}

/* --- histograms -----------------------------------------------------------------------
 */

static void bars(FILE *to, const struct scores *scores, double low, double high,
		 const char *colour)
{
	uint64_t bin[BINS], most = 1;

	scores_histogram(scores, low, high, bin, BINS);
	for (size_t i = 0; i < BINS; i++)
		most = bin[i] > most ? bin[i] : most;
	for (size_t i = 0; i < BINS; i++) {
		double x = across((double)i / BINS);
		double y = upward((double)bin[i] / (double)most);

		if (bin[i])
			(void)fprintf(to,
				      "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
				      "height=\"%.1f\" fill=\"var(--%s)\" "
				      "fill-opacity=\"0.55\"/>\n",
				      x, y, across(1.0 / BINS) - across(0), upward(0) - y,
				      colour);
	}
}

static void threshold_line(FILE *to, double x, const char *name, bool card, int row)
{
	line(to, x, upward(0), x, upward(1),
	     card ? "stroke=\"var(--bad)\" stroke-dasharray=\"5 3\""
		  : "stroke=\"var(--ink)\" stroke-dasharray=\"2 3\"");
	(void)fprintf(to,
		      "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n", x,
		      upward(1) - 4 - 10 * row, name);
}

static void thresholds(FILE *to, const struct evaluation *evaluation, double low,
		       double high)
{
	static const char *const names[EVALUATION_POINTS] = {
		"1e-2", "1e-3", "1e-4", "1e-5", "1e-6", [EVALUATION_CARD] = "card"
	};

	for (int i = 0; i < EVALUATION_POINTS; i++) {
		const struct operating_point *point = &evaluation->point[i];
		double part = (point->rates.threshold - low) / (high - low);
		bool card = i == EVALUATION_CARD;

		if (point->known && (point->shown || card) && part >= 0 && part <= 1)
			threshold_line(to, across(part), names[i], card, i % 2);
	}
}

void plot_scores(FILE *to, const struct evaluation *evaluation)
{
	double low = 1, high = -1, from, until;

	if (scores_range(&evaluation->impostor, &from, &until)) {
		low = fmin(low, from);
		high = fmax(high, until);
	}
	if (scores_range(&evaluation->genuine, &from, &until)) {
		low = fmin(low, from);
		high = fmax(high, until);
	}
	if (!(high > low))
		return;
	begin(to, "Scores", "score (cosine)", "pairs, each kind to its own peak");
	bars(to, &evaluation->impostor, low, high, "bad");
	bars(to, &evaluation->genuine, low, high, "good");
	thresholds(to, evaluation, low, high);
	line(to, across(0), upward(0), across(1), upward(0), "stroke=\"var(--soft)\"");
	for (int i = 0; i <= 5; i++)
		(void)fprintf(to,
			      "<text x=\"%.1f\" y=\"%.1f\" "
			      "text-anchor=\"middle\">%.2f</text>\n",
			      across(i / 5.0), upward(0) + 16,
			      low + (high - low) * i / 5);
	(void)fputs("</svg>\n", to);
}
