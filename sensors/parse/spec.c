/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/parse/client.h"

#include "libvid/paths.h"

#define PARSE_MEMORY_MAX (64UL << 20) /* address space; libraries take 20 MB of it */
#define PARSE_CPU_MAX    2            /* seconds */

const struct sensor_spec *parse_spec(void)
{
	static const struct sensor_spec spec = {
		.path = PATH_PARSE,
		.user = "vid-parse",
		.memory_max = PARSE_MEMORY_MAX,
		.cpu_max = PARSE_CPU_MAX,
	};

	return &spec;
}
