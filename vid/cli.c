/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/cli.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "libvid/cleanup.h"

int cli_fail(const char *format, ...)
{
	va_list args;

	(void)fflush(stdout);
	fputs("vid: ", stderr);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return CLI_FAILED;
}

void cli_warn(const char *format, ...)
{
	va_list args;

	(void)fflush(stdout);
	fprintf(stderr, "vid: %s: ", _("warning"));
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

int cli_problem(enum vid_reason why, const struct problem *problem)
{
	if (problem && problem->text[0])
		return cli_fail("%s", problem->text);
	return cli_fail("%s", _(reason_sentence(why)));
}

bool cli_number(const char *option, const char *text, int64_t min, int64_t max,
		int64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	if (errno == 0 && *end == '\0' &&
	    (*text == '-' || (*text >= '0' && *text <= '9')) && *out >= min &&
	    *out <= max)
		return true;
	cli_fail(_("%s takes a whole number from %lld to %lld, not '%s'"), option,
		 (long long)min, (long long)max, text);
	return false;
}

bool cli_hex(const char *option, const char *text, uint8_t *out, size_t len)
{
	size_t got = 0;
	const char *end = NULL;

	if (strlen(text) == 2 * len &&
	    sodium_hex2bin(out, len, text, 2 * len, NULL, &got, &end) == 0 &&
	    got == len && *end == '\0')
		return true;
	cli_fail(_("%s takes %zu bytes as %zu hex digits, not '%s'"), option, len,
		 2 * len, text);
	return false;
}

void cli_to_hex(struct bytes from, char *out)
{
	sodium_bin2hex(out, 2 * from.len + 1, from.at, from.len);
}

int cli_json(json_t *object)
{
	int bad = !object || json_dumpf(object, stdout, JSON_INDENT(2)) != 0;

	json_decref(object);
	if (bad)
		return cli_fail(_("cannot write JSON to standard output"));
	putchar('\n');
	return CLI_YES;
}

json_t *cli_json_text(struct bytes text)
{
	json_t *value = json_stringn((const char *)text.at, text.len);
	AUTO_FREE char *hex = NULL;

	if (value)
		return value;
	hex = malloc(2 * text.len + 1);
	if (!hex)
		return NULL;
	cli_to_hex(text, hex);
	return json_sprintf("hex:%s", hex);
}

void cli_time(int64_t seconds, char out[64])
{
	time_t when = (time_t)seconds;
	struct tm parts;

	if (!gmtime_r(&when, &parts) ||
	    strftime(out, 64, "%Y-%m-%d %H:%M:%S UTC", &parts) == 0)
		(void)snprintf(out, 64, "%lld", (long long)seconds);
}

int cli_confirm(const char *question, const char *instead)
{
	char answer[16] = "";

	if (!isatty(STDIN_FILENO))
		return cli_fail(_("there is nobody to ask: run this at a terminal, or "
				  "use %s"),
				instead);
	printf("%s [y/N] ", question);
	fflush(stdout);
	if (fgets(answer, sizeof(answer), stdin) &&
	    (strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0))
		return CLI_GO;
	return cli_fail(_("nothing was done"));
}

/* Levenshtein's distance; words longer than the row are simply far. */
static size_t distance(const char *a, const char *b)
{
	size_t row[33], len = strlen(b);

	if (len >= sizeof(row) / sizeof(*row) || strlen(a) > 64)
		return 99;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t best = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[len];
}

const char *cli_nearest(const char *word, const char *const *words)
{
	const char *best = NULL;
	size_t best_distance = 3; /* two slips of the finger */

	for (; *words; words++) {
		size_t d = distance(word, *words);

		if (d < best_distance && d < strlen(*words)) {
			best = *words;
			best_distance = d;
		}
	}
	return best;
}
