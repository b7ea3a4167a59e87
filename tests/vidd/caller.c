/* SPDX-License-Identifier: BSD-2-Clause */
/* Whoever asks vidd. */
#include "config.h"

#include "tests/vidd/world.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/liveness.h"
#include "tests/vidd/fake_key.h"
#include "vidd/login.h"

static int64_t world_now(void)
{
	return world.now;
}

static bool world_synchronised(void)
{
	return stage->synchronised;
}

struct login_place world_place(void)
{
	return (struct login_place){
		.phases = PHASES_LOGIN | PHASES_SESSION,
		.settings = world_path("vid.conf"),
		.issuers = world_path("issuers.d"),
		.hostkey = world_path("host.key"),
		.index = world_path("accounts.cdb"),
		.faces = world_path("faces"),
		.attempts = world_path("attempts"),
		.replay = world_path("replay"),
		.status = world_path("status"),
		.counters = world_path("counters"),
		.tokens = world_path("tokens"),
		.secrets = world_path("secrets"),
		.clock = world_path("clock"),
		.anchor = world_path("anchor"),
		.anchored = world_path("anchored"),
		.sessions = world_path("run/sessions"),
		.files = &accounts_this_host,
		.proc = world_path("proc"),
		.processes = PROCESS_PROC,
		.logind = world_path(stage->no_logind ? "none" : "logind"),
		.console = world_path("console"),
		.now = world_now,
		.synchronised = world_synchronised,
	};
}

void world_process(pid_t pid, uint64_t start)
{
	unsigned tty_major = stage->tty[0] || stage->tty[1] ? stage->tty[0] : 4;
	unsigned tty_minor = stage->tty[0] || stage->tty[1] ? stage->tty[1] : 1;
	char name[64], text[256];

	(void)snprintf(name, sizeof(name), "proc/%ld", (long)pid);
	(void)mkdir(world_path(name), 0755);
	(void)snprintf(name, sizeof(name), "proc/%ld/stat", (long)pid);
	(void)snprintf(text, sizeof(text),
		       "%ld (a ) R 9) S 1 2 3 %u -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %llu 0\n",
		       (long)pid, (tty_minor & 0xff) | tty_major << 8,
		       (unsigned long long)start);
	world_write(name, text, strlen(text));
	(void)snprintf(name, sizeof(name), "proc/%ld/status", (long)pid);
	(void)snprintf(text, sizeof(text), "Name:\ttest\nUid:\t%u\t0\t0\t0\n",
		       stage->real);
	world_write(name, text, strlen(text));
	world_write("console", "tty1\n", 5);
}

static uid_t caller; /* of the login that is going on */

static pid_t start_vidd(int pair[2], uid_t uid)
{
	static struct login login;
	struct login_place place = world_place();
	pid_t child;

	caller = uid;
	/* The kernel remembers who made the pair. */
	if (uid)
		assert_int_equal(seteuid(uid), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	if (uid)
		assert_int_equal(seteuid(0), 0);
	stage->next = 0;
	stage->asked = CUE_NONE;
	stage->opened = stage->closed = 0;
	keys_rewind();
	stage->log[0] = '\0';
	world_process(getpid(), 1000);
	child = fork();
	if (child == 0) {
		close(pair[0]);
		world_process(getpid(), 1000);
		_exit((int)login_serve(&login, pair[1], &place));
	}
	close(pair[1]);
	return child;
}

static void send_ask(int fd, const struct asking *asking)
{
	struct wire_frame frame;

	wire_start(&frame, PAM_FRAME_ASK);
	wire_put_text(&frame, PAM_FIELD_SERVICE,
		      asking->service ? asking->service : "su");
	wire_put_text(&frame, PAM_FIELD_TTY, asking->tty ? asking->tty : "/dev/tty1");
	if (asking->account)
		wire_put_text(&frame, PAM_FIELD_ACCOUNT, asking->account);
	if (asking->ruser)
		wire_put_text(&frame, PAM_FIELD_RUSER, asking->ruser);
	if (asking->rhost)
		wire_put_text(&frame, PAM_FIELD_RHOST, asking->rhost);
	if (asking->deadline)
		wire_put_u32(&frame, PAM_FIELD_DEADLINE, asking->deadline);
	wire_put_u32(&frame, PAM_FIELD_FLAGS, asking->silent ? PAM_FLAG_SILENT : 0);
	(void)wire_send(fd, &frame, wire_now() + 1000);
}

/* False: hang up. */
static bool send_answer(int fd, enum answer answer)
{
	struct wire_frame frame;

	wire_start(&frame, answer == ANSWER_ODD ? PAM_FRAME_SAY : PAM_FRAME_ANSWER);
	if (answer == ANSWER_HANGUP)
		return false;
	if (answer != ANSWER_NONE)
		wire_put_text(&frame, PAM_FIELD_TEXT,
			      answer == ANSWER_N       ? "n"
			      : answer == ANSWER_OTHER ? "my password"
						       : "");
	(void)wire_send(fd, &frame, wire_now() + 1000);
	return true;
}

/* The next of asking->pins; NULL there: a conversation that brings nothing. */
static bool send_pin(int fd, const struct asking *asking, struct outcome *out)
{
	const char *pin = asking ? asking->pins[out->asked++ % PINS_MAX] : NULL;
	struct wire_frame frame;

	wire_start(&frame, PAM_FRAME_ANSWER);
	if (pin && !strcmp(pin, PIN_HANGUP))
		return false;
	if (pin)
		wire_put_text(&frame, PAM_FIELD_TEXT, pin);
	(void)wire_send(fd, &frame, wire_now() + 1000);
	return true;
}

static void note_event(const struct wire_frame *frame, struct outcome *out)
{
	size_t len = strlen(out->events);
	uint32_t event;

	if (wire_get_u32(frame, PAM_FIELD_EVENT, &event))
		(void)snprintf(out->events + len, sizeof(out->events) - len, "%u ",
			       event);
}

static void note_grant(const struct wire_frame *frame, struct outcome *out)
{
	struct bytes note = { NULL, 0 };

	if (wire_get(frame, PAM_FIELD_GRANT, &note)) {
		assert_in_range(note.len, 1, sizeof(out->note));
		memcpy(out->note, note.at, note.len);
	}
	out->note_len = note.len;
	wire_get_text(frame, PAM_FIELD_SUBJECT, out->subject, sizeof(out->subject));
	wire_get_text(frame, PAM_FIELD_ISSUER, out->issuer, sizeof(out->issuer));
	wire_get_text(frame, PAM_FIELD_ASSURANCE, out->assurance, sizeof(out->assurance));
	wire_get_u32(frame, PAM_FIELD_FLAGS, &out->flags);
}

/* Text and arguments as they came, for whoever looks at the words. */
static bool handle_secret(int fd, const struct asking *asking,
			  const struct wire_frame *frame, struct outcome *out)
{
	char text[256], tries[16] = "", where[160] = "";
	size_t len = strlen(out->said);

	assert_true(wire_get_text(frame, PAM_FIELD_TEXT, text, sizeof(text)));
	(void)wire_get_text(frame, PAM_FIELD_ARG1, tries, sizeof(tries));
	(void)wire_get_text(frame, PAM_FIELD_ARG2, where, sizeof(where));
	(void)snprintf(out->said + len, sizeof(out->said) - len, "[%s|%s|%s]\n", text,
		       tries, where);
	return send_pin(fd, asking, out);
}

static bool handle(int fd, const struct asking *asking, const struct wire_frame *frame,
		   struct outcome *out)
{
	size_t len = strlen(out->said);
	uint32_t style = 0;
	char text[256];

	note_event(frame, out);
	(void)wire_get_u32(frame, PAM_FIELD_STYLE, &style);
	if (frame->type == PAM_FRAME_PROMPT && style == STYLE_SECRET)
		return handle_secret(fd, asking, frame, out);
	if (frame->type == PAM_FRAME_PROMPT) {
		out->prompts++;
		wire_get_text(frame, PAM_FIELD_ARG1, out->prompt, 100);
		strcat(out->prompt, "|");
		wire_get_text(frame, PAM_FIELD_ARG2, out->prompt + strlen(out->prompt),
			      100);
		(void)poll(NULL, 0, asking ? (int)asking->thinks : 0);
		return send_answer(fd, asking ? asking->answer : ANSWER_ENTER);
	}
	if (frame->type == PAM_FRAME_SAY) {
		assert_true(wire_get_text(frame, PAM_FIELD_TEXT, text, sizeof(text)));
		for (enum liveness_cue cue = CUE_AHEAD; cue <= CUE_NEARER; cue++)
			if (!strcmp(text, cue_sentence(cue)))
				stage->asked = cue;
		(void)snprintf(out->said + len, sizeof(out->said) - len, "%s\n", text);
		if (asking && asking->shown) {
			char arg[512] = "";

			(void)wire_get_text(frame, PAM_FIELD_ARG1, arg, sizeof(arg));
			asking->shown(text, arg);
		}
		return !asking || !asking->hangup_later;
	}
	assert_int_equal(frame->type, PAM_FRAME_VERDICT);
	assert_true(wire_get_u32(frame, PAM_FIELD_VERDICT, &out->verdict));
	/* Root reads the exact reason, and no other caller (S53). */
	assert_int_equal(
		wire_get_text(frame, PAM_FIELD_REASON, out->reason, sizeof(out->reason)),
		caller == 0);
	wire_get_text(frame, PAM_FIELD_ACCOUNT, out->account, sizeof(out->account));
	wire_get_text(frame, PAM_FIELD_SECRET, out->secret, sizeof(out->secret));
	note_grant(frame, out);
	return false;
}

static void listen_to(int fd, const struct asking *asking, struct outcome *out)
{
	struct wire_frame frame;

	while (wire_receive(fd, &frame, wire_now() + 20000, -1) == WIRE_OK &&
	       handle(fd, asking, &frame, out))
		;
}

/* Without a verdict on the wire the reason is vidd's exit status. */
static void reap(pid_t child, struct outcome *out)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	out->exit = WEXITSTATUS(status);
	if (!out->reason[0])
		(void)snprintf(out->reason, sizeof(out->reason), "%s",
			       reason_name((enum vid_reason)out->exit));
}

struct outcome ask_vidd(const struct asking *asking)
{
	struct outcome out = { .verdict = 0 };
	int pair[2];
	pid_t child = start_vidd(pair, asking->uid);

	send_ask(pair[0], asking);
	listen_to(pair[0], asking, &out);
	close(pair[0]);
	reap(child, &out);
	return out;
}

struct outcome ask_vidd_again(enum pam_frame phase, struct bytes note, uid_t uid)
{
	struct outcome out = { .verdict = 0 };
	struct wire_frame frame;
	int pair[2];
	pid_t child = start_vidd(pair, uid);

	wire_start(&frame, phase);
	if (note.len)
		assert_true(wire_put(&frame, PAM_FIELD_GRANT, note));
	(void)wire_send(pair[0], &frame, wire_now() + 1000);
	listen_to(pair[0], NULL, &out);
	close(pair[0]);
	reap(child, &out);
	return out;
}

struct outcome ask_vidd_raw(const void *at, size_t len)
{
	struct outcome out = { .verdict = 0 };
	int pair[2];
	pid_t child = start_vidd(pair, 0);

	(void)!send(pair[0], at, len, MSG_NOSIGNAL);
	shutdown(pair[0], SHUT_WR);
	listen_to(pair[0], NULL, &out);
	close(pair[0]);
	reap(child, &out);
	return out;
}
