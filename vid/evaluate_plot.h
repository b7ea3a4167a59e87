/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evaluate_plot.h - the drawings of an evaluation's page: SVG in the page itself
 */
#ifndef VID_EVALUATE_PLOT_H
#define VID_EVALUATE_PLOT_H

#include <stdio.h>

#include "vid/evaluation.h"

/* The DET curve, its operating points with their intervals, and, shaded, where the sample
 * is too small. Nothing when there are no pairs of either kind. */
void plot_det(FILE *to, const struct evaluation *evaluation);

/* How scores of one person and of two are spread, and where thresholds lie. */
void plot_scores(FILE *to, const struct evaluation *evaluation);

#endif
