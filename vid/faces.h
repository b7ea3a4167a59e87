/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faces.h - what the commands of `vid face` share: the engine that is asked for, and
 * faces from pictures or the camera, seen by vid-camera
 *
 * All complain themselves and answer with an exit code of cli.h, CLI_GO when all is well.
 */
#ifndef VID_FACES_H
#define VID_FACES_H

#include "libvid/model.h"
#include "libvid/settings.h"
#include "sensors/camera/client.h"

/* What the command line says; NULL where it does not. */
struct faces_options {
	const char *settings, *models, *engine;
};

#define FACES_OPTIONS(options)                                                           \
	{ .name = "models",                                                              \
	  .arg = N_("DIR"),                                                              \
	  .text = &(options).models,                                                     \
	  .help = N_("the folder of face models, instead of vid.conf's") },              \
		{ .name = "engine",                                                      \
		  .arg = N_("ENGINE"),                                                   \
		  .text = &(options).engine,                                             \
		  .help = N_("models, or basic: a demonstration that guards nothing") }, \
	{                                                                                \
		.name = "settings", .arg = N_("FILE"), .text = &(options).settings,      \
		.help = N_("the settings, not /etc/vid/vid.conf")                        \
	}

struct faces {
	struct settings settings;
	struct model model; /* of the embedding */
	struct camera camera;
	int abort_fd; /* readable: stop, with VID_CANCELLED; or -1 */
};

#define FACES_CLOSED                                                                     \
	{                                                                                \
		.camera = CAMERA_CLOSED, .abort_fd = -1                                  \
	}

/* faces_open without its last step: the settings and the card, no vid-camera. */
int faces_prepare(const struct faces_options *options, bool with_camera,
		  struct faces *faces);

/* The id of the detector that goes with them; empty for the basic engine, which has none.
 */
int faces_detector(const struct faces *faces, char id[VID_MODEL_ID_MAX + 1]);

/* The levels of a policy, by their names. */
#define FACES_LEVELS 3
extern const struct faces_level {
	const char *name;
	enum face_level level;
} faces_levels[FACES_LEVELS];

/* A folder of models as it is given, from the root on and without a slash at its end:
 * vid-camera, which reads it, starts elsewhere. */
int faces_folder(const char *option, char *to, size_t size);

/*
 * Read the settings (not needed when the options name models or the basic engine and no
 * camera is wanted) and the card, and start vid-camera. faces_close in any case.
 */
int faces_open(const struct faces_options *options, bool with_camera,
	       struct faces *faces);
/* The same for recorded frames, without a camera and with the networks of liveness. */
int faces_open_live(const struct faces_options *options, struct faces *faces);
/* As faces_open, and `preview`, the caller's, holds what each report is about. */
struct camera_preview;
int faces_open_preview(const struct faces_options *options, bool with_camera,
		       struct camera_preview *preview, struct faces *faces);
void faces_close(struct faces *faces);

/* The face of one picture file. CLI_REFUSED, with a complaint, when it has none that is
 * good enough; CLI_FAILED without one when `abort_fd` is why. camera_report_wipe `report`
 * afterwards. */
int faces_of_picture(struct faces *faces, const char *path, struct camera_report *report);
/* The same of an open file; `name` is for the complaint. */
int faces_of_file(struct faces *faces, int fd, const char *name,
		  struct camera_report *report);

#endif
