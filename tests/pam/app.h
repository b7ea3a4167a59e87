/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * app.h - the PAM module in real stacks (pam_start_confdir), against a vidd that says
 * what a test wants it to say. The module under test is the product's source with another
 * folder for the socket.
 */
#ifndef VID_TEST_APP_H
#define VID_TEST_APP_H

#include <security/pam_appl.h>
#include <stdbool.h>
#include <sys/types.h>

#include "libvid/bytes.h"
#include "libvid/wire.h"

#define USER    "vkim"
#define NOTE    "a note of " USER /* fake_vidd.c reads it */
#define SUBJECT "AAAAAAAAAAAAAAAAAAAAAA"
#define TOLD    VID_RUNDIR "/told" /* fake_vidd.c: what it was told, one line each */

/* --- the other side: one connection, then the end ------------------------------- */

typedef void play(int fd, const struct wire_frame *ask, const void *script);

extern pid_t server; /* who plays it, or -1 */

void vidd_is(play *plays, const void *script);
void no_vidd(void);
void send_raw(int fd, const void *at, size_t len);
void send_frame(int fd, const struct wire_frame *frame);
void make_line(struct wire_frame *frame, uint8_t type, uint32_t style, const char *text,
	       const char *arg1, const char *arg2);

/* A field that is not as it should be; tag 0: none; value.at NULL: left out. */
struct instead {
	uint8_t tag;
	struct bytes value;
};

struct say_verdict {
	uint32_t value;
	const char *account;
	struct bytes secret; /* empty: none */
	bool bare;           /* without what a grant brings, as behind a login */
	bool session;        /* PAM_FLAG_SESSION */
	struct instead instead;
};

void make_verdict(struct wire_frame *frame, const struct say_verdict *verdict);
extern const struct say_verdict grant; /* for USER */

play play_verdict; /* a struct say_verdict */
play play_nothing; /* hangs up */

struct raw {
	const void *at;
	size_t len;
};
play play_raw;

/* --- our side: an application ----------------------------------------------------- */

enum conv_kind { CONV_ANSWERS, CONV_SECRET, CONV_NULL, CONV_FAILS, CONV_CHANGES_USER };

struct app {
	enum conv_kind kind;
	const char *answer;
	char said[2048]; /* every message with its style */
	unsigned calls;
	pam_handle_t *pamh;
};
extern struct app app;

pam_handle_t *start(const char *service, const char *user);
int authenticate(const char *service, const char *user, int flags);
void write_stack(const char *service, const char *text);

/* Success of the account and session functions, their own refusals, and PAM_IGNORE made
 * visible. */
#define IGNORED PAM_CRED_ERR
#define OTHERS(type)                                                                     \
	type " [success=1 ignore=ignore default=die] " TEST_MODULE "\n" type             \
	     " [default=die] pam_debug.so acct=cred_err open_session=cred_err "          \
	     "close_session=cred_err\n" type " required pam_permit.so\n"

/* For cmocka. The stacks: "plain", "short" (deadline=1), "odd" (arguments),
 * "only" (nobody beside us). */
int prepare(void **state);
int group_prepare(void **state);
int group_clean(void **state);
#define test(name) cmocka_unit_test_setup(name, prepare)

#endif
