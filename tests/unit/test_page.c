/* SPDX-License-Identifier: BSD-2-Clause */
/* vid/page.c: whatever a name holds, a page shows it as text. */
#include <limits.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "tests/unit/folder.h"
#include "vid/cli.h"
#include "vid/page.h"

static void check_text(const char *text, const char *wanted)
{
	char *is = NULL;
	size_t len;
	FILE *to = open_memstream(&is, &len);

	assert_non_null(to);
	page_text(to, text);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(is, wanted);
	free(is);
}

static void text_from_outside_is_no_markup(void **state)
{
	(void)state;
	check_text("plain", "plain");
	check_text(
		"<script>alert(\"x\" + 'y')</script>&",
		"&lt;script&gt;alert(&quot;x&quot; + &#39;y&#39;)&lt;/script&gt;&amp;");
	check_text("Zoë", "Zoë");
	check_text("a\nb\x01", "a\\x0Ab\\x01");
	check_text("<\xff>", "&lt;\\xFF&gt;");
	check_text("", "");
}

static void put_number(FILE *to, const void *user)
{
	(void)user;
	(void)fprintf(to, "%.1f", 1.5);
}

static void a_page_is_whole_and_replaces_nothing_unasked(void **state)
{
	char folder[PATH_MAX], path[PATH_MAX + 16];
	AUTO(blob_free) struct blob page = { 0 };

	(void)state;
	(void)setlocale(LC_ALL, "de_DE.UTF-8"); /* where there is one */
	assert_int_equal(folder_make(folder), 0);
	(void)snprintf(path, sizeof(path), "%s/page.html", folder);
	assert_int_equal(page_write(path, false, "Title", put_number, NULL), CLI_YES);
	assert_int_equal(page_write(path, false, "Title", put_number, NULL), CLI_FAILED);
	assert_int_equal(page_write(path, true, "Title", put_number, NULL), CLI_YES);
	assert_int_equal(file_read_untrusted(path, 65536, &page, NULL), VID_OK);
	assert_int_equal(strncmp((char *)page.at, "<!DOCTYPE html>", 15), 0);
	assert_non_null(strstr((char *)page.at, "<h1>Title</h1>\n1.5</body></html>"));
	assert_null(strstr((char *)page.at, "://"));
	assert_null(strstr((char *)page.at, "<script"));
	folder_drop(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_from_outside_is_no_markup),
		cmocka_unit_test(a_page_is_whole_and_replaces_nothing_unasked),
	};

	return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
