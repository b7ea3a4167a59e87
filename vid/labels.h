/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * labels.h - the labelled references of a template: "glasses", "beard", or no word
 *
 * A login compares with the mean of all of them, and there is room for
 * VID_REFERENCES_MAX. Within a label the most typical stands first and the one that adds
 * least last.
 */
#ifndef VID_LABELS_H
#define VID_LABELS_H

#include "libvid/template.h"

/* How many references have this label. */
size_t labels_count(const struct template *template, const char *label);

/*
 * Both templates' references in `out`, `more`'s behind. Where there is no room for all,
 * the label with most of them gives up its last one, and again; none gives up its only
 * one. False when there are more labels than room, or the templates are of two models.
 */
bool labels_merge(const struct template *have, const struct template *more,
		  struct template *out);

/* Take a label's references away; returns how many there were. */
size_t labels_remove(struct template *template, const char *label);

/* "glasses (2), - (3)": each label once, in order, "-" for no word. */
void labels_print(const struct template *template, char *to, size_t size);

#endif
