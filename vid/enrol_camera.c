/* SPDX-License-Identifier: BSD-2-Clause */
/* Enrolling somebody who is there: one sentence at a time, until there are good frames */
#include <stdio.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/liveness.h"
#include "libvid/wire.h"
#include "vid/blocks.h"
#include "vid/cli.h"
#include "vid/enrolment.h"

#define CAMERA_MILLISECONDS 90000 /* five poses, and the patience with each */
#define TURN_MILLISECONDS   15000 /* for a turn that was not seen yet */

#define DRAW_EVERY 150 /* milliseconds: a mirror, not a film */

/* "[##...] 2 of 5" */
static void show_progress(const struct guide *guide)
{
	unsigned kept = guide->count[GUIDE_KEPT];
	char bar[GUIDE_FRAMES + 1];

	for (unsigned i = 0; i < GUIDE_FRAMES; i++)
		bar[i] = i < kept ? '#' : '.';
	bar[GUIDE_FRAMES] = '\0';
	printf(_("[%s] %u of %u\n"), bar, kept, GUIDE_FRAMES);
}

/* The picture, and below it the sentence that stands and the progress; then back to the
 * top, where the next picture begins. */
static void draw(struct enrolment *enrolment)
{
	const struct guide *guide = &enrolment->guide;

	if (wire_now() - enrolment->drawn < DRAW_EVERY || enrolment->preview->width == 0)
		return;
	enrolment->drawn = wire_now();
	blocks_print(enrolment->preview, stdout);
	printf("%s\033[K\n", guide->told ? _(guide->told) : "");
	show_progress(guide);
	printf("\033[%dA\r", BLOCKS_LINES + 2);
	fflush(stdout);
}

/* What is said from here on stands below the picture. */
static void leave_picture(const struct enrolment *enrolment)
{
	if (enrolment->preview && enrolment->drawn)
		printf("\033[%dB\r", BLOCKS_LINES + 2);
}

static void tell(struct enrolment *enrolment, bool progress)
{
	struct guide *guide = &enrolment->guide;
	const char *sentence =
		guide_done(guide) ? NULL : guide_sentence(guide, wire_now());

	if (enrolment->preview) {
		draw(enrolment);
		return;
	}
	if (progress)
		show_progress(guide);
	if (sentence)
		puts(_(sentence));
	fflush(stdout);
}

static enum vid_reason look(struct enrolment *enrolment, int64_t deadline,
			    struct problem *problem)
{
	AUTO(camera_report_wipe) struct camera_report report = { .qr_len = 0 };
	enum guide_verdict verdict;
	enum vid_reason why = camera_next(&enrolment->faces.camera, &report, deadline,
					  enrolment->faces.abort_fd, problem);

	if (why != VID_OK)
		return why;
	verdict = guide_look(&enrolment->guide, &report, wire_now(),
			     &enrolment->candidates);
	presence_see(&enrolment->presence, &report, enrolment->guide.yaw,
		     enrolment->guide.pitch);
	tell(enrolment, verdict == GUIDE_KEPT);
	return VID_OK;
}

/* One more frame, for depth alone. */
static enum vid_reason watch(struct enrolment *enrolment, int64_t deadline,
			     struct problem *problem)
{
	AUTO(camera_report_wipe) struct camera_report report = { .qr_len = 0 };
	enum vid_reason why = camera_next(&enrolment->faces.camera, &report, deadline,
					  enrolment->faces.abort_fd, problem);

	if (why == VID_OK)
		presence_see(&enrolment->presence, &report, enrolment->guide.yaw,
			     enrolment->guide.pitch);
	return why;
}

static int give_up(const struct guide *guide, enum vid_reason why,
		   const struct problem *problem)
{
	if (why == VID_CANCELLED) /* who stopped it is told by the caller */
		return CLI_FAILED;
	if (why != VID_DEADLINE)
		return cli_problem(why, problem);
	if (guide->count[GUIDE_KEPT] == 0)
		(void)cli_problem(VID_FACE_NOBODY, NULL);
	else
		(void)cli_fail(_("the time is over with %u of %u good frames: nothing "
				 "was written; try again with more light, or from "
				 "nearer"),
			       guide->count[GUIDE_KEPT], GUIDE_FRAMES);
	return CLI_FAILED;
}

/*
 * Written down as somebody who was here: so it has to be somebody. Who did not turn yet
 * is asked once more; what cannot turn is a picture.
 */
static int check_presence(struct enrolment *enrolment, int64_t deadline)
{
	int64_t until = wire_now() + TURN_MILLISECONDS;
	struct problem problem = { .text = "" };
	enum vid_reason why = VID_OK;

	if (!enrolment->guide.steps)
		return CLI_GO;
	if (!presence_known(&enrolment->presence))
		puts(_("Turn your head slowly to one side and to the other, like a no."));
	fflush(stdout);
	while (why == VID_OK && !presence_known(&enrolment->presence))
		why = watch(enrolment, until < deadline ? until : deadline, &problem);
	if (why != VID_OK && why != VID_DEADLINE)
		return give_up(&enrolment->guide, why, &problem);
	why = presence_judge(&enrolment->presence);
	if (why == VID_OK)
		return CLI_GO;
	(void)cli_problem(why, NULL);
	(void)cli_fail(_("what is before the camera is taken for a picture: nothing was "
			 "written (an administrator enrols from pictures with --from)"));
	return CLI_REFUSED;
}

static int begin_presence(struct enrolment *enrolment)
{
	const struct faces *faces = &enrolment->faces;
	struct problem problem = { .text = "" };
	struct liveness_rules rules;
	enum vid_reason why;

	presence_begin(&enrolment->presence, -1);
	if (!faces->camera.passive_networks)
		return CLI_GO;
	why = liveness_rules_of(&faces->settings, &faces->model,
				faces->camera.passive_networks, &rules, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	presence_begin(&enrolment->presence, rules.passive);
	return CLI_GO;
}

int enrol_camera(struct enrolment *enrolment)
{
	struct guide *guide = &enrolment->guide;
	int64_t deadline = wire_now() + CAMERA_MILLISECONDS;
	struct problem problem = { .text = "" };
	enum vid_reason why;

	if (begin_presence(enrolment) != CLI_GO)
		return CLI_FAILED;
	why = camera_want_face(&enrolment->faces.camera, deadline);

	/* the basic engine finds no landmarks, and so no poses */
	guide_begin(guide, enrolment->faces.settings.engine == ENGINE_MODELS,
		    enrolment->likeness, wire_now());
	tell(enrolment, false);
	while (why == VID_OK && !guide_done(guide))
		why = look(enrolment, deadline, &problem);
	leave_picture(enrolment);
	return why == VID_OK ? check_presence(enrolment, deadline)
			     : give_up(guide, why, &problem);
}
