/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - vidd's side of vid-parse: one process for one message
 */
#ifndef VID_PARSE_CLIENT_H
#define VID_PARSE_CLIENT_H

#include "libvid/parse_verdict.h"
#include "sensors/launch.h"

/* The program, its user and its limits; a test has its own. */
const struct sensor_spec *parse_spec(void);

/*
 * Have `carrier` parsed by a new vid-parse, which is gone when this returns. The verdict
 * is checked (parse_verdict_check). `deadline`: wire_now(); at most two seconds are
 * waited. VID_OK; VID_DEADLINE when that passed meanwhile; VID_TOKEN_TOO_LARGE without a
 * process for a carrier longer than PARSE_CARRIER_MAX; VID_SENSOR_FAILED with a problem
 * text for a helper that cannot be started, ended, hung, or answered anything else.
 */
enum vid_reason parse_remote(enum parse_kind kind, struct bytes carrier, int64_t deadline,
			     struct parse_verdict *out, struct problem *problem);

#endif
