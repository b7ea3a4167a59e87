/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * groups.h - groups that open doors (S45)
 *
 * Whoever is in one of these is root, or reads what root reads, or sees and hears what
 * happens at the seat. No virtual ID brings one: neither the map nor nss_vid, whatever an
 * index says. An administrator who wants an own account in one lists it in /etc/group.
 * libc alone, because nss_vid asks as well.
 */
#ifndef VID_GROUPS_H
#define VID_GROUPS_H

#include "libvid/bytes.h"

bool group_privileged(struct bytes name);

/* The next of the names with ',' between, from the front of `*names`; false at the end.
 */
bool group_next(struct bytes *names, struct bytes *name);

#endif
