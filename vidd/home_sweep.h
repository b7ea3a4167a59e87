/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * home_sweep.h - wipe homes of walk-ups that a crash has left
 *
 * A machine that lost its power did not see the end of a walk-up's last session. At the
 * next start, before anybody can log in, all homes of accounts of rules with
 * home-policy=wipe-at-logout go, and what an interrupted wipe has set aside.
 *
 * Only on local file systems: a home on a server may be in use on another machine.
 */
#ifndef VIDD_HOME_SWEEP_H
#define VIDD_HOME_SWEEP_H

#include <stdbool.h>

#include "libvid/reason.h"

struct sweep_place {
	const char *issuers, *hostkey, *index; /* as struct login_place */
	const char *sessions, *processes;
};

/*
 * *wiped: homes that are gone. Homes of accounts with a session or a process are left.
 * What stays is logged. VID_OK; the first of VID_FILE_*, VID_STATE, VID_CONFIG that kept
 * something from being swept, with a problem text.
 */
enum vid_reason home_sweep(const struct sweep_place *place, unsigned *wiped,
			   struct problem *problem);

/* Is this type of file system (statfs(2), f_type) one of this machine's own disks? One
 * that is not known is not. */
bool home_sweep_is_local(long type);

#endif
