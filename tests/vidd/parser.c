/* SPDX-License-Identifier: BSD-2-Clause */
/* The built vid-parse, or a hostile one, for a vidd of these tests. */
#include "config.h"

#include "tests/vidd/world.h"

#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "sensors/parse/client.h"
#include "tests/unit/sensor_paths.h"

#define MEMORY_MAX (256UL << 20)

/* Into the world's folder, where another user may run it. */
static void bring(const char *program, const char *name)
{
	AUTO(blob_free) struct blob blob = { NULL, 0 };
	char path[PATH_MAX];

	built_program(path, program);
	if (file_read_untrusted(path, 64 << 20, &blob, NULL) != VID_OK)
		return; /* a test without it says so itself */
	world_write(name, blob.at, blob.len);
	assert_int_equal(chmod(world_path(name), 0755), 0);
}

void make_parser(void)
{
	bring("vid-parse", "vid-parse");
}

void stage_parser(const char *behaviour)
{
	bring("tests/vidd/fake_parser", behaviour);
	(void)snprintf(stage->parser, sizeof(stage->parser), "%s", world_path(behaviour));
}

const struct sensor_spec *parse_spec(void)
{
	static struct sensor_spec spec = { .memory_max = MEMORY_MAX, .cpu_max = 2 };
	static char built[PATH_MAX]; /* world_path's are vidd's place */

	assert_true(path_join(built, sizeof(built), world.folder, "vid-parse"));
	spec.path = stage->parser[0] ? stage->parser : built;
	spec.user = getpwnam("vid-parse") ? "vid-parse" : "nobody";
	return &spec;
}
