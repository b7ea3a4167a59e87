/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/here.h"

#include <err.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 1000 /* looks, 10 ms apart: for slow machines only */
#define OPTIONS  32

static void look_again(void)
{
	(void)usleep(10000);
}

void softkey_restart(struct softkey *key, const char *const *options)
{
	const char *build = getenv("VID_BUILD");
	const char *argv[OPTIONS] = { "softkey",  "--listen",  key->socket,
				      "--policy", key->policy, "--log",
				      key->log,   "--state",   key->state };
	char program[4096];
	size_t count = 9;

	for (; options && *options && count < OPTIONS - 1; options++)
		argv[count++] = *options;
	if (!build)
		errx(99, "VID_BUILD is not set");
	(void)snprintf(program, sizeof(program), "%s/tests/softkey/softkey", build);
	key->pid = fork();
	if (key->pid < 0)
		err(99, "fork");
	if (key->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* no test leaves one behind */
		(void)execv(program, (char *const *)(uintptr_t)argv);
		err(99, "%s", program);
	}
	if (!softkey_plugged(key, true))
		errx(99, "no softkey at %s", key->socket);
}

void softkey_start(struct softkey *key, const char *const *options)
{
	(void)snprintf(key->folder, sizeof(key->folder), "/tmp/softkey-XXXXXX");
	if (!mkdtemp(key->folder))
		err(99, "%s", key->folder);
	(void)snprintf(key->socket, sizeof(key->socket), "%s/key", key->folder);
	(void)snprintf(key->policy, sizeof(key->policy), "%s/policy", key->folder);
	(void)snprintf(key->log, sizeof(key->log), "%s/log", key->folder);
	(void)snprintf(key->state, sizeof(key->state), "%s/state", key->folder);
	softkey_restart(key, options);
}

void softkey_end(struct softkey *key)
{
	(void)kill(key->pid, SIGTERM);
	(void)waitpid(key->pid, NULL, 0);
	(void)unlink(key->socket);
	key->pid = 0;
}

void softkey_stop(struct softkey *key)
{
	softkey_end(key);
	(void)unlink(key->policy);
	(void)unlink(key->log);
	(void)unlink(key->state);
	(void)rmdir(key->folder);
}

bool softkey_alive(const struct softkey *key)
{
	return waitpid(key->pid, NULL, WNOHANG) == 0;
}

void softkey_behave(const struct softkey *key, const char *words)
{
	char new[80];
	FILE *file;

	(void)snprintf(new, sizeof(new), "%s.new", key->policy);
	file = fopen(new, "we");
	if (!file || fprintf(file, "%s\n", words) < 0 || fclose(file) != 0 ||
	    rename(new, key->policy) < 0)
		err(99, "%s", new);
}

size_t softkey_count(const struct softkey *key, const char *text)
{
	FILE *file = fopen(key->log, "re");
	char line[600];
	size_t count = 0;

	while (file && fgets(line, sizeof(line), file))
		count += strncmp(line, text, strlen(text)) == 0;
	if (file)
		(void)fclose(file);
	return count;
}

size_t softkey_logged(const struct softkey *key, const char *text)
{
	size_t count = 0;

	for (int i = 0; i < PATIENCE && (count = softkey_count(key, text)) == 0; i++)
		look_again();
	return count;
}

void softkey_log_clear(const struct softkey *key)
{
	(void)unlink(key->log);
}

bool softkey_plugged(const struct softkey *key, bool there)
{
	struct stat st;

	for (int i = 0; i < PATIENCE; i++) {
		int fd;

		if ((stat(key->socket, &st) == 0) == there) {
			if (!there)
				return true;
			/* between bind and listen nobody is let in */
			fd = softkey_connect(key);
			if (fd >= 0) {
				(void)close(fd);
				return true;
			}
		}
		look_again();
	}
	return false;
}

int softkey_connect(const struct softkey *key)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	memcpy(at.sun_path, key->socket, sizeof(key->socket));
	if (fd < 0 || connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}
