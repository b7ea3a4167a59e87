/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Step 6, the looking: the camera's frames, judged for liveness as they come; the turns
 * of the head that it asks for are said to the person; the good frames are the probe.
 */
#include "config.h"

#include "vidd/login.h"

#include <math.h>
#include <sodium.h>

#include "libvid/cleanup.h"
#include "sensors/camera/evidence.h"

#define FACE_MILLISECONDS 10000 /* for somebody to be there, and to look */
#define UNASKED_FRAMES    3     /* that are enough without liveness */

void probe_wipe(struct probe *probe)
{
	sodium_memzero(probe, sizeof(*probe));
}

/* --- what is asked for -------------------------------------------------------------- */

/* A check that cannot be made is not left out. */
static enum vid_reason rules_for(struct login *login, const struct model *card,
				 struct liveness_rules *rules)
{
	const struct policy *policy = login->policy;
	bool basic = login->settings.engine == ENGINE_BASIC;
	enum vid_reason why;

	why = liveness_rules_of(&login->settings, card, login->camera.passive_networks,
				rules, &login->problem);
	if (why != VID_OK)
		return why;
	rules->mode = policy->liveness;
	rules->pair = login->camera.infrared && policy->liveness != LIVENESS_OFF;
	rules->window = policy->turn_seconds * 1000;
	if (rules->mode == LIVENESS_OFF)
		rules->passive = -1;
	if (rules->mode == LIVENESS_TURN && basic) {
		problem_set(&login->problem,
			    "engine = basic sees no turns: it needs liveness = passive");
		return VID_FACE_ENGINE;
	}
	if (rules->mode == LIVENESS_PASSIVE && rules->passive < 0 && !basic) {
		problem_set(
			&login->problem,
			"liveness = passive needs networks of liveness; see `vid model "
			"list`");
		return VID_FACE_ENGINE;
	}
	challenge_draw(&rules->challenge, policy->level != LEVEL_STANDARD);
	return VID_OK;
}

/* --- what is seen ------------------------------------------------------------------- */

static void add_frame(struct probe *probe, const struct camera_face *face)
{
	for (size_t i = 0; i < face->dimension; i++)
		probe->sum[i] += face->embedding[i];
	probe->frames++;
}

/* While a turn is asked for the person has that to do, and is told of nothing else. */
static bool may_be_hinted(const struct liveness *liveness, enum camera_gate gate)
{
	return gate && !(liveness->stage == STAGE_TURN &&
			 (gate == CAMERA_GATE_TURNED || gate == CAMERA_GATE_BLURRED ||
			  gate == CAMERA_GATE_FAR || gate == CAMERA_GATE_NEAR));
}

static enum vid_reason see(struct login *login, struct liveness *liveness,
			   struct probe *probe)
{
	const struct camera_report *report = &login->report;
	enum liveness_cue cue;
	enum vid_reason why;

	if (may_be_hinted(liveness, report->gate))
		person_hinted(login, camera_gate_sentence(report->gate));
	if (report->event != CAMERA_EVENT_FACE && report->event != CAMERA_EVENT_POOR)
		return VID_OK;
	if (report->face.dimension != probe->dimension)
		return VID_FACE_MODEL;
	const struct liveness_frame frame = evidence_of(report);

	if ((why = liveness_see(liveness, &frame)) != VID_OK)
		return why;
	if (liveness_probe(liveness) && probe->frames < PROBE_FRAMES)
		add_frame(probe, &report->face);
	if (liveness->astray)
		person_hinted(login, cue_sentence(CUE_AHEAD));
	if ((cue = liveness_due(liveness)) != CUE_NONE) {
		/* The person knows the challenge now: a camera that is unplugged, or any
		 * other end, must not buy another one for nothing (S49). */
		login->challenged = true;
		person_cued(login, PAM_EVENT_LOOK, cue_sentence(cue), NULL);
		liveness_cued(liveness, cue);
	}
	return VID_OK;
}

/* Somebody has to come within the time of a look; a challenge adds its own. */
static int64_t time_of(const struct login *login, const struct liveness_rules *rules)
{
	int64_t until = wire_now() + FACE_MILLISECONDS;

	if (rules->mode == LIVENESS_TURN)
		until += 2 * (int64_t)rules->challenge.count * rules->window;
	return until < login->deadline ? until : login->deadline;
}

/* Only a policy whose holder's key has verified its user goes without liveness: then the
 * first good frames count. */
static bool is_done(const struct liveness *liveness, const struct probe *probe)
{
	return liveness_done(liveness) ||
	       (liveness->rules.mode == LIVENESS_OFF && probe->frames >= UNASKED_FRAMES);
}

enum vid_reason look_at_face(struct login *login, const struct model *card,
			     struct probe *probe)
{
	AUTO(liveness_wipe) struct liveness liveness = { .started = false };
	struct liveness_rules rules;
	enum vid_reason why;
	int64_t until;

	if ((why = rules_for(login, card, &rules)) != VID_OK ||
	    (why = camera_want_face(&login->camera, login->deadline)) != VID_OK)
		return why;
	person_cued(login, PAM_EVENT_LOOK, N_("Look at the camera."), NULL);
	probe->dimension = login->camera.dimension;
	liveness_start(&liveness, &rules);
	until = time_of(login, &rules);
	while (why == VID_OK && !is_done(&liveness, probe)) {
		why = camera_next(&login->camera, &login->report, until, login->fd,
				  &login->problem);
		if (why == VID_OK)
			why = see(login, &liveness, probe);
		camera_report_wipe(&login->report);
	}
	/* Nobody there is no attempt; somebody who does not do what is asked is one. */
	if (why == VID_DEADLINE)
		return liveness.stage == STAGE_FIRST ? VID_FACE_NOBODY : VID_FACE_TURN;
	/* and so is who hangs up on a challenge that they do not like */
	if (why == VID_CANCELLED && liveness.stage != STAGE_FIRST)
		return VID_FACE_TURN;
	return why == VID_OK && !probe->frames ? VID_FACE_NOBODY : why;
}
