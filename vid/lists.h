/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lists.h - the status lists that this host should have: those that the issuers' files
 * name, and those that logins saw
 */
#ifndef VID_LISTS_H
#define VID_LISTS_H

#include "libvid/anchor_here.h"
#include "libvid/settings.h"
#include "libvid/statuses.h"

struct list_target {
	const struct issuer *issuer;
	char uri[VID_URI_MAX + 1];
};

struct lists {
	/* where; set by the caller, by LISTS_OPTIONS */
	const char *dir, *trust, *hostkey, *settings_path;
	/* read by lists_read */
	struct issuers issuers;
	struct settings settings;
	struct hostkey key;
	struct anchor_here here;
	struct statuses store;
	size_t count;
	struct list_target *targets;
};

#define LISTS_THIS_HOST                                                                  \
	{                                                                                \
		.dir = PATH_STATUS, .trust = PATH_ISSUERS, .hostkey = PATH_HOSTKEY,      \
		.settings_path = PATH_SETTINGS                                           \
	}

/* Read all of it; complains itself. CLI_GO or CLI_FAILED. lists_free in any case. */
int lists_read(struct lists *lists, int64_t now);
void lists_free(struct lists *lists);

/* What a list of this target is judged by, now. */
struct status_rules lists_rules(const struct lists *lists,
				const struct list_target *target, int64_t now);

/* clang-format off */
#define LISTS_OPTIONS(lists)                                                             \
	{ .name = "dir",                                                                 \
	  .arg = N_("DIR"),                                                              \
	  .text = &(lists).dir,                                                          \
	  .help = N_("the folder of fetched lists, not the usual one") },                \
	{ .name = "trust",                                                               \
	  .arg = N_("DIR"),                                                              \
	  .text = &(lists).trust,                                                        \
	  .help = N_("the folder of trusted issuers, not the usual one") },              \
	{ .name = "hostkey",                                                             \
	  .arg = N_("FILE"),                                                             \
	  .text = &(lists).hostkey,                                                      \
	  .help = N_("the host's key, not the usual one") },                             \
	{ .name = "settings",                                                            \
	  .arg = N_("FILE"),                                                             \
	  .text = &(lists).settings_path,                                                \
	  .help = N_("the settings, not /etc/vid/vid.conf") }
/* clang-format on */

#endif
