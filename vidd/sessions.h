/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sessions.h - which PAM sessions of an account are open
 *
 * FOLDER/UID/PID-START, empty files: the process that opened the session and the time it
 * started, in clock ticks since boot (proc(5), field 22), so that a number that was given
 * to another process is not taken for it. Those of dead processes count no longer and are
 * removed. The folder is in /run: a reboot ends all sessions.
 */
#ifndef VIDD_SESSIONS_H
#define VIDD_SESSIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "libvid/reason.h"

/*
 * Hold the account's sessions: whoever calls next waits (10 s at most) until
 * sessions_release. The wiping of a home belongs between the two. VID_OK or VID_FILE_IO.
 */
enum vid_reason sessions_hold(const char *folder, uint32_t uid, int *held,
			      struct problem *problem);
void sessions_release(int *held); /* usable with AUTO() */

/* Note the session of `pid`; *others: live ones before it. VID_OK, VID_FILE_IO. */
enum vid_reason session_open(const char *folder, uint32_t uid, pid_t pid, size_t *others,
			     struct problem *problem);
/* Forget it; *others: live ones that are left. A session that is not noted is no error.
 */
enum vid_reason session_close(const char *folder, uint32_t uid, pid_t pid, size_t *others,
			      struct problem *problem);

#endif
