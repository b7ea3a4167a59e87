/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/enrolled.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "vid/cli.h"
#include "vid/labels.h"

float enrolled_likeness(const struct model *model)
{
	float threshold;

	if (!model_threshold(model, face_level_fmr(LEVEL_STANDARD), 1, 1, &threshold))
		return REFERENCE_LIKENESS;
	return fmaxf(threshold, REFERENCE_LIKENESS);
}

static int choose_references(struct enrolled *enrolled, struct enrolment *enrolment,
			     const char *label, struct template *out)
{
	struct candidates *candidates = &enrolment->candidates;
	size_t chosen[VID_REFERENCES_MAX];
	size_t count = references_choose(candidates, enrolment->likeness, chosen);

	if (candidates->count == 0)
		(void)cli_fail(_("no picture has a face that is good enough"));
	else if (count == 0)
		(void)cli_fail(_("the pictures do not show one person"));
	if (count == 0)
		return CLI_REFUSED;
	for (size_t i = 0; i < candidates->count; i++)
		if (candidates->at[i].outlier)
			cli_warn(_("%s is left out: it is not like the others"),
				 candidates->at[i].name);
	(void)snprintf(out->model, sizeof(out->model), "%s", enrolment->faces.model.id);
	for (size_t i = 0; i < count; i++)
		if (!template_add(out, candidates->at[chosen[i]].embedding,
				  candidates->dimension, label))
			return cli_problem(VID_INTERNAL, NULL);
	if (count < 3)
		cli_warn(_("only %zu: with three to five different pictures fewer logins "
			   "fail"),
			 count);
	enrolled->count = count;
	enrolled->margin = references_margin(candidates, chosen, count);
	return CLI_GO;
}

/* The face that is added has to be the one that is enrolled: each new reference as a
 * login would judge it. `fresh` is transformed as the stored one is. */
static int check_person(const struct stored *stored, const struct enrolment *enrolment)
{
	const struct template *template = &stored->template;
	const struct candidates *candidates = &enrolment->candidates;
	float embedding[VID_EMBEDDING_MAX], score = 0, threshold;
	uint8_t seed[32];

	if (!model_threshold(&enrolment->faces.model, face_level_fmr(LEVEL_STANDARD),
			     (unsigned)template->count, 1, &threshold))
		threshold = REFERENCE_LIKENESS;
	template_seed(&stored->key, stored->salt, seed);
	for (size_t i = 0; i < candidates->count; i++) {
		if (candidates->at[i].outlier)
			continue;
		memcpy(embedding, candidates->at[i].embedding,
		       candidates->dimension * sizeof(*embedding));
		embedding_transform(embedding, candidates->dimension, seed);
		score = template_compare(template, embedding, candidates->dimension);
		if (!(score >= threshold))
			break;
	}
	sodium_memzero(embedding, sizeof(embedding));
	sodium_memzero(seed, sizeof(seed));
	if (score >= threshold)
		return CLI_GO;
	(void)cli_fail(_("this is not the face that is enrolled for the account: "
			 "nothing was changed"));
	return CLI_REFUSED;
}

/* Behind the salt that is there, so that the old references stay what they are. */
static int add_template(struct enrolled *enrolled, const struct enrolment *enrolment,
			const struct stored *stored, struct template *fresh)
{
	uint8_t seed[32];
	int code = check_person(stored, enrolment);

	if (code != CLI_GO)
		return code;
	memcpy(enrolled->salt, stored->salt, sizeof(enrolled->salt));
	template_seed(&stored->key, enrolled->salt, seed);
	template_transform(fresh, seed);
	sodium_memzero(seed, sizeof(seed));
	if (!labels_merge(&stored->template, fresh, &enrolled->template)) {
		(void)cli_fail(_("there are %zu labels already, and room for no more: "
				 "remove one first (vid face remove --label)"),
			       stored->template.count);
		return CLI_REFUSED;
	}
	if (enrolled->template.count < stored->template.count + fresh->count)
		cli_warn(_("there is room for %d references: of %zu and %zu more the "
			   "least telling are left out"),
			 VID_REFERENCES_MAX, stored->template.count, fresh->count);
	return CLI_GO;
}

/* Behind a fresh salt: two enrolments cannot be matched (P3). */
static int new_template(struct enrolled *enrolled, const struct stored *stored,
			const struct template *fresh)
{
	uint8_t seed[32];

	template_salt(enrolled->salt);
	enrolled->template = *fresh;
	template_seed(&stored->key, enrolled->salt, seed);
	template_transform(&enrolled->template, seed);
	sodium_memzero(seed, sizeof(seed));
	return CLI_GO;
}

int enrolled_make(struct enrolled *enrolled, struct enrolment *enrolment,
		  const struct stored *stored, const char *label, bool add)
{
	AUTO(template_wipe) struct template fresh = { .count = 0 };
	int code = choose_references(enrolled, enrolment, label, &fresh);

	if (code != CLI_GO)
		return code;
	return add ? add_template(enrolled, enrolment, stored, &fresh)
		   : new_template(enrolled, stored, &fresh);
}

void enrolled_print(const struct enrolled *enrolled, const struct enrolment *enrolment)
{
	float share =
		(enrolled->margin - enrolment->likeness) / (1 - enrolment->likeness);

	if (enrolled->count > 1)
		printf(_("quality: %.0f of 100 (the least alike of them scores %.2f "
			 "against the others; %.2f is needed)\n"),
		       (double)(fminf(fmaxf(share, 0), 1) * 100),
		       (double)enrolled->margin, (double)enrolment->likeness);
}
