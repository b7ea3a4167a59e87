/* SPDX-License-Identifier: BSD-2-Clause */
/* The camera that plays events. */
#include "config.h"

#include "tests/vidd/world.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/liveness.h"
#include "tests/unit/heads.h"
#include "tests/vidd/fake_key.h"
#include "vidd/login.h"

void stage_clear(void)
{
	memset(stage, 0, sizeof(*stage));
	stage->model = MODEL_ID;
	stage->networks = 2;
	stage->passive = .9f;
	keys_clear();
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

/* What this process does; one that was taken over lies from then on. */
static void plays(const struct camera *camera, enum role role)
{
	unsigned process = (unsigned)camera->sensor.pid % PROCESSES_MAX;

	stage->roles[process] |= role;
}

static bool is_hostile(const struct camera *camera)
{
	unsigned process = (unsigned)camera->sensor.pid % PROCESSES_MAX;

	return (stage->roles[process] & stage->hostile) != 0;
}

enum vid_reason camera_open(const struct settings *settings, bool with_device,
			    enum face_engine_kind engine, int64_t deadline, int abort_fd,
			    struct camera *out, struct problem *problem)
{
	(void)snprintf(stage->camera_seat, sizeof(stage->camera_seat), "%s",
		       settings->seat);
	(void)deadline;
	(void)abort_fd;
	(void)problem;
	*out = (struct camera)CAMERA_CLOSED;
	stage->opened++;
	if (stage->open != VID_OK)
		return stage->open;
	stage->process++;
	out->sensor.pid = (pid_t)stage->process; /* of the stage, never ended */
	if (with_device && engine != ENGINE_NONE)
		plays(out, ROLE_FACE);
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
	plays(camera, ROLE_CODES);
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

	(void)deadline;
	plays(camera, ROLE_PORTRAITS);
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
	if (stage->does == DOES_UNPLUG && player.cue)
		return VID_CAMERA_FAILED;
	return VID_OK;
}

/* When the list is at its end nothing more happens: as if the time had passed. */
enum vid_reason camera_next(struct camera *camera, struct camera_report *report,
			    int64_t deadline, int abort_fd, struct problem *problem)
{
	struct pollfd hangup = { .fd = abort_fd, .events = POLLIN | POLLRDHUP };
	const struct scene *scene;

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
		if (is_hostile(camera))
			memcpy(report->face.embedding, stage->lie, sizeof(stage->lie));
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
	if (camera->sensor.pid > 0)
		stage->closed++;
	*camera = (struct camera)CAMERA_CLOSED;
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
