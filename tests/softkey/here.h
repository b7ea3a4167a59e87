/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * here.h - a softkey that a test starts, tells how to behave, and looks at
 *
 * Its files are in a folder of its own under /tmp (a socket's path is short). What goes
 * wrong here ends the test program.
 */
#ifndef SOFTKEY_HERE_H
#define SOFTKEY_HERE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct softkey {
	pid_t pid;
	char folder[32], socket[64], policy[64], log[64], state[64];
};

/*
 * Start $VID_BUILD/tests/softkey/softkey with `options` (NULL, or ends in NULL) and wait
 * for its socket. Its state is kept in `state`, for softkey_restart().
 */
void softkey_start(struct softkey *key, const char *const *options);
void softkey_restart(struct softkey *key, const char *const *options);

/* End it; softkey_stop also takes its files away. */
void softkey_end(struct softkey *key);
void softkey_stop(struct softkey *key);

bool softkey_alive(const struct softkey *key);

/* How it behaves from the next request on; the file is whole at any time. */
void softkey_behave(const struct softkey *key, const char *words);

/* How many lines of the log begin with `text`? Waits for one, some seconds at most. */
size_t softkey_logged(const struct softkey *key, const char *text);
size_t softkey_count(const struct softkey *key, const char *text); /* without waiting */
void softkey_log_clear(const struct softkey *key);

/* Is there something to connect to? Waits for `there`, some seconds at most. */
bool softkey_plugged(const struct softkey *key, bool there);

/* A connection: the key is plugged in anew. */
int softkey_connect(const struct softkey *key);

#endif
