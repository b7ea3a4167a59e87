/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sessions.h - which PAM sessions of an account are open
 *
 * FOLDER/UID/PID-START, files: the process that opened the session and the time it
 * started, in clock ticks since boot (proc(5), field 22), so that a number that was given
 * to another process is not taken for it; a byte for each further session of that
 * process. Those of dead processes (a zombie is one) count no longer and are removed. The
 * folder is in /run: a reboot ends all sessions.
 */
#ifndef VIDD_SESSIONS_H
#define VIDD_SESSIONS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "libvid/reason.h"

#define SESSIONS_HOLD_SECONDS 10

/*
 * Hold the account's sessions: whoever calls next waits (10 s at most) until
 * sessions_release. session_open and session_close belong between the two, and the wiping
 * of a home. `folder` and FOLDER/UID are made (0700) where they are missing. VID_OK with
 * *held to be released; VID_FILE_UNTRUSTED when others may write in a folder or it is
 * somebody else's; VID_FILE_MISSING when there is nothing to make it in; VID_FILE_IO.
 */
enum vid_reason sessions_hold(const char *folder, uint32_t uid, int *held,
			      struct problem *problem);
void sessions_release(int *held); /* usable with AUTO(); -1: nothing is held */

/*
 * Note a session of `pid`; *others: live ones beside it, of another
 * process one at most. VID_OK;
 * VID_FILE_IO, also when there is no such process; VID_FILE_UNTRUSTED.
 */
enum vid_reason session_open(const char *folder, uint32_t uid, pid_t pid, size_t *others,
			     struct problem *problem);
/* Forget one of `pid`; *others: live ones that are left. A session that is not noted is
 * no error.
 */
enum vid_reason session_close(const char *folder, uint32_t uid, pid_t pid, size_t *others,
			      struct problem *problem);

#endif
