/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_accounts FOLDER COUNT... - what it costs a login to find an identity's account,
 * with the proof that the index is the newest and that an absent row is absent
 *
 * For each COUNT of own accounts a line: the seconds of a compilation, and the
 * microseconds of account_of_identity (median) for an identity that has an account, for
 * one that is denied, and for one that is absent. FOLDER is emptied of what it writes.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libvid/accounts.h"
#include "libvid/cleanup.h"

#define ISS     "https://id.example.org"
#define SAMPLES 1001
#define FIRST   1879048192u

static const struct hostkey key = { .at = { 1, 2, 3 } };
static char passwd[PATH_MAX], group[PATH_MAX], shells[PATH_MAX], none[PATH_MAX],
	issuers[PATH_MAX], issuer[PATH_MAX], index_path[PATH_MAX];
static const struct accounts_host host = { passwd, group, shells, none, none, issuers };

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (!file || fputs(text, file) < 0 || fclose(file) != 0 ||
	    chmod(path, 0644) < 0) {
		perror(path);
		exit(1);
	}
}

static double cost(char kind, uint32_t count, enum vid_reason want)
{
	static double samples[SAMPLES];
	struct problem problem = { "" };
	struct account account;
	char identity[64];

	for (uint32_t i = 0; i < SAMPLES; i++) {
		uint32_t at = (uint32_t)((uint64_t)i * 2654435761u % count);
		double start;

		(void)snprintf(identity, sizeof(identity), "AAECAwQFBg%c%010uA@example",
			       kind, at);
		start = now();
		if (account_of_identity(index_path, &key, ISS, identity, &account,
					&problem) != want) {
			fprintf(stderr, "%s: %s\n", identity, problem.text);
			exit(1);
		}
		samples[i] = now() - start;
	}
	qsort(samples, SAMPLES, sizeof(*samples), compare);
	return samples[SAMPLES / 2];
}

static void measure(uint32_t count)
{
	AUTO(accounts_free) struct accounts accounts = { 0 };
	struct problem problem = { "" };
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);
	double start;

	fprintf(file, "numbers %u-%u\n", FIRST, FIRST + 1999999);
	for (uint32_t i = 0; i < count; i++)
		fprintf(file,
			"AAECAwQFBgc%010uA@example person%u uid=%u\n"
			"AAECAwQFBgd%010uA@example deny\n",
			i, i, FIRST + i, i);
	(void)fclose(file);
	if (accounts_parse(bytes_of(text, len), "map", &accounts, &problem) != VID_OK) {
		fprintf(stderr, "%s\n", problem.text);
		exit(1);
	}
	start = now();
	if (accounts_compile_for(&host, &accounts, &key, index_path,
				 (struct accounts_order){ .recover = true },
				 &problem) != VID_OK) {
		fprintf(stderr, "%s\n", problem.text);
		exit(1);
	}
	printf("%8u accounts: compiled in %.2f s; ", count, (now() - start) / 1e6);
	printf("found %.1f us, ", cost('c', count, VID_OK));
	printf("denied %.1f us, ", cost('d', count, VID_IDENTITY_DENIED));
	printf("absent %.1f us\n", cost('x', count, VID_IDENTITY_UNKNOWN));
}

static void in(char to[PATH_MAX], const char *folder, const char *name)
{
	(void)snprintf(to, PATH_MAX, "%.4000s/%s", folder, name);
}

static void forget(void)
{
	static const char *const ends[] = { "", ".ledger", ".mark" };
	char path[PATH_MAX + 8];

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", index_path, ends[i]);
		(void)unlink(path);
	}
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 1;
	in(passwd, argv[1], "passwd");
	in(group, argv[1], "group");
	in(shells, argv[1], "shells");
	in(none, argv[1], "none");
	in(issuers, argv[1], "issuers.d");
	in(issuer, argv[1], "issuers.d/example.conf");
	in(index_path, argv[1], "accounts.cdb");
	(void)mkdir(issuers, 0755);
	put(passwd, "root:x:0:0::/:/bin/sh\n");
	put(group, "root:x:0:\n");
	put(shells, "/bin/sh\n");
	put(issuer, "[issuer]\niss = " ISS "\nrealm = realm:x\nalias = example\n"
		    "[key 5c77d7fd8f51ed0c]\nalg = EdDSA\npublic = "
		    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n");
	for (int i = 2; i < argc; i++) {
		forget();
		measure((uint32_t)strtoul(argv[i], NULL, 10));
	}
	forget();
	return 0;
}
