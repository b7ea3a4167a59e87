/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process.h - what the kernel says of a process (proc(5))
 *
 * `proc` is the folder where proc is mounted, "/proc"; tests have another. A number of a
 * process may be given to another process at any time: only a pidfd or the start time
 * tells the two apart.
 */
#ifndef VIDD_PROCESS_H
#define VIDD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_PROC "/proc"

struct process_facts {
	pid_t pid, parent;
	uint64_t start;     /* clock ticks since boot; 0: it has ended (a zombie too) */
	uid_t uid;          /* the real one: of the user who started it */
	unsigned tty_major; /* of the controlling terminal; both 0: it has none */
	unsigned tty_minor;
};

/* When `pid` started; 0: there is no such process. False: that cannot be read. */
bool process_start(const char *proc, pid_t pid, uint64_t *start);

/* All of it. False: there is no such process, or it cannot be read. */
bool process_read(const char *proc, pid_t pid, struct process_facts *out);

/*
 * Call `visit` for each process whose real user is `uid` and that has not ended, until it
 * answers false. False: the table cannot be read, or not all of it (hidepid=, proc(5)),
 * or `visit` has ended the search.
 */
typedef bool process_visit(void *user, const struct process_facts *process);
bool process_each(const char *proc, uid_t uid, process_visit *visit, void *user);

/* --- the other end of a socket -------------------------------------------------------
 */

struct peer {
	pid_t pid;
	uid_t uid; /* the effective one at the time of the connection */
	int pidfd; /* of that process; -1: none */
	uint64_t start;
};

#define PEER_NONE                                                                        \
	{                                                                                \
		.pidfd = -1                                                              \
	}

/*
 * Who connected `fd`. The kernel names the very process (SO_PEERPIDFD, Linux 6.5). An
 * older kernel has its number alone: then the process must have started before this one
 * did. False: no unix socket, or no such process.
 */
bool peer_open(int fd, const char *proc, struct peer *out);
void peer_close(struct peer *peer);

/* Does it still run? After true, all that was read by its number before was about it. */
bool peer_is_same(const struct peer *peer, const char *proc);

#endif
