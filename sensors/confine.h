/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine.h - what vidd does to itself at its start, whoever started it (S60)
 *
 * No new privileges; the capabilities of its profile and no other, also for what it
 * starts; a seccomp filter that allows a list of calls and answers EPERM to the others,
 * or ends the process for calls that only an attacker makes; Landlock where the kernel
 * has it. The filter is inherited: vidd's helpers run inside it, and add their own.
 */
#ifndef VID_SENSORS_CONFINE_H
#define VID_SENSORS_CONFINE_H

#include <stdbool.h>

#include "libvid/reason.h"

enum confine_profile {
	/* A login and its account phase: starts helpers, writes to the state alone. */
	CONFINE_LOGIN,
	/* A session's beginning and end: empties homes as root, starts no program. */
	CONFINE_SESSION,
};

/* Paths end with NULL. One that does not exist is passed over. */
struct confine_paths {
	const char *const *writable; /* of CONFINE_LOGIN; a session writes anywhere */
	const char *const *programs; /* folders or files that may be executed */
};

/* False, with a problem text: the process is not confined and must end. Landlock alone
 * may be missing. */
bool confine_process(enum confine_profile profile, const struct confine_paths *paths,
		     struct problem *problem);

#endif
