/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trust.h - how long the keys of a trusted issuer last
 */
#ifndef VID_TRUST_H
#define VID_TRUST_H

#include "libvid/issuers.h"

#define TRUST_WARN_DAYS 30

/* The words of one issuer: does anything that it signs still count, and for how long? */
enum trust_state {
	TRUST_LASTS,
	TRUST_ENDS,  /* within the days */
	TRUST_ENDED, /* or not begun: none of its keys is valid now */
};

/* `until`: when it ends (INT64_MAX: never); unchanged for TRUST_ENDED. */
enum trust_state trust_state(const struct issuer *issuer, int64_t now, int64_t days,
			     int64_t *until);

/* Complain about an issuer that does not last; false when it does. */
bool trust_complain(const struct issuer *issuer, int64_t now, int64_t days);

/* --time UNIXTIME, or the clock. */
bool trust_time(const char *option, int64_t *now);

#endif
