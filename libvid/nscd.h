/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nscd.h - keep glibc's cache daemon, nscd(8), out of the way of changed accounts
 *
 * nscd answers for minutes from what it has seen: also "no such user" for a name that
 * exists since. Programs that change accounts tell it so; vidd, which looks names up
 * before it gives them away, asks the sources without it. SSSD's cache holds accounts of
 * SSSD's own domains alone and is not concerned.
 */
#ifndef VID_NSCD_H
#define VID_NSCD_H

#include <stdbool.h>

/*
 * Make nscd drop its passwd and group caches; initgroups is part of the latter. Takes
 * NSCD_MILLISECONDS for each at most. Nothing happens without nscd, and for a caller that
 * is not root, whom nscd refuses.
 */
#define NSCD_MILLISECONDS 500
void nscd_invalidate(void);

/*
 * From now on this process's lookups of users and groups ask the sources of
 * nsswitch.conf, and not nscd. Changes glibc's state of the whole process: for main,
 * before the first lookup. False where nsswitch.conf has no such line: nothing changed.
 */
bool nscd_bypass(const char *nsswitch);

#endif
