/* SPDX-License-Identifier: BSD-2-Clause */
/* The camera that plays events, and whoever asks vidd. */
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
#include "tests/unit/heads.h"
#include "vidd/login.h"

/* --- the camera
 * -------------------------------------------------------------------------- */

void stage_clear(void)
{
	memset(stage, 0, sizeof(*stage));
	stage->model = MODEL_ID;
	stage->networks = 2;
	stage->passive = .9f;
}

void stage_add(enum scene_kind kind, const char *qr, const float *face)
{
	assert_true(stage->count < SCENES_MAX);
	stage->scene[stage->count++] =
		(struct scene){ .kind = kind, .qr = qr, .face = face };
}

void stage_walk(const char *qr, const float *face)
{
	stage->next = stage->count = 0;
	if (qr)
		stage_add(SCENE_QR, qr, NULL);
	for (int i = 0; i < 7; i++)
		stage_add(SCENE_FACE, NULL, face);
}

enum vid_reason camera_open(const struct settings *settings, bool with_device,
			    enum face_engine_kind engine, int64_t deadline, int abort_fd,
			    struct camera *out, struct problem *problem)
{
	(void)settings;
	(void)with_device;
	(void)deadline;
	(void)abort_fd;
	(void)problem;
	*out = (struct camera)CAMERA_CLOSED;
	stage->opened++;
	if (stage->open != VID_OK)
		return stage->open;
	stage->is_open = true;
	if (engine != ENGINE_NONE) {
		(void)snprintf(out->model_id, sizeof(out->model_id), "%s", stage->model);
		out->dimension = DIMENSION;
		out->passive_networks = stage->networks;
	}
	return VID_OK;
}

enum vid_reason camera_want_qr(struct camera *camera, int64_t deadline)
{
	(void)deadline;
	camera->wanted = CAMERA_WANT_QR;
	return VID_OK;
}

enum vid_reason camera_want_face(struct camera *camera, int64_t deadline)
{
	(void)deadline;
	camera->wanted = CAMERA_WANT_FACE;
	return VID_OK;
}

/* The beginning of the picture is kept; the answer is the next scene of the list. */
enum vid_reason camera_send_picture(struct camera *camera, int fd, int64_t deadline)
{
	struct stat is;

	(void)camera;
	(void)deadline;
	stage->pictures++;
	stage->picture_len = fstat(fd, &is) == 0 ? (size_t)is.st_size : 0;
	return pread(fd, stage->picture, sizeof(stage->picture), 0) > 0
		       ? VID_OK
		       : VID_SENSOR_FAILED;
}

static void show_face(const struct head *head, const float *embedding, uint32_t number,
		      uint32_t milliseconds, struct camera_report *report)
{
	struct camera_face *face = &report->face;
	float width = HEAD_FOCAL / head->distance * 2;
	uint32_t seed = number + 1;

	report->event = CAMERA_EVENT_FACE;
	face->sequence = number;
	face->milliseconds = milliseconds;
	head_see(head, &seed, face->landmark);
	face->box[0] = (uint16_t)(320 - width / 2);
	face->box[1] = (uint16_t)(240 - width / 2);
	face->box[2] = face->box[3] = (uint16_t)width;
	face->brightness = 120;
	face->has_passive = stage->networks > 0;
	face->passive = stage->passive;
	face->has_changes = true;
	face->changed = face->changed_face = .6f;
	face->dimension = DIMENSION;
	memcpy(face->embedding, embedding, sizeof(float) * DIMENSION);
}

static void play_face(const struct scene *scene, struct camera_report *report)
{
	const struct head head = { .body = BODY_HEAD, .distance = 8, .noise = .5f };
	uint32_t number = (uint32_t)stage->next;

	show_face(&head, scene->face, number, number * 220, report);
	report->face.repeated = scene->kind == SCENE_REPEATED;
	if (scene->kind == SCENE_POOR) {
		report->event = CAMERA_EVENT_POOR;
		report->gate = CAMERA_GATE_BLURRED;
	}
}

/* --- somebody who does what they are told, or something else
 * ----------------------------------------------------------- */

#define FRAME_TIME 66 /* milliseconds */

struct player {
	struct head head;
	uint32_t frame;
	unsigned cue; /* that is being followed */
	uint32_t cued;
	bool was_turned;
};

static void aims_of(const struct player *player, float *yaw, float *distance)
{
	unsigned cue = player->cue;

	*yaw = 0;
	*distance = 8;
	if (stage->does == DOES_WRONG && (cue == CUE_LEFT || cue == CUE_RIGHT))
		cue = cue == CUE_LEFT ? CUE_RIGHT : CUE_LEFT;
	else if (stage->does == DOES_WRONG && cue == CUE_NEARER)
		cue = CUE_LEFT;
	if (stage->does == DOES_NOTHING)
		return;
	if (stage->does == DOES_EARLY && player->frame > 4)
		cue = CUE_LEFT;
	if (cue == CUE_LEFT)
		*yaw = .48f;
	if (cue == CUE_RIGHT)
		*yaw = -.48f;
	if (cue == CUE_NEARER)
		*distance = 6;
}

static float step(float from, float to, float most)
{
	return fabsf(to - from) <= most ? to : from + (to > from ? most : -most);
}

static enum vid_reason play_person(const struct scene *scene,
				   struct camera_report *report)
{
	static struct player player;
	uint32_t now = ++player.frame * FRAME_TIME;
	const float *face = scene->face;
	float yaw, distance;

	usleep(3000); /* for the caller to hear what is asked */
	if (player.frame == 1)
		player.head =
			(struct head){ .body = BODY_HEAD, .distance = 8, .noise = .5f };
	if (stage->asked != player.cue) {
		player.cue = stage->asked;
		player.cued = now;
	}
	/* It takes them a third of a second to hear and to begin. */
	aims_of(&player, &yaw, &distance);
	if (now - player.cued > 300 || stage->does == DOES_EARLY) {
		player.head.yaw = step(player.head.yaw, yaw, .08f);
		player.head.distance = step(player.head.distance, distance, .3f);
	}
	player.was_turned |= fabsf(player.head.yaw) > .25f || player.head.distance < 7;
	if (stage->does == DOES_FLAT)
		player.head.body = BODY_FLAT;
	if (stage->does == DOES_SWAP && player.was_turned)
		face = world.lee.face;
	show_face(&player.head, face, player.frame, now, report);
	if (stage->does == DOES_FROZEN)
		report->face.changed_face = 0;
	if (stage->does == DOES_LEAVE && player.was_turned && player.frame % 64)
		return VID_DEADLINE;
	return VID_OK;
}

/* When the list is at its end nothing more happens: as if the time had passed. */
enum vid_reason camera_next(struct camera *camera, struct camera_report *report,
			    int64_t deadline, int abort_fd, struct problem *problem)
{
	struct pollfd hangup = { .fd = abort_fd, .events = POLLIN | POLLRDHUP };
	const struct scene *scene;

	(void)camera;
	(void)problem;
	memset(report, 0, sizeof(*report));
	if (stage->next >= stage->count)
		return VID_DEADLINE;
	scene = &stage->scene[stage->next++];
	switch (scene->kind) {
	case SCENE_QR:
		report->event = CAMERA_EVENT_QR;
		report->qr_len = strlen(scene->qr);
		memcpy(report->qr, scene->qr, report->qr_len);
		return VID_OK;
	case SCENE_ANSWER:
		while (!stage->answered && wire_now() < deadline)
			usleep(1000);
		report->event = CAMERA_EVENT_QR;
		report->qr_len = strlen(stage->answer);
		memcpy(report->qr, stage->answer, report->qr_len);
		return stage->answered ? VID_OK : VID_DEADLINE;
	case SCENE_PERSON:
		stage->next--;
		return play_person(scene, report);
	case SCENE_FACE:
	case SCENE_POOR:
	case SCENE_REPEATED:
		play_face(scene, report);
		return VID_OK;
	case SCENE_GATE:
		report->event = CAMERA_EVENT_GATE;
		report->gate = CAMERA_GATE_FAR;
		return VID_OK;
	case SCENE_WAIT:
		return poll(&hangup, 1, (int)(deadline - wire_now())) == 1 ? VID_CANCELLED
									   : VID_DEADLINE;
	case SCENE_FAIL:
		break;
	}
	return scene->why;
}

void camera_close(struct camera *camera)
{
	(void)camera;
	if (stage->is_open)
		stage->closed++;
	stage->is_open = false;
}

void camera_report_wipe(struct camera_report *report)
{
	memset(report, 0, sizeof(*report));
}

const char *camera_gate_sentence(enum camera_gate gate)
{
	(void)gate;
	return "Come nearer.";
}

/* --- a caller
 * --------------------------------------------------------------------------------- */

static int64_t world_now(void)
{
	return world.now;
}

static pid_t start_vidd(int pair[2], uid_t uid)
{
	static struct login login;
	struct login_place place = {
		.settings = world_path("vid.conf"),
		.issuers = world_path("issuers.d"),
		.hostkey = world_path("host.key"),
		.index = world_path("accounts.cdb"),
		.faces = world_path("faces"),
		.attempts = world_path("attempts"),
		.replay = world_path("replay"),
		.status = world_path("status"),
		.clock = world_path("clock"),
		.now = world_now,
	};
	pid_t child;

	/* The kernel remembers who made the pair. */
	if (uid)
		assert_int_equal(seteuid(uid), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	if (uid)
		assert_int_equal(seteuid(0), 0);
	stage->next = 0;
	stage->asked = CUE_NONE;
	stage->opened = stage->closed = 0;
	stage->log[0] = '\0';
	child = fork();
	if (child == 0) {
		close(pair[0]);
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

static bool handle(int fd, const struct asking *asking, const struct wire_frame *frame,
		   struct outcome *out)
{
	size_t len = strlen(out->said);
	char text[256];

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
	assert_true(
		wire_get_text(frame, PAM_FIELD_REASON, out->reason, sizeof(out->reason)));
	wire_get_text(frame, PAM_FIELD_ACCOUNT, out->account, sizeof(out->account));
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
