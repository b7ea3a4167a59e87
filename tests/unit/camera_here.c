/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/wire.h"
#include "sensors/camera/client.h"
#include "sensors/camera/picture.h"
#include "tests/unit/camera_here.h"
#include "tests/unit/pictures.h"
#include "tests/unit/sensor_paths.h"

char folder[64];
char program[PATH_MAX];
struct settings settings;
struct camera camera = CAMERA_CLOSED;
struct camera_report report;
struct problem problem;

struct sensor_spec spec_here(void)
{
	struct sensor_spec spec = *camera_spec();

	spec.path = program;
	spec.user = sensor_user();
	return spec;
}

enum vid_reason try_open(bool with_device, enum face_engine_kind engine)
{
	struct sensor_spec spec = spec_here();

	problem.text[0] = '\0';
	return camera_open_as(&spec, &settings, with_device, engine,
			      wire_now() + PATIENCE, -1, &camera, &problem);
}

void open_here(bool with_device, enum face_engine_kind engine)
{
	if (try_open(with_device, engine) != VID_OK)
		fail_msg("%s", problem.text);
}

void next_here(void)
{
	if (camera_next(&camera, &report, wire_now() + PATIENCE, -1, &problem) != VID_OK)
		fail_msg("%s", problem.text);
}

/* The report on a file; a folder's when `name` is NULL. */
void send_file(const char *from, const char *name)
{
	char path[PATH_MAX + 256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", from, name ? name : "");
	fd = open(path, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		fail_msg("%s: %s", path, strerror(errno));
	assert_int_equal(camera_send_picture(&camera, fd, wire_now() + PATIENCE), VID_OK);
	close(fd);
	next_here();
}

int set_up(void **state)
{
	(void)state;
	built_program(program, "vid-camera");
	return sensor_folder_make(folder) ? 0 : -1;
}

int tear_down(void **state)
{
	(void)state;
	sensor_folder_remove(folder);
	return 0;
}

int close_camera(void **state)
{
	(void)state;
	camera_close(&camera);
	sensor_folder_remove(folder);
	memset(&settings, 0, sizeof(settings));
	return sensor_folder_make(folder) ? 0 : -1;
}

const char *faces(void)
{
	static char path[PATH_MAX];
	const char *source = getenv("VID_SRC");

	snprintf(path, sizeof(path), "%s/tests/faces", source ? source : ".");
	return path;
}

/* Into the test's folder. False: it is not there. */
bool copy_file(const char *from, const char *name)
{
	char path[PATH_MAX];
	struct made made = { malloc(MODEL_MAX), 0 };
	FILE *file;
	bool good;
	int len = snprintf(path, sizeof(path), "%s/%s", from, name);

	file = made.at && len > 0 && len < PATH_MAX ? fopen(path, "rb") : NULL;
	if (!file) {
		free(made.at);
		return false;
	}
	made.len = fread(made.at, 1, MODEL_MAX, file);
	fclose(file);
	good = made_write(folder, name, &made);
	free(made.at);
	return good;
}

void read_proc(pid_t pid, const char *what, char *text, size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	len = read(fd, text, size - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';
}

/* Descriptors of `pid` beyond the first three, counted; their names in `text`. */
int open_files(pid_t pid, char *text, size_t size)
{
	char path[64], target[256];
	struct dirent *entry;
	size_t len = 0;
	int count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	assert_non_null(dir);
	text[0] = '\0';
	while ((entry = readdir(dir))) {
		ssize_t got;

		if (entry->d_name[0] == '.' || atoi(entry->d_name) < 3)
			continue;
		count++;
		got = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);
		target[got > 0 ? got : 0] = '\0';
		if (len < size)
			len += (size_t)snprintf(text + len, size - len, "%s ", target);
	}
	closedir(dir);
	return count;
}
