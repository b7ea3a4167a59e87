/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trusted.h - the folder of trusted issuers, as the commands read and lock it
 */
#ifndef VID_TRUSTED_H
#define VID_TRUSTED_H

#include "libvid/issuers.h"

/* issuers_load, with a warning for each faulty file. */
enum vid_reason trusted_load(const char *folder, struct issuers *out,
			     struct problem *problem);

/* Lock the folder for a change: a descriptor to close, or -1 after a complaint. */
int trusted_lock(const char *folder);

/* The file of `alias` in the folder; false after a complaint. */
bool trusted_path(const char *folder, const char *alias, char path[PATH_MAX]);

#endif
