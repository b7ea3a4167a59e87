/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/client.h"

#include <errno.h>
#include <math.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>

#include "libvid/paths.h"
#include "libvid/wire.h"
#include "sensors/camera/reports.h"

#define N_(text) text /* translated by who shows it */

/*
 * Address space, libraries included (VmPeak on Debian 12, OpenCV 4.6, zbar, YuNet and
 * frr0095): 71 MB with a camera of 256 x 256 or a portrait, 126 MB with a picture of
 * 4096 x 4096, 173 MB when that is a progressive JPEG, 50 more without subsampling. The
 * rest is for newer OpenCVs, which map more.
 */
#define CAMERA_MEMORY_MAX (512UL << 20)
#define CAMERA_CPU_MAX    120 /* seconds */

const struct sensor_spec *camera_spec(void)
{
	static const struct sensor_spec spec = {
		.path = PATH_CAMERA,
		.user = "vid-camera",
		.memory_max = CAMERA_MEMORY_MAX,
		.cpu_max = CAMERA_CPU_MAX,
	};

	return &spec;
}

static enum vid_reason why_of_wire(enum wire_result result, struct problem *problem)
{
	return sensor_why(result, "vid-camera", problem);
}

/* --- what the sensor says ----------------------------------------------------- */

/* Was it asked for? Counts a picture's answer. */
static bool is_wanted(struct camera *camera, const struct camera_report *report)
{
	if (report->event == CAMERA_EVENT_QR)
		return camera->wanted == CAMERA_WANT_QR;
	if (camera->video) {
		camera->video = report->event != CAMERA_EVENT_END;
		return true;
	}
	if (camera->pictures) {
		camera->pictures--;
		return true;
	}
	return camera->wanted == CAMERA_WANT_FACE;
}

/* The next report; rows of a preview on the way are the extra's. */
static enum vid_reason receive(struct camera *camera, struct wire_frame *frame,
			       int64_t deadline, int abort_fd, struct problem *problem)
{
	enum vid_reason why;

	do {
		why = why_of_wire(
			wire_receive(camera->sensor.fd, frame, deadline, abort_fd),
			problem);
		if (why != VID_OK || frame->type != CAMERA_PREVIEW_SEEN ||
		    !camera->preview_read)
			return why;
		why = camera->preview_read(camera, frame, problem);
	} while (why == VID_OK);
	return why;
}

enum vid_reason camera_next(struct camera *camera, struct camera_report *report,
			    int64_t deadline, int abort_fd, struct problem *problem)
{
	struct wire_frame frame;
	enum vid_reason why;

	do {
		camera_report_wipe(report);
		why = receive(camera, &frame, deadline, abort_fd, problem);
		if (why == VID_OK)
			why = report_read(&frame, camera, report, problem);
	} while (why == VID_OK && !is_wanted(camera, report));

	sodium_memzero(&frame, sizeof(frame));
	if (why != VID_OK)
		camera_report_wipe(report);
	return why;
}

void camera_report_wipe(struct camera_report *report)
{
	sodium_memzero(report, sizeof(*report));
}

/* --- what we say -------------------------------------------------------------- */

static bool put_open(struct wire_frame *frame, const struct settings *settings,
		     bool with_device, enum face_engine_kind engine)
{
	wire_start(frame, CAMERA_OPEN);
	if (with_device && settings->seat[0] &&
	    !wire_put_text(frame, CAMERA_FIELD_SEAT, settings->seat))
		return false;
	if (with_device &&
	    (!wire_put_text(frame, CAMERA_FIELD_DEVICE, settings->camera) ||
	     !wire_put_u32(frame, CAMERA_FIELD_VIRTUAL,
			   settings->camera_virtual ? 1 : 0)))
		return false;
	if (with_device && engine != ENGINE_NONE && settings->infrared[0] &&
	    !wire_put_text(frame, CAMERA_FIELD_INFRARED, settings->infrared))
		return false;
	if (engine == ENGINE_MODELS &&
	    (!wire_put_text(frame, CAMERA_FIELD_MODELS, settings->models) ||
	     !wire_put_text(frame, CAMERA_FIELD_DETECTOR, settings->detector) ||
	     !wire_put_text(frame, CAMERA_FIELD_EMBEDDER, settings->embedding)))
		return false;
	if (engine == ENGINE_MODELS && settings->liveness[0] &&
	    (!wire_put_text(frame, CAMERA_FIELD_LIVENESS, settings->liveness) ||
	     !wire_put_u32(frame, CAMERA_FIELD_OPTIONAL,
			   settings->liveness_named ? 0 : 1)))
		return false;
	return wire_put_u32(frame, CAMERA_FIELD_ENGINE, engine);
}

/* What answers OPEN: READY, or why not. */
static enum vid_reason judge_answer(const struct wire_frame *frame,
				    struct problem *problem)
{
	if (frame->type == CAMERA_FAILED)
		return report_read_failure(frame, problem);
	if (frame->type != CAMERA_READY)
		return report_malformed("a first frame", problem);
	return VID_OK;
}

static enum vid_reason greet(const struct settings *settings, bool with_device,
			     enum face_engine_kind engine,
			     const struct camera_extra *extra, int64_t deadline,
			     int abort_fd, struct camera *camera, struct problem *problem)
{
	struct wire_frame frame;
	enum vid_reason why;

	if (!put_open(&frame, settings, with_device, engine) ||
	    (extra && !extra->put(&frame))) {
		problem_set(problem, "the camera's settings are too long");
		return VID_CONFIG;
	}
	why = why_of_wire(wire_send(camera->sensor.fd, &frame, deadline), problem);
	if (why != VID_OK)
		return why;
	why = why_of_wire(wire_receive(camera->sensor.fd, &frame, deadline, abort_fd),
			  problem);
	if (why != VID_OK)
		return why;
	if ((why = judge_answer(&frame, problem)) != VID_OK)
		return why;
	return report_read_ready(&frame, engine, camera, problem);
}

enum vid_reason camera_open_with(const struct sensor_spec *spec,
				 const struct settings *settings, bool with_device,
				 enum face_engine_kind engine,
				 const struct camera_extra *extra, int64_t deadline,
				 int abort_fd, struct camera *out,
				 struct problem *problem)
{
	enum vid_reason why;

	*out = (struct camera)CAMERA_CLOSED;
	if (extra) {
		out->preview_read = extra->read;
		out->preview = extra->preview;
	}
	if (with_device && settings->camera[0] == '\0') {
		problem_set(problem, "no camera is named; `vid camera list` shows them");
		return VID_CAMERA_NONE;
	}
	why = sensor_start(spec, &out->sensor, problem);
	if (why == VID_OK)
		why = greet(settings, with_device, engine, extra, deadline, abort_fd, out,
			    problem);
	if (why != VID_OK)
		camera_close(out);
	return why;
}

enum vid_reason camera_open_as(const struct sensor_spec *spec,
			       const struct settings *settings, bool with_device,
			       enum face_engine_kind engine, int64_t deadline,
			       int abort_fd, struct camera *out, struct problem *problem)
{
	return camera_open_with(spec, settings, with_device, engine, NULL, deadline,
				abort_fd, out, problem);
}

enum vid_reason camera_open(const struct settings *settings, bool with_device,
			    enum face_engine_kind engine, int64_t deadline, int abort_fd,
			    struct camera *out, struct problem *problem)
{
	return camera_open_as(camera_spec(), settings, with_device, engine, deadline,
			      abort_fd, out, problem);
}

static enum vid_reason ask(struct camera *camera, enum camera_frame type,
			   int64_t deadline)
{
	struct wire_frame frame;

	wire_start(&frame, (uint8_t)type);
	return why_of_wire(wire_send(camera->sensor.fd, &frame, deadline), NULL);
}

/* A sensor that ended or hung over the network has tried it. */
static enum vid_reason why_of_trial(enum wire_result result, struct problem *problem)
{
	enum vid_reason why = why_of_wire(result, problem);

	return why == VID_OK || why == VID_CANCELLED ? why : VID_FACE_ENGINE;
}

static enum vid_reason hear_trial(const struct sensor *sensor, const struct model *model,
				  int64_t deadline, int abort_fd, struct problem *problem)
{
	struct wire_frame frame;
	uint32_t dimension;
	enum vid_reason why;

	why = why_of_trial(wire_receive(sensor->fd, &frame, deadline, abort_fd), problem);
	if (why != VID_OK)
		return why;
	if ((why = judge_answer(&frame, problem)) != VID_OK)
		return why;
	if (model->kind == MODEL_EMBEDDING &&
	    (!wire_get_u32(&frame, CAMERA_FIELD_DIMENSION, &dimension) ||
	     dimension != model->output)) {
		problem_set(problem, "%s: the network has not the card's dimension",
			    model->name);
		return VID_FACE_ENGINE;
	}
	return VID_OK;
}

enum vid_reason camera_try(const char *models, const struct model *model,
			   int64_t deadline, int abort_fd, struct problem *problem)
{
	struct sensor sensor = SENSOR_NONE;
	struct wire_frame frame;
	enum vid_reason why;

	wire_start(&frame, CAMERA_OPEN);
	if (!wire_put_text(&frame, CAMERA_FIELD_MODELS, models) ||
	    !wire_put_text(&frame, CAMERA_FIELD_TRIAL, model->name)) {
		problem_set(problem, "the path is too long");
		return VID_CONFIG;
	}
	why = sensor_start(camera_spec(), &sensor, problem);
	if (why == VID_OK)
		why = why_of_trial(wire_send(sensor.fd, &frame, deadline), problem);
	if (why == VID_OK)
		why = hear_trial(&sensor, model, deadline, abort_fd, problem);
	sensor_stop(&sensor);
	return why;
}

enum vid_reason camera_want_qr(struct camera *camera, int64_t deadline)
{
	camera->wanted = CAMERA_WANT_QR;
	return ask(camera, CAMERA_QR, deadline);
}

enum vid_reason camera_want_face(struct camera *camera, int64_t deadline)
{
	camera->wanted = CAMERA_WANT_FACE;
	return ask(camera, CAMERA_FACE, deadline);
}

/* One byte behind the frame that announced it. */
static bool send_descriptor(int to, int fd)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	char byte = 0;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t sent;

	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	do /* one byte: the room that the frame left is enough for it */
		sent = sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	return sent == 1;
}

/* `frame` says what is asked; the descriptor follows it. */
static enum vid_reason send_file(struct camera *camera, int fd,
				 const struct wire_frame *frame, int64_t deadline)
{
	enum vid_reason why =
		why_of_wire(wire_send(camera->sensor.fd, frame, deadline), NULL);

	if (why != VID_OK)
		return why;
	return send_descriptor(camera->sensor.fd, fd) ? VID_OK : VID_SENSOR_FAILED;
}

static enum vid_reason send_picture(struct camera *camera, int fd,
				    const struct wire_frame *frame, int64_t deadline)
{
	enum vid_reason why = send_file(camera, fd, frame, deadline);

	if (why == VID_OK)
		camera->pictures++;
	return why;
}

enum vid_reason camera_send_picture(struct camera *camera, int fd, int64_t deadline)
{
	struct wire_frame frame;

	wire_start(&frame, CAMERA_PICTURE);
	return send_picture(camera, fd, &frame, deadline);
}

enum vid_reason camera_study_picture(struct camera *camera, int fd, int64_t deadline)
{
	struct wire_frame frame;

	wire_start(&frame, CAMERA_PICTURE);
	(void)wire_put_u32(&frame, CAMERA_FIELD_STAGES, 1);
	return send_picture(camera, fd, &frame, deadline);
}

enum vid_reason camera_send_recorded(struct camera *camera, int fd, uint32_t number,
				     uint32_t milliseconds, int64_t deadline)
{
	struct wire_frame frame;

	wire_start(&frame, CAMERA_RECORDED);
	(void)wire_put_u32(&frame, CAMERA_FIELD_SEQUENCE, number);
	(void)wire_put_u32(&frame, CAMERA_FIELD_TIME, milliseconds);
	return send_picture(camera, fd, &frame, deadline);
}

enum vid_reason camera_send_video(struct camera *camera, int fd, int64_t deadline)
{
	struct wire_frame frame;
	enum vid_reason why;

	wire_start(&frame, CAMERA_VIDEO);
	why = send_file(camera, fd, &frame, deadline);
	camera->video = why == VID_OK;
	return why;
}

void camera_close(struct camera *camera)
{
	sensor_stop(&camera->sensor);
	*camera = (struct camera)CAMERA_CLOSED;
}

const char *camera_gate_sentence(enum camera_gate gate)
{
	switch (gate) {
	case CAMERA_GATE_NOBODY:
		return N_("Look at the camera.");
	case CAMERA_GATE_SEVERAL:
		return N_("Only one person, please.");
	case CAMERA_GATE_FAR:
		return N_("Come nearer.");
	case CAMERA_GATE_DARK:
		return N_("It is too dark.");
	case CAMERA_GATE_BRIGHT:
		return N_("It is too bright.");
	case CAMERA_GATE_BLURRED:
		return N_("Hold still.");
	case CAMERA_GATE_PICTURE:
		return N_("This is not a picture that can be read.");
	case CAMERA_GATE_NEAR:
		return N_("Move back a little.");
	case CAMERA_GATE_TURNED:
		return N_("Look straight at the camera.");
	case CAMERA_GATE_COVERED_EYES:
		return N_("Please uncover your eyes.");
	case CAMERA_GATE_COVERED_MOUTH:
		return N_("Please uncover your mouth and nose.");
	}
	return N_("Look at the camera.");
}
