/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_login [-n TIMES] [-b COMMAND] [-p PIN] CONFDIR SERVICE ACCOUNT
 *
 * One login from pam_authenticate to the verdict, over the real pam_vid, vidd and
 * sensor (or over another PAM module), on a machine where they are set up (tests/walk
 * makes one). CONFDIR holds the pam.d file SERVICE. COMMAND runs before each login,
 * outside the clock: it puts a fresh presentation before the camera or on the stick. PIN
 * answers what is asked with echo off. Prints medians; asserts nothing but that each
 * login was granted.
 */
#include "config.h"

#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMES_MAX 1000

struct cost {
	double wall, cpu; /* milliseconds; CPU of this process and all that it started */
};

/* Somebody who presses Enter at once, and knows their PIN. */
static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *data)
{
	const char *pin = data;

	*responses = calloc((size_t)count, sizeof(**responses));
	for (int i = 0; *responses && i < count; i++)
		(*responses)[i].resp =
			strdup(messages[i]->msg_style == PAM_PROMPT_ECHO_OFF ? pin : "");
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static double wall_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double milliseconds(const struct timeval *time)
{
	return (double)time->tv_sec * 1e3 + (double)time->tv_usec / 1e3;
}

/* vidd waits for vid-camera and the module for vidd: both are counted here. */
static double cpu_now(void)
{
	struct rusage own, others;

	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &others);
	return milliseconds(&own.ru_utime) + milliseconds(&own.ru_stime) +
	       milliseconds(&others.ru_utime) + milliseconds(&others.ru_stime);
}

/*
 * COMMAND in a grandchild that nobody of ours waits for, so that what it costs (a
 * wallet's Argon2id takes 256 MiB) is not counted as the login's. True when it went well.
 */
static bool run_aside(const char *command)
{
	int status = -1, told[2];
	pid_t child;

	if (pipe(told) < 0 || (child = fork()) < 0)
		return false;
	if (child == 0) {
		if (fork() == 0) {
			status = system(command);
			(void)!write(told[1], &status, sizeof(status));
		}
		_exit(0);
	}
	close(told[1]);
	waitpid(child, NULL, 0);
	if (read(told[0], &status, sizeof(status)) != sizeof(status))
		status = -1;
	close(told[0]);
	return status == 0;
}

static int log_in(char **argv, char *pin, struct cost *cost)
{
	const struct pam_conv conv = { converse, pin };
	pam_handle_t *pamh = NULL;
	double wall = wall_now(), cpu = cpu_now();
	int code = pam_start_confdir(argv[2], argv[3], &conv, argv[1], &pamh);

	if (code == PAM_SUCCESS)
		code = pam_authenticate(pamh, PAM_SILENT);
	cost->wall = wall_now() - wall;
	cost->cpu = cpu_now() - cpu;
	if (code != PAM_SUCCESS)
		fprintf(stderr, "refused: %s\n", pam_strerror(pamh, code));
	pam_end(pamh, code);
	return code;
}

static int by_wall(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;

	return (x->wall > y->wall) - (x->wall < y->wall);
}

static int by_cpu(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;

	return (x->cpu > y->cpu) - (x->cpu < y->cpu);
}

static void report(struct cost *costs, size_t count)
{
	struct rusage children;

	getrusage(RUSAGE_CHILDREN, &children);
	printf("login, pam_authenticate to verdict, %zu times\n", count);
	printf("  first (cold)  %8.1f ms wall  %8.1f ms CPU\n", costs[0].wall,
	       costs[0].cpu);
	qsort(costs, count, sizeof(*costs), by_wall);
	printf("  median        %8.1f ms wall", costs[count / 2].wall);
	qsort(costs, count, sizeof(*costs), by_cpu);
	printf("  %8.1f ms CPU\n", costs[count / 2].cpu);
	printf("  peak of any process %6.1f MB\n", (double)children.ru_maxrss / 1024);
}

int main(int argc, char **argv)
{
	static struct cost costs[TIMES_MAX];
	const char *before = NULL;
	char empty[] = "", *pin = empty;
	size_t times = 11;
	int option;

	while ((option = getopt(argc, argv, "n:b:p:")) != -1) {
		if (option == 'n')
			times = strtoul(optarg, NULL, 10);
		else if (option == 'b')
			before = optarg;
		else if (option == 'p')
			pin = optarg;
		else
			return 2;
	}
	argv += optind - 1;
	if (argc - optind != 3 || times < 1 || times > TIMES_MAX) {
		fprintf(stderr, "usage: bench_login [-n TIMES] [-b COMMAND] "
				"[-p PIN] CONFDIR SERVICE ACCOUNT\n");
		return 2;
	}
	for (size_t i = 0; i < times; i++) {
		if (before && !run_aside(before))
			return 2;
		if (log_in(argv, pin, &costs[i]) != PAM_SUCCESS)
			return 1;
	}
	report(costs, times);
	return 0;
}
