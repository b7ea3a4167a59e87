/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * models.h - open the face engine and the networks that vidd asks for
 */
#ifndef VID_CAMERA_MODELS_H
#define VID_CAMERA_MODELS_H

#include "sensors/camera/sight.h"

/* As the OPEN frame says. False, with a problem text: one is missing, changed or
 * unreadable, and nothing is to be judged without it. */
bool models_open(const struct wire_frame *asked, struct sight *sight,
		 struct problem *problem);

#endif
