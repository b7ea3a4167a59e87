/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * login_app [OPTION]... CONFDIR SERVICE RESULT - an application that goes through every
 * phase of PAM, for the fault harness
 *
 * --user NAME       the account to ask about; without it the virtual ID names one
 * --pin TEXT        the answer to questions with echo off
 * --conv KIND       how the conversation behaves: enter (default: an empty answer to
 *                   questions with echo on), null, fail, long (1 MB), newline, escape,
 *                   none (no response array)
 * --between COMMAND run after a successful authentication, before the account phase
 * --no-descriptors  descriptors 0, 1 and 2 are closed before PAM starts
 *
 * Writes "auth=N cred=N acct=N open=N close=N" to RESULT; -1 for a phase that was not
 * entered. The account and session phases are entered only after a success. Before each
 * phase it makes one system call that fault.c recognises (marker.h).
 */
#include "config.h"

#include <err.h>
#include <getopt.h>
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tests/fault/marker.h"

#define LONG_ANSWER (1024 * 1024)

struct person {
	const char *user, *pin, *conv, *between;
	bool no_descriptors;
};

struct codes {
	int auth, cred, acct, open, close;
};

static void mark(enum fault_phase phase)
{
	(void)prctl(FAULT_MARKER, (unsigned long)phase, 0UL, 0UL, 0UL);
}

static char *long_answer(void)
{
	char *text = malloc(LONG_ANSWER + 1);

	if (!text)
		return NULL;
	memset(text, 'a', LONG_ANSWER);
	text[LONG_ANSWER] = '\0';
	return text;
}

/* The answer is libpam's to free. */
static char *answer_to(const struct person *person, int style)
{
	if (!strcmp(person->conv, "null"))
		return NULL;
	if (!strcmp(person->conv, "long"))
		return long_answer();
	if (!strcmp(person->conv, "newline"))
		return strdup("y\ny\n");
	if (!strcmp(person->conv, "escape"))
		return strdup("\x1b[2J\x1b]0;x\x07\xc2\x9b");
	if (style == PAM_PROMPT_ECHO_OFF && person->pin)
		return strdup(person->pin);
	return strdup("");
}

static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *data)
{
	const struct person *person = data;

	if (!strcmp(person->conv, "fail"))
		return PAM_CONV_ERR;
	if (!strcmp(person->conv, "none")) {
		*responses = NULL;
		return PAM_SUCCESS;
	}
	*responses = calloc((size_t)count, sizeof(**responses));
	if (!*responses)
		return PAM_BUF_ERR;
	for (int i = 0; i < count; i++) {
		int style = messages[i]->msg_style;

		if (style == PAM_PROMPT_ECHO_ON || style == PAM_PROMPT_ECHO_OFF)
			(*responses)[i].resp = answer_to(person, style);
	}
	return PAM_SUCCESS;
}

static void read_options(int argc, char **argv, struct person *person)
{
	enum { USER = 1, PIN, CONV, BETWEEN, NO_DESCRIPTORS };
	static const struct option options[] = {
		{ "user", required_argument, NULL, USER },
		{ "pin", required_argument, NULL, PIN },
		{ "conv", required_argument, NULL, CONV },
		{ "between", required_argument, NULL, BETWEEN },
		{ "no-descriptors", no_argument, NULL, NO_DESCRIPTORS },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case USER:
			person->user = optarg;
			break;
		case PIN:
			person->pin = optarg;
			break;
		case CONV:
			person->conv = optarg;
			break;
		case BETWEEN:
			person->between = optarg;
			break;
		case NO_DESCRIPTORS:
			person->no_descriptors = true;
			break;
		default:
			errx(2, "see the beginning of login_app.c");
		}
	}
	if (argc - optind != 3)
		errx(2, "CONFDIR, SERVICE and RESULT are missing");
}

static void run_phases(pam_handle_t *pamh, const struct person *person,
		       struct codes *codes)
{
	mark(FAULT_AUTH);
	codes->auth = pam_authenticate(pamh, 0);
	mark(FAULT_CRED);
	codes->cred = pam_setcred(pamh, PAM_ESTABLISH_CRED);
	mark(FAULT_NONE);
	if (codes->auth != PAM_SUCCESS)
		return;
	if (person->between && system(person->between) != 0)
		errx(2, "%s: failed", person->between);
	mark(FAULT_ACCT);
	codes->acct = pam_acct_mgmt(pamh, 0);
	mark(FAULT_SESSION);
	if (codes->acct == PAM_SUCCESS) {
		codes->open = pam_open_session(pamh, 0);
		codes->close = pam_close_session(pamh, 0);
	}
	mark(FAULT_NONE);
}

int main(int argc, char **argv)
{
	struct person person = { .conv = "enter" };
	struct codes codes = { -1, -1, -1, -1, -1 };
	const struct pam_conv conv = { converse, &person };
	pam_handle_t *pamh = NULL;
	FILE *result;

	read_options(argc, argv, &person);
	if (person.no_descriptors) {
		(void)close(0);
		(void)close(1);
		(void)close(2);
	}
	if (pam_start_confdir(argv[optind + 1], person.user, &conv, argv[optind],
			      &pamh) != PAM_SUCCESS)
		errx(2, "pam_start");
	(void)pam_set_item(pamh, PAM_TTY, "/dev/tty1");
	run_phases(pamh, &person, &codes);
	(void)pam_end(pamh, codes.auth);
	result = fopen(argv[optind + 2], "we");
	if (!result ||
	    fprintf(result, "auth=%d cred=%d acct=%d open=%d close=%d\n", codes.auth,
		    codes.cred, codes.acct, codes.open, codes.close) < 0 ||
	    fclose(result) != 0)
		return 2;
	return 0;
}
