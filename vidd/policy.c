/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/login.h"

#include <unistd.h>

#define CLOCK_SLACK 300 /* seconds, S47 */

/* The policy's seconds, or fewer when the module's argument says so. From here on nothing
 * outlives them: should this process ever hang, the kernel ends it. */
static void set_deadline(struct login *login)
{
	login->seconds = login->policy->deadline;
	if (login->ask.deadline && login->ask.deadline < login->seconds)
		login->seconds = login->ask.deadline;
	login->deadline = login->started + login->seconds * 1000LL;
	(void)alarm(login->seconds + 2);
}

static enum vid_reason load_host(struct login *login)
{
	char derived[22];
	enum vid_reason why;

	why = hostkey_load(login->place->hostkey, &login->key, &login->problem);
	if (why != VID_OK)
		return why;
	hostkey_host_id(&login->key, derived);
	(void)bytes_to_text(bytes_of_text(login->settings.host_id[0]
						  ? login->settings.host_id
						  : derived),
			    login->host, sizeof(login->host));
	return VID_OK;
}

/* S47: a clock that stands before this program was built says nothing about expiry. */
static enum vid_reason judge_clock(struct login *login)
{
	if (login->place->now() >= (int64_t)VID_BUILD_TIME - CLOCK_SLACK)
		return VID_OK;
	problem_set(&login->problem, "the clock stands before vid was built");
	return VID_CLOCK;
}

enum vid_reason policy_load(struct login *login)
{
	enum vid_reason why;

	why = settings_load(login->place->settings, &login->settings, &login->problem);
	if (why != VID_OK)
		return why;
	login->policy = settings_policy(&login->settings, login->ask.service);
	if (!login->policy->enabled)
		return VID_POLICY_OFF;
	set_deadline(login);
	if ((why = judge_clock(login)) != VID_OK)
		return why;
	if ((why = load_host(login)) != VID_OK)
		return why;
	return issuers_load(login->place->issuers, &login->issuers, &login->problem);
}
