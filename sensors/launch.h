/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * launch.h - start a confined helper and be able to end it, whatever it does
 *
 * The helper is exec'd by absolute path with an empty environment, its socket as
 * descriptor 0, /dev/null as 1 and 2, all others closed, cwd /, umask 077, default
 * signals, no new privileges, RLIMIT_AS, RLIMIT_CPU, RLIMIT_NOFILE, RLIMIT_CORE 0,
 * RLIMIT_FSIZE 0, killed when its parent dies. Started by root it becomes the user
 * `user`, with that user's groups.
 */
#ifndef VID_SENSORS_LAUNCH_H
#define VID_SENSORS_LAUNCH_H

#include <sys/types.h>

#include "libvid/reason.h"
#include "libvid/wire.h"

struct sensor {
	pid_t pid; /* 0: none */
	int fd;    /* our end, or -1 */
};

#define SENSOR_NONE                                                                      \
	{                                                                                \
		.pid = 0, .fd = -1                                                       \
	}

struct sensor_spec {
	const char *path;  /* of the program */
	const char *user;  /* whom it becomes when we are root */
	size_t memory_max; /* bytes, RLIMIT_AS */
	unsigned cpu_max;  /* seconds, RLIMIT_CPU */
};

/* VID_OK or VID_SENSOR_FAILED with a problem text. */
enum vid_reason sensor_start(const struct sensor_spec *spec, struct sensor *out,
			     struct problem *problem);

/* What became of a frame to or from the sensor called `name`; the problem names it. */
enum vid_reason sensor_why(enum wire_result result, const char *name,
			   struct problem *problem);

/* SIGKILL, reap, close. Safe to call twice. */
void sensor_stop(struct sensor *sensor);

#endif
