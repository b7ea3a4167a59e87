/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reach.h - which accounts and services an issuer may speak for (S15)
 *
 * Four optional keys of an issuer's file. They only ever narrow what the map allows: an
 * identity that is mapped to no account reaches none, whatever stands here.
 */
#ifndef VID_REACH_H
#define VID_REACH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "libvid/limits.h"

struct reach {
	uint32_t uid_min, uid_max;        /* 0: no limit */
	char services[VID_REACH_MAX + 1]; /* words, one blank between; empty: all */
	char accounts[VID_REACH_MAX + 1];
};

/*
 * Take `value` for `key`: uid-min, uid-max, services or accounts. False when the key is
 * none of these; otherwise *complaint is NULL or says what is wrong (static text).
 */
bool reach_set(struct reach *reach, const char *key, const char *value,
	       const char **complaint);

/* Does what was set fit together? */
bool reach_whole(const struct reach *reach);

/* The lines of an issuer's file; nothing where there is no limit. */
void reach_print(const struct reach *reach, FILE *to);

bool reach_service(const struct reach *reach, const char *service);
bool reach_account(const struct reach *reach, const char *name, uint32_t uid);
/* Any account with a number of this range, whatever its name? */
bool reach_range(const struct reach *reach, uint32_t min, uint32_t max);

#endif
