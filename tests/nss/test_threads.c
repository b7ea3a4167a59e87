/* SPDX-License-Identifier: BSD-2-Clause */
/* nss_vid under threads and forks while its index is replaced again and again. */
#include "tests/nss/box.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "tests/nss/nss_vid.h"

#define THREADS      32
#define REPLACEMENTS 1000
#define STEADY       20 /* accounts s100 to s119, which each version has alike */
#define STEADY_UID   60100u

static _Atomic bool stop;
static _Atomic unsigned asked, wrong;
/* As glibc serialises getpwent, whose place all threads share. */
static pthread_mutex_t walking = PTHREAD_MUTEX_INITIALIZER;

#define PASSWD "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000:Alice,,,:/:/bin/sh\n"

#define BO_UID 62000u

/* vkim is in every version; its gecos says which. bo is in each second one, each time
 * with another number, since none is given twice. */
static void compile_version(unsigned version)
{
	char map[4096];
	size_t len = (size_t)snprintf(map, sizeof(map),
				      KIM " vkim uid=60001 groups=terminal gecos=version "
					  "%u\n" ALI " alice\n",
				      version);

	if (version % 2)
		len += (size_t)snprintf(map + len, sizeof(map) - len, BO " bo uid=%u\n",
					BO_UID + version);
	for (unsigned i = 0; i < STEADY; i++)
		len += (size_t)snprintf(map + len, sizeof(map) - len,
					"AAECAwQFBgcICQoL%02u0ODw@other s%u uid=%u\n", i,
					100 + i, STEADY_UID + i);
	box_compiles(map);
}

struct answers {
	unsigned version; /* the newest that this thread has seen */
	char buffer[512];
	struct passwd pw;
	struct group gr;
};

/* Whole, and never older than one that was seen before. */
static bool vkim_is_right(struct answers *to)
{
	unsigned version;
	char end;

	if (strcmp(to->pw.pw_name, "vkim") != 0 || to->pw.pw_uid != 60001 ||
	    strcmp(to->pw.pw_dir, "/home/vkim") != 0 ||
	    strcmp(to->pw.pw_shell, "/bin/sh") != 0 ||
	    sscanf(to->pw.pw_gecos, "version %u%c", &version, &end) != 1 ||
	    version < to->version)
		return false;
	to->version = version;
	return true;
}

static bool steady_is_right(const struct passwd *pw)
{
	char name[16];

	snprintf(name, sizeof(name), "s%u", pw->pw_uid - STEADY_UID + 100);
	return strcmp(pw->pw_name, name) == 0 && pw->pw_gid == pw->pw_uid &&
	       pw->pw_gecos[0] == '\0' && strcmp(pw->pw_dir + 6, name) == 0;
}

static enum nss_status by_name(struct answers *to, const char *name)
{
	int error = 0;

	return _nss_vid_getpwnam_r(name, &to->pw, to->buffer, sizeof(to->buffer), &error);
}

static bool passwd_is_right(struct answers *to, unsigned turn)
{
	char name[16];
	int error = 0;

	snprintf(name, sizeof(name), "s%u", 100 + turn % (STEADY - 1));
	return by_name(to, "vkim") == NSS_STATUS_SUCCESS && vkim_is_right(to) &&
	       by_name(to, KIM) == NSS_STATUS_SUCCESS && vkim_is_right(to) &&
	       _nss_vid_getpwuid_r(60001, &to->pw, to->buffer, sizeof(to->buffer),
				   &error) == NSS_STATUS_SUCCESS &&
	       vkim_is_right(to) && by_name(to, name) == NSS_STATUS_SUCCESS &&
	       steady_is_right(&to->pw) && by_name(to, ALI) == NSS_STATUS_SUCCESS &&
	       strcmp(to->pw.pw_name, "alice") == 0 && to->pw.pw_uid == 1000 &&
	       by_name(to, "nosuch") == NSS_STATUS_NOTFOUND;
}

static bool group_is_right(struct answers *to)
{
	enum nss_status got;
	int error = 0;

	got = _nss_vid_getgrnam_r("bo", &to->gr, to->buffer, sizeof(to->buffer), &error);
	if (got != NSS_STATUS_NOTFOUND &&
	    (got != NSS_STATUS_SUCCESS || to->gr.gr_gid < BO_UID ||
	     strcmp(to->gr.gr_name, "bo") != 0 || to->gr.gr_mem[0]))
		return false;
	if (_nss_vid_getgrgid_r(60001, &to->gr, to->buffer, sizeof(to->buffer), &error) !=
		    NSS_STATUS_SUCCESS ||
	    strcmp(to->gr.gr_name, "vkim") != 0)
		return false;
	return _nss_vid_getgrgid_r(60001, &to->gr, to->buffer, 8, &error) ==
		       NSS_STATUS_TRYAGAIN &&
	       error == ERANGE;
}

static bool groups_are_right(void)
{
	gid_t room[4] = { 77 }, *at = room;
	long start = 1, size = 4;
	int error = 0;

	return _nss_vid_initgroups_dyn("vkim", 60001, &start, &size, &at, 4, &error) ==
		       NSS_STATUS_SUCCESS &&
	       at == room && start == 2 && room[0] == 77 && room[1] == 900;
}

/* Over versions that change meanwhile: by uid, no number twice, and none left out but
 * bo's and the one that /etc/passwd takes now and then. */
static bool walk_is_right(struct answers *to)
{
	unsigned vkim = 0, steady = 0;
	uid_t last = 0;
	int error = 0;
	bool right = true;

	pthread_mutex_lock(&walking);
	_nss_vid_setpwent(0);
	while (right && _nss_vid_getpwent_r(&to->pw, to->buffer, sizeof(to->buffer),
					    &error) == NSS_STATUS_SUCCESS) {
		right = to->pw.pw_uid > last;
		last = to->pw.pw_uid;
		if (last == 60001) {
			right = right && vkim_is_right(to);
			vkim++;
		} else if (last > BO_UID) {
			right = right && strcmp(to->pw.pw_name, "bo") == 0;
		} else {
			right = right && steady_is_right(&to->pw);
			steady++;
		}
	}
	_nss_vid_endpwent();
	pthread_mutex_unlock(&walking);
	return right && vkim == 1 && (steady == STEADY || steady == STEADY - 1);
}

static bool ask_once(struct answers *to, unsigned turn)
{
	return passwd_is_right(to, turn) && group_is_right(to) && groups_are_right() &&
	       (turn % 16 != 0 || walk_is_right(to));
}

static void *ask(void *unused)
{
	struct answers answers = { .version = 0 };

	(void)unused;
	for (unsigned turn = 0; !atomic_load(&stop); turn++) {
		if (!ask_once(&answers, turn))
			atomic_fetch_add(&wrong, 1);
		atomic_fetch_add(&asked, 1);
	}
	return NULL;
}

static bool child_asks(void)
{
	pid_t child = fork();
	int status = -1;

	/* not the walk, whose mutex another thread may have held at the fork */
	if (child == 0)
		_exit(ask_once(&(struct answers){ .version = 0 }, 1) ? 0 : 1);
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

/* Who replaced a file sees the new one at once. */
static void is_seen_at_once(unsigned version)
{
	struct answers answers = { .version = version };

	assert_int_equal(by_name(&answers, "vkim"), NSS_STATUS_SUCCESS);
	assert_true(vkim_is_right(&answers));
	assert_int_equal(answers.version, version);
}

/* The last of the steady ones becomes an account of /etc/passwd for a moment (S42). */
static void files_take_an_account(void)
{
	struct answers answers;
	const char *name = "s119";

	assert_int_equal(by_name(&answers, name), NSS_STATUS_SUCCESS);
	box_write(box_host.passwd, PASSWD "s119:x:1001:1001::/:/bin/sh\n");
	assert_int_equal(by_name(&answers, name), NSS_STATUS_NOTFOUND);
	box_write(box_host.passwd, PASSWD);
	assert_int_equal(by_name(&answers, name), NSS_STATUS_SUCCESS);
}

static void threads_see_whole_versions_while_the_index_is_replaced(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	box_write(box_host.passwd, PASSWD);
	compile_version(0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask, NULL), 0);
	for (unsigned i = 1; i <= REPLACEMENTS; i++) {
		compile_version(i);
		is_seen_at_once(i);
		if (i % 10 == 0)
			files_take_an_account();
		if (i % 50 == 0)
			assert_true(child_asks()); /* a fork among running threads */
	}
	atomic_store(&stop, true);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_true(atomic_load(&asked) > THREADS);
	assert_int_equal(atomic_load(&wrong), 0);
	print_message("# rounds of questions: %u\n", atomic_load(&asked));
}

#ifndef __SANITIZE_THREAD__ /* no threads in the child of a process with threads */
/*
 * A fork in the middle of other threads' lookups, of which the child knows nothing but
 * the slots that they held: after a few generations all slots are lost. 0: all was right.
 */
static int generation_asks(unsigned version, unsigned left)
{
	struct answers answers = { .version = version };
	pthread_t threads[2];
	int status = -1;
	pid_t child;

	(void)pthread_mutex_init(&walking, NULL);
	compile_version(version);
	for (size_t i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, ask, NULL) != 0)
			return 2;
	if (!ask_once(&answers, 0) || answers.version != version)
		return 3;
	compile_version(version + 1); /* which the threads map while this forks */
	if ((child = fork()) == 0)
		_exit(left ? generation_asks(version + 2, left - 1) : 0);
	atomic_store(&stop, true);
	for (size_t i = 0; i < 2; i++)
		(void)pthread_join(threads[i], NULL);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return 4;
	return WEXITSTATUS(status) ? WEXITSTATUS(status) : atomic_load(&wrong) != 0;
}

static void twenty_generations_of_forks_among_threads_answer_right(void **state)
{
	pid_t child;
	int status = -1;

	(void)state;
	(void)fflush(stdout);
	if ((child = fork()) == 0) {
		atomic_store(&stop, false);
		_exit(generation_asks(REPLACEMENTS + 1, 20));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}
#endif

static void old_versions_do_not_stay_mapped(void **state)
{
	struct answers answers = { .version = 0 };

	(void)state;
	assert_true(ask_once(&answers, 0));
	assert_int_equal(mappings(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_see_whole_versions_while_the_index_is_replaced),
#ifndef __SANITIZE_THREAD__
		cmocka_unit_test(twenty_generations_of_forks_among_threads_answer_right),
#endif
		cmocka_unit_test(old_versions_do_not_stay_mapped),
	};

	return cmocka_run_group_tests_name("nss_vid_threads", tests, box_make, NULL);
}
