/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/login.h"

#include <syslog.h>
#include <unistd.h>

#include "libvid/clock.h"
#include "libvid/replay.h"
#include "libvid/statuses.h"

/* From here on nothing outlives them: should this process ever hang, the kernel
 * ends it. */
static void deadline_set(struct login *login, unsigned seconds)
{
	login->deadline = wire_now() + seconds * 1000LL;
	(void)alarm(seconds + 2);
}

void deadline_for_intent(struct login *login)
{
	deadline_set(login, VID_DEADLINE_MAX);
}

void deadline_for_login(struct login *login)
{
	deadline_set(login, login->seconds);
}

/* The policy's seconds, or fewer when the module's argument says so. */
static void read_deadline(struct login *login)
{
	login->seconds = login->policy->deadline;
	if (login->ask.deadline && login->ask.deadline < login->seconds)
		login->seconds = login->ask.deadline;
	deadline_for_login(login);
}

/* A face that cannot be judged is said before anybody is asked to show one. */
static enum vid_reason judge_engine(struct login *login)
{
	if (!login->policy->face || login->settings.engine != ENGINE_NONE)
		return VID_OK;
	problem_set(&login->problem, "no models = FOLDER in vid.conf");
	return VID_FACE_ENGINE;
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

struct anchor login_anchor(const struct login *login)
{
	const struct login_place *place = login->place;

	return (struct anchor){ .folder = place->anchor,
				.key = &login->key,
				.stamp = place->anchored,
				.before = { .faces = place->faces,
					    .counters = place->counters,
					    .status = place->status,
					    .clock = place->clock } };
}

/* A clock that was ahead once heals as soon as the kernel says that it is right. */
static enum vid_reason heal_clock(struct login *login, const struct anchor *anchor,
				  struct clock_marks *marks)
{
	const int64_t ahead = marks->login;
	enum vid_reason why = clock_heal(anchor, marks, login->place->now(),
					 login->place->synchronised, &login->problem);

	if (why == VID_OK) {
		syslog(LOG_AUTHPRIV | LOG_NOTICE,
		       "the clock is synchronised, and was %lld seconds ahead at an "
		       "earlier login: it is believed again",
		       (long long)(ahead - marks->login));
		login->problem.text[0] = '\0';
	}
	return why;
}

/* Presentations that were shown to the clock that was ahead shut out no later ones. */
static enum vid_reason heal_replay(struct login *login, const struct anchor *anchor)
{
	bool (*synchronised)(void) = login->place->synchronised;

	return replay_heal(anchor, login->place->now(), synchronised && synchronised(),
			   &login->problem);
}

/* S47: a clock that stands before something that has happened says nothing about expiry.
 */
static enum vid_reason judge_clock(struct login *login)
{
	const struct anchor anchor = login_anchor(login);
	const struct statuses lists = { login->place->status, &anchor };
	struct clock_marks marks = { .built = (int64_t)VID_BUILD_TIME };
	enum vid_reason why = statuses_newest(&lists, &marks.list, &login->problem);

	if (why != VID_OK ||
	    (why = clock_read(&anchor, &marks.login, &login->problem)) != VID_OK)
		return why;
	why = clock_judge(&marks, login->place->now(), &login->problem);
	if (why == VID_CLOCK)
		why = heal_clock(login, &anchor, &marks);
	return why == VID_OK ? heal_replay(login, &anchor) : why;
}

enum vid_reason policy_read(struct login *login)
{
	enum vid_reason why;

	why = settings_load(login->place->settings, &login->settings, &login->problem);
	if (why != VID_OK)
		return why;
	login->policy = settings_policy(&login->settings, login->ask.service);
	if (!login->policy->enabled)
		return VID_POLICY_OFF;
	read_deadline(login);
	return VID_OK;
}

enum vid_reason trust_load(struct login *login)
{
	enum vid_reason why = judge_clock(login);

	if (why != VID_OK)
		return why;
	why = issuers_load(login->place->issuers, &login->issuers, &login->problem);
	for (size_t i = 0; why == VID_OK && i < login->issuers.fault_count; i++)
		syslog(LOG_AUTHPRIV | LOG_ERR,
		       "an issuer is not trusted, its file is faulty: %s",
		       login->issuers.fault[i].problem.text);
	return why;
}

enum vid_reason policy_load(struct login *login)
{
	enum vid_reason why;

	if ((why = policy_read(login)) != VID_OK)
		return why;
	if ((why = judge_engine(login)) != VID_OK)
		return why;
	if ((why = load_host(login)) != VID_OK)
		return why;
	return trust_load(login);
}
