/* SPDX-License-Identifier: BSD-2-Clause */
/* vid status lookup - entries of one list, one line each */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/paths.h"
#include "libvid/status.h"
#include "vid/cli.h"
#include "vid/trusted.h"

struct asked { /* one number of --idx, and its answer */
	uint64_t idx;
	size_t place; /* on the command line */
	uint8_t value;
	bool known;
};

struct lookup {
	const char *idx, *trust, *uri, *at, *max_token, *max_inflated, *file;
	bool bare, json;
	struct status_limits limits;
	int64_t now;
	size_t count;
	struct asked *asked; /* owned */
};

static int by_idx(const void *a, const void *b)
{
	const struct asked *x = a, *y = b;

	return (x->idx > y->idx) - (x->idx < y->idx);
}

static int by_place(const void *a, const void *b)
{
	const struct asked *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

/* "7,12,3" */
static int read_idx(struct lookup *l)
{
	const char *at = l->idx;

	l->asked = calloc(strlen(l->idx) / 2 + 1, sizeof(*l->asked));
	if (!l->asked)
		return cli_fail(_("not enough memory"));
	for (;;) {
		struct asked *asked = &l->asked[l->count];
		char number[24];
		size_t len = strcspn(at, ",");
		int64_t idx;

		if (!bytes_to_text(bytes_of(at, len), number, sizeof(number)) || !len)
			return cli_fail(_("--idx takes numbers with commas between, not "
					  "'%s'"),
					l->idx);
		if (!cli_number("--idx", number, 0, INT64_MAX, &idx))
			return CLI_FAILED;
		*asked = (struct asked){ .idx = (uint64_t)idx, .place = l->count };
		l->count++;
		if (!at[len])
			return CLI_GO;
		at += len + 1;
	}
}

static int read_options(struct lookup *l)
{
	int64_t token = VID_STATUS_TOKEN_MAX, inflated = VID_STATUS_INFLATED_MAX;

	l->now = (int64_t)time(NULL);
	if ((l->at && !cli_number("--at", l->at, 0, VID_TIME_MAX, &l->now)) ||
	    (l->max_token && !cli_number("--max-token", l->max_token, 1,
					 VID_STATUS_TOKEN_MOST, &token)) ||
	    (l->max_inflated && !cli_number("--max-inflated", l->max_inflated, 1,
					    VID_STATUS_INFLATED_MOST, &inflated)))
		return CLI_FAILED;
	if (l->bare && (l->trust || l->uri || l->at))
		return cli_fail(_("a bare list has no issuer, address or time: leave "
				  "out --trust, --uri and --at"));
	if (!l->bare && !l->uri)
		return cli_fail(_("say which list FILE must be, with --uri URI (or "
				  "--bare)"));
	l->limits = (struct status_limits){ (uint64_t)token, (uint64_t)inflated };
	return read_idx(l);
}

static int refused(enum vid_reason why)
{
	/* Not translated: scripts and tests read this line. */
	printf("refused: step %d: %s\n", reason_step(why), reason_sentence(why));
	return CLI_REFUSED;
}

/* By the issuer whose file names this list; where none does, by any that is trusted. */
static enum vid_reason open_signed(const struct lookup *l, const struct issuers *issuers,
				   struct bytes cwt, struct status_list *out)
{
	enum vid_reason why = VID_ISS_UNKNOWN, other;
	struct bytes uri = bytes_of_text(l->uri);
	bool is_named = false;

	for (size_t i = 0; i < issuers->count; i++)
		is_named |= issuer_names_status(&issuers->at[i], uri);
	for (size_t i = 0; i < issuers->count; i++) {
		struct status_rules rules = { .issuer = &issuers->at[i],
					      .now = l->now,
					      .skew = VID_SKEW_DEFAULT };

		if (is_named && !issuer_names_status(&issuers->at[i], uri))
			continue;
		other = status_open(cwt, &issuers->at[i], uri, &l->limits, out);
		if (other == VID_OK)
			return status_time(out, &rules);
		if (why == VID_ISS_UNKNOWN ||
		    other > why) /* the step that came furthest */
			why = other;
	}
	return why;
}

static int print_all(struct lookup *l)
{
	json_t *all = l->json ? json_array() : NULL;
	int code = CLI_YES;

	for (size_t i = 0; i < l->count; i++) {
		const struct asked *one = &l->asked[i];

		if (!one->known) {
			code = CLI_REFUSED;
			(void)cli_fail(_("%" PRIu64 ": past the end of the list"),
				       one->idx);
		} else if (l->json) {
			json_array_append_new(all, json_pack("{s:I, s:i}", "idx",
							     (json_int_t)one->idx,
							     "value", one->value));
		} else {
			printf("%" PRIu64 " %u\n", one->idx, one->value);
		}
	}
	if (l->json && cli_json(all) != CLI_YES)
		return CLI_FAILED;
	return code;
}

static int look_up(struct lookup *l, const struct status_list *list)
{
	AUTO_FREE uint64_t *idx = calloc(l->count, sizeof(*idx));
	AUTO_FREE uint8_t *values = calloc(l->count, 1);
	enum vid_reason why;
	size_t known;

	if (!idx || !values)
		return cli_fail(_("not enough memory"));
	qsort(l->asked, l->count, sizeof(*l->asked), by_idx);
	for (size_t i = 0; i < l->count; i++)
		idx[i] = l->asked[i].idx;
	why = status_entries(list, idx, l->count, &l->limits, values, &known);
	if (why != VID_OK && why != VID_STATUS_RANGE)
		return refused(why);
	for (size_t i = 0; i < known; i++) {
		l->asked[i].value = values[i];
		l->asked[i].known = true;
	}
	qsort(l->asked, l->count, sizeof(*l->asked), by_place);
	return print_all(l);
}

static int run(struct lookup *l)
{
	AUTO(issuers_free) struct issuers issuers = { .count = 0 };
	AUTO(blob_free) struct blob file = { 0 };
	struct problem problem = { .text = "" };
	struct status_list list;
	enum vid_reason why;
	int code;

	if ((code = read_options(l)) != CLI_GO)
		return code;
	why = file_read_untrusted(l->file, VID_STATUS_TOKEN_MOST, &file, &problem);
	if (why == VID_OK && !l->bare)
		why = trusted_load(l->trust ? l->trust : PATH_ISSUERS, &issuers,
				   &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (l->bare)
		why = status_open_bare(bytes_of(file.at, file.len), &l->limits, &list);
	else
		why = open_signed(l, &issuers, bytes_of(file.at, file.len), &list);
	return why == VID_OK ? look_up(l, &list) : refused(why);
}

int cmd_status_lookup(int argc, char **argv)
{
	struct lookup l = { .bare = false };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "idx",
		  .arg = N_("N[,N...]"),
		  .text = &l.idx,
		  .required = true,
		  .help = N_("the entries to print") },
		{ .name = "bare",
		  .given = &l.bare,
		  .help = N_("FILE is the raw CBOR map {bits, lst}, which nobody "
			     "signed") },
		{ .name = "trust",
		  .arg = N_("DIR"),
		  .text = &l.trust,
		  .help = N_("the folder of trusted issuers, not the usual one") },
		{ .name = "uri",
		  .arg = N_("URI"),
		  .text = &l.uri,
		  .help = N_("the address that the list must be for") },
		{ .name = "at",
		  .arg = N_("UNIXTIME"),
		  .text = &l.at,
		  .help = N_("judge as at this time instead of now") },
		{ .name = "max-token",
		  .arg = N_("BYTES"),
		  .text = &l.max_token,
		  .help = N_("of FILE; 4 MiB without it") },
		{ .name = "max-inflated",
		  .arg = N_("BYTES"),
		  .text = &l.max_inflated,
		  .help = N_("of the list in it; 16 MiB without it") },
		{ .name = "json", .given = &l.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid status lookup [OPTION]... FILE --idx N[,N...]",
		.about = N_("Print entries of the status list in FILE, one line 'N "
			    "VALUE' each: 0 is valid,\nanything else is not. An entry "
			    "past the end: exit 1."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	l.file = operands[0];
	code = run(&l);
	free(l.asked);
	return code;
}
