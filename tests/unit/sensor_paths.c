/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/sensor_paths.h"

#include <dirent.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool sensor_folder_make(char folder[64])
{
	strcpy(folder, "/tmp/vid-sensor-XXXXXX");
	return mkdtemp(folder) && chmod(folder, 0755) == 0;
}

void sensor_folder_remove(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	(void)rmdir(folder);
}

void built_program(char path[PATH_MAX], const char *program)
{
	const char *build = getenv("VID_BUILD");
	int len = snprintf(path, PATH_MAX, "%s/%s", build ? build : ".", program);

	if (len < 0 || len >= PATH_MAX || (path[0] != '/' && !realpath(program, path)))
		path[0] = '\0';
}

const char *sensor_user(void)
{
	return getpwnam("vid-camera") ? "vid-camera" : "nobody";
}
