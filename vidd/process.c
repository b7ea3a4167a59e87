/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "libvid/cleanup.h"

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

#define TEXT_MAX 4096

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

/* The bytes of PROC/PID/FILE; -1 with errno. */
static ssize_t read_file(const char *proc, pid_t pid, const char *file,
			 char text[TEXT_MAX + 1])
{
	char path[PATH_MAX];
	AUTO_CLOSE int fd = -1;
	ssize_t got;
	int len = snprintf(path, sizeof(path), "%s/%ld/%s", proc, (long)pid, file);

	if (len < 0 || (size_t)len >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	do
		got = read(fd, text, TEXT_MAX);
	while (got < 0 && errno == EINTR);
	if (got >= 0)
		text[got] = '\0';
	return got;
}

/* A number that ends with a blank or the line; moves on past one blank. */
static bool field_read(const char **at, uint64_t *out)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	errno = 0;
	*out = strtoull(*at, &end, 10);
	if (errno != 0 || (*end != ' ' && *end != '\n' && *end != '\0'))
		return false;
	*at = end + (*end == ' ');
	return true;
}

static const char *field_skip(const char *at, int count)
{
	while (at && count-- > 0) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	return at;
}

/* Fields 3, 4, 7 and 22 of PROC/PID/stat. The name in it, between the first '(' and the
 * last ')', is the process's to choose. */
static bool stat_read(const char *text, struct process_facts *out)
{
	const char *at = strrchr(text, ')');
	uint64_t parent, tty;

	if (!at || at[1] != ' ')
		return false;
	at += 2;
	if (*at == 'Z' || *at == 'X') {
		out->start = 0;
		return true;
	}
	at = field_skip(at, 1);
	if (!at || !field_read(&at, &parent))
		return false;
	out->parent = (pid_t)parent;
	at = field_skip(at, 2); /* past the process group and the session */
	if (!at || !field_read(&at, &tty))
		return false;
	out->tty_major = major((dev_t)tty);
	out->tty_minor = minor((dev_t)tty);
	at = field_skip(at, 14);
	return at && field_read(&at, &out->start) && out->start != 0;
}

/* Was the last read refused because the process has ended? */
static bool has_ended(void)
{
	return errno == ENOENT || errno == ESRCH;
}

static bool start_read(const char *proc, pid_t pid, struct process_facts *out)
{
	char text[TEXT_MAX + 1];

	out->start = 0;
	if (read_file(proc, pid, "stat", text) < 0)
		return has_ended(); /* there is none, or it ended */
	return stat_read(text, out);
}

bool process_start(const char *proc, pid_t pid, uint64_t *start)
{
	struct process_facts facts = { .pid = pid };
	bool told = start_read(proc, pid, &facts);

	*start = facts.start;
	return told;
}

/* The first number of the line "Uid:" of PROC/PID/status. */
static bool real_uid_read(const char *proc, pid_t pid, uid_t *uid)
{
	char text[TEXT_MAX + 1], *line;
	unsigned long number;

	if (read_file(proc, pid, "status", text) < 0)
		return false;
	line = strstr(text, "\nUid:\t"); /* a newline in a name is written as "\n" */
	if (!line || !isdigit((unsigned char)line[6]))
		return false;
	errno = 0;
	number = strtoul(line + 6, NULL, 10);
	if (errno != 0 || number >= UINT32_MAX)
		return false;
	*uid = (uid_t)number;
	return true;
}

bool process_read(const char *proc, pid_t pid, struct process_facts *out)
{
	*out = (struct process_facts){ .pid = pid, .uid = (uid_t)-1 };
	return pid > 0 && start_read(proc, pid, out) && out->start &&
	       real_uid_read(proc, pid, &out->uid);
}

/* False when it cannot be read although it is there: its owner is not known then. */
static bool owner_read(const char *proc, pid_t pid, uid_t *owner)
{
	*owner = (uid_t)-1; /* of a process that has ended */
	errno = 0;
	return real_uid_read(proc, pid, owner) || has_ended();
}

bool process_each(const char *proc, uid_t uid, process_visit *visit, void *user)
{
	AUTO(folder_close) DIR *table = opendir(proc);
	const struct dirent *entry;
	bool is_whole = false;

	if (!table)
		return false;
	while (errno = 0, (entry = readdir(table))) {
		struct process_facts facts;
		uid_t owner;
		char *end;
		long pid;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		pid = strtol(entry->d_name, &end, 10);
		if (*end || pid <= 0 || pid > INT_MAX)
			continue;
		/* Root's, and of more rights than ours: hidden where any is (hidepid=).
		 */
		is_whole |= pid == 1;
		if (!owner_read(proc, (pid_t)pid, &owner))
			return false;
		if (owner != uid)
			continue;
		facts = (struct process_facts){ .pid = (pid_t)pid };
		if (!start_read(proc, facts.pid, &facts) ||
		    !owner_read(proc, facts.pid, &facts.uid))
			return false;
		if (facts.start == 0 || facts.uid != uid)
			continue; /* it has ended, or is another's by now */
		if (!visit(user, &facts))
			return false;
	}
	return errno == 0 && is_whole;
}

/* --- the other end of a socket -------------------------------------------------------
 */

/* -1 where the kernel does not know the option, or the process was reaped. */
static int pidfd_of_peer(int fd)
{
	int pidfd = -1;
	socklen_t len = sizeof(pidfd);

	return getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &len) == 0 ? pidfd : -1;
}

static bool is_running(int pidfd)
{
	struct pollfd ended = { .fd = pidfd, .events = POLLIN };

	return poll(&ended, 1, 0) == 0;
}

bool peer_open(int fd, const char *proc, struct peer *out)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	uint64_t own = 0;

	*out = (struct peer)PEER_NONE;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0 ||
	    len != sizeof(peer) || peer.uid == (uid_t)-1)
		return false;
	out->pid = peer.pid;
	out->uid = peer.uid;
	out->pidfd = pidfd_of_peer(fd);
	if (out->pidfd >= 0)
		(void)process_start(proc, peer.pid, &out->start);
	else if (process_start(proc, peer.pid, &out->start) && out->start &&
		 process_start(proc, getpid(), &own) && out->start <= own)
		out->pidfd = pidfd_open(peer.pid, 0);
	return true;
}

void peer_close(struct peer *peer)
{
	cleanup_close(&peer->pidfd);
	*peer = (struct peer)PEER_NONE;
}

bool peer_is_same(const struct peer *peer, const char *proc)
{
	uint64_t start = 0;

	return peer->pidfd >= 0 && peer->start &&
	       process_start(proc, peer->pid, &start) && start == peer->start &&
	       is_running(peer->pidfd);
}
