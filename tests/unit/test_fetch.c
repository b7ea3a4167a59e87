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
void fetch_child(const struct fetch_work *work)
{
	for (uint32_t i = 0; i < work->count; i++) {
		struct fetch_report report = { .job = i, .result = FETCH_NEW };
		uint8_t slot;

		if (work->over[i])
			continue;
		report.event = FETCH_STARTED;
		(void)!write(work->link, &report, sizeof(report));
		if (strcmp(work->jobs[i].uri, "crash") == 0)
			_exit(1);
		if (strcmp(work->jobs[i].uri, "lie") == 0)
			report.job = i + 1; /* another's body */
		(void)!ftruncate(work->body, 0);
		(void)!pwrite(work->body, &key, sizeof(key), 0);
		report.event = FETCH_ENDED;
		(void)!write(work->link, &report, sizeof(report));
		(void)!read(work->link, &slot, 1);
	}
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

static char ends[8];

static void on_end(void *user, const struct fetch_job *job, enum fetch_result result,
		   const struct blob *body, const struct status_validators *got,
		   const struct problem *problem)
{
	const struct fetch_job *jobs = user;

	(void)got;
	assert_int_equal(ends[job - jobs], 0); /* once for each */
	ends[job - jobs] = result == FETCH_NEW ? 'n' : 'f';
	assert_true(result == FETCH_NEW ? body->len == sizeof(key) : problem->text[0]);
}

/* A web server that brings the child down, or takes it over, costs its own file. */
static void a_child_that_dies_or_lies_takes_no_other_files_along(void **state)
{
	static const struct fetch_limits limits = { .bytes = 1024, .seconds = 5 };
	struct fetch_job jobs[] = {
		{ .uri = "a" },   { .uri = "crash" }, { .uri = "b" },
		{ .uri = "lie" }, { .uri = "c" },     { .uri = "d" }
	};

	(void)state;
	memset(ends, 0, sizeof(ends));
	fetch_all(jobs, 6, &limits, on_end, jobs);
	assert_string_equal(ends, "nfnfnn");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fetching_child_has_no_host_key),
		cmocka_unit_test(descriptors_of_the_callers_do_not_mix_body_and_report),
		cmocka_unit_test(a_child_that_dies_or_lies_takes_no_other_files_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
