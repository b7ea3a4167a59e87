/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/home.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/index.h"
#include "libvid/reap.h"
#include "vidd/emptying.h"

#define SECOND     INT64_C(1000000000)
#define GRACE      (2 * SECOND) /* for the child to say that its time was up */
#define ASIDE_HOME "home"       /* in the folder that it is set aside in */
#define ASIDE_SIZE 64           /* ".NAME.wipe-" and 16 hex digits */
#define ASIDE_HEX  16

struct wiping {
	int parent;
	const char *folder, *name; /* the parent's path; the account */
	uid_t uid;
	gid_t gid;
	int seconds;
	int64_t until;
	struct problem *problem;
};

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

static enum vid_reason failed(const struct wiping *w, const char *name, int error)
{
	problem_set(w->problem, "%s/%s: %s", w->folder, name, strerror(error));
	return VID_FILE_IO;
}

static enum vid_reason refused(const struct wiping *w, const char *name, const char *why)
{
	problem_set(w->problem, "%s/%s: not wiped: %s", w->folder, name, why);
	return VID_STATE;
}

/* A folder, no link, nothing mounted there: EXDEV where something is. */
static int open_folder(int parent, const char *name)
{
	const struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, parent, name, &how, sizeof(how));
}

/* Open what is the account's folder; -1 with *why, which is VID_OK when there is none. */
static int open_owned(const struct wiping *w, int parent, const char *name,
		      const char *shown, enum vid_reason *why)
{
	AUTO_CLOSE int fd = open_folder(parent, name);
	struct stat st;

	*why = VID_OK;
	if (fd < 0 && errno == ENOENT)
		return -1;
	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		*why = refused(w, shown, "it is no folder");
	else if (fd < 0 && errno == EXDEV)
		*why = refused(w, shown, "something is mounted there");
	else if (fd < 0 || fstat(fd, &st) < 0)
		*why = failed(w, shown, errno);
	else if (st.st_uid != w->uid)
		*why = refused(w, shown, "it belongs to somebody else");
	else
		return TAKE_FD(fd);
	return -1;
}

static bool is_aside(const struct wiping *w, const char *entry)
{
	char head[ASIDE_SIZE];
	size_t len;

	(void)snprintf(head, sizeof(head), ".%s.wipe-", w->name);
	len = strlen(head);
	return strncmp(entry, head, len) == 0 && strlen(entry + len) == ASIDE_HEX &&
	       strspn(entry + len, "0123456789abcdef") == ASIDE_HEX;
}

/* Into a folder of root's. It is on the disk before anything is removed, so that no
 * login after a power cut finds half a home. */
static enum vid_reason set_aside(const struct wiping *w)
{
	enum vid_reason why = VID_INTERNAL;
	AUTO_CLOSE int home = open_owned(w, w->parent, w->name, w->name, &why);
	AUTO_CLOSE int aside = -1;
	char name[ASIDE_SIZE];

	if (home < 0)
		return why;
	(void)snprintf(name, sizeof(name), ".%s.wipe-%08x%08x", w->name,
		       randombytes_random(), randombytes_random());
	if (mkdirat(w->parent, name, 0700) < 0)
		return failed(w, name, errno);
	aside = open_folder(w->parent, name);
	if (aside < 0 || renameat(w->parent, w->name, aside, ASIDE_HOME) < 0) {
		why = errno == EBUSY ? refused(w, w->name, "something is mounted there")
				     : failed(w, w->name, errno);
		(void)unlinkat(w->parent, name, AT_REMOVEDIR);
		return why;
	}
	(void)fsync(aside); /* some file systems cannot, and need not */
	(void)fsync(w->parent);
	return VID_OK;
}

/* No key pressed at the terminal reaches it, and it does not outlive `parent`. */
static bool stand_alone(pid_t parent)
{
	const struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		(void)sigaction(number, &standard, NULL); /* KILL, STOP: refused, fine */
	/* a change of ids clears the death signal, so this comes behind it */
	return sigemptyset(&none) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0 &&
	       setsid() >= 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
	       getppid() == parent;
}

static _Noreturn void child(const struct wiping *w, int top, int report, pid_t parent)
{
	struct emptying_rest rest;

	if (!emptying_start(w->uid, w->gid) || !stand_alone(parent))
		_exit(1);
	emptying_run(top, w->uid, w->until, &rest);
	_exit(write(report, &rest, sizeof(rest)) == (ssize_t)sizeof(rest) ? 0 : 1);
}

/* The child's word; one that does not come in time is that the time was up. False: it
 * ended without. */
static bool heard(int report, pid_t child, int64_t until, struct emptying_rest *rest)
{
	struct pollfd on = { .fd = report, .events = POLLIN };
	ssize_t got = -1;
	int ready;

	do {
		int64_t left = until - emptying_clock();

		ready = poll(&on, 1, left > 0 ? (int)(left / 1000000) + 1 : 0);
	} while (ready < 0 && errno == EINTR);
	rest->late = ready == 0;
	if (ready == 0) /* it holds its end of the pipe, and so its number, still */
		return kill(child, SIGKILL) == 0;
	do
		got = ready < 0 ? 0 : read(report, rest, sizeof(*rest));
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)sizeof(*rest);
}

static bool empty_as_owner(const struct wiping *w, int top, struct emptying_rest *rest)
{
	pid_t parent = getpid(), pid;
	int ends[2];
	bool done;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	if ((pid = fork()) == 0)
		child(w, top, ends[1], parent);
	(void)close(ends[1]);
	done = pid > 0 && heard(ends[0], pid, w->until + GRACE, rest);
	(void)close(ends[0]);
	/* It has reported, or was killed: it may still hang in its file system. */
	if (pid > 0 && !child_reap(pid, REAP_MILLISECONDS))
		(void)child_kill(pid);
	return done;
}

static enum vid_reason tell(const struct wiping *w, const char *name,
			    const struct emptying_rest *rest)
{
	if (rest->late)
		problem_set(w->problem,
			    "%s/%s: more than could be wiped in %d s; the rest goes at "
			    "the next login",
			    w->folder, name, w->seconds);
	else if (rest->foreign || rest->stuck)
		problem_set(
			w->problem,
			"%s/%s: there stay entries of other users: %u, and what cannot "
			"be removed: %u%s%s; see what they are, then remove the "
			"folder",
			w->folder, name, rest->foreign, rest->stuck,
			rest->error ? ", " : "",
			rest->error ? strerror(rest->error) : "");
	else
		problem_set(
			w->problem,
			"%s/%s: processes of the account go on writing there; the rest "
			"goes at the next login",
			w->folder, name);
	return VID_STATE;
}

/* Empty what is set aside as `name`, and remove it. */
static enum vid_reason finish(const struct wiping *w, const char *name)
{
	AUTO_CLOSE int aside = open_folder(w->parent, name), top = -1;
	struct emptying_rest rest = { 0 };
	enum vid_reason why = VID_INTERNAL;
	struct stat st;

	if (aside < 0 && errno == ENOENT)
		return VID_OK; /* another process was quicker */
	if (aside < 0 || fstat(aside, &st) < 0)
		return failed(w, name, errno);
	if (flock(aside, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		return VID_OK; /* another process empties it */
	if (st.st_uid != 0 || (st.st_mode & 077))
		return refused(w, name, "it is not what a home is set aside in");
	top = open_owned(w, aside, ASIDE_HOME, name, &why);
	if (top < 0 && why != VID_OK)
		return why;
	if (top >= 0) {
		if (!empty_as_owner(w, top, &rest)) {
			problem_set(w->problem, "%s/%s: cannot be wiped as its owner",
				    w->folder, name);
			return VID_FILE_IO;
		}
		if (unlinkat(aside, ASIDE_HOME, AT_REMOVEDIR) < 0)
			return errno == ENOTEMPTY || errno == EEXIST
				       ? tell(w, name, &rest)
				       : failed(w, name, errno);
	}
	return unlinkat(w->parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT
		       ? VID_OK
		       : failed(w, name, errno);
}

/* The home, and what was set aside earlier. What is wrong with one holds up no other. */
static enum vid_reason finish_all(const struct wiping *w)
{
	int fd = openat(w->parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(folder_close) DIR *parent = fd < 0 ? NULL : fdopendir(fd);
	enum vid_reason why = VID_OK;
	const struct dirent *entry;

	if (!parent) {
		why = failed(w, w->name, errno);
		cleanup_close(&fd);
		return why;
	}
	while ((entry = readdir(parent))) {
		enum vid_reason this;

		if (!is_aside(w, entry->d_name))
			continue;
		this = finish(w, entry->d_name);
		why = this != VID_OK ? this : why;
	}
	return why;
}

/* The parent's path. False: `home` is no home of `name` that is ever wiped. */
static bool take_apart(const char *home, const struct wiping *w, char folder[PATH_MAX])
{
	const char *slash = strrchr(home, '/');
	size_t len = slash > home ? (size_t)(slash - home) : 1;

	if (home[0] != '/' || len >= PATH_MAX || strcmp(slash + 1, w->name) != 0 ||
	    !index_name_valid(bytes_of_text(w->name)) || w->uid == 0 || w->gid == 0)
		return false;
	memcpy(folder, home, len);
	folder[len] = '\0';
	return true;
}

/* Fill `w` and open the parent. -1 with *why, which is VID_OK when there is none. */
static int begin(struct wiping *w, int seconds, const char *home, char folder[PATH_MAX],
		 enum vid_reason *why)
{
	w->seconds = seconds;
	w->until = emptying_clock() + seconds * SECOND;
	w->folder = folder;
	*why = VID_STATE;
	if (!take_apart(home, w, folder)) {
		problem_set(w->problem, "%s: not wiped: it is no home of %s", home,
			    w->name);
		return -1;
	}
	*why = VID_INTERNAL;
	w->parent = folder_open_trusted(folder, why, w->problem);
	if (w->parent < 0 && *why == VID_FILE_MISSING)
		*why = VID_OK;
	return w->parent;
}

enum vid_reason home_set_aside(const char *home, const char *name, uint32_t uid,
			       uint32_t gid, struct problem *problem)
{
	struct wiping w = { .name = name, .uid = uid, .gid = gid, .problem = problem };
	char folder[PATH_MAX];
	enum vid_reason why;
	AUTO_CLOSE int parent = begin(&w, HOME_WIPE_SECONDS, home, folder, &why);

	return parent < 0 ? why : set_aside(&w);
}

static enum vid_reason wipe_aside_within(int seconds, const char *home, const char *name,
					 uint32_t uid, uint32_t gid,
					 struct problem *problem)
{
	struct wiping w = { .name = name, .uid = uid, .gid = gid, .problem = problem };
	char folder[PATH_MAX];
	enum vid_reason why;
	AUTO_CLOSE int parent = begin(&w, seconds, home, folder, &why);

	return parent < 0 ? why : finish_all(&w);
}

enum vid_reason home_wipe_aside(const char *home, const char *name, uint32_t uid,
				uint32_t gid, struct problem *problem)
{
	return wipe_aside_within(HOME_WIPE_SECONDS, home, name, uid, gid, problem);
}

enum vid_reason home_wipe_within(int seconds, const char *home, const char *name,
				 uint32_t uid, uint32_t gid, struct problem *problem)
{
	enum vid_reason why = home_set_aside(home, name, uid, gid, problem);

	return why == VID_OK ? wipe_aside_within(seconds, home, name, uid, gid, problem)
			     : why;
}

enum vid_reason home_wipe(const char *home, const char *name, uint32_t uid, uint32_t gid,
			  struct problem *problem)
{
	return home_wipe_within(HOME_WIPE_SECONDS, home, name, uid, gid, problem);
}
