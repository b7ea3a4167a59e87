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
	folder_drop(folder);
	return 0;
}

static void a_device_takes_the_bytes(void **state)
{
	(void)state;
	assert_int_equal(cli_writable("/dev/null", false), CLI_GO);
	assert_int_equal(cli_write("/dev/null", bytes_of_text("token"), 0644, false),
			 CLI_YES);
}

/* The folder's owner is quick. */
static void a_link_to_a_device_is_not_followed(void **state)
{
	AUTO(blob_free) struct blob file = { 0 };

	(void)state;
	assert_int_equal(symlink("/dev/null", out), 0);
	assert_int_equal(cli_write(out, bytes_of_text("token"), 0600, false), CLI_FAILED);
	assert_int_equal(cli_write(out, bytes_of_text("token"), 0600, true), CLI_YES);
	assert_int_equal(file_read_untrusted(out, 64, &file, NULL), VID_OK);
	assert_true(bytes_are(bytes_of(file.at, file.len), "token"));
}

static void a_pipe_elsewhere_is_not_written_to(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(out, 0600), 0);
	assert_int_equal(cli_writable(out, true), CLI_FAILED);
	assert_int_equal(cli_write(out, bytes_of_text("token"), 0600, true), CLI_FAILED);
}

static void a_link_to_a_file_leaves_the_file(void **state)
{
	AUTO(blob_free) struct blob file = { 0 };

	(void)state;
	assert_int_equal(file_write(other, bytes_of_text("root:x:0"), 0600, NULL),
			 VID_OK);
	assert_int_equal(symlink(other, out), 0);
	assert_int_equal(cli_write(out, bytes_of_text("token"), 0644, true), CLI_YES);
	assert_int_equal(file_read_untrusted(other, 64, &file, NULL), VID_OK);
	assert_true(bytes_are(bytes_of(file.at, file.len), "root:x:0"));
}

int main(void)
{
#define t(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		t(a_device_takes_the_bytes),
		t(a_link_to_a_device_is_not_followed),
		t(a_pipe_elsewhere_is_not_written_to),
		t(a_link_to_a_file_leaves_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
