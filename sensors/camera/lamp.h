/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lamp.h - an infrared camera's lamp is lit, and its control set back in the end
 *
 * vid-camera is killed as often as it ends, and in its sandbox it could not set a control
 * any more. So a process of its own waits for its end: it holds the camera and one end of
 * a pipe, and nothing of it is ever read but the end of the file.
 */
#ifndef VID_CAMERA_LAMP_H
#define VID_CAMERA_LAMP_H

#include "sensors/camera/infrared.h"

#define LAMP_NONE -1

/*
 * Light the lamp of the open camera `fd` as `emitter` says (len 0: nothing is sent).
 * *lamp: a descriptor, the caller's, or LAMP_NONE: when its last copy is closed, by the
 * end of the process at the latest, `off` is sent. False with a problem text.
 */
bool lamp_light(int fd, const struct emitter *emitter, emitter_ask *query, int *lamp,
		struct problem *problem);

#endif
