/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/pinned.h"

#include <string.h>
#include <unistd.h>

#ifdef VID_TEST_SOURCES
static bool is_test(const char *id)
{
	return strncmp(id, "test:/", 6) == 0;
}

static bool open_test(const char *id, struct source *out, enum camera_failure *failure,
		      struct problem *problem)
{
	*failure = CAMERA_FAILURE_NONE;
	return source_test(out, id + 5, problem);
}
#endif

bool pinned_camera(const char *id, const struct device_rules *rules, struct source *out,
		   enum camera_failure *failure, struct problem *problem)
{
	int fd;

#ifdef VID_TEST_SOURCES
	if (is_test(id))
		return open_test(id, out, failure, problem);
#endif
	fd = device_open(id, rules, failure, problem);
	return fd >= 0 && source_v4l2(out, fd, failure, problem);
}

bool pinned_infrared(const char *wanted, const char *colour,
		     const struct device_rules *rules, struct source *out, int *lamp,
		     enum camera_failure *failure, struct problem *problem)
{
	struct emitter emitter;
	int fd;

	*lamp = LAMP_NONE;
#ifdef VID_TEST_SOURCES
	if (is_test(wanted))
		return open_test(wanted, out, failure, problem);
#endif
	fd = infrared_open(wanted, colour, rules, &emitter, failure, problem);
	if (fd < 0)
		return strcmp(wanted, "auto") == 0 && *failure == CAMERA_FAILURE_NONE;
	if (lamp_light(fd, &emitter, emitter_query, lamp, problem))
		return source_v4l2(out, fd, failure, problem);
	(void)close(fd);
	*failure = CAMERA_FAILURE_DEVICE;
	return false;
}
