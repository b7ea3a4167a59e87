/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * occupants.h - sessions and processes of an account, as logind and the kernel know them
 *
 * For the end of an account's last session that vidd knows of (sessions.h). There may be
 * sessions that vidd does not know: pam_vid is not in their stack. Those are left alone.
 */
#ifndef VIDD_OCCUPANTS_H
#define VIDD_OCCUPANTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "libvid/reason.h"

#define OCCUPANTS_TERM_SECONDS 5 /* to end on SIGTERM */
#define OCCUPANTS_KILL_SECONDS 2 /* for the kernel to end them */

/*
 * Has the account a session besides the one that `caller` opened or closes? True, with a
 * problem text, when
 * - logind has another session of it that is not closing;
 * - a process of it descends from a process of another user that is neither `caller` nor
 *   the first process: from login, su, sshd or cron;
 * - either cannot be told.
 * What is left over from sessions that have ended belongs to the first process.
 */
bool occupants_elsewhere(const char *proc, uid_t uid, pid_t caller,
			 struct problem *problem);

/* Has it any process, but those of its user manager, which begins before a session does?
 * True with a problem text; also when that cannot be told. */
bool occupants_any(const char *proc, uid_t uid, struct problem *problem);

/*
 * End all processes whose real user is `uid`: SIGTERM, and SIGKILL for what is there
 * OCCUPANTS_TERM_SECONDS later. The kernel signals all of them at once, so that none
 * escapes by forking. Takes root. True when none is left; false with a problem text.
 */
bool occupants_end(const char *proc, uid_t uid, struct problem *problem);

#endif
