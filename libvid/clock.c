/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "libvid/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/limits.h"

#define MAC_PURPOSE  "vid-clock"
#define MAC_LEN      32
#define RECORD_MAX   128 /* bytes of the file */
#define LOCK_SECONDS 5

int64_t clock_floor(const struct clock_marks *marks)
{
	int64_t floor = marks->built;

	if (marks->login > floor)
		floor = marks->login;
	return marks->list > floor ? marks->list : floor;
}

static void date_of(int64_t seconds, char to[32])
{
	time_t when = (time_t)seconds;
	struct tm parts;

	if (!gmtime_r(&when, &parts) ||
	    strftime(to, 32, "%Y-%m-%d %H:%M UTC", &parts) == 0)
		(void)snprintf(to, 32, "%" PRId64, seconds);
}

enum vid_reason clock_judge(const struct clock_marks *marks, int64_t now,
			    struct problem *problem)
{
	int64_t floor = clock_floor(marks);
	char clock[32], passed[32];

	if (now >= floor - CLOCK_SLACK)
		return VID_OK;
	date_of(now, clock);
	date_of(floor, passed);
	problem_set(problem, "the clock says %s, but %s at %s: set the clock%s", clock,
		    floor == marks->built   ? "vid was built"
		    : floor == marks->login ? "somebody logged in"
					    : "a status list was signed",
		    passed,
		    floor == marks->login
			    ? "; if it was ahead at that login: vid clock reset"
			    : "");
	return VID_CLOCK;
}

static void print_record(const struct hostkey *key, int64_t login, char to[RECORD_MAX])
{
	uint8_t mac[MAC_LEN];
	char hex[2 * MAC_LEN + 1];
	int len = snprintf(to, RECORD_MAX, "vid-clock 1 %" PRId64, login);

	hostkey_mac(key, MAC_PURPOSE, bytes_of(to, (size_t)len), mac);
	sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
	(void)snprintf(to + len, (size_t)(RECORD_MAX - len), " %s\n", hex);
}

/* What does not print as it was written was not written by us. */
static bool parse_record(const struct hostkey *key, const struct blob *record,
			 int64_t *login)
{
	char again[RECORD_MAX];
	size_t len;

	if (sscanf((const char *)record->at, "vid-clock 1 %" SCNd64, login) != 1 ||
	    *login < 0 || *login > VID_TIME_MAX)
		return false;
	print_record(key, *login, again);
	len = strlen(again);
	return record->len == len && sodium_memcmp(record->at, again, len) == 0;
}

enum vid_reason clock_read(const char *path, const struct hostkey *key, int64_t *login,
			   struct problem *problem)
{
	AUTO(blob_free) struct blob record = { NULL, 0 };
	struct problem said = { "" };
	enum vid_reason why;

	*login = 0;
	why = file_read_trusted(path, RECORD_MAX - 1, &record, &said);
	if (why == VID_FILE_MISSING)
		return VID_OK;
	if (why == VID_OK && !parse_record(key, &record, login)) {
		*login = 0;
		problem_set(&said,
			    "%s: not written by this host; `vid clock reset` removes it",
			    path);
		why = VID_STATE;
	}
	if (why != VID_OK && problem)
		*problem = said;
	return why;
}

enum vid_reason clock_raise(const char *path, const struct hostkey *key, int64_t now,
			    struct problem *problem)
{
	char lock_path[PATH_MAX], record[RECORD_MAX];
	AUTO_CLOSE int lock = -1;
	enum vid_reason why;
	int64_t login;

	if (snprintf(lock_path, sizeof(lock_path), "%s.lock", path) >=
	    (int)sizeof(lock_path)) {
		problem_set(problem, "%s: the path is too long", path);
		return VID_FILE_IO;
	}
	lock = file_lock(lock_path, LOCK_SECONDS);
	if (lock < 0) {
		problem_set(problem, "%s: cannot lock: %s", lock_path, strerror(errno));
		return VID_FILE_IO;
	}
	why = clock_read(path, key, &login, problem);
	if (why != VID_OK || now <= login)
		return why;
	print_record(key, now, record);
	return file_write(path, bytes_of_text(record), 0600, problem);
}

enum vid_reason clock_reset(const char *path, struct problem *problem)
{
	struct problem said = { "" };
	enum vid_reason why = file_remove(path, &said);

	if (why == VID_FILE_MISSING)
		return VID_OK;
	if (why != VID_OK && problem)
		*problem = said;
	return why;
}
