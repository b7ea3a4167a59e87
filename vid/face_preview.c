/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vid face preview - what the camera sees, and what the gates make of it: a line a frame,
 * or one picture
 *
 * The picture is of a person: it goes to the administrator who asked for it, into a file
 * that nobody else reads.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/pose.h"
#include "libvid/wire.h"
#include "sensors/camera/preview_client.h"
#include "vid/cli.h"
#include "vid/drawing.h"
#include "vid/faces.h"

#define SECONDS     10 /* of lines */
#define SECONDS_MAX 600
#define PNG_PATIENCE                                                                     \
	5000     /* milliseconds until there is a face, or the picture is as it is */
#define MARGIN 4 /* pixels about the sentence */

static const uint8_t green[3] = { 0, 220, 0 };
static const uint8_t orange[3] = { 0, 140, 255 };
static const uint8_t white[3] = { 255, 255, 255 };

struct view {
	struct faces faces;
	struct camera_preview preview; /* a picture of a person */
	struct camera_report report;   /* biometric */
};

static struct view *view_new(void)
{
	struct view *view = calloc(1, sizeof(*view));

	if (view)
		view->faces = (struct faces)FACES_CLOSED;
	return view;
}

static void view_free(struct view **at)
{
	if (!*at)
		return;
	faces_close(&(*at)->faces);
	sodium_memzero(*at, sizeof(**at));
	free(*at);
}

/* English, for gettext. */
static const char *sentence_of(const struct camera_report *report)
{
	if (report->gate == CAMERA_GATE_PICTURE)
		return N_("This is not a picture that can be read.");
	return report->gate ? camera_gate_sentence(report->gate) : N_("Good.");
}

static bool has_face(const struct camera_report *report)
{
	return report->event == CAMERA_EVENT_FACE || report->event == CAMERA_EVENT_POOR;
}

/* --- lines ------------------------------------------------------------------------- */

static void print_line(const struct camera_report *report)
{
	const struct camera_face *face = &report->face;
	char open[16] = "-";

	if (face->has_eyes)
		(void)snprintf(open, sizeof(open), "%.2f", (double)face->eyes);

	if (has_face(report))
		printf(_("%7.1f s  eyes %3u px open %s  sharp %5u  light %3u  yaw %+.2f  "
			 "pitch "
			 "%.2f  %s\n"),
		       face->milliseconds / 1000.0, face->eye_distance, open,
		       face->sharpness, face->brightness,
		       (double)pose_yaw(face->landmark),
		       (double)pose_pitch(face->landmark), _(sentence_of(report)));
	else
		printf("%s\n", _(sentence_of(report)));
	fflush(stdout);
}

static int print_lines(struct view *view, int64_t seconds)
{
	int64_t deadline = wire_now() + seconds * 1000;
	struct problem problem = { .text = "" };
	struct camera *camera = &view->faces.camera;
	enum vid_reason why = camera_want_face(camera, deadline);

	while (why == VID_OK) {
		why = camera_next(camera, &view->report, deadline, -1, &problem);
		if (why == VID_OK)
			print_line(&view->report);
	}
	return why == VID_DEADLINE ? CLI_YES : cli_problem(why, &problem);
}

/* --- a picture --------------------------------------------------------------------- */

static void draw_face(const struct drawing *drawing, const struct view *view)
{
	const struct camera_face *face = &view->report.face;
	const uint8_t *colour = view->report.event == CAMERA_EVENT_FACE ? green : orange;
	float across = (float)view->preview.width / (float)view->preview.frame_width;
	float down = (float)view->preview.height / (float)view->preview.frame_height;

	draw_box(drawing, face->box[0] * across, face->box[1] * down,
		 face->box[2] * across, face->box[3] * down, colour);
	for (int i = 0; i < 5; i++)
		draw_cross(drawing, face->landmark[i][0] * across,
			   face->landmark[i][1] * down, colour);
}

/* The picture with what was found in it, and the sentence below; letters are ASCII, so
 * the sentence is English. */
static int write_png(const struct view *view, const char *path, bool force)
{
	const struct camera_preview *preview = &view->preview;
	const char *sentence = sentence_of(&view->report);
	struct drawing drawing = { preview->width, preview->height, NULL };
	size_t pixels = (size_t)preview->width * (size_t)preview->height * 3, size, len;
	uint8_t *png = NULL;
	int code = CLI_FAILED;

	drawing.height +=
		text_lines(&drawing, MARGIN, sentence) * DRAWING_LINE + 2 * MARGIN;
	size = (size_t)drawing.width * (size_t)drawing.height * 3;
	drawing.at = calloc(1, size);
	if (!drawing.at)
		return cli_fail(_("no memory"));
	memcpy(drawing.at, preview->at, pixels);
	if (has_face(&view->report))
		draw_face(&drawing, view);
	(void)draw_text(&drawing, MARGIN, preview->height + MARGIN, sentence, white);
	if (drawing_png(&drawing, &png, &len)) {
		code = cli_write(path, bytes_of(png, len), 0600, force);
		sodium_memzero(png, len);
	} else {
		(void)cli_fail(_("the picture cannot be written"));
	}
	free(png);
	sodium_memzero(drawing.at, size);
	free(drawing.at);
	return code;
}

/* The first frame with a good face; without one, the last that was seen. */
static int see_camera(struct view *view)
{
	int64_t deadline = wire_now() + PNG_PATIENCE;
	struct problem problem = { .text = "" };
	struct camera *camera = &view->faces.camera;
	enum vid_reason why = camera_want_face(camera, deadline + PNG_PATIENCE);

	while (why == VID_OK) {
		why = camera_next(camera, &view->report, deadline + PNG_PATIENCE, -1,
				  &problem);
		if (why == VID_OK &&
		    (view->report.event == CAMERA_EVENT_FACE || wire_now() > deadline))
			return CLI_GO;
	}
	return cli_problem(why, &problem);
}

/* A picture is judged as a frame: what is wrong with it is the answer, not a fault. */
static int see_picture(struct view *view, const char *path)
{
	int code = faces_of_picture(&view->faces, path, &view->report);

	if (code == CLI_FAILED)
		return code;
	if (view->preview.width == 0) /* not a picture: said already */
		return CLI_FAILED;
	return CLI_GO;
}

struct wishes {
	const char *from, *png, *seconds;
	struct faces_options engine;
	bool force;
};

static int preview(const struct wishes *wishes)
{
	AUTO(view_free) struct view *view = view_new();
	int64_t seconds = SECONDS;
	int code;

	if (!view)
		return cli_fail(_("no memory"));
	if (!wishes->from && geteuid() != 0)
		return cli_fail(
			_("only the administrator (root) looks through the camera "
			  "of this machine"));
	if (wishes->seconds && (wishes->png || wishes->from))
		return cli_fail(_("--seconds is for lines: leave out --png and --from"));
	if (wishes->seconds &&
	    !cli_number("--seconds", wishes->seconds, 1, SECONDS_MAX, &seconds))
		return CLI_FAILED;
	if (wishes->png && (code = cli_writable(wishes->png, wishes->force)) != CLI_GO)
		return code;
	code = faces_open_preview(&wishes->engine, !wishes->from, &view->preview,
				  &view->faces);
	if (code != CLI_GO)
		return code;
	if (!wishes->from && !wishes->png)
		return print_lines(view, seconds);
	code = wishes->from ? see_picture(view, wishes->from) : see_camera(view);
	if (code != CLI_GO)
		return code;
	print_line(&view->report);
	return wishes->png ? write_png(view, wishes->png, wishes->force) : CLI_YES;
}

int cmd_face_preview(int argc, char **argv)
{
	struct wishes wishes = { .from = NULL };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "png",
		  .arg = N_("FILE"),
		  .text = &wishes.png,
		  .help = N_("write one picture to FILE: box, landmarks, sentence") },
		{ .name = "from",
		  .arg = N_("FILE"),
		  .text = &wishes.from,
		  .help = N_("look at a picture, not through the camera") },
		{ .name = "seconds",
		  .arg = N_("N"),
		  .text = &wishes.seconds,
		  .help = N_("print lines for N seconds (10)") },
		{ .name = "force", .given = &wishes.force, .help = N_("replace FILE") },
		FACES_OPTIONS(wishes.engine),
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid face preview [--png FILE] [--from FILE] [...]",
		.about = N_(
			"Show what the camera sees and what is wrong with it: a line for "
			"each frame, or one picture.\nThe picture is for you alone: FILE "
			"can be read by nobody else."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return preview(&wishes);
}
