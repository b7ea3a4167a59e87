/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - vid GROUP COMMAND: finds the command and calls it
 *
 * The table of commands is in commands.h: a new command is one line there.
 */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "libvid/printable.h"
#include "vid/cli.h"

struct command {
	const char *group, *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct command commands[] = {
#define X(group, name, function, help) { group, name, function, help },
	VID_COMMANDS(X)
#undef X
		{ NULL, NULL, NULL, NULL },
};

static const struct {
	const char *name, *help;
} groups[] = {
#define X(name, help) { name, help },
	VID_GROUPS(X)
#undef X
};
#define GROUP_COUNT   (sizeof(groups) / sizeof(*groups))
#define COMMAND_COUNT (sizeof(commands) / sizeof(*commands) - 1)

static bool group_has_commands(const char *group)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->group, group) == 0)
			return true;
	return false;
}

static void print_version(void)
{
	printf("vid %s\n", PACKAGE_VERSION);
	puts(_("Licence: BSD-2-Clause"));
#ifdef VID_TEST_SOURCES
	/* Not translated: tests and people look for these words (S38). */
	puts("test sources: yes");
#endif
}

static void print_groups(void)
{
	puts(_("Usage: vid GROUP COMMAND [OPTION]... [OPERAND]..."));
	puts(_("Log in with a virtual ID: make, trust, show and judge one."));
	putchar('\n');
	for (size_t i = 0; i < GROUP_COUNT; i++)
		if (group_has_commands(groups[i].name))
			printf("  %-10s %s\n", PRINTABLE(groups[i].name),
			       _(groups[i].help));
	putchar('\n');
	puts(_("vid GROUP --help lists the commands of a group,\n"
	       "vid GROUP COMMAND --help the options of a command,\n"
	       "vid --version tells which vid this is."));
}

static void print_group(const char *group)
{
	printf(_("Usage: vid %s COMMAND [OPTION]... [OPERAND]...\n"), group);
	putchar('\n');
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->group, group) == 0)
			printf("  vid %s %-10s %s\n", group, PRINTABLE(c->name),
			       _(c->help));
	putchar('\n');
	printf(_("vid %s COMMAND --help says more.\n"), group);
}

static int unknown_group(const char *word)
{
	const char *words[GROUP_COUNT + 1];
	const char *near;
	size_t count = 0;

	for (size_t i = 0; i < GROUP_COUNT; i++)
		if (group_has_commands(groups[i].name))
			words[count++] = groups[i].name;
	words[count] = NULL;
	near = cli_nearest(word, words);
	if (near)
		return cli_fail(_("there is no group '%s'; did you mean '%s'? "
				  "(vid --help lists them)"),
				word, near);
	return cli_fail(_("there is no group '%s' (vid --help lists them)"), word);
}

static int unknown_command(const char *group, const char *word)
{
	const char *words[COMMAND_COUNT + 1];
	const char *near;
	size_t count = 0;

	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->group, group) == 0)
			words[count++] = c->name;
	words[count] = NULL;
	near = cli_nearest(word, words);
	if (near)
		return cli_fail(_("'vid %s' has no command '%s'; did you mean '%s'? "
				  "(vid %s --help lists them)"),
				group, word, near, group);
	return cli_fail(_("'vid %s' has no command '%s' (vid %s --help lists them)"),
			group, word, group);
}

static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
	       strcmp(word, "help") == 0;
}

static int dispatch(int argc, char **argv)
{
	if (argc < 2) {
		cli_fail(_("no command given"));
		fputs(_("vid --help says what there is.\n"), stderr);
		return CLI_FAILED;
	}
	if (is_help(argv[1])) {
		print_groups();
		return CLI_YES;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		print_version();
		return CLI_YES;
	}
	if (!group_has_commands(argv[1]))
		return unknown_group(argv[1]);
	if (argc < 3)
		return cli_fail(_("which command? (vid %s --help lists them)"), argv[1]);
	if (is_help(argv[2])) {
		print_group(argv[1]);
		return CLI_YES;
	}
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->group, argv[1]) == 0 && strcmp(c->name, argv[2]) == 0)
			return c->run(argc - 2, argv + 2);
	return unknown_command(argv[1], argv[2]);
}

int main(int argc, char **argv)
{
	const struct rlimit none = { 0, 0 };
	int code;

	/* Passphrases and keys pass through here: no core file may hold them (S32). */
	(void)setrlimit(RLIMIT_CORE, &none);
	setlocale(LC_ALL, "");
	bindtextdomain("vid", VID_LOCALEDIR);
	textdomain("vid");
	if (sodium_init() < 0)
		return cli_fail(_("libsodium cannot be used on this machine"));

	code = dispatch(argc, argv);
	if (fflush(stdout) != 0 || ferror(stdout))
		return cli_fail(_("cannot write to standard output: %s"),
				strerror(errno));
	return code;
}
