/* SPDX-License-Identifier: BSD-2-Clause */
/* vid account check - prove the map, every fault of it, and write nothing */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/account.h"

/* Accounts of which the name service is asked: each may take it a while. */
#define ASKED_MAX 1000

struct finding {
	unsigned line; /* 0: of no line */
	bool warning;
	char text[256];
};

struct check {
	const struct account_places *places;
	struct finding *at; /* owned */
	size_t count, room, warnings;
	bool lost; /* no memory for one */
};

static void check_free(struct check *check)
{
	free(check->at);
}

static void found(struct check *check, unsigned line, bool warning, const char *text)
{
	if (check->count == check->room) {
		size_t room = check->room ? 2 * check->room : 16;
		void *more = reallocarray(check->at, room, sizeof(*check->at));

		if (!more) {
			check->lost = true;
			return;
		}
		check->at = more;
		check->room = room;
	}
	check->at[check->count] = (struct finding){ .line = line, .warning = warning };
	(void)snprintf(check->at[check->count].text, sizeof(check->at->text), "%s", text);
	check->count++;
	check->warnings += warning;
}

static void fault(void *user, unsigned line, const char *text)
{
	found(user, line, false, text);
}

__attribute__((format(printf, 3, 4))) static void warn(struct check *check, unsigned line,
						       const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	found(check, line, true, text);
}

/* --- faults ------------------------------------------------------------------------- */

/* A line that cannot be read is told and blanked out, so that the rest can be proved. */
static void take_out_bad_lines(struct check *check, uint8_t *text, size_t len)
{
	struct bytes left = bytes_of(text, len), line;
	unsigned number = 0;

	while (account_line_next(&left, &line)) {
		struct accounts parsed;
		struct problem problem = { .text = "" };
		const char *why;

		number++;
		if (accounts_parse(line, "", &parsed, &problem) == VID_OK) {
			accounts_free(&parsed);
			continue;
		}
		why = strstr(problem.text, ": "); /* behind ":1" */
		fault(check, number, why ? why + 2 : problem.text);
		memset(text + (line.at - text), ' ',
		       line.len - (line.at[line.len - 1] == '\n'));
	}
}

static int prove(struct check *check, const struct hostkey *key, struct blob *text,
		 struct accounts *map)
{
	const struct account_places *places = check->places;
	const struct accounts_host host = account_host(places);
	struct problem problem = { .text = "" };
	enum vid_reason why;

	why = accounts_parse(bytes_of(text->at, text->len), places->map, map, &problem);
	if (why == VID_CONFIG && text->at) {
		take_out_bad_lines(check, text->at, text->len);
		why = accounts_parse(bytes_of(text->at, text->len), places->map, map,
				     &problem);
	}
	if (why == VID_OK)
		why = accounts_prove(&host, map, key, places->index, false, fault, check,
				     &problem);
	if (why == VID_OK || (why == VID_CONFIG && check->count))
		return CLI_GO;
	return cli_problem(why, &problem);
}

/* --- warnings ----------------------------------------------------------------------- */

/* Numbers that systemd gives to others (systemd's UIDS-GIDS): with the program that does,
 * where it is a part that a host may not have. */
static const struct given_by {
	struct index_range range;
	const char *who, *program;
} given_by[] = {
	{ { 60001, 60513 }, "systemd-homed", "/lib/systemd/systemd-homed" },
	{ { 60514, 60577 }, "systemd-nspawn", "/usr/bin/systemd-nspawn" },
	{ { 61184, 65519 }, "systemd (DynamicUser=)", "/run/systemd/system" },
	{ { 524288, 1879048191 }, "containers", NULL },
};

static void warn_of_range(struct check *check, const struct accounts *map,
			  const struct given_by *by)
{
	const struct account_line *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < map->count; i++) {
		const struct account_line *line = &map->at[i];

		if (!line->own || line->uid < by->range.min || line->uid > by->range.max)
			continue;
		first = first ? first : line;
		count++;
	}
	if (first)
		warn(check, first->line,
		     _("uid %u of '%s' (%zu such accounts) is among the numbers %u-%u, "
		       "which %s may give to somebody else"),
		     first->uid, first->name, count, by->range.min, by->range.max,
		     by->who);
	for (size_t i = 0; i < map->rule_count; i++)
		if (!map->rule[i].deny && map->rule[i].uids.min <= by->range.max &&
		    map->rule[i].uids.max >= by->range.min)
			warn(check, map->rule[i].line,
			     _("uids=%u-%u has some of the numbers %u-%u, which %s may "
			       "give to somebody else"),
			     map->rule[i].uids.min, map->rule[i].uids.max, by->range.min,
			     by->range.max, by->who);
}

static void warn_of_numbers(struct check *check, const struct accounts *map)
{
	for (size_t i = 0; i < sizeof(given_by) / sizeof(*given_by); i++)
		if (!given_by[i].program || access(given_by[i].program, F_OK) == 0)
			warn_of_range(check, map, &given_by[i]);
}

/* What the whole name service knows, LDAP and systemd too; an answer of ours is none. */
static void warn_of_others(struct check *check, const struct accounts *map)
{
	size_t asked = 0;

	for (size_t i = 0; i < map->count && asked < ASKED_MAX; i++) {
		const struct account_line *line = &map->at[i];
		const struct passwd *user;
		const struct group *group;

		if (!line->own)
			continue;
		asked++;
		if ((user = getpwuid(line->uid)) && strcmp(user->pw_name, line->name))
			warn(check, line->line,
			     _("uid %u of '%s' is the number of '%s' already"), line->uid,
			     line->name, user->pw_name);
		if ((group = getgrgid(line->gid)) && strcmp(group->gr_name, line->name))
			warn(check, line->line,
			     _("gid %u of '%s' is the number of '%s' already"), line->gid,
			     line->name, group->gr_name);
	}
}

static void warn_of_index(struct check *check)
{
	struct stat map, index;

	if (stat(check->places->map, &map) < 0)
		return;
	if (stat(check->places->index, &index) < 0)
		warn(check, 0, _("not compiled yet: vid account compile"));
	else if (map.st_mtim.tv_sec > index.st_mtim.tv_sec ||
		 (map.st_mtim.tv_sec == index.st_mtim.tv_sec &&
		  map.st_mtim.tv_nsec > index.st_mtim.tv_nsec))
		warn(check, 0,
		     _("changed after it was compiled, and no login knows of that: vid "
		       "account compile"));
}

static bool rule_for(const struct accounts *map, const char *identity)
{
	for (size_t i = 0; i < map->rule_count; i++)
		if (strcmp(map->rule[i].alias, identity + VID_SUB_LEN + 1) == 0)
			return true;
	return false;
}

static bool line_for(const struct accounts *map, const char *identity)
{
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->at[i].identity, identity) == 0)
			return true;
	return false;
}

static void warn_of_orphans(struct check *check, const struct accounts *map,
			    const struct ledger *ledger)
{
	for (size_t i = 0; i < ledger->count; i++) {
		const struct ledger_entry *entry = &ledger->at[i];

		if (entry->identity && !rule_for(map, entry->identity) &&
		    !line_for(map, entry->identity))
			warn(check, 0,
			     _("'%s' was given to %s, and the rule that did is gone: "
			       "nobody logs in to it (vid account remove %s)"),
			     entry->name, entry->identity, entry->name);
	}
}

/* --- what is said ---------------------------------------------------------------------
 */

static int by_line(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;

	if (a->warning != b->warning)
		return a->warning - b->warning;
	return (a->line > b->line) - (a->line < b->line);
}

static int print_json(const struct check *check, const struct accounts *map)
{
	json_t *list = json_array();

	for (size_t i = 0; i < check->count; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:I, s:s, s:o}", "kind",
					check->at[i].warning ? "warning" : "fault",
					"line", (json_int_t)check->at[i].line, "file",
					check->places->map, "text",
					cli_json_text(bytes_of_text(check->at[i].text))));
	return cli_json(json_pack(
		"{s:b, s:I, s:I, s:I, s:o}", "holds", check->count == check->warnings,
		"identities", (json_int_t)map->count, "faults",
		(json_int_t)(check->count - check->warnings), "warnings",
		(json_int_t)check->warnings, "findings", list));
}

static void print_findings(const struct check *check, const struct accounts *map)
{
	for (size_t i = 0; i < check->count; i++) {
		const struct finding *at = &check->at[i];

		fputs(check->places->map, stdout);
		if (at->line)
			printf(":%u", at->line);
		printf(": %s%s%s\n", at->warning ? _("warning") : "",
		       at->warning ? ": " : "", PRINTABLE(at->text));
	}
	if (check->count == check->warnings)
		printf(_("%s: holds; identities %zu, warnings %zu\n"),
		       PRINTABLE(check->places->map), map->count, check->warnings);
	else
		printf(_("%s: faults %zu, warnings %zu; the compiled map in place is not "
			 "touched\n"),
		       PRINTABLE(check->places->map), check->count - check->warnings,
		       check->warnings);
}

static int check_map(struct check *check, bool json)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	AUTO(accounts_free) struct accounts map = { 0 };
	AUTO(ledger_free) struct ledger ledger = { 0 };
	AUTO(blob_free) struct blob text = { 0 };
	char path[PATH_MAX];
	int code;

	if ((code = account_key(check->places, &key)) != CLI_GO ||
	    (code = account_read(check->places, &text)) != CLI_GO ||
	    (code = prove(check, &key, &text, &map)) != CLI_GO ||
	    (code = account_ledger(check->places, &key, false, &ledger, path)) != CLI_GO)
		return code;
	warn_of_numbers(check, &map);
	warn_of_others(check, &map);
	warn_of_orphans(check, &map, &ledger);
	warn_of_index(check);
	if (check->lost)
		return cli_fail("%s", strerror(ENOMEM));
	if (check->count)
		qsort(check->at, check->count, sizeof(*check->at), by_line);
	if (!json)
		print_findings(check, &map);
	else if ((code = print_json(check, &map)) != CLI_YES)
		return code;
	return check->count == check->warnings ? CLI_YES : CLI_REFUSED;
}

int cmd_account_check(int argc, char **argv)
{
	struct account_places places = ACCOUNT_PLACES;
	AUTO(check_free) struct check check = { .places = &places };
	bool json = false;
	const struct cli_option options[] = {
		ACCOUNT_COMPILE_OPTIONS,
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid account check [OPTION]...",
		.about = N_("Prove the map and write nothing: every fault with its line, "
			    "and what may become one. Exit\nstatus 0 when it could be "
			    "compiled, also with warnings; 1 with a fault."),
		.options = options,
	};
	char **operands;
	int code = cli_parse(&spec, argc, argv, &operands);

	return code == CLI_GO ? check_map(&check, json) : code;
}
