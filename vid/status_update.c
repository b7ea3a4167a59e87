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
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/fetch.h"
#include "vid/lists.h"

#define CA_FILE_MAX     (1024 * 1024)
#define SECONDS_DEFAULT 60
#define TOTAL_DEFAULT   900 /* below the unit's TimeoutStartSec= */

struct update {
	struct lists lists;
	const char *ca_file, *timeout, *total;
	struct fetch_limits limits;
	int64_t now;
	/* one for each list, in the order in which they are fetched */
	const struct list_target **order;
	struct fetch_job *jobs;
	int worst;
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
	printf(_("fetched: %s: %" PRIu64 " entries, issued %s\n"), PRINTABLE(target->uri),
	       entries, issued);
	return CLI_YES;
}

static void on_done(void *user, const struct fetch_job *job, enum fetch_result result,
		    const struct blob *body, const struct status_validators *got,
		    const struct problem *problem)
{
	struct update *u = user;
	const struct list_target *target = u->order[job - u->jobs];
	int code = CLI_YES;

	switch (result) {
	case FETCH_NEW:
		code = keep(u, target, body, got);
		break;
	case FETCH_UNCHANGED:
		printf(_("unchanged: %s\n"), PRINTABLE(target->uri));
		break;
	case FETCH_FAILED:
		code = cli_fail("%s", problem->text);
		break;
	}
	(void)fflush(stdout);
	if (code != CLI_YES)
		u->worst = CLI_REFUSED;
}

/* How many lists of the same issuer come before this one. */
static size_t rank_of(const struct lists *lists, size_t i)
{
	size_t rank = 0;

	for (size_t k = 0; k < i; k++)
		rank += lists->targets[k].issuer == lists->targets[i].issuer;
	return rank;
}

/* The first of each issuer, then the second of each: however many one issuer has, the
 * others' turn comes. */
static bool put_in_order(struct update *u)
{
	const struct lists *lists = &u->lists;
	AUTO_FREE size_t *rank = calloc(lists->count + 1, sizeof(*rank));
	size_t put = 0;

	u->order = calloc(lists->count + 1, sizeof(*u->order));
	u->jobs = calloc(lists->count + 1, sizeof(*u->jobs));
	if (!rank || !u->order || !u->jobs)
		return false;
	for (size_t i = 0; i < lists->count; i++)
		rank[i] = rank_of(lists, i);
	for (size_t turn = 0; put < lists->count; turn++)
		for (size_t i = 0; i < lists->count; i++) {
			const struct list_target *target = &lists->targets[i];

			if (rank[i] != turn)
				continue;
			u->order[put] = target;
			u->jobs[put].uri = target->uri;
			u->jobs[put].group = (size_t)(target->issuer - lists->issuers.at);
			statuses_validators(&lists->store, bytes_of_text(target->uri),
					    &u->jobs[put].have);
			put++;
		}
	return true;
}

static int run(struct update *u)
{
	AUTO(blob_free) struct blob ca = { 0 };
	struct problem problem = { .text = "" };
	int64_t seconds = SECONDS_DEFAULT, total = TOTAL_DEFAULT;
	enum vid_reason why;
	int code;

	if ((u->timeout && !cli_number("--timeout", u->timeout, 1, 3600, &seconds)) ||
	    (u->total && !cli_number("--total", u->total, 1, 86400, &total)))
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
	u->limits.total = (unsigned)total;
	u->limits.accept = "application/statuslist+cwt";
	u->limits.key = &u->lists.key;
	u->limits.bytes = (size_t)u->lists.settings.status_max_token;
	if (!u->lists.count)
		puts(_("No issuer's file names a status list, and no login has seen "
		       "one."));
	if (u->lists.issuers.fault_count)
		u->worst = CLI_REFUSED; /* lists that were not even asked for */
	if (!put_in_order(u))
		return cli_fail(_("not enough memory"));
	fetch_all(u->jobs, u->lists.count, &u->limits, on_done, u);
	return u->worst;
}

int cmd_status_update(int argc, char **argv)
{
	struct update u = { .lists = LISTS_THIS_HOST,
			    .now = (int64_t)time(NULL),
			    .worst = CLI_YES };
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
		{ .name = "total",
		  .arg = N_("SECONDS"),
		  .text = &u.total,
		  .help = N_("for all lists; 900 without it") },
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
	free(u.order);
	free(u.jobs);
	lists_free(&u.lists);
	return code;
}
