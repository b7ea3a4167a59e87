/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reference.h - the file for the issuer by which a token is bound to a face
 *
 * Written beside its place before the template is stored, and put into its place after:
 * whatever fails, the reference that counts is there. Both complain themselves and answer
 * with CLI_GO or CLI_FAILED.
 */
#ifndef VID_REFERENCE_H
#define VID_REFERENCE_H

#include <limits.h>

#include "libvid/template.h"

struct reference {
	const char *path;
	char beside[PATH_MAX]; /* empty when nothing is there */
};

/* A device or a pipe has no place beside it: it is written to at once. `path` must
 * outlive `out`. */
int reference_write(const char *path, const struct template *template,
		    const uint8_t salt[TEMPLATE_SALT_LEN], struct reference *out);

/* Into its place, over what is there. When that fails, it stays where it is, and that is
 * said. */
int reference_place(struct reference *reference);

/* Usable with AUTO(): what has not been put into its place goes. */
void reference_drop(struct reference *reference);

#endif
