/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "libvid/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/timex.h>
#include <time.h>

#include "libvid/limits.h"
#include "libvid/replay.h"

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

bool clock_synchronised(void)
{
	struct timex kernel = { .modes = 0 };
	int state = adjtimex(&kernel);

	return state >= 0 && state != TIME_ERROR && !(kernel.status & STA_UNSYNC);
}

enum vid_reason clock_read(const struct anchor *anchor, int64_t *login,
			   struct problem *problem)
{
	uint64_t kept = 0;
	enum vid_reason why = anchor_read(anchor, ANCHOR_CLOCK, "", &kept, problem);

	*login = kept <= (uint64_t)VID_TIME_MAX ? (int64_t)kept : VID_TIME_MAX;
	return why == VID_FILE_MISSING ? VID_OK : why; /* proven: nobody logged in yet */
}

enum vid_reason clock_raise(const struct anchor *anchor, int64_t now,
			    struct problem *problem)
{
	if (now < 0 || now > VID_TIME_MAX) {
		problem_set(problem, "no time that a clock can have: %" PRId64, now);
		return VID_CLOCK;
	}
	return anchor_raise(anchor, ANCHOR_CLOCK, "", (uint64_t)now, NULL, problem);
}

enum vid_reason clock_reset(const struct anchor *anchor, int64_t now,
			    struct problem *problem)
{
	enum vid_reason why = anchor_reset(anchor, ANCHOR_CLOCK, "", problem);

	return why == VID_OK ? replay_heal(anchor, now, true, problem) : why;
}

enum vid_reason clock_heal(const struct anchor *anchor, struct clock_marks *marks,
			   int64_t now, bool (*synchronised)(void),
			   struct problem *problem)
{
	const struct clock_marks certain = { .built = marks->built, .list = marks->list };
	enum vid_reason why;

	if (clock_judge(&certain, now, problem) != VID_OK)
		return VID_CLOCK;
	if (!synchronised || !synchronised())
		return clock_judge(marks, now, problem);
	why = anchor_lower(anchor, ANCHOR_CLOCK, "", (uint64_t)now, problem);
	if (why == VID_OK)
		marks->login = now;
	return why;
}
