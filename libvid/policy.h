/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.h - the keys of [policy] and [policy NAME] in vid.conf, for settings.c
 *
 * A complaint is a text of ours; NULL is none.
 */
#ifndef VID_POLICY_H
#define VID_POLICY_H

#include "libvid/settings.h"

extern const struct policy policy_default;

/* Set one key. */
const char *policy_set(struct policy *policy, const char *key, const char *value);

/* What no single key shows: settings that would let too little count. */
const char *policy_fault(const struct policy *policy);

/* A number of seconds between `min` and `max`. */
const char *settings_seconds(const char *value, unsigned min, unsigned max,
			     unsigned *out);

#endif
