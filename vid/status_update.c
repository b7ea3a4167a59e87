/* SPDX-License-Identifier: BSD-2-Clause */
/* vid status update - fetch the status lists of the issuers, judge them, keep the good */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/output_folder.h"
#include "libvid/paths.h"
#include "vid/cli.h"
#include "vid/fetch.h"
#include "vid/lists.h"

#define CA_FILE_MAX     (1024 * 1024)
#define SECONDS_DEFAULT 60

struct update {
	struct lists lists;
	const char *ca_file, *timeout;
	struct fetch_limits limits;
	int64_t now;
};

/* Judged whole before it replaces anything. */
static int keep(const struct update *u, const struct list_target *target,
		const struct blob *body, const struct status_validators *got)
{
	const struct status_rules rules = lists_rules(&u->lists, target, u->now);
	struct bytes uri = bytes_of_text(target->uri);
	struct problem problem = { .text = "" };
	enum vid_reason why;
	uint64_t entries;
	char issued[64];
	int64_t iat;

	why = statuses_put(&u->lists.store, bytes_of(body->at, body->len), &rules, uri,
			   &entries, &iat, &problem);
	if (why != VID_OK)
		return cli_fail(_("%s: step %d: %s; the list at hand stays"), target->uri,
				reason_step(why),
				problem.text[0] ? problem.text : _(reason_sentence(why)));
	(void)statuses_keep_validators(&u->lists.store, uri, got, NULL);
	cli_time(iat, issued);
	printf(_("fetched: %s: %" PRIu64 " entries, issued %s\n"), target->uri, entries,
	       issued);
	return CLI_YES;
}

static int fetch_one(const struct update *u, const struct list_target *target)
{
	AUTO(blob_free) struct blob body = { 0 };
	struct status_validators have, got;
	struct problem problem = { .text = "" };

	statuses_validators(&u->lists.store, bytes_of_text(target->uri), &have);
	switch (fetch(target->uri, &u->limits, &have, &body, &got, &problem)) {
	case FETCH_NEW:
		return keep(u, target, &body, &got);
	case FETCH_UNCHANGED:
		printf(_("unchanged: %s\n"), target->uri);
		return CLI_YES;
	case FETCH_FAILED:
		break;
	}
	return cli_fail("%s", problem.text);
}

static int run(struct update *u)
{
	AUTO(blob_free) struct blob ca = { 0 };
	struct problem problem = { .text = "" };
	int64_t seconds = SECONDS_DEFAULT;
	int worst = CLI_YES, code;
	enum vid_reason why;

	if (u->timeout && !cli_number("--timeout", u->timeout, 1, 3600, &seconds))
		return CLI_FAILED;
	if (output_folder_make(u->lists.dir, 0700) < 0 && errno != EEXIST)
		return cli_fail("%s: %s", u->lists.dir, strerror(errno));
	if ((code = lists_read(&u->lists, u->now)) != CLI_GO)
		return code;
	if (u->ca_file) {
		why = file_read_untrusted(u->ca_file, CA_FILE_MAX, &ca, &problem);
		if (why != VID_OK)
			return cli_problem(why, &problem);
		u->limits.ca = bytes_of(ca.at, ca.len);
	}
	u->limits.seconds = (unsigned)seconds;
	u->limits.accept = "application/statuslist+cwt";
	u->limits.key = &u->lists.key;
	u->limits.bytes = (size_t)u->lists.settings.status_max_token;
	if (!u->lists.count)
		puts(_("No issuer's file names a status list, and no login has seen "
		       "one."));
	for (size_t i = 0; i < u->lists.count; i++)
		if (fetch_one(u, &u->lists.targets[i]) != CLI_YES)
			worst = CLI_REFUSED;
	return worst;
}

int cmd_status_update(int argc, char **argv)
{
	struct update u = { .lists = LISTS_THIS_HOST, .now = (int64_t)time(NULL) };
	char **operands;
	int code;
	const struct cli_option options[] = {
		LISTS_OPTIONS(u.lists),
		{ .name = "ca-file",
		  .arg = N_("FILE"),
		  .text = &u.ca_file,
		  .help = N_("trust these certificate authorities (PEM), not the "
			     "system's") },
		{ .name = "timeout",
		  .arg = N_("SECONDS"),
		  .text = &u.timeout,
		  .help = N_("for one list; 60 without it") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid status update [OPTION]...",
		.about = N_("Fetch, over HTTPS, the status lists that the issuers' files "
			    "name and those that\nlogins saw. A list that is not good "
			    "replaces nothing: exit 1."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	code = run(&u);
	lists_free(&u.lists);
	return code;
}
