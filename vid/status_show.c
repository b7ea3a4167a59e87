/* SPDX-License-Identifier: BSD-2-Clause */
/* vid status show - which status lists are at hand, and how old */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/lists.h"

struct shown {
	struct status_list list;
	enum vid_reason why; /* VID_OK: it counts */
	uint64_t entries;
};

/* As a login would judge it, and to its end. */
static void look_at(const struct lists *lists, const struct list_target *target,
		    int64_t now, struct shown *out)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct status_rules rules = lists_rules(lists, target, now);
	struct bytes uri = bytes_of_text(target->uri);
	char name[STATUSES_NAME_SIZE + 4], path[PATH_MAX];

	*out = (struct shown){ .why = VID_STATUS_UNAVAILABLE };
	statuses_name(uri, name);
	memcpy(name + STATUSES_NAME_SIZE - 1, ".cwt", 5);
	if (!path_join(path, sizeof(path), lists->dir, name) ||
	    file_read_trusted(path, (size_t)rules.limits.token, &file, NULL) != VID_OK)
		return;
	out->why = statuses_mark(&lists->store, uri, &rules.newest, NULL);
	if (out->why == VID_FILE_MISSING)
		out->why = VID_STATUS_UNAVAILABLE;
	if (out->why == VID_OK)
		out->why = status_open(bytes_of(file.at, file.len), target->issuer, uri,
				       &rules.limits, &out->list);
	if (out->why == VID_OK)
		out->why = status_whole(&out->list, &rules.limits, &out->entries);
	if (out->why == VID_OK)
		out->why = status_time(&out->list, &rules);
	out->list.uri = out->list.lst = bytes_of(NULL, 0); /* they end with the file */
}

static void print_one(const struct list_target *target, const struct shown *s,
		      int64_t now)
{
	char issued[64];

	printf("%s: %s\n", PRINTABLE(target->issuer->alias), PRINTABLE(target->uri));
	if (s->list.iat) {
		cli_time(s->list.iat, issued);
		printf(_("  issued: %s (%lld minutes ago)\n"), issued,
		       (long long)(now - s->list.iat) / 60);
		printf(_("  entries: %" PRIu64 ", %u bits each\n"), s->entries,
		       s->list.bits);
	}
	printf(_("  counts: %s\n"),
	       s->why == VID_OK ? _("yes") : _(reason_sentence(s->why)));
}

static json_t *json_one(const struct list_target *target, const struct shown *s)
{
	json_t *one = json_pack("{s:s, s:s, s:b, s:s}", "uri", target->uri, "issuer",
				target->issuer->alias, "counts", s->why == VID_OK,
				"reason", reason_name(s->why));

	if (one && s->list.iat) {
		json_object_set_new(one, "iat", json_integer(s->list.iat));
		json_object_set_new(one, "exp", json_integer(s->list.exp));
		json_object_set_new(one, "bits", json_integer((json_int_t)s->list.bits));
		json_object_set_new(one, "entries", json_integer((json_int_t)s->entries));
	}
	return one;
}

static int run(struct lists *lists, bool json)
{
	int64_t now = (int64_t)time(NULL);
	json_t *all = json ? json_array() : NULL;
	int code = lists_read(lists, now);

	if (code != CLI_GO) {
		json_decref(all);
		return code;
	}
	for (size_t i = 0; i < lists->count; i++) {
		struct shown shown;

		look_at(lists, &lists->targets[i], now, &shown);
		if (json)
			json_array_append_new(all, json_one(&lists->targets[i], &shown));
		else
			print_one(&lists->targets[i], &shown, now);
	}
	if (json)
		return cli_json(all);
	if (!lists->count)
		puts(_("No issuer's file names a status list, and no login has seen "
		       "one."));
	return CLI_YES;
}

int cmd_status_show(int argc, char **argv)
{
	struct lists lists = LISTS_THIS_HOST;
	bool json = false;
	char **operands;
	int code;
	const struct cli_option options[] = {
		LISTS_OPTIONS(lists),
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid status show [OPTION]...",
		.about = N_("Print the status lists that logins ask for: whose, from "
			    "when, and whether they\ncount now."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	code = run(&lists, json);
	lists_free(&lists);
	return code;
}
