/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_nss.c - how long a lookup takes with 10, 10,000 and 1,000,000 identities, and how
 * long glibc's `files` takes for as many lines
 *
 * Built with a range of numbers wide enough for a million accounts, which no real host
 * has. `files` reads a passwd file of our own, laid over /etc/passwd in a mount
 * namespace that ends with the process; the host's stays as it is.
 */
#include <nss.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libvid/index_write.h"
#include "tests/nss/nss_vid.h"

int __nss_configure_lookup(const char *database, const char *service);

#define SAMPLES   20001
#define FIRSTS    101
#define FIRST_UID 100000u

enum kind { HIT_NAME, HIT_UID, HIT_IDENTITY, MISS_NAME, MISS_UID, KINDS };

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

static void name_of(uint32_t i, char name[32])
{
	snprintf(name, 32, "person%u", i);
}

static void identity_of(uint32_t i, char identity[64])
{
	snprintf(identity, 64, "AAECAwQFBgcI%010u@example", i);
}

static void build(uint32_t count)
{
	struct index_stamp passwd, group;
	struct index_writer writer;
	struct problem problem = { "" };
	enum vid_reason why;
	char name[32], identity[64];

	(void)index_stamp_of("/etc/passwd", &passwd);
	(void)index_stamp_of("/etc/group", &group);
	why = index_write_start(&writer, NSS_VID_INDEX, count, &passwd, &group, &problem);
	for (unsigned pass = 0; pass < 3; pass++)
		for (uint32_t i = 0; i < count && why == VID_OK; i++) {
			struct index_row row = { .gecos = bytes_of_text("A Person"),
						 .home = bytes_of_text("/home/person"),
						 .shell = bytes_of_text("/bin/bash"),
						 .uid = FIRST_UID + i,
						 .gid = FIRST_UID + i };
			struct index_identity to = { .uid = FIRST_UID + i };

			name_of(i, name);
			identity_of(i, identity);
			row.name = to.name = bytes_of_text(name);
			to.own = true;
			to.row = row;
			if (pass == 0)
				why = index_write_row(&writer, &row, &problem);
			else if (pass == 1)
				why = index_write_numbers(&writer, &row, &problem);
			else
				why = index_write_identity(
					&writer, bytes_of_text(identity), &to, &problem);
		}
	if (why == VID_OK)
		why = index_write_finish(&writer, &problem);
	if (why != VID_OK) {
		fprintf(stderr, "%s\n", problem.text);
		index_write_abandon(&writer);
		exit(1);
	}
}

static double ask(enum kind kind, uint32_t i)
{
	char name[64], buffer[1024];
	struct passwd pw;
	enum nss_status got;
	int error;
	double start;

	if (kind == HIT_IDENTITY)
		identity_of(i, name);
	else
		name_of(i, name);
	if (kind == MISS_NAME)
		name[0] = 'q';
	start = now();
	if (kind == HIT_UID || kind == MISS_UID)
		got = _nss_vid_getpwuid_r(FIRST_UID + i +
						  (kind == MISS_UID ? 100000000 : 0),
					  &pw, buffer, sizeof(buffer), &error);
	else
		got = _nss_vid_getpwnam_r(name, &pw, buffer, sizeof(buffer), &error);
	start = now() - start;
	if (got != (kind >= MISS_NAME ? NSS_STATUS_NOTFOUND : NSS_STATUS_SUCCESS)) {
		fprintf(stderr, "wrong answer for %s\n", name);
		exit(1);
	}
	return start;
}

static uint32_t scattered(uint32_t i, uint32_t count)
{
	return (uint32_t)((uint64_t)i * 2654435761u % count);
}

/* What `measure` finds in a child of its own: what it maps ends with it. */
static double in_child(double (*measure)(enum kind, uint32_t, uint32_t), enum kind kind,
		       uint32_t count, uint32_t i)
{
	double result = -1;
	int ends[2];
	pid_t child;

	if (pipe(ends) < 0 || (child = fork()) < 0)
		die("fork");
	if (child == 0) {
		result = measure(kind, count, i);
		_exit(write(ends[1], &result, sizeof(result)) == sizeof(result) ? 0 : 1);
	}
	(void)close(ends[1]);
	if (read(ends[0], &result, sizeof(result)) != sizeof(result))
		result = -1;
	(void)close(ends[0]);
	(void)waitpid(child, NULL, 0);
	return result;
}

static double once(enum kind kind, uint32_t count, uint32_t i)
{
	return ask(kind, scattered(i + 7, count));
}

static double first(enum kind kind, uint32_t count)
{
	double taken[FIRSTS];

	for (uint32_t i = 0; i < FIRSTS; i++)
		taken[i] = in_child(once, kind, count, i);
	return median(taken, FIRSTS);
}

static double later(enum kind kind, uint32_t count, uint32_t unused)
{
	(void)unused;
	for (unsigned round = 0; round < 2; round++) /* the first one warms up */
		for (uint32_t i = 0; i < SAMPLES; i++)
			samples[i] = ask(kind, scattered(i, count));
	return median(samples, SAMPLES);
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

static const char files_path[] = NSS_VID_INDEX ".passwd";

/* In a child: the mount and the choice of service end with it. */
static double files(enum kind kind, uint32_t count, uint32_t unused)
{
	struct passwd pw, *found;
	char name[32], buffer[1024];
	double taken[11];

	(void)kind;
	(void)unused;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(files_path, "/etc/passwd", NULL, MS_BIND, NULL) < 0 ||
	    __nss_configure_lookup("passwd", "files") < 0)
		return -1;
	for (uint32_t i = 0; i < 11; i++) {
		double start;

		name_of(scattered(i + 7, count), name);
		start = now();
		if (getpwnam_r(name, &pw, buffer, sizeof(buffer), &found) || !found)
			return -1;
		taken[i] = now() - start;
	}
	return median(taken, 11);
}

static double measure_files(uint32_t count)
{
	FILE *file = fopen(files_path, "w");
	double result;
	char name[32];

	if (!file)
		die(files_path);
	for (uint32_t i = 0; i < count; i++) {
		name_of(i, name);
		fprintf(file, "%s:x:%u:%u:A Person:/home/person:/bin/bash\n", name,
			FIRST_UID + i, FIRST_UID + i);
	}
	(void)fclose(file);
	result = in_child(files, HIT_NAME, count, 0);
	(void)unlink(files_path);
	return result;
}

int main(void)
{
	static const uint32_t counts[] = { 10, 10000, 1000000 };
	static const char *const names[KINDS] = { "hit by name", "hit by uid",
						  "hit by identity", "miss by name",
						  "miss by uid" };
	double figure[3][2 * KINDS], scale[3], off = clock_cost();

	for (unsigned c = 0; c < 3; c++) {
		build(counts[c]);
		for (unsigned kind = 0; kind < KINDS; kind++)
			figure[c][kind] = first((enum kind)kind, counts[c]) - off;
		for (unsigned kind = 0; kind < KINDS; kind++)
			figure[c][KINDS + kind] =
				in_child(later, (enum kind)kind, counts[c], 0) - off;
		scale[c] = measure_files(counts[c]);
	}
	(void)unlink(NSS_VID_INDEX);
	printf("nss_vid, medians in nanoseconds (targets: first 15,000; hit 2,000; miss "
	       "1,000)\n%-26s %12s %12s %12s\n",
	       "identities", "10", "10,000", "1,000,000");
	for (unsigned kind = 0; kind < 2 * KINDS; kind++)
		printf("%-7s %-18s %12.0f %12.0f %12.0f\n",
		       kind < KINDS ? "first" : "later", names[kind % KINDS],
		       figure[0][kind], figure[1][kind], figure[2][kind]);
	printf("%-26s", "glibc files, by name");
	for (unsigned c = 0; c < 3; c++)
		if (scale[c] < 0)
			printf(" %12s", "(not root)");
		else
			printf(" %12.0f", scale[c]);
	putchar('\n');
	return 0;
}
