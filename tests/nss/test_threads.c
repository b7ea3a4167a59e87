/* SPDX-License-Identifier: BSD-2-Clause */
/* nss_vid under threads and forks while its index is replaced again and again. */
#include "tests/nss/box.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "tests/nss/nss_vid.h"

#define THREADS      4
#define REPLACEMENTS 1000

static _Atomic bool stop;
static _Atomic unsigned asked, wrong;

/* vkim is in every version; its gecos says which. bo is in each second one, each time
 * with another number, since none is given twice. */
static void compile_version(unsigned version)
{
	char map[512];

	snprintf(map, sizeof(map), KIM " vkim uid=60001 gecos=version %u\n", version);
	if (version % 2)
		snprintf(map + strlen(map), sizeof(map) - strlen(map), BO " bo uid=%u\n",
			 60002 + version);
	box_compiles(map);
}

static bool vkim_is_right(const struct passwd *pw)
{
	return strcmp(pw->pw_name, "vkim") == 0 && pw->pw_uid == 60001 &&
	       strncmp(pw->pw_gecos, "version ", 8) == 0 &&
	       strcmp(pw->pw_dir, "/home/vkim") == 0 &&
	       strcmp(pw->pw_shell, "/bin/sh") == 0;
}

static bool ask_once(void)
{
	char buffer[512];
	struct passwd pw;
	struct group gr;
	enum nss_status got;
	int error = 0;

	if (_nss_vid_getpwnam_r("vkim", &pw, buffer, sizeof(buffer), &error) !=
		    NSS_STATUS_SUCCESS ||
	    !vkim_is_right(&pw))
		return false;
	if (_nss_vid_getpwuid_r(60001, &pw, buffer, sizeof(buffer), &error) !=
		    NSS_STATUS_SUCCESS ||
	    !vkim_is_right(&pw))
		return false;
	if (_nss_vid_getpwnam_r(KIM, &pw, buffer, sizeof(buffer), &error) !=
		    NSS_STATUS_SUCCESS ||
	    !vkim_is_right(&pw))
		return false;
	got = _nss_vid_getgrnam_r("bo", &gr, buffer, sizeof(buffer), &error);
	if (got != NSS_STATUS_NOTFOUND &&
	    (got != NSS_STATUS_SUCCESS || gr.gr_gid < 60002 ||
	     gr.gr_gid > 60002 + REPLACEMENTS))
		return false;
	return _nss_vid_getpwnam_r("nosuch", &pw, buffer, sizeof(buffer), &error) ==
	       NSS_STATUS_NOTFOUND;
}

static void *ask(void *unused)
{
	(void)unused;
	while (!atomic_load(&stop)) {
		if (!ask_once())
			atomic_fetch_add(&wrong, 1);
		atomic_fetch_add(&asked, 1);
	}
	return NULL;
}

static bool child_asks(void)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0)
		_exit(ask_once() ? 0 : 1);
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static size_t mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[4096];
	size_t count = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps))
		count += strstr(line, "accounts.cdb") != NULL;
	(void)fclose(maps);
	return count;
}

static void threads_see_whole_versions_while_the_index_is_replaced(void **state)
{
	pthread_t threads[THREADS];
	char buffer[512], expected[32];
	struct passwd pw;
	int error;

	(void)state;
	compile_version(0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask, NULL), 0);
	for (unsigned i = 1; i <= REPLACEMENTS; i++) {
		compile_version(i);
		/* who replaced it sees the new one at once */
		assert_int_equal(
			_nss_vid_getpwnam_r("vkim", &pw, buffer, sizeof(buffer), &error),
			NSS_STATUS_SUCCESS);
		snprintf(expected, sizeof(expected), "version %u", i);
		assert_string_equal(pw.pw_gecos, expected);
		if (i % 50 == 0)
			assert_true(child_asks()); /* a fork among running threads */
	}
	atomic_store(&stop, true);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_true(atomic_load(&asked) > THREADS);
	assert_int_equal(atomic_load(&wrong), 0);
}

static void old_versions_do_not_stay_mapped(void **state)
{
	(void)state;
	assert_true(ask_once());
	assert_int_equal(mappings(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_see_whole_versions_while_the_index_is_replaced),
		cmocka_unit_test(old_versions_do_not_stay_mapped),
	};

	return cmocka_run_group_tests_name("nss_vid_threads", tests, box_make, NULL);
}
