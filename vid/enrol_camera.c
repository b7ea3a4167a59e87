/* SPDX-License-Identifier: BSD-2-Clause */
/* Enrolling somebody who is there: one sentence at a time, until there are good frames */
#include <stdio.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/wire.h"
#include "vid/cli.h"
#include "vid/enrolment.h"

#define CAMERA_MILLISECONDS 90000 /* five poses, and the patience with each */

/* "[##...] 2 of 5": at a terminal in one place, under the sentence. */
static void show_progress(const struct guide *guide)
{
	unsigned kept = guide->count[GUIDE_KEPT];
	char bar[GUIDE_FRAMES + 1];

	for (unsigned i = 0; i < GUIDE_FRAMES; i++)
		bar[i] = i < kept ? '#' : '.';
	bar[GUIDE_FRAMES] = '\0';
	printf(_("[%s] %u of %u\n"), bar, kept, GUIDE_FRAMES);
}

static void tell(struct guide *guide, bool progress)
{
	const char *sentence;

	if (progress)
		show_progress(guide);
	if (!guide_done(guide) && (sentence = guide_sentence(guide, wire_now())))
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
	tell(&enrolment->guide, verdict == GUIDE_KEPT);
	return VID_OK;
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

int enrol_camera(struct enrolment *enrolment)
{
	struct guide *guide = &enrolment->guide;
	int64_t deadline = wire_now() + CAMERA_MILLISECONDS;
	struct problem problem = { .text = "" };
	enum vid_reason why = camera_want_face(&enrolment->faces.camera, deadline);

	/* the basic engine finds no landmarks, and so no poses */
	guide_begin(guide, enrolment->faces.settings.engine == ENGINE_MODELS,
		    enrolment->likeness, wire_now());
	tell(guide, false);
	while (why == VID_OK && !guide_done(guide))
		why = look(enrolment, deadline, &problem);
	return why == VID_OK ? CLI_GO : give_up(guide, why, &problem);
}
