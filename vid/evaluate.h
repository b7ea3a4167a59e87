/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evaluate.h - an evaluation as JSON and as a page: the parts of `vid face evaluate`
 */
#ifndef VID_EVALUATE_H
#define VID_EVALUATE_H

#include <jansson.h>

#include "vid/evaluation.h"

/* What a well enrolled person's login compares: five references, three frames. */
#define SESSION_REFERENCES 5
#define SESSION_FRAMES     3

/* The engine's own way to log in, at the score of the card; and which detector saw. */
struct session {
	unsigned references, frames;
	bool known; /* the card has a score */
	struct error_rates rates;
	char detector[VID_MODEL_ID_MAX + 1]; /* empty: the basic engine has none */
};

/* NULL without memory. */
json_t *evaluate_json(const struct model *model, const struct evaluation *evaluation,
		      const struct session *session);

/* Write the page. An exit code of cli.h, CLI_YES when it is written. */
int evaluate_report(const struct model *model, const struct evaluation *evaluation,
		    const struct session *session, const char *path, bool force);

/* Pictures that were seen, by what a login would have refused them for (`seen`); or
 * failures, by what was wrong. */
size_t evaluate_gates(const struct survey *survey, bool seen, enum camera_gate gate);

/* A word for a gate: "several", "blurred". */
const char *evaluate_gate_name(enum camera_gate gate);

#endif
