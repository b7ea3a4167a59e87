/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/survey.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/wire.h"
#include "vid/cli.h"

#define CAMERAS_MAX 16
#define FLIGHT      2 /* pictures a camera has: it never waits for the next one */
#define TRIES       2 /* a picture that ends two cameras is to blame itself */

#define START_MILLISECONDS   10000
#define PICTURE_MILLISECONDS 30000

/* A helper's processor time and life are limited: well before, another takes over. */
#define CAMERA_PICTURES     400
#define CAMERA_MILLISECONDS 120000

struct worker {
	struct camera camera;
	bool open;
	int64_t opened; /* wire_now() */
	unsigned served, flying;
	size_t flight[FLIGHT];
};

struct work {
	const struct faces *faces;
	const struct people *people;
	struct survey *survey;
	struct worker worker[CAMERAS_MAX];
	size_t workers;
	size_t next, done, again_count;
	size_t again[CAMERAS_MAX * FLIGHT];
	uint8_t *tries;
	int64_t began, shown;
	bool bar;
};

void survey_free(struct survey *survey)
{
	if (survey->embedding)
		sodium_memzero(survey->embedding, survey->pictures * survey->dimension *
							  sizeof(*survey->embedding));
	free(survey->embedding);
	free(survey->picture);
	*survey = (struct survey){ .embedding = NULL };
}

const float *survey_embedding(const struct survey *survey, size_t picture)
{
	return survey->embedding + picture * survey->dimension;
}

/* Eight sums, so that the processor adds several at a time. */
float survey_cosine(const float *a, const float *b, size_t dimension)
{
	float sum[8] = { 0 };
	size_t i = 0;

	for (; i + 8 <= dimension; i += 8)
		for (size_t k = 0; k < 8; k++)
			sum[k] += a[i + k] * b[i + k];
	for (; i < dimension; i++)
		sum[0] += a[i] * b[i];
	return ((sum[0] + sum[4]) + (sum[1] + sum[5])) +
	       ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

static int by_time(const void *a, const void *b)
{
	uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;

	return (first > second) - (first < second);
}

double survey_stage(const struct survey *survey, size_t stage)
{
	AUTO_FREE uint32_t *took = calloc(survey->pictures + 1, sizeof(*took));
	size_t count = 0;

	for (size_t i = 0; took && i < survey->pictures; i++)
		if (survey->picture[i].timed && survey->picture[i].seen)
			took[count++] = survey->picture[i].stage[stage];
	if (count == 0)
		return 0;
	qsort(took, count, sizeof(*took), by_time);
	return took[count / 2] / 1000.0;
}

/* --- the bar ---------------------------------------------------------------------------
 */

static void show_bar(struct work *work, bool end)
{
	static const char full[] = "##############################";
	const size_t all = work->people->pictures, width = sizeof(full) - 1;
	int64_t now = wire_now(), left = 0;
	int part = (int)(width * work->done / all);

	if (!work->bar || (!end && now - work->shown < 100))
		return;
	work->shown = now;
	if (work->done)
		left = (now - work->began) * (int64_t)(all - work->done) /
		       (int64_t)work->done / 1000;
	if (end) /* the line is free for what comes next */
		(void)fprintf(stderr, "\r\033[K");
	else
		(void)fprintf(stderr, _("\r[%-*.*s] %zu of %zu pictures, %d:%02d left "),
			      (int)width, part, full, work->done, all, (int)(left / 60),
			      (int)(left % 60));
	(void)fflush(stderr);
}

/* --- pictures
 * --------------------------------------------------------------------------- */

static void finish_picture(struct work *work, size_t picture,
			   const struct camera_report *report)
{
	struct survey *survey = work->survey;
	struct survey_picture *to = &survey->picture[picture];

	work->done++;
	to->gate = report ? report->gate : CAMERA_GATE_PICTURE;
	to->seen = report && (report->event == CAMERA_EVENT_FACE ||
			      report->event == CAMERA_EVENT_POOR);
	if (report && report->has_stages) {
		to->timed = true;
		memcpy(to->stage, report->stage, sizeof(to->stage));
	}
	if (!to->seen) {
		survey->failures++;
		return;
	}
	memcpy(survey->embedding + picture * survey->dimension, report->face.embedding,
	       survey->dimension * sizeof(*survey->embedding));
}

/* The next picture that can be opened: never blocks, never a device. -1: none is left. */
static int open_next(struct work *work, size_t *picture)
{
	while (work->again_count || work->next < work->people->pictures) {
		struct stat st;
		int fd;

		*picture = work->again_count ? work->again[--work->again_count]
					     : work->next++;
		fd = open(work->people->picture[*picture].path,
			  O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
			return fd;
		cli_warn("%s: %s", work->people->picture[*picture].path,
			 fd < 0 ? strerror(errno) : _("not a file"));
		if (fd >= 0)
			(void)close(fd);
		finish_picture(work, *picture, NULL);
	}
	return -1;
}

/* --- cameras
 * ---------------------------------------------------------------------------- */

static int open_camera(const struct work *work, struct worker *worker)
{
	const struct faces *faces = work->faces;
	struct settings settings = faces->settings;
	struct problem problem = { .text = "" };
	enum vid_reason why;

	settings.liveness[0] = '\0'; /* nobody asks them about a picture */
	why = camera_open(&settings, false, settings.engine,
			  wire_now() + START_MILLISECONDS, -1, &worker->camera, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	worker->open = true;
	worker->opened = wire_now();
	worker->served = 0;
	if (strcmp(worker->camera.model_id, faces->model.id) != 0 ||
	    worker->camera.dimension != faces->model.output)
		return cli_fail(_("vid-camera uses the model %s, the card is for %s"),
				worker->camera.model_id, faces->model.id);
	return CLI_GO;
}

static void close_camera(struct worker *worker)
{
	if (worker->open)
		camera_close(&worker->camera);
	worker->open = false;
	worker->flying = 0;
}

/* The camera has ended: the picture it was at is tried once more, the others as well. */
static void give_back(struct work *work, struct worker *worker)
{
	for (unsigned i = worker->flying; i-- > 0;) {
		size_t picture = worker->flight[i];

		if (i == 0 && ++work->tries[picture] == TRIES) {
			cli_warn(_("%s: vid-camera ended over it"),
				 work->people->picture[picture].path);
			finish_picture(work, picture, NULL);
		} else {
			work->again[work->again_count++] = picture;
		}
	}
	close_camera(worker);
}

static bool is_spent(const struct worker *worker)
{
	return worker->served >= CAMERA_PICTURES ||
	       wire_now() - worker->opened > CAMERA_MILLISECONDS;
}

static int send_pictures(struct work *work, struct worker *worker)
{
	size_t picture;
	int code;

	if (worker->open && worker->flying == 0 && is_spent(worker))
		close_camera(worker);
	while (worker->flying < FLIGHT && !(worker->open && is_spent(worker))) {
		AUTO_CLOSE int fd = open_next(work, &picture);
		enum vid_reason why;

		if (fd < 0)
			return CLI_GO;
		if (!worker->open && (code = open_camera(work, worker)) != CLI_GO)
			return code;
		worker->flight[worker->flying++] = picture;
		why = camera_study_picture(&worker->camera, fd,
					   wire_now() + PICTURE_MILLISECONDS);
		if (why != VID_OK)
			give_back(work, worker);
	}
	return CLI_GO;
}

static void receive_picture(struct work *work, struct worker *worker)
{
	AUTO(camera_report_wipe) struct camera_report report = { .qr_len = 0 };
	struct problem problem = { .text = "" };
	enum vid_reason why =
		camera_next(&worker->camera, &report, wire_now() + PICTURE_MILLISECONDS,
			    -1, &problem);

	if (why != VID_OK) {
		give_back(work, worker);
		return;
	}
	finish_picture(work, worker->flight[0], &report);
	worker->served++;
	worker->flying--;
	memmove(worker->flight, worker->flight + 1,
		worker->flying * sizeof(*worker->flight));
}

/* Waits for answers; a camera that keeps silent is ended by receive_picture's patience.
 */
static bool wait_for_any(struct work *work, struct pollfd *wait)
{
	int ready;

	for (size_t i = 0; i < work->workers; i++) {
		const struct worker *worker = &work->worker[i];

		wait[i] = (struct pollfd){ .fd = worker->flying ? worker->camera.sensor.fd
								: -1,
					   .events = POLLIN };
	}
	ready = poll(wait, work->workers, PICTURE_MILLISECONDS);
	if (ready == 0) /* all are silent: let the first say so */
		for (size_t i = 0; i < work->workers; i++)
			wait[i].revents = wait[i].fd >= 0 ? POLLIN : 0;
	return ready >= 0 || errno == EINTR;
}

static int run(struct work *work)
{
	struct pollfd wait[CAMERAS_MAX];
	int code;

	while (work->done < work->people->pictures) {
		for (size_t i = 0; i < work->workers; i++)
			if ((code = send_pictures(work, &work->worker[i])) != CLI_GO)
				return code;
		if (work->done == work->people->pictures)
			break;
		if (!wait_for_any(work, wait))
			return cli_fail("poll: %s", strerror(errno));
		for (size_t i = 0; i < work->workers; i++)
			if (wait[i].revents && work->worker[i].flying)
				receive_picture(work, &work->worker[i]);
		show_bar(work, false);
	}
	return CLI_GO;
}

/* As many as may run at the same time. */
static size_t processors(size_t most)
{
	cpu_set_t set;
	size_t count = 1;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		count = (size_t)CPU_COUNT(&set);
	if (count > CAMERAS_MAX)
		count = CAMERAS_MAX;
	return count > most ? most : count;
}

static bool make_room(struct work *work)
{
	struct survey *survey = work->survey;

	survey->pictures = work->people->pictures;
	survey->dimension = work->faces->model.output;
	survey->picture = calloc(survey->pictures, sizeof(*survey->picture));
	survey->embedding =
		calloc(survey->pictures, survey->dimension * sizeof(*survey->embedding));
	work->tries = calloc(survey->pictures, 1);
	return survey->picture && survey->embedding && work->tries;
}

int survey_run(const struct faces *faces, const struct people *people,
	       struct survey *survey)
{
	AUTO_FREE struct work *work = calloc(1, sizeof(*work));
	int code;

	*survey = (struct survey){ .embedding = NULL };
	if (!work)
		return cli_fail(_("no memory"));
	*work = (struct work){ .faces = faces,
			       .people = people,
			       .survey = survey,
			       .workers = processors(people->pictures),
			       .began = wire_now(),
			       .bar = isatty(STDERR_FILENO) == 1 };
	code = make_room(work) ? run(work) : cli_fail(_("no memory"));
	show_bar(work, true);
	for (size_t i = 0; i < work->workers; i++)
		close_camera(&work->worker[i]);
	free(work->tries);
	survey->cameras = (unsigned)work->workers;
	survey->seconds = (double)(wire_now() - work->began) / 1000;
	return code;
}
