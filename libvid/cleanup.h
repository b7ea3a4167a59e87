/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cleanup.h - things that end with their scope
 *
 * AUTO_CLOSE int fd, AUTO_FREE char *p, AUTO_FCLOSE FILE *f: closed or freed on every way
 * out. TAKE(x) hands ownership out of the scope.
 */
#ifndef VID_CLEANUP_H
#define VID_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void cleanup_free(void *at)
{
	free(*(void **)at);
}

static inline void cleanup_fclose(FILE **file)
{
	if (*file)
		(void)fclose(*file);
}

#define AUTO_CLOSE  __attribute__((cleanup(cleanup_close)))
#define AUTO_FREE   __attribute__((cleanup(cleanup_free)))
#define AUTO_FCLOSE __attribute__((cleanup(cleanup_fclose)))
#define AUTO(fn)    __attribute__((cleanup(fn)))

#define TAKE_FD(fd)                                                                      \
	({                                                                               \
		int taken_ = (fd);                                                       \
		(fd) = -1;                                                               \
		taken_;                                                                  \
	})
#define TAKE_PTR(at)                                                                     \
	({                                                                               \
		__typeof__(at) taken_ = (at);                                            \
		(at) = NULL;                                                             \
		taken_;                                                                  \
	})

#endif
