/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * camera_here.h - for tests: the vid-camera of the build tree, opened and asked; any
 * failure to do so fails the test
 */
#ifndef VID_TESTS_CAMERA_HERE_H
#define VID_TESTS_CAMERA_HERE_H

#include "sensors/camera/client.h"

#define MODEL_MAX (16 << 20)
#define PATIENCE  20000 /* milliseconds; a machine may be busy */

extern char folder[64]; /* empty at the start of each test */
extern struct settings settings;
extern struct camera camera;
extern struct camera_report report;
extern struct problem problem;

int set_up(void **state);
int tear_down(void **state);
int close_camera(void **state); /* after each test */

struct sensor_spec spec_here(void);
enum vid_reason try_open(bool with_device, enum face_engine_kind engine);
void open_here(bool with_device, enum face_engine_kind engine);
void next_here(void);

/* The report on a file; a folder's when `name` is NULL. */
void send_file(const char *from, const char *name);

const char *faces(void); /* the folder of drawn people */

/* Into the test's folder. False: it is not there. */
bool copy_file(const char *from, const char *name);

/* /proc/PID/WHAT */
void read_proc(pid_t pid, const char *what, char *text, size_t size);

/* Descriptors of `pid` beyond the first three, counted; their names in `text`. */
int open_files(pid_t pid, char *text, size_t size);

#endif
