/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What nss_vid leaves alone in the programs that it is loaded into: their heap, their
 * output, their environment, their descriptors; and the few system calls that it makes.
 */
#include "tests/nss/box.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "tests/nss/nss_vid.h"

#define MAP                                                                              \
	KIM " vkim uid=60001 shell=/bin/bash gecos=V. Kim\n" ALI " alice\n" BO           \
	    " bo uid=60002 gid=60100 home=/srv/bo\n"

/* --- the heap: this program's own malloc, which glibc's inner calls reach as well ----
 */

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTED 1
static _Atomic unsigned allocations;

#define SHARED __attribute__((visibility("default")))
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

SHARED void *malloc(size_t size)
{
	atomic_fetch_add(&allocations, 1);
	return __libc_malloc(size);
}

SHARED void *calloc(size_t count, size_t size)
{
	atomic_fetch_add(&allocations, 1);
	return __libc_calloc(count, size);
}

SHARED void *realloc(void *at, size_t size)
{
	atomic_fetch_add(&allocations, 1);
	return __libc_realloc(at, size);
}

SHARED void *memalign(size_t align, size_t size)
{
	atomic_fetch_add(&allocations, 1);
	return __libc_memalign(align, size);
}
#endif

/* --- questions -------------------------------------------------------------------- */

static struct passwd pw;
static struct group gr;
static struct spwd sp;
static char buffer[1024];
static int error;

static enum nss_status by_name(const char *name)
{
	return _nss_vid_getpwnam_r(name, &pw, buffer, sizeof(buffer), &error);
}

static bool hits(void)
{
	return by_name("vkim") == NSS_STATUS_SUCCESS &&
	       by_name(KIM) == NSS_STATUS_SUCCESS && by_name(ALI) == NSS_STATUS_SUCCESS &&
	       _nss_vid_getpwuid_r(60002, &pw, buffer, sizeof(buffer), &error) ==
		       NSS_STATUS_SUCCESS &&
	       _nss_vid_getgrnam_r("bo", &gr, buffer, sizeof(buffer), &error) ==
		       NSS_STATUS_SUCCESS &&
	       _nss_vid_getgrgid_r(60100, &gr, buffer, sizeof(buffer), &error) ==
		       NSS_STATUS_SUCCESS &&
	       (geteuid() != 0 || _nss_vid_getspnam_r("vkim", &sp, buffer, sizeof(buffer),
						      &error) == NSS_STATUS_SUCCESS);
}

static bool misses(void)
{
	return by_name("nosuch") == NSS_STATUS_NOTFOUND &&
	       by_name(KIM2) == NSS_STATUS_NOTFOUND &&
	       _nss_vid_getpwuid_r(60003, &pw, buffer, sizeof(buffer), &error) ==
		       NSS_STATUS_NOTFOUND &&
	       _nss_vid_getgrnam_r("nosuch", &gr, buffer, sizeof(buffer), &error) ==
		       NSS_STATUS_NOTFOUND;
}

/* Questions that no index could answer. */
static bool nonsense(void)
{
	return by_name("No Such") == NSS_STATUS_NOTFOUND &&
	       by_name("") == NSS_STATUS_NOTFOUND &&
	       _nss_vid_getpwuid_r(0, &pw, buffer, sizeof(buffer), &error) ==
		       NSS_STATUS_NOTFOUND &&
	       _nss_vid_getgrgid_r(65534, &gr, buffer, sizeof(buffer), &error) ==
		       NSS_STATUS_NOTFOUND;
}

static bool walks(void)
{
	unsigned rows = 0;

	_nss_vid_setpwent(0);
	while (_nss_vid_getpwent_r(&pw, buffer, sizeof(buffer), &error) ==
	       NSS_STATUS_SUCCESS)
		rows++;
	_nss_vid_endpwent();
	_nss_vid_setgrent(0);
	while (_nss_vid_getgrent_r(&gr, buffer, sizeof(buffer), &error) ==
	       NSS_STATUS_SUCCESS)
		rows++;
	_nss_vid_endgrent();
	return rows == 4;
}

static bool unavailable(void)
{
	return by_name("vkim") == NSS_STATUS_UNAVAIL &&
	       by_name(KIM) == NSS_STATUS_UNAVAIL &&
	       _nss_vid_getgrgid_r(60100, &gr, buffer, sizeof(buffer), &error) ==
		       NSS_STATUS_UNAVAIL;
}

static unsigned descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned count = 0;

	assert_non_null(folder);
	while (readdir(folder))
		count++;
	(void)closedir(folder);
	return count;
}

/* All of it: the first lookup, kept mappings, changed files, a broken and a missing
 * index. What makes them is outside of `counted`, which runs the questions. */
static void through_everything(void (*counted)(bool (*questions)(void)))
{
	box_make(NULL);
	box_compiles(MAP);
	counted(hits);
	counted(misses);
	counted(nonsense);
	counted(walks);
	box_compiles(MAP);
	counted(hits);
	box_write(box_host.passwd, "alice:x:1000:1000:::\nother:x:7:7:::\n");
	counted(hits);
	counted(walks);
	box_write(BOX_INDEX, "no index");
	counted(unavailable);
	(void)unlink(BOX_INDEX);
	counted(unavailable);
	box_make(NULL);
	box_compiles(MAP);
	counted(hits);
}

#ifdef COUNTED
static void without_allocation(bool (*questions)(void))
{
	unsigned before = atomic_load(&allocations);

	assert_true(questions());
	assert_int_equal(atomic_load(&allocations), before);
}

static void nothing_is_ever_allocated_S46(void **state)
{
	unsigned before = atomic_load(&allocations);

	(void)state;
	(void)descriptors(); /* which libc allocates for */
	assert_true(atomic_load(&allocations) > before);
	through_everything(without_allocation);
}
#endif

/* --- output, environment, descriptors ------------------------------------------------
 */

static void silently(bool (*questions)(void))
{
	static char before[65536], after[65536];
	size_t len = 0, now = 0;
	unsigned open_before = descriptors();
	char **place = environ;
	int out = dup(1), err = dup(2);
	int file = open(BOX "/said", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool right;

	assert_true(out >= 0 && err >= 0 && file >= 0);
	for (char **at = environ; *at; at++)
		len += (size_t)snprintf(before + len, sizeof(before) - len, "%p %s\n",
					(void *)*at, *at);
	(void)fflush(stdout);
	assert_true(dup2(file, 1) == 1 && dup2(file, 2) == 2);
	right = questions();
	(void)fflush(stdout);
	assert_true(dup2(out, 1) == 1 && dup2(err, 2) == 2);
	assert_true(right);
	assert_int_equal(lseek(file, 0, SEEK_END), 0);
	assert_int_equal(close(out) + close(err) + close(file), 0);
	for (char **at = environ; *at; at++)
		now += (size_t)snprintf(after + now, sizeof(after) - now, "%p %s\n",
					(void *)*at, *at);
	assert_ptr_equal(environ, place);
	assert_string_equal(before, after);
	assert_int_equal(descriptors(), open_before);
}

static void not_a_byte_is_written_no_variable_and_no_descriptor_touched_S46(void **state)
{
	(void)state;
	through_everything(silently);
}

#ifdef COUNTED
/* --- system calls ----------------------------------------------------------------- */

/* From here on any call but these ends the process. */
static bool only(const long *calls, size_t count)
{
	struct sock_filter filter[40] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						   offsetof(struct seccomp_data, nr)) };
	struct sock_fprog program = { .filter = filter };
	size_t len = 1;

	for (size_t i = 0; i < count; i++) {
		filter[len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							     (unsigned)calls[i], 0, 1);
		filter[len++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	filter[len++] =
		(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	program.len = (unsigned short)len;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* What a child makes of it that may make these calls alone: its status. 0: right. */
static int child_with(const long *calls, size_t count, bool (*warm)(void),
		      bool (*questions)(void))
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		if (warm && !warm())
			_exit(3);
		if (!only(calls, count))
			_exit(2);
		syscall(SYS_exit_group, questions() ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

#define CHILD_WITH(calls, warm, questions)                                               \
	child_with(calls, sizeof(calls) / sizeof(*(calls)), warm, questions)

static bool others_call(void)
{
	return getppid() > 0;
}

static bool hits_without_passwd(void)
{
	return by_name("vkim") == NSS_STATUS_SUCCESS &&
	       by_name(KIM) == NSS_STATUS_SUCCESS &&
	       _nss_vid_getpwuid_r(60002, &pw, buffer, sizeof(buffer), &error) ==
		       NSS_STATUS_SUCCESS &&
	       _nss_vid_getgrgid_r(60100, &gr, buffer, sizeof(buffer), &error) ==
		       NSS_STATUS_SUCCESS;
}

/* geteuid is shadow's question; nothing here tells anybody anything or waits. */
static const long reading[] = { SYS_openat,     SYS_read,  SYS_pread64, SYS_lseek,
				SYS_close,      SYS_mmap,  SYS_munmap,  SYS_geteuid,
				SYS_fstat,      SYS_statx,
#ifdef SYS_newfstatat
				SYS_newfstatat,
#endif
				SYS_exit_group };
static const long looking[] = {
#ifdef SYS_newfstatat
	SYS_newfstatat,
#endif
	SYS_statx, SYS_exit_group
};
static const long none[] = { SYS_exit_group };

static void lookups_stay_within_a_few_system_calls_S46(void **state)
{
	(void)state;
	box_make(NULL);
	(void)usleep(1100000); /* the builder knows files that have stood for a second */
	box_compiles(MAP);
	assert_int_not_equal(CHILD_WITH(reading, NULL, others_call), 0);
	assert_int_equal(CHILD_WITH(reading, NULL, hits), 0);
	assert_int_equal(CHILD_WITH(reading, NULL, misses), 0);
	assert_int_equal(CHILD_WITH(reading, NULL, walks), 0);
	assert_int_equal(CHILD_WITH(reading, hits, hits), 0);
	box_write(box_host.passwd, "alice:x:1000:1000:::\nother:x:7:7:::\n");
	assert_int_equal(CHILD_WITH(reading, NULL, hits), 0);
	(void)unlink(BOX_INDEX);
	assert_int_equal(CHILD_WITH(reading, NULL, unavailable), 0);
	box_make(NULL);
}

static void what_is_mapped_is_answered_with_a_look_at_its_files_alone(void **state)
{
	(void)state;
	box_make(NULL);
	box_compiles(MAP);
	assert_int_not_equal(CHILD_WITH(looking, NULL, hits), 0); /* it must be opened */
	assert_int_equal(CHILD_WITH(looking, hits, hits_without_passwd), 0);
	assert_int_equal(CHILD_WITH(looking, hits, misses), 0);
}

static void what_nobody_can_have_is_answered_without_a_system_call(void **state)
{
	(void)state;
	box_make(NULL);
	box_compiles(MAP);
	assert_int_equal(CHILD_WITH(none, NULL, nonsense), 0);
	assert_int_not_equal(CHILD_WITH(none, hits, misses), 0);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef COUNTED /* a sanitizer allocates, and makes calls of its own */
		cmocka_unit_test(lookups_stay_within_a_few_system_calls_S46),
		cmocka_unit_test(
			what_is_mapped_is_answered_with_a_look_at_its_files_alone),
		cmocka_unit_test(what_nobody_can_have_is_answered_without_a_system_call),
		cmocka_unit_test(nothing_is_ever_allocated_S46),
#endif
		cmocka_unit_test(
			not_a_byte_is_written_no_variable_and_no_descriptor_touched_S46),
	};

	return cmocka_run_group_tests_name("nss_vid_quiet", tests, box_make, NULL);
}
