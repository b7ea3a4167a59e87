/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - a report as one HTML file: no script, no network, nothing beside it
 *
 * The pages are in English and write numbers with a point, whatever the locale.
 */
#ifndef VID_PAGE_H
#define VID_PAGE_H

#include <stdbool.h>
#include <stdio.h>

/* What stands in the page below its title. */
typedef void page_body(FILE *to, const void *user);

/*
 * Write `title` (a constant of ours), and what `body` puts below it. An exit code of
 * cli.h, CLI_YES when it is written; an existing file is refused unless `force`.
 */
int page_write(const char *path, bool force, const char *title, page_body *body,
	       const void *user);

/* Text from outside: every character is shown, none is markup; what is no UTF-8 is shown
 * as "hex:". */
void page_text(FILE *to, const char *text);

#endif
