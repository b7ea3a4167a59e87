/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/confine.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libvid/cleanup.h"

/* --- capabilities --------------------------------------------------------------------
 */

#define CAP(name) (UINT64_C(1) << (name))

/* To start helpers as their own users and end them, and to read a home as its owner. */
#define CAPS_LOGIN                                                                       \
	(CAP(CAP_SETUID) | CAP(CAP_SETGID) | CAP(CAP_KILL) | CAP(CAP_DAC_READ_SEARCH))
/* To end what a walk-up has left running, and to empty the home. */
#define CAPS_SESSION                                                                     \
	(CAPS_LOGIN | CAP(CAP_DAC_OVERRIDE) | CAP(CAP_FOWNER) | CAP(CAP_CHOWN))

static bool drop_bounding(uint64_t kept)
{
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
		if (!(kept & CAP(cap)) && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1 &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0 && errno != EPERM)
			return false;
	return true;
}

/* The bounding set is dropped as far as we may; what is permitted is set for certain, and
 * a program that is executed by root gets no more than both allow. */
static bool keep_capabilities(uint64_t kept)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	if (!drop_bounding(kept) || syscall(SYS_capget, &head, data) < 0)
		return false;
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	for (size_t i = 0; i < 2; i++) {
		data[i].permitted &= (uint32_t)(kept >> (32 * i));
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	return syscall(SYS_capset, &head, data) == 0;
}

/* --- Landlock ------------------------------------------------------------------------
 */

#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* Version 1: all up to the making of symbolic links. */
#define ALL_V1 ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
/* Version 3; LANDLOCK_ACCESS_FS_TRUNCATE of newer headers. */
#define TRUNCATE (UINT64_C(1) << 14)
#define OF_FILE                                                                          \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |                    \
	 LANDLOCK_ACCESS_FS_READ_FILE | TRUNCATE)

static bool allow_path(int ruleset, const char *path, uint64_t access)
{
	AUTO_CLOSE int fd = open(path, O_PATH | O_CLOEXEC);
	struct landlock_path_beneath_attr rule = { .allowed_access = access,
						   .parent_fd = fd };
	struct stat is;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR;
	if (fstat(fd, &is) == 0 && !S_ISDIR(is.st_mode))
		rule.allowed_access &= OF_FILE;
	return rule.allowed_access == 0 ||
	       syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule,
		       0) == 0;
}

static bool allow_paths(int ruleset, const char *const *paths, uint64_t access)
{
	for (; paths && *paths; paths++)
		if (!allow_path(ruleset, *paths, access))
			return false;
	return true;
}

/* The dynamic loader, by the name that this program has it; NULL: none. The kernel
 * executes it together with each helper. */
static const char *loader(void)
{
	const ElfW(Phdr) *head = (const ElfW(Phdr) *)getauxval(AT_PHDR);
	const size_t count = getauxval(AT_PHNUM);
	const char *base = NULL;

	for (size_t i = 0; head && i < count; i++)
		if (head[i].p_type == PT_PHDR)
			base = (const char *)head - head[i].p_vaddr;
	for (size_t i = 0; head && base && i < count; i++)
		if (head[i].p_type == PT_INTERP)
			return base + head[i].p_vaddr;
	return NULL;
}

static bool restrict_files(int ruleset, enum confine_profile profile, uint64_t handled,
			   const struct confine_paths *paths)
{
	const uint64_t all = handled & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE;
	const char *const loaders[] = { loader(), NULL };

	if (profile == CONFINE_LOGIN &&
	    (!allow_path(ruleset, "/", READS) ||
	     !allow_paths(ruleset, paths->writable, all) ||
	     !allow_paths(ruleset, paths->programs, LANDLOCK_ACCESS_FS_EXECUTE) ||
	     !allow_paths(ruleset, loaders, LANDLOCK_ACCESS_FS_EXECUTE)))
		return false;
	if (profile == CONFINE_SESSION &&
	    !allow_path(ruleset, "/", LANDLOCK_ACCESS_FS_REFER))
		return false;
	return syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
}

/* A kernel without it is no fault; one that has it and fails is. */
static bool landlock(enum confine_profile profile, const struct confine_paths *paths)
{
	struct landlock_ruleset_attr rules = { .handled_access_fs = ALL_V1 };
	const long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
				     LANDLOCK_CREATE_RULESET_VERSION);
	AUTO_CLOSE int ruleset = -1;

	/* Version 1 would forbid a session to set a home aside in another folder. */
	if (version < (profile == CONFINE_SESSION ? 2 : 1))
		return true;
	if (profile == CONFINE_SESSION)
		rules.handled_access_fs =
			LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_REFER;
	else if (version >= 3)
		rules.handled_access_fs |= TRUNCATE;
	/* later fields of the struct are later versions' */
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules,
			       sizeof(rules.handled_access_fs), 0);
	return ruleset >= 0 &&
	       restrict_files(ruleset, profile, rules.handled_access_fs, paths);
}

/* --- system calls --------------------------------------------------------------------
 */

/* By name, since a libseccomp of before does not know all; what it does not know is not
 * allowed. */
static const char *const allowed[] = {
	/* files */
	"read", "write", "pread64", "pwrite64", "readv", "writev", "preadv", "pwritev",
	"preadv2", "pwritev2", "open", "openat", "openat2", "close", "close_range", "dup",
	"dup2", "dup3", "fcntl", "stat", "lstat", "fstat", "newfstatat", "statx",
	"access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents",
	"getdents64", "lseek", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat",
	"rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
	"utimensat", "ftruncate", "fallocate", "fsync", "fdatasync", "sync_file_range",
	"syncfs", "flock", "statfs", "fstatfs", "chdir", "fchdir", "getcwd", "umask",
	"copy_file_range", "sendfile", "getxattr", "lgetxattr", "fgetxattr", "listxattr",
	"flistxattr", "memfd_create", "fadvise64", "inotify_init1", "inotify_add_watch",
	"inotify_rm_watch", "name_to_handle_at",
	/* waiting */
	"poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1",
	"epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2",
	"timerfd_create", "timerfd_settime", "timerfd_gettime", "signalfd4", "pipe",
	"pipe2", "nanosleep", "clock_nanosleep", "clock_gettime", "clock_getres",
	"gettimeofday", "time", "times", "alarm", "setitimer", "getitimer", "pause",
	"restart_syscall", "adjtimex", "clock_adjtime",
	/* memory */
	"mmap", "munmap", "mprotect", "mremap", "madvise", "brk", "mlock", "mlock2",
	"munlock", "mlockall", "munlockall", "msync", "mincore", "membarrier", "futex",
	"get_mempolicy",
	/* this process and its children */
	"fork", "vfork", "wait4", "waitid", "exit", "exit_group", "kill", "tgkill",
	"tkill", "pidfd_open", "pidfd_send_signal", "getpid", "getppid", "gettid",
	"getpgid", "getpgrp", "getsid", "setsid", "setpgid", "getuid", "geteuid",
	"getgid", "getegid", "getresuid", "getresgid", "getgroups", "setuid", "setgid",
	"setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid",
	"setgroups", "capget", "capset", "prctl", "arch_prctl", "set_tid_address",
	"set_robust_list", "get_robust_list", "rseq", "sched_yield", "sched_getaffinity",
	"sched_setaffinity", "sched_getparam", "sched_getscheduler",
	"sched_get_priority_max", "sched_get_priority_min", "getpriority", "setpriority",
	"getrlimit", "setrlimit", "prlimit64", "getrusage", "sysinfo", "uname", "getcpu",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending",
	"rt_sigsuspend", "rt_sigtimedwait", "rt_sigqueueinfo", "sigaltstack", "getrandom",
	"seccomp", "landlock_create_ruleset", "landlock_add_rule",
	"landlock_restrict_self",
	/* sockets; which families, see below */
	"bind", "connect", "getsockname", "getpeername", "getsockopt", "setsockopt",
	"sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "shutdown",
	"ioctl", /* but for filter_typing */
};

/* To empty a home. Landlock knows none of them (truncate from version 3 on), so that they
 * reach each file of the machine; a login changes the mode of what it has opened alone.
 */
static const char *const allowed_session[] = {
	"chmod",    "fchmod", "fchmodat", "fchmodat2", "chown",     "fchown",
	"fchownat", "lchown", "utime",    "utimes",    "futimesat", "truncate",
};

/* Calls that nothing of ours or of a library's makes. */
static const char *const fatal[] = {
	"ptrace",
	"process_vm_readv",
	"process_vm_writev",
	"process_madvise",
	"kcmp",
	"pidfd_getfd",
	"bpf",
	"userfaultfd",
	"perf_event_open",
	"keyctl",
	"add_key",
	"request_key",
	"init_module",
	"finit_module",
	"delete_module",
	"kexec_load",
	"kexec_file_load",
	"mount",
	"umount2",
	"move_mount",
	"open_tree",
	"fsopen",
	"fsconfig",
	"fsmount",
	"fspick",
	"mount_setattr",
	"pivot_root",
	"chroot",
	"unshare",
	"setns",
	"io_uring_setup",
	"io_uring_enter",
	"io_uring_register",
	"open_by_handle_at",
	"execveat",
	"swapon",
	"swapoff",
	"reboot",
	"acct",
	"iopl",
	"ioperm",
	"quotactl",
	"settimeofday",
	"clock_settime",
	"mknod",
	"mknodat",
};

#ifndef __has_feature
#define __has_feature(what) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
/* The search for leaks uses ptrace. Not EPERM: libseccomp refuses a rule with the
 * default action. */
#define FATAL SCMP_ACT_ERRNO(EACCES)
#else
#define FATAL SCMP_ACT_KILL_PROCESS
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NAMESPACES                                                                       \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |   \
	 CLONE_NEWPID | CLONE_NEWNET)

static bool add_names(scmp_filter_ctx filter, uint32_t action, const char *const *names,
		      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int number = seccomp_syscall_resolve_name(names[i]);

		/* Below zero: this machine's kernel has none such. */
		if (number >= 0 && seccomp_rule_add(filter, action, number, 0) < 0)
			return false;
	}
	return true;
}

static bool add_shaped(scmp_filter_ctx filter)
{
	static const unsigned families[] = { AF_UNIX, AF_NETLINK };
	const struct scmp_arg_cmp plain = SCMP_A0(SCMP_CMP_MASKED_EQ, NAMESPACES, 0);

	for (size_t i = 0; i < COUNT(families); i++) {
		const struct scmp_arg_cmp family = SCMP_A0(SCMP_CMP_EQ, families[i]);

		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, family))
			return false;
	}
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 1,
				SCMP_A0(SCMP_CMP_EQ, AF_UNIX)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, plain) == 0 &&
	       /* its flags are in memory: glibc falls back to clone */
	       seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

/* What a login's vidd may do and a session's not, or the other way round. A mode that
 * lets others write, or a program run as its owner, is none of a login's files. */
static bool add_of_profile(scmp_filter_ctx filter, enum confine_profile profile)
{
	static const uint64_t harmful = S_ISUID | S_ISGID | S_ISVTX | S_IWGRP | S_IWOTH;

	if (profile == CONFINE_SESSION)
		return add_names(filter, SCMP_ACT_ALLOW, allowed_session,
				 COUNT(allowed_session));
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(execve), 0) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fchmod), 1,
				SCMP_A1(SCMP_CMP_MASKED_EQ, harmful, 0)) == 0;
}

/* A filter of its own, since it takes away from a call that the other one allows: input
 * that is put into a terminal as if it had been typed. */
static bool filter_typing(void)
{
	/* The kernel looks at the lower half of a request alone. */
	static const uint64_t lower = 0xffffffff, typing[] = { TIOCSTI, TIOCLINUX };
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	bool loaded = filter != NULL;

	for (size_t i = 0; loaded && i < COUNT(typing); i++)
		loaded = seccomp_rule_add(
				 filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
				 SCMP_A1(SCMP_CMP_MASKED_EQ, lower, typing[i])) == 0;
	loaded = loaded && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return loaded;
}

static bool filter_calls(enum confine_profile profile)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool loaded;

	if (!filter)
		return false;
	loaded = add_names(filter, SCMP_ACT_ALLOW, allowed, COUNT(allowed)) &&
		 add_names(filter, FATAL, fatal, COUNT(fatal)) && add_shaped(filter) &&
		 add_of_profile(filter, profile) && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return loaded;
}

bool confine_process(enum confine_profile profile, const struct confine_paths *paths,
		     struct problem *problem)
{
	const uint64_t kept = profile == CONFINE_LOGIN ? CAPS_LOGIN : CAPS_SESSION;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		problem_set(problem, "no new privileges: %s", strerror(errno));
	else if (!keep_capabilities(kept))
		problem_set(problem, "capabilities: %s", strerror(errno));
	else if (!landlock(profile, paths))
		problem_set(problem, "Landlock: %s", strerror(errno));
	else if (!filter_typing() || !filter_calls(profile))
		problem_set(problem, "this kernel does not let seccomp filters be used");
	else
		return true;
	return false;
}
