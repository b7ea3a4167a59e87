/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "tests/pam/app.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/paths.h"
#include "libvid/reason.h"

struct app app;
pid_t server = -1;

/* --- the other side: one connection, then the end ------------------------------- */

void no_vidd(void)
{
	if (server > 0) {
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
	}
	server = -1;
	unlink(PATH_SOCKET);
}

void vidd_is(play *plays, const void *script)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = PATH_SOCKET };
	static struct wire_frame ask;
	int listening, fd;

	no_vidd();
	listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof(address)),
			 0);
	assert_int_equal(listen(listening, 1), 0);
	server = fork();
	if (server == 0) {
		fd = accept(listening, NULL, NULL);
		if (wire_receive(fd, &ask, wire_now() + 5000, -1) != WIRE_OK)
			_exit(1);
		plays(fd, &ask, script);
		_exit(0);
	}
	close(listening);
}

void send_raw(int fd, const void *at, size_t len)
{
	if (send(fd, at, len, MSG_NOSIGNAL) != (ssize_t)len)
		_exit(1);
}

void send_frame(int fd, const struct wire_frame *frame)
{
	if (wire_send(fd, frame, wire_now() + 1000) != WIRE_OK)
		_exit(1);
}

/* What a grant brings: `instead` in place of the field of its tag. */
static void put_grant(struct wire_frame *frame, const struct instead *instead)
{
	static const struct {
		uint8_t tag;
		const char *value;
	} usual[] = { { PAM_FIELD_GRANT, NOTE },
		      { PAM_FIELD_SUBJECT, SUBJECT },
		      { PAM_FIELD_ISSUER, "example" },
		      { PAM_FIELD_ASSURANCE, "holder+face" } };

	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (usual[i].tag != instead->tag)
			wire_put_text(frame, usual[i].tag, usual[i].value);
	if (instead->tag && instead->value.at)
		wire_put(frame, instead->tag, instead->value);
}

void make_verdict(struct wire_frame *frame, const struct say_verdict *verdict)
{
	wire_start(frame, PAM_FRAME_VERDICT);
	wire_put_u32(frame, PAM_FIELD_VERDICT, verdict->value);
	if (verdict->account)
		wire_put_text(frame, PAM_FIELD_ACCOUNT, verdict->account);
	wire_put_text(frame, PAM_FIELD_REASON, "TEST");
	if (verdict->secret.len)
		wire_put(frame, PAM_FIELD_SECRET, verdict->secret);
	if (verdict->value == VERDICT_GRANTED && !verdict->bare)
		put_grant(frame, &verdict->instead);
	else if (verdict->instead.tag)
		wire_put(frame, verdict->instead.tag, verdict->instead.value);
	if (verdict->session)
		wire_put_u32(frame, PAM_FIELD_FLAGS, PAM_FLAG_SESSION);
}

void make_line(struct wire_frame *frame, uint8_t type, uint32_t style, const char *text,
	       const char *arg1, const char *arg2)
{
	wire_start(frame, type);
	wire_put_u32(frame, PAM_FIELD_STYLE, style);
	wire_put_text(frame, PAM_FIELD_TEXT, text);
	if (arg1)
		wire_put_text(frame, PAM_FIELD_ARG1, arg1);
	if (arg2)
		wire_put_text(frame, PAM_FIELD_ARG2, arg2);
}

void play_verdict(int fd, const struct wire_frame *ask, const void *script)
{
	struct wire_frame frame;

	(void)ask;
	make_verdict(&frame, script);
	send_frame(fd, &frame);
}

const struct say_verdict grant = { .value = VERDICT_GRANTED, .account = USER };

void play_nothing(int fd, const struct wire_frame *ask, const void *script)
{
	(void)fd;
	(void)ask;
	(void)script;
}

void play_raw(int fd, const struct wire_frame *ask, const void *script)
{
	const struct raw *raw = script;

	char rest[512];

	(void)ask;
	send_raw(fd, raw->at, raw->len);
	shutdown(fd, SHUT_WR);
	while (read(fd, rest, sizeof(rest)) > 0)
		; /* until the module hangs up */
}

/* --- our side: an application ----------------------------------------------------- */

static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *data)
{
	size_t len = strlen(app.said);

	(void)data;
	assert_int_equal(count, 1);
	app.calls++;
	(void)snprintf(app.said + len, sizeof(app.said) - len, "%d:%s\n",
		       messages[0]->msg_style, messages[0]->msg);
	if (app.kind == CONV_FAILS)
		return PAM_CONV_ERR;
	if (app.kind == CONV_CHANGES_USER)
		pam_set_item(app.pamh, PAM_USER, "root");
	*responses = calloc(1, sizeof(**responses));
	if ((messages[0]->msg_style == PAM_PROMPT_ECHO_ON && app.kind != CONV_NULL) ||
	    app.kind == CONV_SECRET)
		(*responses)->resp = strdup(app.answer ? app.answer : "");
	return PAM_SUCCESS;
}

pam_handle_t *start(const char *service, const char *user)
{
	static const struct pam_conv conv = { converse, NULL };
	pam_handle_t *pamh = NULL;

	app.said[0] = '\0';
	app.calls = 0;
	assert_int_equal(pam_start_confdir(service, user, &conv, VID_RUNDIR, &pamh),
			 PAM_SUCCESS);
	app.pamh = pamh;
	return pamh;
}

int authenticate(const char *service, const char *user, int flags)
{
	pam_handle_t *pamh = start(service, user);
	int code = pam_authenticate(pamh, flags);

	pam_end(pamh, code);
	return code;
}

void write_stack(const char *service, const char *text)
{
	char path[256];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", VID_RUNDIR, service);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fprintf(file, "%s", text) > 0);
	assert_int_equal(fclose(file), 0);
}

int prepare(void **state)
{
	(void)state;
	app.kind = CONV_ANSWERS;
	app.answer = NULL;
	no_vidd();
	unlink(VID_RUNDIR "/hang");
	unlink(VID_RUNDIR "/refuse");
	unlink(TOLD);
	return 0;
}

/* Tests that run at the same time share the folder that the module knows. */
static int alone = -1;

static bool be_alone(void)
{
	if (mkdir(VID_RUNDIR, 0755) < 0 && errno != EEXIST)
		return false;
	alone = open(VID_RUNDIR "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return alone >= 0 && flock(alone, LOCK_EX) == 0;
}

int group_prepare(void **state)
{
	(void)state;
	if (!be_alone())
		return -1;
	write_stack("plain", "auth required " TEST_MODULE "\n" OTHERS("account") OTHERS(
				     "session") "password required " TEST_MODULE "\n");
	write_stack("short", "auth required " TEST_MODULE " deadline=1\n"
			     "account required " TEST_MODULE " deadline=1\n");
	write_stack("only", "auth required " TEST_MODULE "\naccount required " TEST_MODULE
			    "\nsession required " TEST_MODULE "\n");
	write_stack("odd", "auth required " TEST_MODULE " debug typo deadline=x\n");
	return 0;
}

int group_clean(void **state)
{
	(void)state;
	no_vidd();
	return close(alone);
}
