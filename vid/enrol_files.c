/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Enrolling from pictures or a film: files that lie about in somebody's folder, opened by
 * root. A link among them may lead to any file of root's, and a fifo to a wait without
 * end; neither is opened. What is in them is read by vid-camera alone.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"
#include "libvid/wire.h"
#include "vid/cli.h"
#include "vid/enrolment.h"

#define VIDEO_MILLISECONDS 120000 /* a minute of film takes ten seconds */

/* CLI_REFUSED, with a complaint, for what is a link; the others may do. */
static int open_file(int folder, const char *name, const char *shown, int *fd,
		     struct stat *st)
{
	*fd = openat(folder, name,
		     O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0 && errno == ELOOP) {
		(void)cli_fail(_("%s: a link, which is not followed"), shown);
		return CLI_REFUSED;
	}
	if (*fd < 0 || fstat(*fd, st) != 0)
		return cli_fail("%s: %s", shown, strerror(errno));
	return CLI_GO;
}

static int is_picture(const struct dirent *entry)
{
	static const char *const endings[] = { ".jpg", ".jpeg", ".png", ".pgm" };
	const char *dot = strrchr(entry->d_name, '.');

	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(*endings); i++)
		if (strcasecmp(dot, endings[i]) == 0)
			return 1;
	return 0;
}

static int take(struct enrolment *enrolment, int fd, const char *name)
{
	AUTO(camera_report_wipe) struct camera_report report = { .qr_len = 0 };
	int code = faces_of_file(&enrolment->faces, fd, name, &report);

	if (code == CLI_GO &&
	    !candidates_add(&enrolment->candidates, name, report.face.embedding,
			    report.face.dimension))
		return cli_problem(VID_INTERNAL, NULL);
	return code == CLI_REFUSED ? CLI_GO : code; /* said already; the others may do */
}

static int take_entry(struct enrolment *enrolment, int folder, const char *name)
{
	AUTO_CLOSE int fd = -1;
	struct stat st;
	int code = open_file(folder, name, name, &fd, &st);

	if (code == CLI_REFUSED)
		return CLI_GO;
	if (code == CLI_GO && !S_ISREG(st.st_mode)) {
		(void)cli_fail(_("%s: not a file"), name);
		return CLI_GO;
	}
	return code == CLI_GO ? take(enrolment, fd, name) : code;
}

static int take_folder(struct enrolment *enrolment, int folder, const char *shown)
{
	struct dirent **entries;
	int count = scandirat(folder, ".", &entries, is_picture, alphasort);
	int code = CLI_GO;

	if (count < 0)
		return cli_fail("%s: %s", shown, strerror(errno));
	if (count > CANDIDATES_MAX)
		cli_warn(_("%s: only the first %d pictures are looked at"), shown,
			 CANDIDATES_MAX);
	for (int i = 0; i < count; i++) {
		if (code == CLI_GO && i < CANDIDATES_MAX)
			code = take_entry(enrolment, folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (code == CLI_GO && count == 0)
		return cli_fail(_("%s: no pictures (*.jpg, *.png, *.pgm) in it"), shown);
	return code;
}

int enrol_pictures(struct enrolment *enrolment, const char *path)
{
	AUTO_CLOSE int fd = -1;
	struct stat st;
	int code = open_file(AT_FDCWD, path, path, &fd, &st);

	if (code != CLI_GO)
		return CLI_FAILED;
	if (S_ISDIR(st.st_mode))
		return take_folder(enrolment, fd, path);
	if (!S_ISREG(st.st_mode))
		return cli_fail(_("%s: not a file"), path);
	return take(enrolment, fd, path);
}

/* --- a film ------------------------------------------------------------------------ */

/* Milliseconds of the film; a report on a frame without a face has none. */
static enum vid_reason look(struct enrolment *enrolment, int64_t deadline, int64_t *time,
			    enum camera_video_end *ended, struct problem *problem)
{
	AUTO(camera_report_wipe) struct camera_report report = { .qr_len = 0 };
	enum vid_reason why = camera_next(&enrolment->faces.camera, &report, deadline,
					  enrolment->faces.abort_fd, problem);

	if (why != VID_OK)
		return why;
	if (report.event == CAMERA_EVENT_END) {
		*ended = report.ended;
		return VID_OK;
	}
	if (report.event == CAMERA_EVENT_FACE)
		*time = report.face.milliseconds;
	(void)guide_look(&enrolment->guide, &report, *time, &enrolment->candidates);
	return VID_OK;
}

static int judge_film(const struct guide *guide, enum camera_video_end ended,
		      const char *path)
{
	if (ended == CAMERA_VIDEO_UNKNOWN)
		return cli_fail(_("%s: not a film that can be read; make one with: "
				  "ffmpeg -i FILM -pix_fmt yuv420p FILM.y4m"),
				path);
	if (ended == CAMERA_VIDEO_CUT)
		cli_warn(_("%s ends within a frame, or is damaged there"), path);
	if (ended == CAMERA_VIDEO_LONG)
		cli_warn(_("%s: only the first minute was looked at"), path);
	if (guide_done(guide))
		return CLI_GO;
	(void)cli_fail(_("%s has %u good frames that differ, and %u are needed (without "
			 "a good face: %u, alike: %u, eyes closed: %u, another person: "
			 "%u)"),
		       path, guide->count[GUIDE_KEPT], GUIDE_FRAMES,
		       guide->count[GUIDE_POOR], guide->count[GUIDE_ALIKE],
		       guide->count[GUIDE_BLINK], guide->count[GUIDE_STRANGER]);
	return CLI_REFUSED;
}

int enrol_video(struct enrolment *enrolment, const char *path)
{
	int64_t deadline = wire_now() + VIDEO_MILLISECONDS, time = 0;
	enum camera_video_end ended = (enum camera_video_end)0;
	struct problem problem = { .text = "" };
	AUTO_CLOSE int fd = -1;
	enum vid_reason why;
	struct stat st;

	if (open_file(AT_FDCWD, path, path, &fd, &st) != CLI_GO)
		return CLI_FAILED;
	if (!S_ISREG(st.st_mode))
		return cli_fail(_("%s: not a file"), path);
	guide_begin(&enrolment->guide, false, enrolment->likeness, 0);
	why = camera_send_video(&enrolment->faces.camera, fd, deadline);
	while (why == VID_OK && !ended)
		why = look(enrolment, deadline, &time, &ended, &problem);
	if (why == VID_CANCELLED)
		return CLI_FAILED;
	if (why != VID_OK)
		return cli_problem(why, &problem);
	return judge_film(&enrolment->guide, ended, path);
}
