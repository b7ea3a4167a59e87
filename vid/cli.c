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
#include "libvid/printable.h"

/* The whole complaint is escaped: most name a file, an issuer or a card. */
static void complain(const char *prefix, const char *format, va_list args)
{
	char text[PRINTABLE_MAX + 1024], shown[sizeof(text)];

	(void)fflush(stdout);
	(void)vsnprintf(text, sizeof(text), format, args);
	fprintf(stderr, "vid: %s%s\n", prefix,
		printable_text(text, shown, sizeof(shown)));
}

int cli_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain("", format, args);
	va_end(args);
	return CLI_FAILED;
}

void cli_warn(const char *format, ...)
{
	char prefix[64];
	va_list args;

	(void)snprintf(prefix, sizeof(prefix), "%s: ", _("warning"));
	va_start(args, format);
	complain(prefix, format, args);
	va_end(args);
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

/* jansson escapes C0 controls alone. The other hidden characters can only be inside
 * texts, where \u is an escape: UTF-16, so two of them above U+FFFF. */
static void put_json(struct bytes text)
{
	while (text.len) {
		uint32_t point = 0;
		size_t len = printable_character(text, &point), used = len ? len : 1;

		if (point == '\n' || !printable_is_hidden(point))
			(void)fwrite(text.at, 1, used, stdout);
		else if (point <= 0xffff)
			printf("\\u%04x", (unsigned)point);
		else
			printf("\\u%04x\\u%04x", 0xd800 + ((point - 0x10000) >> 10),
			       0xdc00 + (point & 0x3ff));
		text = bytes_of(text.at + used, text.len - used);
	}
	putchar('\n');
}

int cli_json(json_t *object)
{
	AUTO_FREE char *text = object ? json_dumps(object, JSON_INDENT(2)) : NULL;

	json_decref(object);
	if (!text)
		return cli_fail(_("cannot write JSON to standard output"));
	put_json(bytes_of_text(text));
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
