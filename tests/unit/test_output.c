/* SPDX-License-Identifier: BSD-2-Clause */
/* Result files in a folder that belongs to somebody else. */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "tests/unit/folder.h"
#include "vid/cli.h"

static char folder[PATH_MAX], out[PATH_MAX + 16], other[PATH_MAX + 16];
static bool swap; /* once it was looked at */

int __real_stat(const char *path, struct stat *to);
int __wrap_stat(const char *path, struct stat *to);

/* The folder's owner is quick. */
int __wrap_stat(const char *path, struct stat *to)
{
	int result = __real_stat(path, to);

	if (swap && strcmp(path, out) == 0) {
		(void)unlink(out);
		(void)!symlink(other, out);
	}
	return result;
}

static int set_up(void **state)
{
	(void)state;
	if (folder_make(folder) < 0)
		return -1;
	(void)snprintf(out, sizeof(out), "%s/out", folder);
	(void)snprintf(other, sizeof(other), "%s/other", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	swap = false;
	folder_drop(folder);
	return 0;
}

static void a_device_takes_the_bytes(void **state)
{
	(void)state;
	assert_int_equal(symlink("/dev/null", out), 0);
	assert_int_equal(cli_write(out, bytes_of_text("token"), 0644, false), CLI_YES);
}

static void a_file_in_a_devices_place_is_not_written_to(void **state)
{
	AUTO(blob_free) struct blob file = { 0 };

	(void)state;
	assert_int_equal(file_write(other, bytes_of_text("root:x:0"), 0600, NULL),
			 VID_OK);
	assert_int_equal(symlink("/dev/null", out), 0);
	swap = true;
	assert_int_equal(cli_write(out, bytes_of_text("token"), 0644, true), CLI_FAILED);
	assert_int_equal(file_read_untrusted(other, 64, &file, NULL), VID_OK);
	assert_true(bytes_are(bytes_of(file.at, file.len), "root:x:0"));
}

int main(void)
{
#define t(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		t(a_device_takes_the_bytes),
		t(a_file_in_a_devices_place_is_not_written_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
