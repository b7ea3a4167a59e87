/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "libvid/attempts.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"

#define DAY_SECONDS  (24 * 3600)
#define LOCK_SECONDS 5
#define RECORD_MAX   64 /* bytes of a counter's file */

/* One counter, locked while this lives. */
struct counter {
	int lock;
	char path[PATH_MAX];
	unsigned count;
	int64_t last; /* seconds since the epoch of the newest charge */
};

#define COUNTER_NONE                                                                     \
	{                                                                                \
		.lock = -1                                                               \
	}

static void counter_end(struct counter *counter)
{
	cleanup_close(&counter->lock);
	counter->lock = -1;
}

/* Names of people and seats do not stand in file names. */
static bool name_of_key(const char *key, char name[33])
{
	uint8_t hash[16];

	if (sodium_init() < 0)
		return false;
	crypto_generichash(hash, sizeof(hash), (const uint8_t *)key, strlen(key), NULL,
			   0);
	sodium_bin2hex(name, 33, hash, sizeof(hash));
	return true;
}

static enum vid_reason parse_record(struct counter *counter, const struct blob *record,
				    struct problem *problem)
{
	char again[RECORD_MAX];
	unsigned count;
	int64_t last;

	/* What does not print as it was written was not written by us. */
	if (sscanf((const char *)record->at, "vid-attempts 1 %u %" SCNd64, &count,
		   &last) == 2) {
		(void)snprintf(again, sizeof(again), "vid-attempts 1 %u %" PRId64 "\n",
			       count, last);
		if (bytes_are(bytes_of(record->at, record->len), again)) {
			counter->count = count;
			counter->last = last;
			return VID_OK;
		}
	}
	problem_set(problem, "%s: not a counter; remove it to start anew", counter->path);
	return VID_STATE;
}

/* Lock and read. A counter that does not exist stands at zero. */
static enum vid_reason counter_start(struct counter *counter, const char *folder,
				     const char *key, struct problem *problem)
{
	AUTO(blob_free) struct blob record = { NULL, 0 };
	char name[33], lock_name[33 + 5], lock[PATH_MAX];
	enum vid_reason why;

	if (!name_of_key(key, name)) {
		problem_set(problem, "the cryptography library does not start");
		return VID_INTERNAL;
	}
	(void)snprintf(lock_name, sizeof(lock_name), "%s.lock", name);
	if (!path_join(counter->path, sizeof(counter->path), folder, name) ||
	    !path_join(lock, sizeof(lock), folder, lock_name)) {
		problem_set(problem, "%s: the path is too long", folder);
		return VID_FILE_IO;
	}
	counter->lock = file_lock(lock, LOCK_SECONDS);
	if (counter->lock < 0) {
		problem_set(problem, "%s: cannot lock: %s", lock, strerror(errno));
		return VID_FILE_IO;
	}
	counter->count = 0;
	counter->last = 0;
	why = file_read_trusted(counter->path, RECORD_MAX - 1, &record, problem);
	if (why == VID_FILE_MISSING) {
		problem_set(problem, "%s", "");
		return VID_OK;
	}
	return why == VID_OK ? parse_record(counter, &record, problem) : why;
}

static enum vid_reason counter_write(const struct counter *counter,
				     struct problem *problem)
{
	char record[RECORD_MAX];

	(void)snprintf(record, sizeof(record), "vid-attempts 1 %u %" PRId64 "\n",
		       counter->count, counter->last);
	return file_write(counter->path, bytes_of_text(record), 0600, problem);
}

/* The pause after this many attempts. */
static int64_t pause_after(unsigned count)
{
	int64_t pause = ATTEMPT_PAUSE;

	if (count < ATTEMPTS_FREE)
		return 0;
	while (count-- > ATTEMPTS_FREE && pause < ATTEMPT_PAUSE_MAX)
		pause *= 2;
	return pause < ATTEMPT_PAUSE_MAX ? pause : ATTEMPT_PAUSE_MAX;
}

/* Seconds until the next attempt may be charged; 0: now. */
static int64_t counter_wait(struct counter *counter, int64_t now)
{
	int64_t passed = now - counter->last, pause = pause_after(counter->count);

	if (counter->last > now) /* the clock went back: the pause starts here */
		passed = 0;
	if (passed >= DAY_SECONDS)
		counter->count = 0;
	return passed < pause ? pause - passed : 0;
}

static enum vid_reason judge_wait(struct counter *counter, const char *folder,
				  const char *key, int64_t now, int64_t *wait_seconds,
				  struct problem *problem)
{
	enum vid_reason why;

	*wait_seconds = 0;
	if ((why = counter_start(counter, folder, key, problem)) != VID_OK)
		return why;
	*wait_seconds = counter_wait(counter, now);
	if (*wait_seconds == 0)
		return VID_OK;
	if (counter->last > now) {
		counter->last = now;
		if ((why = counter_write(counter, problem)) != VID_OK)
			return why;
	}
	return VID_TOO_MANY_ATTEMPTS;
}

enum vid_reason attempt_check(const char *folder, const char *key, int64_t now,
			      int64_t *wait_seconds, struct problem *problem)
{
	AUTO(counter_end) struct counter counter = COUNTER_NONE;

	return judge_wait(&counter, folder, key, now, wait_seconds, problem);
}

enum vid_reason attempt_charge(const char *folder, const char *key, int64_t now,
			       int64_t *wait_seconds, struct problem *problem)
{
	AUTO(counter_end) struct counter counter = COUNTER_NONE;
	enum vid_reason why;

	why = judge_wait(&counter, folder, key, now, wait_seconds, problem);
	if (why != VID_OK)
		return why;
	if (counter.count < UINT_MAX)
		counter.count++;
	counter.last = now;
	return counter_write(&counter, problem);
}

enum vid_reason attempt_refund(const char *folder, const char *key,
			       struct problem *problem)
{
	AUTO(counter_end) struct counter counter = COUNTER_NONE;
	enum vid_reason why;

	why = counter_start(&counter, folder, key, problem);
	if (why != VID_OK || counter.count == 0)
		return why;
	counter.count--;
	return counter_write(&counter, problem);
}

enum vid_reason attempt_clear(const char *folder, const char *key,
			      struct problem *problem)
{
	AUTO(counter_end) struct counter counter = COUNTER_NONE;
	enum vid_reason why;

	why = counter_start(&counter, folder, key, problem);
	if (why != VID_OK)
		return why;
	why = file_remove(counter.path, problem);
	if (why == VID_FILE_MISSING)
		problem_set(problem, "%s", "");
	return why == VID_FILE_MISSING ? VID_OK : why;
}
