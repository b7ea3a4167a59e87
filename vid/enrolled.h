/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enrolled.h - from the faces that were taken to the template that is stored
 */
#ifndef VID_ENROLLED_H
#define VID_ENROLLED_H

#include "vid/enrolment.h"
#include "vid/stored.h"

/* Biometric: wiped by whoever holds it. */
struct enrolled {
	struct template template; /* as it is stored: transformed */
	uint8_t salt[TEMPLATE_SALT_LEN];
	size_t count; /* references that are new */
	float margin; /* references_margin of them */
};

/* Below this a picture shows somebody else: FACE.md's figure, or this model's own
 * threshold where strangers are more alike. */
float enrolled_likeness(const struct model *model);

/*
 * Choose references among the candidates and make a template of them, behind a fresh
 * salt; or `add` them to the stored one, whose person they have to show. CLI_GO, or
 * CLI_REFUSED or CLI_FAILED after a complaint.
 */
int enrolled_make(struct enrolled *enrolled, struct enrolment *enrolment,
		  const struct stored *stored, const char *label, bool add);

/* The quality, in percent of the way from what is needed to a perfect likeness. */
void enrolled_print(const struct enrolled *enrolled, const struct enrolment *enrolment);

#endif
