/* SPDX-License-Identifier: BSD-2-Clause */
/* vid account explain - which line decides about somebody, and what comes of it */
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/explanation.h"

static const char *const decider_words[] = {
	[BY_NOTHING] = "nothing", [BY_LINE] = "line",     [BY_DENY] = "deny",
	[BY_RULE] = "rule",       [BY_LEDGER] = "ledger", [BY_TOMBSTONE] = "tombstone",
	[BY_PASSWD] = "passwd",
};

static void question_end(struct question *question)
{
	hostkey_wipe(&question->key);
	accounts_free(&question->map);
	ledger_free(&question->ledger);
}

/* --- what is said ---------------------------------------------------------------------
 */

static int print(const struct question *q, const struct answer *answer, bool json)
{
	json_t *object;

	if (!json) {
		if (answer->line)
			printf("%s:%u: ", PRINTABLE(q->places->map), answer->line);
		puts(PRINTABLE(answer->text));
		return CLI_YES;
	}
	object = json_pack("{s:o, s:s, s:b, s:o}", "asked",
			   cli_json_text(bytes_of_text(q->what)), "by",
			   decider_words[answer->by], "login", answer->may, "text",
			   cli_json_text(bytes_of_text(answer->text)));
	if (answer->line) {
		json_object_set_new(object, "file",
				    cli_json_text(bytes_of_text(q->places->map)));
		json_object_set_new(object, "line", json_integer(answer->line));
	}
	if (answer->account)
		json_object_set_new(object, "account",
				    cli_json_text(bytes_of_text(answer->account)));
	if (answer->uid != UINT32_MAX)
		json_object_set_new(object, "uid", json_integer(answer->uid));
	return cli_json(object);
}

static int question_read(struct question *q)
{
	AUTO(blob_free) struct blob text = { 0 };
	struct problem problem = { .text = "" };
	char path[PATH_MAX];
	enum vid_reason why;
	int code;

	if ((code = account_key(q->places, &q->key)) != CLI_GO ||
	    (code = account_read(q->places, &text)) != CLI_GO ||
	    (code = account_ledger(q->places, &q->key, false, &q->ledger, path)) !=
		    CLI_GO)
		return code;
	why = accounts_parse(bytes_of(text.at, text.len), q->places->map, &q->map,
			     &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

static int explain(const struct account_places *places, const char *what, bool json)
{
	AUTO(question_end) struct question question = { .places = places, .what = what };
	struct answer answer = { .uid = UINT32_MAX };
	struct bytes subject, alias;
	int64_t uid;
	int code = question_read(&question);

	if (code != CLI_GO)
		return code;
	if (identity_split(bytes_of_text(what), &subject, &alias)) {
		explain_identity(&question, &answer);
	} else if (what[0] && strspn(what, "0123456789") == strlen(what)) {
		if (!cli_number("UID", what, 0, UINT32_MAX - 1, &uid))
			return CLI_FAILED;
		explain_uid(&question, (uint32_t)uid, &answer);
	} else if (account_name_local(what)) {
		explain_name(&question, &answer);
	} else {
		return cli_fail(_("'%s' is neither an identity nor a name nor a number"),
				what);
	}
	code = print(&question, &answer, json);
	return code == CLI_YES && !answer.may ? CLI_REFUSED : code;
}

int cmd_account_explain(int argc, char **argv)
{
	struct account_places places = ACCOUNT_PLACES;
	bool json = false;
	const struct cli_option options[] = {
		ACCOUNT_COMPILE_OPTIONS,
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid account explain [OPTION]... IDENTITY|NAME|UID",
		.about =
			N_("Say what decides about an identity, an account or a number: "
			   "which line of the map, a rule,\nwhat a rule gave before, "
			   "/etc/passwd, or nothing; and what comes of it. Exit status 0 "
			   "when\nsomebody may log in by it, 1 when nobody does."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};
	char **operands;
	int code = cli_parse(&spec, argc, argv, &operands);

	return code == CLI_GO ? explain(&places, operands[0], json) : code;
}
