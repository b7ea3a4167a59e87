/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.c - a command's table of options, parsed and printed
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "vid/cli.h"

#define OPTIONS_MAX 24
#define FIRST_VALUE 256 /* getopt's return values: above every letter */

/* "vid issuer init": the first three words of the usage line */
static int name_len(const char *usage)
{
	const char *at = usage;

	for (int words = 0; words < 3; words++) {
		at += strspn(at, " ");
		at += strcspn(at, " ");
	}
	return (int)(at - usage);
}

static int hint(const struct cli_spec *spec)
{
	fprintf(stderr, _("Usage: %s\n"), spec->usage);
	fprintf(stderr, _("'%.*s --help' says more.\n"), name_len(spec->usage),
		spec->usage);
	return CLI_FAILED;
}

static void print_help(const struct cli_spec *spec)
{
	printf(_("Usage: %s\n"), spec->usage);
	puts(_(spec->about));
	putchar('\n');
	for (const struct cli_option *o = spec->options; o && o->name; o++) {
		char left[64], letter[8] = "    ";

		if (o->letter)
			(void)snprintf(letter, sizeof(letter), "-%c, ", o->letter);
		(void)snprintf(left, sizeof(left), "%s--%s%s%s", letter, o->name,
			       o->arg ? " " : "", o->arg ? _(o->arg) : "");
		printf("  %-32s %s\n", left, _(o->help));
	}
	printf("  %-32s %s\n", "-h, --help", _("print this help"));
}

static int unknown_option(const struct cli_spec *spec, const char *word)
{
	const char letter[3] = { '-', (char)optopt, '\0' };
	const char *names[OPTIONS_MAX + 2];
	const char *near;
	char bare[64];
	size_t count = 0;

	if (optopt > 0 && optopt < FIRST_VALUE) {
		cli_fail(_("unknown option '%s'"), letter);
		return hint(spec);
	}
	for (const struct cli_option *o = spec->options; o && o->name; o++)
		names[count++] = o->name;
	names[count++] = "help";
	names[count] = NULL;
	(void)snprintf(bare, sizeof(bare), "%.*s",
		       (int)strcspn(word + strspn(word, "-"), "="),
		       word + strspn(word, "-"));
	near = cli_nearest(bare, names);
	if (near)
		cli_fail(_("unknown option '%s'; did you mean '--%s'?"), word, near);
	else
		cli_fail(_("unknown option '%s'"), word);
	return hint(spec);
}

/* The tables that getopt_long wants, made from ours. */
struct tables {
	struct option longs[OPTIONS_MAX + 2];
	char letters[2 * OPTIONS_MAX + 4];
	size_t count;
};

static void make_tables(const struct cli_option *options, struct tables *to)
{
	size_t at = 0;

	to->letters[at++] = ':'; /* tell a missing argument from an unknown option */
	to->letters[at++] = 'h';
	to->count = 0;
	for (const struct cli_option *o = options; o && o->name; o++) {
		if (to->count == OPTIONS_MAX)
			break;
		to->longs[to->count] =
			(struct option){ o->name,
					 o->arg ? required_argument : no_argument, NULL,
					 FIRST_VALUE + (int)to->count };
		to->count++;
		if (o->letter) {
			to->letters[at++] = o->letter;
			if (o->arg)
				to->letters[at++] = ':';
		}
	}
	to->letters[at] = '\0';
	to->longs[to->count] = (struct option){ "help", no_argument, NULL, 'h' };
	to->longs[to->count + 1] = (struct option){ NULL, 0, NULL, 0 };
}

static const struct cli_option *option_of(const struct cli_spec *spec, int value)
{
	for (const struct cli_option *o = spec->options; o && o->name; o++)
		if (value == FIRST_VALUE + (int)(o - spec->options) ||
		    (o->letter && value == o->letter))
			return o;
	return NULL;
}

static int check_counts(const struct cli_spec *spec, const bool *seen, int operands,
			char **argv)
{
	for (const struct cli_option *o = spec->options; o && o->name; o++)
		if (o->required && !seen[o - spec->options]) {
			cli_fail(_("--%s %s is needed"), o->name,
				 o->arg ? _(o->arg) : "");
			return hint(spec);
		}
	if (operands < spec->operands_min) {
		cli_fail(_("an operand is missing"));
		return hint(spec);
	}
	if (operands > spec->operands_max) {
		cli_fail(_("'%s' is one operand too many"),
			 argv[optind + spec->operands_max]);
		return hint(spec);
	}
	return CLI_GO;
}

int cli_parse(const struct cli_spec *spec, int argc, char **argv, char ***operands)
{
	struct tables tables;
	bool seen[OPTIONS_MAX] = { false };
	int value;

	make_tables(spec->options, &tables);
	opterr = 0;
	optind = 0; /* glibc: start afresh, main may have been here before */
	while ((value = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) !=
	       -1) {
		const struct cli_option *o = option_of(spec, value);

		if (value == 'h') {
			print_help(spec);
			return CLI_YES;
		}
		if (value == ':') {
			cli_fail(_("'%s' needs an argument"), argv[optind - 1]);
			return hint(spec);
		}
		if (!o)
			return unknown_option(spec, argv[optind - 1]);
		if (seen[o - spec->options]) {
			cli_fail(_("--%s is given twice"), o->name);
			return hint(spec);
		}
		seen[o - spec->options] = true;
		if (o->given)
			*o->given = true;
		if (o->text)
			*o->text = optarg;
	}
	*operands = argv + optind;
	return check_counts(spec, seen, argc - optind, argv);
}
