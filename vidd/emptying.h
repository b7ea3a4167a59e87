/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * emptying.h - a folder emptied as its owner, whatever its owner does meanwhile
 *
 * For a process of its own: it gives up every right but those of the account's own files
 * and cannot take them back. Processes of the account may move, swap and make things
 * while it works; whatever it is led to, the kernel lets it remove no more than they
 * could have removed themselves.
 */
#ifndef VIDD_EMPTYING_H
#define VIDD_EMPTYING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What is still there. */
struct emptying_rest {
	uint32_t foreign; /* entries of other users: never touched, nor looked into */
	uint32_t stuck;   /* the account's own that do not go; what is mounted there */
	int error;        /* errno of one of those, 0 for a mount */
	bool late;        /* the time was up */
};

/* Give up every capability, for good. False: one is left. */
bool capabilities_drop(void);

/*
 * Be to the file system `uid` and `gid` alone: no supplementary group, no capability. The
 * user ids stay root's, so that the account's processes can neither signal nor trace
 * this one. False: it is not so, and the process is to end.
 */
bool emptying_start(uid_t uid, gid_t gid);

/*
 * Remove everything below the folder `top` that is `uid`'s. No symbolic link is followed,
 * no mount entered. Until `until`, in nanoseconds of CLOCK_BOOTTIME.
 */
void emptying_run(int top, uid_t uid, int64_t until, struct emptying_rest *rest);

/* Nanoseconds of CLOCK_BOOTTIME. */
int64_t emptying_clock(void);

#endif
