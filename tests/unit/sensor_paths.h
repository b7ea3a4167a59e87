/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sensor_paths.h - for tests that start a sensor: where it stands and whom it becomes
 */
#ifndef VID_TESTS_SENSOR_PATHS_H
#define VID_TESTS_SENSOR_PATHS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* A folder that every user can enter, gone again with sensor_folder_remove. */
bool sensor_folder_make(char folder[64]);
void sensor_folder_remove(const char *folder);

/* PATH/program of the build tree; empty when it does not fit. */
void built_program(char path[PATH_MAX], const char *program);

/* A user whom the helper can become: vid-camera, or nobody where it is not set up. */
const char *sensor_user(void);

#endif
