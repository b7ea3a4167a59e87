/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reap.h - wait for a child process, never without a bound
 *
 * A process that was sent SIGKILL does not end while it is in a driver or a file system
 * that does not answer, or while another process traces it. A login must not wait for it:
 * the caller goes on, and the process that adopts the child reaps it later. libc only.
 */
#ifndef VID_REAP_H
#define VID_REAP_H

#include <stdbool.h>
#include <sys/types.h>

#define REAP_MILLISECONDS 1000 /* after SIGKILL; a healthy process needs about one */

/* Wait for the caller's own child. False: it has not ended in time. True also when it is
 * no child of the caller any more. */
bool child_reap(pid_t child, int milliseconds);

/* SIGKILL, then child_reap for REAP_MILLISECONDS. */
bool child_kill(pid_t child);

#endif
