/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fail_alloc.so - a preloaded library in which the Nth allocation of one program fails
 *
 * FAIL_ALLOC_FILE names a file "PROGRAM N"; PROGRAM is the short name of the program in
 * which allocation N returns NULL. N = 0: none fails. FAIL_ALLOC_FILE.count holds the
 * number of allocations, 8 bytes in the machine's order: it is mapped, since vidd opens
 * no file any more after it has confined itself. Allocations before main are not counted.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *at, size_t size);

static atomic_long none, *counted = &none; /* mapped when this program is watched */
static long failing = -1;                  /* -1: this program is not watched */

static int fails(void)
{
	if (failing < 0)
		return 0;
	return atomic_fetch_add(counted, 1) + 1 == failing;
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
	char text[256] = "", count_path[512], *space;
	void *map;
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
	fd = open(count_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*counted)) < 0)
		abort();
	map = mmap(NULL, sizeof(*counted), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		abort();
	counted = map;
	(void)close(fd);
	(void)unsetenv("LD_PRELOAD"); /* its children are not watched */
	failing = strtol(space + 1, NULL, 10);
}
