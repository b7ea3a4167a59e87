/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * blocks.h - a preview as coloured half blocks on a terminal
 */
#ifndef VID_BLOCKS_H
#define VID_BLOCKS_H

#include <stdio.h>

#include "sensors/camera/preview_client.h"

#define BLOCKS_COLUMNS 48
#define BLOCKS_LINES   18 /* of two pixels each: 48 by 36 is the shape of a camera */

/* BLOCKS_LINES lines, as in a mirror; nothing while there is no picture. */
void blocks_print(const struct camera_preview *preview, FILE *to);

#endif
