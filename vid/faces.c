/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/faces.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/paths.h"
#include "libvid/wire.h"
#include "sensors/camera/preview_client.h"
#include "vid/cli.h"

#define START_MILLISECONDS   10000
#define PICTURE_MILLISECONDS 10000

#define BASIC_CARD "basic"

const struct faces_level faces_levels[FACES_LEVELS] = {
	{ "standard", LEVEL_STANDARD },
	{ "high", LEVEL_HIGH },
	{ "highest", LEVEL_HIGHEST },
};

int faces_folder(const char *option, char *to, size_t size)
{
	char here[PATH_MAX] = "", path[PATH_MAX];
	size_t len = strlen(option);

	while (len > 1 && option[len - 1] == '/')
		len--;
	if (!bytes_to_text(bytes_of(option, len), path, sizeof(path)) ||
	    (option[0] != '/' && !getcwd(here, sizeof(here))) ||
	    !(*here ? path_join(to, size, here, path)
		    : bytes_to_text(bytes_of_text(path), to, size)))
		return cli_fail(_("--models: the path is too long"));
	return CLI_GO;
}

static int choose_engine(const struct faces_options *options, struct settings *settings)
{
	const char *engine = options->engine;
	int code;

	if (engine && strcmp(engine, "models") != 0 && strcmp(engine, "basic") != 0)
		return cli_fail(_("--engine is models or basic, not '%s'"), engine);
	if (engine && options->models && strcmp(engine, "basic") == 0)
		return cli_fail(_("--engine basic has no models: leave out --models"));
	if (options->models && (code = faces_folder(options->models, settings->models,
						    sizeof(settings->models))) != CLI_GO)
		return code;
	if (options->models || engine)
		settings->engine = engine && strcmp(engine, "basic") == 0 ? ENGINE_BASIC
									  : ENGINE_MODELS;
	if (settings->engine == ENGINE_NONE ||
	    (settings->engine == ENGINE_MODELS && !settings->models[0]))
		return cli_fail(
			_("no face engine: set models = FOLDER in [face] of %s, or "
			  "use --models DIR"),
			options->settings ? options->settings : PATH_SETTINGS);
	if (settings->engine == ENGINE_BASIC)
		cli_warn(
			_("the basic face engine is a demonstration and guards nothing"));
	return CLI_GO;
}

static int read_settings(const struct faces_options *options, bool with_camera,
			 struct settings *settings)
{
	const char *path = options->settings ? options->settings : PATH_SETTINGS;
	struct problem problem = { .text = "" };
	enum vid_reason why;

	if ((options->models || options->engine) && !options->settings && !with_camera)
		why = settings_parse(bytes_of("", 0), "", settings, &problem);
	else
		why = settings_load(path, settings, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	return choose_engine(options, settings);
}

static int read_card(const struct settings *settings, struct model *model)
{
	bool basic = settings->engine == ENGINE_BASIC;
	struct problem problem = { .text = "" };
	enum vid_reason why =
		model_card(basic ? NULL : settings->models,
			   basic ? BASIC_CARD : settings->embedding, model, &problem);

	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

int faces_prepare(const struct faces_options *options, bool with_camera,
		  struct faces *faces)
{
	int code = read_settings(options, with_camera, &faces->settings);

	return code == CLI_GO ? read_card(&faces->settings, &faces->model) : code;
}

int faces_detector(const struct faces *faces, char id[VID_MODEL_ID_MAX + 1])
{
	struct problem problem = { .text = "" };
	struct model detector;
	enum vid_reason why;

	id[0] = '\0';
	if (faces->settings.engine == ENGINE_BASIC)
		return CLI_GO;
	why = model_card(faces->settings.models, faces->settings.detector, &detector,
			 &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	(void)snprintf(id, VID_MODEL_ID_MAX + 1, "%s", detector.id);
	return CLI_GO;
}

static int open_faces(const struct faces_options *options, bool with_camera, bool live,
		      struct camera_preview *preview, struct faces *faces)
{
	int64_t deadline = wire_now() + START_MILLISECONDS;
	struct problem problem = { .text = "" };
	enum vid_reason why;
	int code;

	if ((code = faces_prepare(options, with_camera, faces)) != CLI_GO)
		return code;
	if (!live) /* nobody asks them about a picture */
		faces->settings.liveness[0] = '\0';
	why = preview ? camera_open_preview(camera_spec(), &faces->settings, with_camera,
					    faces->settings.engine, deadline,
					    faces->abort_fd, &faces->camera, preview,
					    &problem)
		      : camera_open(&faces->settings, with_camera, faces->settings.engine,
				    deadline, faces->abort_fd, &faces->camera, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (strcmp(faces->camera.model_id, faces->model.id) != 0 ||
	    faces->camera.dimension != faces->model.output)
		return cli_fail(_("vid-camera uses the model %s, the card is for %s"),
				faces->camera.model_id, faces->model.id);
	return CLI_GO;
}

int faces_open(const struct faces_options *options, bool with_camera, struct faces *faces)
{
	return open_faces(options, with_camera, with_camera, NULL, faces);
}

int faces_open_live(const struct faces_options *options, struct faces *faces)
{
	return open_faces(options, false, true, NULL, faces);
}

int faces_open_preview(const struct faces_options *options, bool with_camera,
		       struct camera_preview *preview, struct faces *faces)
{
	return open_faces(options, with_camera, with_camera, preview, faces);
}

void faces_close(struct faces *faces)
{
	camera_close(&faces->camera);
}

/* Never blocks on a fifo, never reads a device. */
static int open_picture(const char *path, int *fd)
{
	struct stat st;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0)
		return cli_fail("%s: %s", path, strerror(errno));
	if (fstat(*fd, &st) != 0 || !S_ISREG(st.st_mode))
		return cli_fail(_("%s: not a file"), path);
	return CLI_GO;
}

static const char *picture_fault(enum camera_gate gate)
{
	switch (gate) {
	case CAMERA_GATE_NOBODY:
		return N_("there is no face in it");
	case CAMERA_GATE_SEVERAL:
		return N_("there is more than one face in it");
	case CAMERA_GATE_FAR:
		return N_("the face is too small");
	case CAMERA_GATE_DARK:
		return N_("the face is too dark");
	case CAMERA_GATE_BRIGHT:
		return N_("the face is too bright");
	case CAMERA_GATE_BLURRED:
		return N_("the face is blurred");
	case CAMERA_GATE_NEAR:
		return N_("the face is too near, or cut off");
	case CAMERA_GATE_TURNED:
		return N_("the face is turned away");
	case CAMERA_GATE_COVERED_EYES:
		return N_("the eyes are covered");
	case CAMERA_GATE_COVERED_MOUTH:
		return N_("mouth or nose are covered");
	case CAMERA_GATE_PICTURE:
		break;
	}
	return N_("not a picture that can be read (JPEG, PNG, WEBP or PGM)");
}

int faces_of_file(struct faces *faces, int fd, const char *name,
		  struct camera_report *report)
{
	int64_t deadline = wire_now() + PICTURE_MILLISECONDS;
	struct problem problem = { .text = "" };
	enum vid_reason why = camera_send_picture(&faces->camera, fd, deadline);

	if (why == VID_OK)
		why = camera_next(&faces->camera, report, deadline, faces->abort_fd,
				  &problem);
	if (why == VID_CANCELLED)
		return CLI_FAILED;
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (report->event == CAMERA_EVENT_FACE)
		return CLI_GO;
	(void)cli_fail("%s: %s", name, _(picture_fault(report->gate)));
	return CLI_REFUSED;
}

int faces_of_picture(struct faces *faces, const char *path, struct camera_report *report)
{
	AUTO_CLOSE int fd = -1;
	int code = open_picture(path, &fd);

	return code == CLI_GO ? faces_of_file(faces, fd, path, report) : code;
}
