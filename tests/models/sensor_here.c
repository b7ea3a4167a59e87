/* SPDX-License-Identifier: BSD-2-Clause */
/* The vid of the build tree with the vid-camera of the build tree, or $VID_TEST_CAMERA,
 * as a user that this machine has. */
#include <stdlib.h>

#include "sensors/launch.h"
#include "tests/unit/sensor_paths.h"

enum vid_reason __real_sensor_start(const struct sensor_spec *spec, struct sensor *out,
				    struct problem *problem);
enum vid_reason __wrap_sensor_start(const struct sensor_spec *spec, struct sensor *out,
				    struct problem *problem);

enum vid_reason __wrap_sensor_start(const struct sensor_spec *spec, struct sensor *out,
				    struct problem *problem)
{
	const char *other = getenv("VID_TEST_CAMERA");
	struct sensor_spec here = *spec;
	char path[PATH_MAX];

	built_program(path, "vid-camera");
	here.path = other ? other : path;
	here.user = sensor_user();
	return __real_sensor_start(&here, out, problem);
}
