/* SPDX-License-Identifier: BSD-2-Clause */
/* The child that talks to web servers: what it has of its parent. */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/cleanup.h"
#include "vid/fetch.h"

static struct hostkey key;

/* In libcurl's place: whoever took the child over reads its memory. */
void fetch_over_https(const char *uri, const struct fetch_limits *limits,
		      const struct status_validators *have, int fd,
		      struct fetch_report *report)
{
	(void)uri;
	(void)limits;
	(void)have;
	if (write(fd, &key, sizeof(key)) == (ssize_t)sizeof(key))
		report->result = FETCH_NEW;
}

static void the_fetching_child_has_no_host_key(void **state)
{
	static const struct fetch_limits limits = { .bytes = 1024,
						    .seconds = 5,
						    .key = &key };
	const struct status_validators have = { .etag = "" };
	static const struct hostkey none;
	AUTO(blob_free) struct blob body = { 0 };
	struct status_validators got;
	struct hostkey before;

	(void)state;
	memset(&key, 0x5a, sizeof(key));
	before = key;
	assert_int_equal(fetch("https://example.org/", &limits, &have, &body, &got, NULL),
			 FETCH_NEW);
	assert_int_equal(body.len, sizeof(key));
	assert_memory_equal(body.at, &none, sizeof(none));
	assert_memory_equal(&key, &before, sizeof(key)); /* ours is still there */
}

/* A caller may leave us any: here the body's place is where the report was to wait. */
static void descriptors_of_the_callers_do_not_mix_body_and_report(void **state)
{
	static const struct fetch_limits limits = { .bytes = 1024, .seconds = 5 };
	const struct status_validators have = { .etag = "" };
	AUTO(blob_free) struct blob body = { 0 };
	struct status_validators got;
	int keep[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		keep[i] = fcntl(3 + i, F_DUPFD, 10);
		assert_true(dup2(STDERR_FILENO, 3 + i) >= 0);
	}
	(void)close(5);
	assert_int_equal(fetch("https://example.org/", &limits, &have, &body, &got, NULL),
			 FETCH_NEW);
	assert_int_equal(body.len, sizeof(key));
	for (int i = 0; i < 3; i++) {
		(void)close(3 + i);
		if (keep[i] >= 0) {
			(void)dup2(keep[i], 3 + i);
			(void)close(keep[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fetching_child_has_no_host_key),
		cmocka_unit_test(descriptors_of_the_callers_do_not_mix_body_and_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
