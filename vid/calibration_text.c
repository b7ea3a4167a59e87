/* SPDX-License-Identifier: BSD-2-Clause */
/* calibration.h's texts: the section of a card, and a card with another section. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "vid/calibration.h"

/* --- the section ----------------------------------------------------------------------
 */

static void put_comment(FILE *to, const struct calibration *calibration,
			const char *detector, const char *date)
{
	(void)fprintf(
		to,
		"# FMR REFERENCESxFRAMES = score; without a pair it is 1x1.\n"
		"# Measured by vid face calibrate on %s: %zu pictures of %zu people\n"
		"# (%zu copies left out), %ju pairs of people and %ju of one person's\n"
		"# pictures, detector\n"
		"# %s.\n"
		"# Each two people count once, with their highest score. Each score "
		"keeps to\n"
		"# its FMR with 95 %% confidence when pairs of people count as "
		"independent.",
		date, calibration->pictures, calibration->people, calibration->copies,
		(uintmax_t)calibration->impostor, (uintmax_t)calibration->genuine,
		detector);
	for (size_t i = 0; i < calibration->count; i++)
		if (!calibration->entry[i].measured) {
			(void)fputs(
				"\n# Entries marked \"estimate\" had too few pairs of "
				"their own: the\n# score of single pictures, divided by "
				"the lengths of the means.",
				to);
			break;
		}
	(void)fprintf(to,
		      "\n# The sample shows no FMR below 1e%.0f: there is no entry.\n",
		      log10(calibration->least));
}

/* No locale writes these: an integer of thousandths, an exponent. */
static void put_entry(FILE *to, const struct calibration_entry *entry)
{
	(void)fprintf(to, "1e%.0f", log10(entry->fmr));
	if (entry->references > 1 || entry->frames > 1)
		(void)fprintf(to, " %ux%u", entry->references, entry->frames);
	(void)fprintf(to, " = 0.%03.0f\n", round(entry->score * 1000));
}

static void put_entries(FILE *to, const struct calibration *calibration, bool measured)
{
	bool first = true;

	for (size_t i = 0; i < calibration->count; i++) {
		if (calibration->entry[i].measured != measured)
			continue;
		if (first && !measured)
			(void)fputs("# estimate\n", to);
		first = false;
		put_entry(to, &calibration->entry[i]);
	}
}

char *calibration_section(const struct calibration *calibration, const char *detector,
			  const char *date)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);
	bool bad;

	if (!to)
		return NULL;
	put_comment(to, calibration, detector, date);
	(void)fputs("[calibration]\n", to);
	put_entries(to, calibration, true);
	put_entries(to, calibration, false);
	bad = ferror(to);
	if (fclose(to) == 0 && !bad)
		return text;
	free(text);
	return NULL;
}

/* --- the card -------------------------------------------------------------------------
 */

static bool is_head(const char *line, const char *name)
{
	size_t len = strlen(name);

	line += strspn(line, " \t");
	return *line == '[' &&
	       (!*name || (strncmp(line + 1, name, len) == 0 && line[1 + len] == ']'));
}

static bool is_comment(const char *line)
{
	line += strspn(line, " \t");
	return *line == '#' || *line == ';';
}

static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : line + strlen(line);
}

/* From the comments right above the head `name` ("": any) on; NULL when there is no such
 * head. */
static const char *find_section(const char *text, const char *name)
{
	const char *begin = NULL;

	for (const char *line = text; *line; line = next_line(line)) {
		if (is_head(line, name))
			return begin ? begin : line;
		if (!is_comment(line))
			begin = NULL;
		else if (!begin)
			begin = line;
	}
	return NULL;
}

char *calibration_splice(const char *card, const char *section)
{
	const char *begin = find_section(card, "calibration"), *end = NULL;
	size_t before = begin ? (size_t)(begin - card) : strlen(card);
	const char *gap;
	char *text;
	size_t room;

	if (begin) { /* behind its own head */
		const char *head = begin;

		while (!is_head(head, ""))
			head = next_line(head);
		end = find_section(next_line(head), "");
	}
	gap = begin || before == 0 ? "" : card[before - 1] == '\n' ? "\n" : "\n\n";
	room = before + strlen(gap) + strlen(section) + (end ? strlen(end) + 1 : 0) + 1;
	text = malloc(room);
	if (text)
		(void)snprintf(text, room, "%.*s%s%s%s%s", (int)before, card, gap,
			       section, end ? "\n" : "", end ? end : "");
	return text;
}
