/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fail_alloc.so - a preloaded library in which the Nth allocation of one program fails
 *
 * FAIL_ALLOC_FILE names a file "PROGRAM N"; PROGRAM is the short name of the program in
 * which allocation N returns NULL. N = 0: none fails. At the end the number of
 * allocations is written to FAIL_ALLOC_FILE.count. Allocations before main are not
 * counted.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *at, size_t size);

static atomic_long counted;
static long failing = -1; /* -1: this program is not watched */
static char count_path[512];

static int fails(void)
{
	if (failing < 0)
		return 0;
	return atomic_fetch_add(&counted, 1) + 1 == failing;
}

void *malloc(size_t size)
{
	if (!fails())
		return __libc_malloc(size);
	errno = ENOMEM;
	return NULL;
}

void *calloc(size_t count, size_t size)
{
	if (!fails())
		return __libc_calloc(count, size);
	errno = ENOMEM;
	return NULL;
}

void *realloc(void *at, size_t size)
{
	if (!fails())
		return __libc_realloc(at, size);
	errno = ENOMEM;
	return NULL;
}

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv("FAIL_ALLOC_FILE");
	char text[256] = "", *space;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	if (read(fd, text, sizeof(text) - 1) <= 0)
		text[0] = '\0';
	(void)close(fd);
	space = strchr(text, ' ');
	if (!space)
		return;
	*space = '\0';
	if (strcmp(text, program_invocation_short_name) != 0)
		return;
	(void)snprintf(count_path, sizeof(count_path), "%s.count", path);
	(void)unsetenv("LD_PRELOAD"); /* its children are not watched */
	failing = strtol(space + 1, NULL, 10);
}

__attribute__((destructor)) static void end(void)
{
	char text[32];
	int fd, len;

	if (failing < 0)
		return;
	failing = -1;
	fd = open(count_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	len = snprintf(text, sizeof(text), "%ld\n", atomic_load(&counted));
	if (fd >= 0) {
		(void)!write(fd, text, (size_t)len);
		(void)close(fd);
	}
}
