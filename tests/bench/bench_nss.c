/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_nss SERVICE COUNT FIRST SPAN - what one service of nsswitch.conf costs a process
 * that asks through glibc, whichever service it is
 *
 * It must know the accounts person0 up to COUNT, numbered from FIRST on, of a range of
 * SPAN numbers; a hundred of them or two, spread over all, are in the group `benchers`.
 * Prints a line for each figure: its name, and nanoseconds, KiB, or a word:
 * `slow` for what did not end in 30 s, `wrong` for another answer than the true one.
 *
 * A first lookup is that of a program just started, so each is one. What is linear in the
 * accounts gets as many samples as fit into two seconds.
 */
#include <grp.h>
#include <netinet/ether.h>
#include <nss.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int __nss_configure_lookup(const char *database, const char *service);

#define SAMPLES 10001
#define FIRSTS  51
#define BUDGET  2e9 /* nanoseconds of sampling, a figure */
#define LIMIT   30u /* seconds, a figure */
#define GROUPS  8

enum ask { NAME, UID, IDENTITY, NO_NAME, NO_UID, MEMBER };

static const char *const asked[] = { "name",    "uid",    "identity",
				     "no-name", "no-uid", "groups" };

struct service {
	const char *name;
	uint32_t count, first, span;
	gid_t benchers;
};

static double samples[SAMPLES];

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *at, size_t count)
{
	qsort(at, count, sizeof(*at), compare);
	return at[count / 2];
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void wrong(void)
{
	puts("wrong");
	exit(0);
}

static void use(const struct service *service)
{
	static const char *const databases[] = { "passwd", "group", "initgroups",
						 "ethers" };

	for (size_t i = 0; i < sizeof(databases) / sizeof(*databases); i++)
		if (__nss_configure_lookup(databases[i], service->name) < 0)
			die(service->name);
}

/* Have glibc load the module, by a database that none of the services has data of. */
static void load(void)
{
	struct ether_addr address;

	(void)ether_hostton("nobody's", &address);
}

static uint32_t scattered(uint32_t i, uint32_t count)
{
	return (uint32_t)((uint64_t)i * 2654435761u % count);
}

/* One of those in `benchers`. */
static uint32_t member(const struct service *service, uint32_t i)
{
	uint32_t step = service->count > 100 ? service->count / 100 : 1;

	return scattered(i, service->count / step) * step;
}

static double ask_groups(const struct service *service, uint32_t i)
{
	gid_t groups[GROUPS], own = service->first + member(service, i);
	int count = GROUPS;
	char name[64];
	double start;

	snprintf(name, sizeof(name), "person%u", member(service, i));
	start = now();
	if (getgrouplist(name, own, groups, &count) != 2)
		wrong();
	start = now() - start;
	if (groups[0] != own || groups[1] != service->benchers)
		wrong();
	return start;
}

static double ask(const struct service *service, enum ask kind, uint32_t i)
{
	uint32_t at = scattered(i, service->count), uid = service->first + at;
	struct passwd pw, *found;
	char name[64], buffer[1024];
	double start;
	int error;

	if (kind == MEMBER)
		return ask_groups(service, i);
	if (kind == IDENTITY)
		snprintf(name, sizeof(name), "AAECAwQFBgc%010uA@example", at);
	else
		snprintf(name, sizeof(name), "%s%u",
			 kind == NO_NAME ? "quidam" : "person", at);
	if (kind == NO_UID)
		uid = service->first + service->count +
		      scattered(i, service->span - service->count);
	start = now();
	if (kind == UID || kind == NO_UID)
		error = getpwuid_r(uid, &pw, buffer, sizeof(buffer), &found);
	else
		error = getpwnam_r(name, &pw, buffer, sizeof(buffer), &found);
	start = now() - start;
	if (kind == NO_NAME || kind == NO_UID ? !!found
					      : error || !found || found->pw_uid != uid)
		wrong();
	return start;
}

/* Of the clock itself, taken off every figure. */
static double clock_cost(void)
{
	for (uint32_t i = 0; i < SAMPLES; i++) {
		double start = now();

		samples[i] = now() - start;
	}
	return median(samples, SAMPLES);
}

/* --- figures, each printed by a process of its own --------------------------- */

static void print_later(const struct service *service, enum ask kind)
{
	double end, off = clock_cost();
	uint32_t i = 0;

	use(service);
	(void)ask(service, kind, 0);
	for (end = now() + BUDGET; i < SAMPLES && (i == 0 || now() < end); i++)
		samples[i] = ask(service, kind, i + 1);
	printf("%.0f\n", median(samples, i) - off);
}

static void print_walk(const struct service *service)
{
	double end = now() + BUDGET;
	uint32_t i = 0;

	use(service);
	for (; i < FIRSTS && (i == 0 || now() < end); i++) {
		const struct passwd *pw;
		uint32_t seen = 0;
		double start = now();

		setpwent();
		while ((pw = getpwent()))
			seen += pw->pw_uid >= service->first &&
				pw->pw_uid - service->first < service->count;
		endpwent();
		samples[i] = now() - start;
		if (seen != service->count)
			wrong();
	}
	printf("%.0f\n", median(samples, i));
}

/* A line of smaps_rollup, in KiB, or of the address space. */
static long memory(const char *word)
{
	FILE *file = fopen(strcmp(word, "VmSize:") == 0 ? "/proc/self/status"
							: "/proc/self/smaps_rollup",
			   "re");
	size_t len = strlen(word);
	char line[256];
	long value = 0;

	if (!file)
		die("/proc/self");
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, word, len) == 0)
			value = strtol(line + len, NULL, 10);
	(void)fclose(file);
	return value;
}

/* What a thousand lookups add to a process that has the module loaded. */
static void print_memory(const struct service *service, const char *word)
{
	double end = now() + BUDGET;
	long before;

	use(service);
	load();
	(void)memory(word);
	before = memory(word);
	for (uint32_t i = 0; i < 1000 && (i == 0 || now() < end); i++)
		(void)ask(service, i % 2 ? UID : NAME, i);
	printf("%ld\n", memory(word) - before);
}

static void print_first(const struct service *service, enum ask kind, uint32_t i,
			bool loaded)
{
	double off = clock_cost();

	use(service);
	if (loaded)
		load();
	printf("%.0f\n", ask(service, kind, i) - off);
}

/* --- the process that asks for them ------------------------------------------ */

/* What this program prints when it is started anew with two words more. */
static void run(char **argv, const char *figure, uint32_t i, char text[32])
{
	char number[16];
	char *args[] = { argv[0], argv[1], argv[2],
			 argv[3], argv[4], (char *)(uintptr_t)figure,
			 number,  NULL };
	int ends[2], status = 0;
	ssize_t got;
	pid_t child;

	snprintf(number, sizeof(number), "%u", i);
	if (pipe(ends) < 0 || (child = fork()) < 0)
		die("fork");
	if (child == 0) {
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
		(void)alarm(LIMIT);
		execv("/proc/self/exe", args);
		_exit(127);
	}
	(void)close(ends[1]);
	got = read(ends[0], text, 31);
	(void)close(ends[0]);
	(void)waitpid(child, &status, 0);
	text[got > 0 ? got : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (got <= 0)
		strcpy(text, WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM
				     ? "slow"
				     : "failed");
}

static void first(char **argv, const char *figure)
{
	double taken[FIRSTS], end = now() + BUDGET;
	char text[32], *rest;
	uint32_t i = 0;

	for (; i < FIRSTS && (i == 0 || now() < end); i++) {
		run(argv, figure, i + 7, text);
		taken[i] = strtod(text, &rest);
		if (*rest) {
			printf("%s %s\n", figure, text);
			return;
		}
	}
	printf("%s %.0f\n", figure, median(taken, i));
}

static void figures(char **argv, bool identities)
{
	static const char *const once[] = { "walk", "VmSize:", "Rss:", "Anonymous:" };
	char figure[32], text[32];

	for (size_t kind = 0; kind < sizeof(asked) / sizeof(*asked); kind++) {
		if (kind == IDENTITY && !identities)
			continue;
		snprintf(figure, sizeof(figure), "load-%s", asked[kind]);
		if (kind == NAME)
			first(argv, figure);
		snprintf(figure, sizeof(figure), "first-%s", asked[kind]);
		first(argv, figure);
		snprintf(figure, sizeof(figure), "later-%s", asked[kind]);
		run(argv, figure, 0, text);
		printf("%s %s\n", figure, text);
	}
	for (size_t i = 0; i < sizeof(once) / sizeof(*once); i++) {
		run(argv, once[i], 0, text);
		printf("%s %s\n", once[i], text);
		(void)fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	struct service service;
	const char *figure, *word;

	if (argc < 5) {
		fputs("bench_nss SERVICE COUNT FIRST SPAN\n", stderr);
		return 1;
	}
	service = (struct service){ .name = argv[1],
				    .count = (uint32_t)strtoul(argv[2], NULL, 10),
				    .first = (uint32_t)strtoul(argv[3], NULL, 10),
				    .span = (uint32_t)strtoul(argv[4], NULL, 10) };
	service.benchers = service.first + service.span;
	if (argc < 7) {
		figures(argv, strcmp(argv[1], "vid") == 0);
		return 0;
	}
	figure = argv[5];
	word = strchr(figure, '-');
	if (strcmp(figure, "walk") == 0)
		print_walk(&service);
	else if (!word)
		print_memory(&service, figure);
	for (unsigned kind = 0; word && kind < sizeof(asked) / sizeof(*asked); kind++) {
		if (strcmp(word + 1, asked[kind]) != 0)
			continue;
		if (*figure == 'l' && figure[1] == 'a')
			print_later(&service, (enum ask)kind);
		else
			print_first(&service, (enum ask)kind,
				    (uint32_t)strtoul(argv[6], NULL, 10), *figure == 'f');
	}
	return 0;
}
