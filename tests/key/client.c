/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client [OPTION]... CONFDIR SERVICE - an application that logs somebody in, for tests
 *
 * --user NAME     whom to ask about; without it the virtual ID says
 * --rhost HOST    from where
 * --pin TEXT      the answer to the next question with echo off; several come in order
 * --no-answer     instead: the conversation succeeds and brings none
 * --no-enter      the first question gets no answer
 * --silent        PAM_SILENT
 * --then COMMAND  once let in: run COMMAND, then the account phase and a session, with a
 *                 line for each: account=N, session=N and its VID_ variables, close=N and
 *                 those that are left
 *
 * Prints what it is told and asked, then "code=N ms=N rss=N user=NAME":
 * pam_authenticate's answer, its milliseconds, and the KiB by which it made this process
 * grow. Never prints an answer.
 */
#include "config.h"

#include <err.h>
#include <getopt.h>
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PINS_MAX 8

struct person {
	const char *user, *rhost, *then;
	const char *pins[PINS_MAX]; /* NULL: no answer */
	unsigned count, asked;
	bool no_enter;
	int flags;
};

/* NULL: none; copies are libpam's to free. */
static const char *answer_to(struct person *person, int style)
{
	if (style == PAM_PROMPT_ECHO_ON)
		return person->no_enter ? NULL : "";
	return person->asked < person->count ? person->pins[person->asked++] : NULL;
}

static void show(const struct pam_message *message)
{
	static const char *const styles[] = {
		[PAM_PROMPT_ECHO_OFF] = "secret",
		[PAM_PROMPT_ECHO_ON] = "prompt",
		[PAM_ERROR_MSG] = "error",
		[PAM_TEXT_INFO] = "info",
	};

	(void)printf("%s: %s\n", styles[message->msg_style], message->msg);
	(void)fflush(stdout);
}

static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *data)
{
	struct person *person = data;

	*responses = calloc((size_t)count, sizeof(**responses));
	if (!*responses)
		return PAM_BUF_ERR;
	for (int i = 0; i < count; i++) {
		int style = messages[i]->msg_style;
		const char *answer = NULL;

		show(messages[i]);
		if (style == PAM_PROMPT_ECHO_ON || style == PAM_PROMPT_ECHO_OFF)
			answer = answer_to(person, style);
		(*responses)[i].resp = answer ? strdup(answer) : NULL;
	}
	return PAM_SUCCESS;
}

static long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A line of this process's status, in KiB. getrusage would count whoever started us. */
static long status_kib(const char *name)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[128];
	long kib = -1;

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, strlen(name)))
			kib = strtol(line + strlen(name), NULL, 10);
	if (!file || fclose(file) != 0 || kib <= 0)
		errx(2, "/proc/self/status has no %s", name);
	return kib;
}

static void read_options(int argc, char **argv, struct person *person)
{
	enum { USER = 1, RHOST, PIN, NO_ANSWER, NO_ENTER, SILENT, THEN };
	static const struct option options[] = {
		{ "user", required_argument, NULL, USER },
		{ "rhost", required_argument, NULL, RHOST },
		{ "pin", required_argument, NULL, PIN },
		{ "no-answer", no_argument, NULL, NO_ANSWER },
		{ "no-enter", no_argument, NULL, NO_ENTER },
		{ "silent", no_argument, NULL, SILENT },
		{ "then", required_argument, NULL, THEN },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == USER)
			person->user = optarg;
		else if (option == RHOST)
			person->rhost = optarg;
		else if (option == THEN)
			person->then = optarg;
		else if (option == NO_ENTER)
			person->no_enter = true;
		else if (option == SILENT)
			person->flags = (int)PAM_SILENT;
		else if ((option == PIN || option == NO_ANSWER) &&
			 person->count < PINS_MAX)
			person->pins[person->count++] = option == PIN ? optarg : NULL;
		else
			errx(2, "see the beginning of client.c");
	}
	if (argc - optind != 2)
		errx(2, "CONFDIR and SERVICE are missing");
}

static const char *user_of(pam_handle_t *pamh)
{
	const void *user = NULL;

	return pam_get_item(pamh, PAM_USER, &user) == PAM_SUCCESS && user ? user : "";
}

static void show_variables(pam_handle_t *pamh)
{
	char **list = pam_getenvlist(pamh);

	for (char **at = list; list && *at; at++) {
		if (!strncmp(*at, "VID_", 4))
			(void)printf("%s\n", *at);
		free(*at);
	}
	free(list);
}

/* What an application does with whoever was let in, and what happened before. */
static void go_on(pam_handle_t *pamh, const struct person *person)
{
	int code;

	if (system(person->then) != 0)
		errx(2, "%s: failed", person->then);
	code = pam_acct_mgmt(pamh, person->flags);
	(void)printf("account=%d\n", code);
	if (code != PAM_SUCCESS)
		return;
	(void)printf("session=%d\n", pam_open_session(pamh, person->flags));
	show_variables(pamh);
	(void)printf("close=%d\n", pam_close_session(pamh, person->flags));
	show_variables(pamh);
}

int main(int argc, char **argv)
{
	struct person person = { .count = 0 };
	const struct pam_conv conv = { converse, &person };
	pam_handle_t *pamh = NULL;
	long before, started;
	int code;

	read_options(argc, argv, &person);
	code = pam_start_confdir(argv[optind + 1], person.user, &conv, argv[optind],
				 &pamh);
	if (code != PAM_SUCCESS)
		errx(2, "pam_start: %d", code);
	(void)pam_set_item(pamh, PAM_TTY, "/dev/tty1");
	if (person.rhost)
		(void)pam_set_item(pamh, PAM_RHOST, person.rhost);
	before = status_kib("VmRSS:");
	started = now_ms();
	code = pam_authenticate(pamh, person.flags);
	(void)printf("code=%d ms=%ld rss=%ld user=%s\n", code, now_ms() - started,
		     status_kib("VmHWM:") - before, user_of(pamh));
	if (code == PAM_SUCCESS && person.then)
		go_on(pamh, &person);
	(void)pam_end(pamh, code);
	return code == PAM_SUCCESS ? 0 : 1;
}
