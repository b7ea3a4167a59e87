/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/lists.h"

#include <stdio.h>

#include "libvid/cleanup.h"
#include "vid/cli.h"
#include "vid/trusted.h"

static void add(struct lists *lists, const struct issuer *issuer, const char *uri)
{
	struct list_target *target = &lists->targets[lists->count];

	if (issuer->status == STATUS_NONE)
		return; /* no login asks for it */
	for (size_t i = 0; i < lists->count; i++)
		if (lists->targets[i].issuer == issuer &&
		    strcmp(lists->targets[i].uri, uri) == 0)
			return;
	target->issuer = issuer;
	(void)snprintf(target->uri, sizeof(target->uri), "%s", uri);
	lists->count++;
}

/* An issuer file's line has room for so many addresses and no more. */
#define NAMED_MOST (VID_ISSUERS_MAX * (VID_STATUS_URI_TEXT / 10))

static enum vid_reason collect(struct lists *lists, int64_t now, struct problem *problem)
{
	AUTO_FREE struct status_note *notes = NULL;
	char uri[VID_STATUS_URI_TEXT];
	enum vid_reason why;
	size_t count;

	why = statuses_notes(&lists->store, now, &notes, &count, problem);
	if (why != VID_OK && why != VID_FILE_MISSING)
		return why;
	lists->targets = calloc(NAMED_MOST + count, sizeof(*lists->targets));
	if (!lists->targets)
		return VID_INTERNAL;
	for (size_t i = 0; i < lists->issuers.count; i++) {
		const struct issuer *issuer = &lists->issuers.at[i];
		const char *next = issuer->status_uris;

		while (issuer_status_uri(&next, uri))
			add(lists, issuer, uri);
	}
	for (size_t i = 0; i < count; i++) {
		const struct issuer *issuer =
			issuer_by_alias(&lists->issuers, bytes_of_text(notes[i].alias));

		if (issuer)
			add(lists, issuer, notes[i].uri);
	}
	return VID_OK;
}

int lists_read(struct lists *lists, int64_t now)
{
	struct problem problem = { .text = "" };
	enum vid_reason why;

	why = settings_load(lists->settings_path, &lists->settings, &problem);
	if (why == VID_FILE_MISSING) /* a host without settings has the defaults */
		why = settings_parse(bytes_of("", 0), lists->settings_path,
				     &lists->settings, &problem);
	if (why == VID_OK)
		why = hostkey_load(lists->hostkey, &lists->key, &problem);
	if (why == VID_OK)
		why = trusted_load(lists->trust, &lists->issuers, &problem);
	lists->store = (struct statuses){ lists->dir, &lists->here.anchor };
	if (why == VID_OK &&
	    !anchor_here(&lists->here, ANCHOR_STATUS, lists->dir, &lists->key, &problem))
		why = VID_FILE_IO;
	if (why == VID_OK)
		why = collect(lists, now, &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

void lists_free(struct lists *lists)
{
	free(lists->targets);
	issuers_free(&lists->issuers);
	hostkey_wipe(&lists->key);
}

struct status_rules lists_rules(const struct lists *lists,
				const struct list_target *target, int64_t now)
{
	return (struct status_rules){
		.issuer = target->issuer,
		.now = now,
		.skew = lists->settings.skew,
		.max_age = lists->settings.status_max_age,
		.limits = { lists->settings.status_max_token,
			    lists->settings.status_max_inflated },
	};
}
