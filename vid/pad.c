/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/pad.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/wire.h"
#include "sensors/camera/evidence.h"
#include "vid/cli.h"

#define FRAME_MILLISECONDS 20000
#define CHALLENGE_FILE_MAX 4096
#define RATE_DEFAULT       15

void pad_free(struct pad_set *set)
{
	set->count = 0;
}

uint64_t pad_wrong(const struct pad_species *species)
{
	bool live = !strcmp(species->name, PAD_LIVE);

	return live ? species->sequences - species->why[VID_OK] : species->why[VID_OK];
}

/* --- what there is ------------------------------------------------------------------ */

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int is_frame(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && (!strcmp(dot, ".png") || !strcmp(dot, ".jpg"));
}

static bool is_folder(const char *path)
{
	struct stat is;

	return stat(path, &is) == 0 && S_ISDIR(is.st_mode);
}

static void free_names(struct dirent **names, int count)
{
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

/* None is left out: who reads the report would take it for tested. */
static int add_species(struct pad_set *set, const char *name)
{
	struct pad_species *species = &set->species[set->count];

	if (set->count == PAD_SPECIES_MAX)
		return cli_fail(_("%s: more than %d species"), set->folder,
				PAD_SPECIES_MAX);
	*species = (struct pad_species){ .sequences = 0 };
	if (!bytes_to_text(bytes_of_text(name), species->name, sizeof(species->name)))
		return cli_fail(_("%s/%s: a species has a name of at most %zu bytes"),
				set->folder, name, sizeof(species->name) - 1);
	set->count++;
	return CLI_GO;
}

int pad_find(const char *folder, struct pad_set *set)
{
	struct dirent **names = NULL;
	int count = scandir(folder, &names, is_visible, alphasort);
	char path[PATH_MAX];
	int code = CLI_GO;

	if (count < 0)
		return cli_fail("%s: %s", folder, strerror(errno));
	(void)snprintf(set->folder, sizeof(set->folder), "%s", folder);
	for (int i = 0; i < count && code == CLI_GO; i++)
		if (!path_join(path, sizeof(path), folder, names[i]->d_name))
			code = cli_fail(_("%s: the path is too long"), folder);
		else if (is_folder(path))
			code = add_species(set, names[i]->d_name);
	free_names(names, count);
	if (code != CLI_GO)
		return code;
	if (set->count == 0)
		return cli_fail(_("%s: no folders of presentations in it; see vid(1)"),
				folder);
	return CLI_GO;
}

/* --- one sequence ------------------------------------------------------------------- */

/* When which cue was shown. */
struct cues {
	unsigned rate; /* frames a second */
	bool read_off; /* there is no file: turns are taken as they come */
	size_t count, next;
	struct {
		unsigned frame;
		enum liveness_cue cue;
	} at[PAD_CUES_MAX];
};

static bool read_line(struct cues *cues, struct challenge *challenge, const char *line)
{
	char word[16];
	unsigned number;
	enum liveness_cue cue;

	if (sscanf(line, "fps %u", &number) == 1) {
		cues->rate = number;
		return number >= 1 && number <= 240;
	}
	if (sscanf(line, "%u %15s", &number, word) != 2 || cues->count == PAD_CUES_MAX ||
	    (cue = cue_of_word(word)) == CUE_NONE)
		return false;
	cues->at[cues->count].frame = number;
	cues->at[cues->count++].cue = cue;
	if (cue == CUE_AHEAD)
		return true;
	if (challenge->count == CHALLENGE_MAX)
		return false;
	challenge->turn[challenge->count++] = cue;
	return true;
}

static int read_cues(const char *folder, struct cues *cues, struct challenge *challenge)
{
	AUTO(blob_free) struct blob file = { 0 };
	struct problem problem = { "" };
	char path[PATH_MAX], text[CHALLENGE_FILE_MAX + 1], *rest = text, *line;

	*cues = (struct cues){ .rate = RATE_DEFAULT };
	*challenge = (struct challenge){ .count = 0 };
	if (!path_join(path, sizeof(path), folder, "challenge"))
		return cli_fail(_("%s: the path is too long"), folder);
	if (access(path, F_OK) != 0) {
		cues->read_off = true;
		*challenge =
			(struct challenge){ .count = 2, .turn = { CUE_ANY, CUE_ANY } };
		return CLI_GO;
	}
	if (file_read_untrusted(path, CHALLENGE_FILE_MAX, &file, &problem) != VID_OK)
		return cli_fail("%s", problem.text);
	if (!bytes_to_text(bytes_of(file.at, file.len), text, sizeof(text)))
		return cli_fail(_("%s: not a text"), path);
	while ((line = strsep(&rest, "\n")))
		if (*line && !read_line(cues, challenge, line))
			return cli_fail(_("%s: '%.40s' is neither 'fps N' nor 'FRAME "
					  "CUE'"),
					path, line);
	if (challenge->count == 0)
		return cli_fail(_("%s: no cue in it"), path);
	return CLI_GO;
}

static void show_cues(struct cues *cues, unsigned frame, struct liveness *liveness)
{
	if (cues->read_off) {
		if (liveness_due(liveness) != CUE_NONE)
			liveness_cued(liveness, liveness_due(liveness));
		return;
	}
	while (cues->next < cues->count && cues->at[cues->next].frame <= frame)
		liveness_cued(liveness, cues->at[cues->next++].cue);
}

static int judge_frame(struct faces *faces, const char *path, unsigned number,
		       unsigned rate, struct liveness *liveness)
{
	AUTO(camera_report_wipe) struct camera_report report = { .qr_len = 0 };
	int64_t deadline = wire_now() + FRAME_MILLISECONDS;
	struct problem problem = { "" };
	struct liveness_frame frame;
	enum vid_reason why;
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return cli_fail("%s: %s", path, strerror(errno));
	why = camera_send_recorded(&faces->camera, fd, number, number * 1000 / rate,
				   deadline);
	if (why == VID_OK)
		why = camera_next(&faces->camera, &report, deadline, -1, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (report.event == CAMERA_EVENT_GATE) {
		if (report.gate == CAMERA_GATE_PICTURE)
			return cli_fail(_("%s: not a picture that can be read"), path);
		return CLI_GO;
	}
	frame = evidence_of(&report);
	/* a recording counts from 0, the judge from 1 on */
	frame.sequence++;
	(void)liveness_see(liveness, &frame);
	return CLI_GO;
}

static enum vid_reason end_of(const struct liveness *liveness)
{
	if (liveness->why != VID_OK || liveness_done(liveness))
		return liveness->why;
	return liveness->started ? VID_FACE_TURN : VID_FACE_NOBODY;
}

static int judge_sequence(struct faces *faces, const struct liveness_rules *like,
			  const char *folder, enum vid_reason *why)
{
	AUTO(liveness_wipe) struct liveness liveness = { .started = false };
	struct liveness_rules rules = *like;
	struct dirent **names = NULL;
	char path[PATH_MAX];
	struct cues cues;
	int count, code;

	if ((code = read_cues(folder, &cues, &rules.challenge)) != CLI_GO)
		return code;
	count = scandir(folder, &names, is_frame, alphasort);
	if (count <= 0) {
		free_names(names, count);
		return cli_fail(_("%s: no frames (*.png) in it"), folder);
	}
	liveness_start(&liveness, &rules);
	for (int i = 0; i < count && code == CLI_GO; i++) {
		show_cues(&cues, (unsigned)i, &liveness);
		if (liveness.why != VID_OK || liveness_done(&liveness))
			break;
		code = path_join(path, sizeof(path), folder, names[i]->d_name)
			       ? judge_frame(faces, path, (unsigned)i, cues.rate,
					     &liveness)
			       : cli_fail(_("%s: the path is too long"), folder);
	}
	free_names(names, count);
	*why = end_of(&liveness);
	return code;
}

/* --- all of them -------------------------------------------------------------------- */

static int judge_species(struct pad_set *set, struct pad_species *species,
			 struct faces *faces, const struct liveness_rules *rules)
{
	char folder[PATH_MAX], path[PATH_MAX];
	struct dirent **names = NULL;
	bool shown = isatty(STDERR_FILENO);
	int count = -1, code = CLI_GO;

	if (path_join(folder, sizeof(folder), set->folder, species->name))
		count = scandir(folder, &names, is_visible, alphasort);
	if (count < 0 || count > PAD_SEQUENCES_MAX) {
		free_names(names, count);
		return cli_fail(_("%s/%s cannot be read"), set->folder, species->name);
	}
	for (int i = 0; i < count && code == CLI_GO; i++) {
		enum vid_reason why = VID_INTERNAL;

		if (!path_join(path, sizeof(path), folder, names[i]->d_name) ||
		    !is_folder(path))
			continue;
		code = judge_sequence(faces, rules, path, &why);
		if (code != CLI_GO)
			break;
		species->sequences++;
		species->why[why]++;
		if (shown)
			fprintf(stderr, "\r%s %d/%d \033[K", species->name, i + 1, count);
	}
	if (shown)
		fputs("\r\033[K", stderr);
	free_names(names, count);
	if (code == CLI_GO && species->sequences == 0)
		return cli_fail(_("%s: no folders of presentations in it; see vid(1)"),
				folder);
	return code;
}

int pad_judge(struct pad_set *set, struct faces *faces)
{
	struct problem problem = { "" };
	struct liveness_rules rules;
	enum vid_reason why =
		liveness_rules_of(&faces->settings, &faces->model,
				  faces->camera.passive_networks, &rules, &problem);
	int code = CLI_GO;

	if (why != VID_OK)
		return cli_problem(why, &problem);
	for (size_t i = 0; i < set->count && code == CLI_GO; i++)
		code = judge_species(set, &set->species[i], faces, &rules);
	return code;
}
