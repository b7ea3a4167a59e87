/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vid-camera - sees, and reports what it saw (protocol.h); never decides
 *
 * Started by launch.h with the conversation as descriptor 0. The order is the defence:
 * wait to be asked, open what was asked for, shut every door, and only then look at
 * anything that a stranger can hold up.
 */
#include "config.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/limits.h"
#include "sensors/camera/answers.h"
#include "sensors/camera/handed.h"
#include "sensors/camera/models.h"
#include "sensors/camera/pinned.h"
#include "sensors/camera/preview.h"
#include "sensors/camera/sight.h"
#include "sensors/camera/v4l2.h"
#include "sensors/sandbox.h"

#define CONVERSATION 0 /* the descriptor */

#define LIFE_MAX       (VID_DEADLINE_MAX + 30) /* seconds; vidd ends us sooner */
#define SEND_PATIENCE  5000                    /* milliseconds that vidd may not read */
#define FRAME_PATIENCE 3000                    /* milliseconds without a frame */
#define QR_AGAIN       1000 /* milliseconds until the same code is told again */
#define PARTNER_AGAIN  600  /* milliseconds until the colour camera looks again */

enum wanted { WANT_NOTHING, WANT_QR, WANT_FACE };

struct camera_sensor {
	struct source source;   /* in colour, or whatever was pinned */
	struct source infrared; /* sees faces in its place, where there is one */
	int lamp;               /* lamp.h; never closed: it is by our end */
	bool partner_fresh;     /* its old frames were taken out */
	int64_t partner;        /* wire_now(), when the first looked for a face */
	struct sight sight;
	enum wanted wanted;
	int64_t ready;      /* wire_now() */
	int64_t last_frame; /* wire_now() */
	int64_t started;    /* CLOCK_MONOTONIC milliseconds */
	uint8_t code[VID_QR_TEXT_MAX];
	size_t code_len;
	int64_t code_told;
	struct wire_frame frame;
	struct answers answers;
};

static bool say(const struct wire_frame *frame)
{
	return wire_send(CONVERSATION, frame, wire_now() + SEND_PATIENCE) == WIRE_OK;
}

static void say_failed(enum camera_failure failure, const struct problem *problem)
{
	struct wire_frame frame;

	wire_start(&frame, CAMERA_FAILED);
	(void)wire_put_u32(&frame, CAMERA_FIELD_FAILURE, failure);
	(void)wire_put_text(&frame, CAMERA_FIELD_WHY, problem->text);
	(void)say(&frame);
}

/* --- OPEN ------------------------------------------------------------------------- */

static bool wants_engine(const struct wire_frame *asked)
{
	uint32_t engine = 0; /* enum face_engine_kind: none */

	return wire_get_u32(asked, CAMERA_FIELD_ENGINE, &engine) && engine != 0;
}

/* A seat that cannot be read is not any seat. */
static bool read_seat(const struct wire_frame *asked, char *to, size_t size,
		      struct device_rules *rules, struct problem *problem)
{
	struct bytes seat;

	if (!wire_get(asked, CAMERA_FIELD_SEAT, &seat))
		return true;
	if (!bytes_to_text(seat, to, size)) {
		problem_set(problem, "the name of the seat is too long");
		return false;
	}
	rules->seat = to;
	return true;
}

/* The device first: it warms up while the models are read. */
static bool open_all(const struct wire_frame *asked, struct camera_sensor *sensor,
		     enum camera_failure *failure, struct problem *problem)
{
	char id[DEVICE_ID_MAX + 1], infrared[DEVICE_ID_MAX + 1], seat[VID_SEAT_MAX + 1];
	struct device_rules rules = { .seat = NULL };
	uint32_t allow_virtual = 0, preview = 0;
	struct bytes named;

	sensor->answers = (struct answers){
		.sight = &sensor->sight,
		.preview = wire_get_u32(asked, CAMERA_FIELD_PREVIEW, &preview) &&
			   preview == 1,
		.say = say,
	};

	if (wire_get(asked, CAMERA_FIELD_DEVICE, &named)) {
		(void)wire_get_u32(asked, CAMERA_FIELD_VIRTUAL, &allow_virtual);
		rules.allow_virtual = allow_virtual == 1;
		*failure = CAMERA_FAILURE_PROTOCOL;
		if (!read_seat(asked, seat, sizeof(seat), &rules, problem))
			return false;
		*failure = CAMERA_FAILURE_NONE;
		if (!bytes_to_text(named, id, sizeof(id))) {
			problem_set(problem, "the camera's name is too long");
			return false;
		}
		if (!pinned_camera(id, &rules, &sensor->source, failure, problem))
			return false;
		if (wire_get_text(asked, CAMERA_FIELD_INFRARED, infrared,
				  sizeof(infrared)) &&
		    !pinned_infrared(infrared, id, &rules, &sensor->infrared,
				     &sensor->lamp, failure, problem))
			return false;
		sensor->sight.infrared = sensor->infrared.fd >= 0;
		*failure = CAMERA_FAILURE_DEVICE;
		/* One that sees faces reads no codes: a stranger makes those (S61). */
		if (!wants_engine(asked) && !(sensor->sight.qr = qr_new())) {
			problem_set(problem, "the QR reader cannot be opened");
			return false;
		}
	}
	*failure = CAMERA_FAILURE_ENGINE;
	return models_open(asked, &sensor->sight, problem);
}

static bool say_ready(const struct sight *sight)
{
	struct wire_frame frame;

	wire_start(&frame, CAMERA_READY);
	if (sight->engine) {
		(void)wire_put_text(&frame, CAMERA_FIELD_MODEL_ID,
				    face_engine_model_id(sight->engine));
		(void)wire_put_u32(&frame, CAMERA_FIELD_DIMENSION,
				   (uint32_t)face_engine_dimension(sight->engine));
		(void)wire_put_u32(&frame, CAMERA_FIELD_PASSIVE, sight->networks);
		(void)wire_put_u32(&frame, CAMERA_FIELD_INFRARED, sight->infrared);
	}
	return say(&frame);
}

static int64_t monotonic(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) < 0)
		return 0;
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool get_ready(struct camera_sensor *sensor)
{
	struct problem problem = { "" };
	enum camera_failure failure = CAMERA_FAILURE_PROTOCOL;

	if (wire_receive(CONVERSATION, &sensor->frame, wire_now() + LIFE_MAX * 1000,
			 -1) != WIRE_OK)
		return false;
	if (sensor->frame.type != CAMERA_OPEN) {
		problem_set(&problem, "the first frame must be OPEN");
	} else if (open_all(&sensor->frame, sensor, &failure, &problem)) {
		failure = CAMERA_FAILURE_PROTOCOL;
		if (sandbox_enter(v4l2_ioctls,
				  sizeof(v4l2_ioctls) / sizeof(v4l2_ioctls[0]),
				  &problem)) {
			sensor->ready = sensor->last_frame = wire_now();
			sensor->started = monotonic();
			return say_ready(&sensor->sight);
		}
	}
	say_failed(failure, &problem);
	return false;
}

/* --- frames ------------------------------------------------------------------------ */

/* The same code again only after a while: vidd has it. */
static bool tell_code(struct camera_sensor *sensor, struct bytes text)
{
	int64_t now = wire_now();

	if (bytes_equal(text, bytes_of(sensor->code, sensor->code_len)) &&
	    now - sensor->code_told < QR_AGAIN)
		return true;
	if (text.len > sizeof(sensor->code))
		return true;
	memcpy(sensor->code, text.at, text.len);
	sensor->code_len = text.len;
	sensor->code_told = now;
	wire_start(&sensor->frame, CAMERA_QR_SEEN);
	return wire_put(&sensor->frame, CAMERA_FIELD_QR, text) && say(&sensor->frame);
}

static bool look_for_codes(struct camera_sensor *sensor, const struct source_frame *frame)
{
	struct bytes texts[SIGHT_QR_MAX];
	size_t count = sight_codes(&sensor->sight, frame, texts);

	for (size_t i = 0; i < count; i++)
		if (!tell_code(sensor, texts[i]))
			return false;
	return true;
}

static bool look_for_face(struct camera_sensor *sensor, const struct source_frame *frame)
{
	int64_t since = frame->time - sensor->started;
	bool told = true;

	if (sight_face(&sensor->sight, frame, since > 0 ? (uint32_t)since : 0,
		       &sensor->frame))
		told = (!sensor->answers.preview ||
			preview_send(sensor->sight.picture, frame->pixels.width,
				     frame->pixels.height, say)) &&
		       say(&sensor->frame);
	explicit_bzero(&sensor->frame, sizeof(sensor->frame));
	return told;
}

static struct source *looking(struct camera_sensor *sensor)
{
	return sensor->wanted == WANT_FACE && sensor->infrared.fd >= 0 ? &sensor->infrared
								       : &sensor->source;
}

/* Beside the infrared camera the other one looks, too, now and then: a face that is in
 * one of them alone is none. */
static bool look_with_partner(struct camera_sensor *sensor, struct problem *problem)
{
	struct source_frame frame;
	int64_t now = wire_now();

	if (looking(sensor) != &sensor->infrared || now - sensor->partner < PARTNER_AGAIN)
		return true;
	if (!source_next(&sensor->source, &frame, problem))
		return false;
	if (!frame.pixels.at)
		return true;
	/* what waited in the buffers is old: the next one is looked at */
	if (!sensor->partner_fresh) {
		sensor->partner_fresh = true;
		return true;
	}
	sensor->partner_fresh = false;
	sensor->partner = now;
	sight_partner(&sensor->sight, &frame);
	return true;
}

/* False: the camera has failed, or vidd is gone. */
static bool look(struct camera_sensor *sensor)
{
	struct problem problem = { "" };
	struct source_frame frame;

	if (!look_with_partner(sensor, &problem) ||
	    !source_next(looking(sensor), &frame, &problem)) {
		say_failed(CAMERA_FAILURE_DEVICE, &problem);
		return false;
	}
	if (!frame.pixels.at)
		return true;
	sensor->last_frame = wire_now();
	switch (sensor->wanted) {
	case WANT_QR:
		return look_for_codes(sensor, &frame);
	case WANT_FACE:
		return look_for_face(sensor, &frame);
	case WANT_NOTHING:
		break;
	}
	return true;
}

/* --- the conversation ----------------------------------------------------------------
 */

static bool answer_file(struct camera_sensor *sensor,
			bool (*with)(struct answers *answers,
				     const struct wire_frame *asked, int fd))
{
	AUTO_CLOSE int fd = handed_descriptor(CONVERSATION, SEND_PATIENCE);

	return fd >= 0 && with(&sensor->answers, &sensor->frame, fd);
}

/* Nobody has read the infrared camera so far: what its buffers hold is from its start. */
static bool forget_old_frames(struct camera_sensor *sensor)
{
	struct problem problem = { "" };
	struct source_frame old;

	if (sensor->infrared.fd < 0 || source_next(&sensor->infrared, &old, &problem))
		return true;
	say_failed(CAMERA_FAILURE_DEVICE, &problem);
	return false;
}

static bool answer(struct camera_sensor *sensor)
{
	const struct problem problem = {
		"a frame that is none of ours, or not this one's to answer"
	};

	if (wire_receive(CONVERSATION, &sensor->frame, wire_now() + SEND_PATIENCE, -1) !=
	    WIRE_OK)
		return false;
	switch (sensor->frame.type) {
	case CAMERA_QR:
		if (!sensor->sight.qr)
			break;
		sensor->wanted = WANT_QR;
		return true;
	case CAMERA_FACE:
		if (!sensor->sight.engine)
			break;
		sensor->wanted = WANT_FACE;
		return forget_old_frames(sensor);
	case CAMERA_PICTURE:
		return answer_file(sensor, answer_picture);
	case CAMERA_RECORDED:
		return answer_file(sensor, answer_recorded);
	case CAMERA_VIDEO:
		return answer_file(sensor, answer_video);
	default:
		break;
	}
	say_failed(CAMERA_FAILURE_PROTOCOL, &problem);
	return false;
}

static bool is_silent(const struct camera_sensor *sensor)
{
	const struct problem problem = { "the camera sends no frames" };

	if (sensor->source.fd < 0 || wire_now() - sensor->last_frame < FRAME_PATIENCE)
		return false;
	say_failed(CAMERA_FAILURE_DEVICE, &problem);
	return true;
}

static void converse(struct camera_sensor *sensor)
{
	bool going = true;

	while (going) {
		struct pollfd wait[2] = { { .fd = CONVERSATION, .events = POLLIN },
					  { .fd = looking(sensor)->fd,
					    .events = POLLIN } };
		int ready = poll(wait, 2, FRAME_PATIENCE);
		int64_t began = wire_now();

		if (ready < 0 && errno != EINTR)
			return;
		if ((ready <= 0 || !wait[1].revents) && is_silent(sensor))
			return;
		if (ready <= 0)
			continue;
		if (wait[0].revents)
			going = answer(sensor);
		if (going && wait[1].revents) /* an error is told by the next call */
			going = look(sensor);
		/* The time that we work is no silence of the camera's. */
		sensor->last_frame += wire_now() - began;
	}
}

int main(void)
{
	struct camera_sensor *sensor;

	sandbox_clock(LIFE_MAX);
	sensor = calloc(1, sizeof(*sensor));
	if (!sensor)
		return EXIT_FAILURE;
	sensor->source = sensor->infrared = (struct source)SOURCE_NONE;
	sensor->sight.pair = -1;
	sensor->sight.partner_live = -1;
	sensor->lamp = LAMP_NONE;
	if (get_ready(sensor))
		converse(sensor);
	source_close(&sensor->source);
	source_close(&sensor->infrared);
	sight_close(&sensor->sight);
	answers_close(&sensor->answers);
	explicit_bzero(sensor, sizeof(*sensor));
	_exit(EXIT_SUCCESS); /* no exit handlers: the sandbox has no room for theirs */
}
