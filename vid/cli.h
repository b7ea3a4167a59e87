/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cli.h - what all commands of `vid` share: options, messages, exit codes, passphrases
 *
 * A command describes its options in a table; the table is what is parsed and what
 * --help prints, so the two cannot differ. Facts go to stdout, complaints to stderr.
 */
#ifndef VID_CLI_H
#define VID_CLI_H

#include <jansson.h>
#include <libintl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "libvid/bytes.h"
#include "libvid/reason.h"
#include "vid/commands.h"

#define _(text)  gettext(text)
#define N_(text) text

enum cli_exit {
	CLI_GO = -1,     /* no exit yet: go on (never leaves a command) */
	CLI_YES = 0,     /* done, or judged and found good */
	CLI_REFUSED = 1, /* judged and found wrong */
	CLI_FAILED = 2,  /* usage, a file, a device: nothing was judged */
};

struct cli_option {
	const char *name;  /* "output", for --output */
	char letter;       /* 'o', for -o; 0: none */
	const char *arg;   /* N_("FILE"); NULL: a switch */
	const char *help;  /* N_("...") */
	const char **text; /* set to the argument */
	bool *given;       /* set true; one of the two, or both */
	bool required;
};

struct cli_spec {
	const char *usage;                /* "vid issuer export [--json] DIR" */
	const char *about;                /* N_(): one or more sentences for --help */
	const struct cli_option *options; /* ends with an empty entry; may be NULL */
	int operands_min, operands_max;
};

/*
 * Parse. CLI_GO, with `operands` at the first operand (a NULL follows the last);
 * CLI_YES when --help was asked for and printed; CLI_FAILED after a complaint. Texts are
 * views into argv.
 */
int cli_parse(const struct cli_spec *spec, int argc, char **argv, char ***operands);

/* "vid: ..." to stderr. Returns CLI_FAILED. */
int cli_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A warning: "vid: warning: ..." to stderr. */
void cli_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Complain by `problem`, or by the reason's sentence where it is empty. CLI_FAILED. */
int cli_problem(enum vid_reason why, const struct problem *problem);

/* Readers of option arguments that complain themselves. `option` as "--days". */
bool cli_number(const char *option, const char *text, int64_t min, int64_t max,
		int64_t *out);
bool cli_hex(const char *option, const char *text, uint8_t *out, size_t len);

/* Print as indented JSON with a newline, and release. CLI_YES or CLI_FAILED. */
int cli_json(json_t *object);

/* A JSON text from bytes: invalid UTF-8 becomes hex with "hex:" in front. */
json_t *cli_json_text(struct bytes text);

/* A local date and time for people, in UTC: "2026-11-23 07:33:31 UTC". */
void cli_time(int64_t seconds, char out[64]);

/* Lower-case hex of `from`, NUL-terminated; `out` has 2 * len + 1 bytes. */
void cli_to_hex(struct bytes from, char *out);

/*
 * Write a result file. An existing file is refused unless `force`; a device or pipe in
 * /dev is written to as it is, elsewhere it is refused. CLI_YES, or CLI_FAILED after a
 * complaint with nothing half-written.
 */
int cli_write(const char *path, struct bytes content, mode_t mode, bool force);

/* Is there such a device or pipe, with no place beside it? */
bool cli_is_stream(const char *path);

/*
 * Before work that nobody wants to do twice: may cli_write write there? It complains
 * itself, CLI_GO or CLI_FAILED; a disk may still be full.
 */
int cli_writable(const char *path, bool force);

/* Put a question that is answered with y or n at the terminal; `instead` names the option
 * that answers it where there is none. CLI_GO for yes; CLI_FAILED after a complaint. */
int cli_confirm(const char *question, const char *instead);

/* The word of `words` (ends with NULL) nearest to `word`; NULL when none is near. */
const char *cli_nearest(const char *word, const char *const *words);

#define CLI_PASSPHRASE_MAX 1024
#define CLI_PASSPHRASE_MIN 8 /* of a new one */

struct cli_passphrase {
	char at[CLI_PASSPHRASE_MAX + 1];
	size_t len;
};

/*
 * Ask for a passphrase at the terminal with echo off (twice when `fresh`), or, when
 * `file` is not NULL, take the first line of that file, which nobody but its owner may
 * read. False after a complaint. Wipe with cli_passphrase_wipe (usable with AUTO()).
 */
bool cli_passphrase(const char *file, const char *prompt, bool fresh,
		    struct cli_passphrase *out);
void cli_passphrase_wipe(struct cli_passphrase *passphrase);

/* The sentences for something that is asked for with echo off; N_(). */
struct cli_secret_words {
	const char *no_terminal; /* and which option takes it from a file */
	const char *empty;
	const char *again, *differ; /* asked twice; NULL: once */
};

/* Ask for another secret than a passphrase in the same way; wiped in the same way. */
bool cli_secret(const char *file, const char *prompt,
		const struct cli_secret_words *words, struct cli_passphrase *out);

#define CLI_PASSPHRASE_OPTION(variable)                                                  \
	{                                                                                \
		.name = "passphrase-file", .arg = N_("FILE"),                            \
		.help = N_("take the passphrase from the first line of FILE"),           \
		.text = &(variable)                                                      \
	}

#endif
