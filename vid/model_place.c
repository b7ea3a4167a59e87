/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/model_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include "libvid/card.h"
#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "vid/cli.h"
#include "vid/models.h"

#define STAGE ".vid-install"

/* The folder is made where its parent may be trusted; what it holds is for everybody. */
static void make_folder(const char *path)
{
	char parent[PATH_MAX];
	enum vid_reason why;
	char *slash;
	int fd;

	(void)snprintf(parent, sizeof(parent), "%s", path);
	slash = strrchr(parent, '/');
	if (!slash || slash == parent)
		return;
	*slash = '\0';
	fd = folder_open_trusted(parent, &why, NULL);
	if (fd < 0)
		return; /* said when the folder itself is opened */
	if (mkdirat(fd, slash + 1, 0700) == 0 && fchmodat(fd, slash + 1, 0755, 0) < 0)
		(void)unlinkat(fd, slash + 1, AT_REMOVEDIR);
	(void)close(fd);
}

int model_place_lock(const char *folder, bool make)
{
	struct problem problem = { .text = "" };
	enum vid_reason why;
	int fd;

	if (make)
		make_folder(folder);
	fd = folder_open_trusted(folder, &why, &problem);
	if (fd < 0) {
		(void)cli_problem(why, &problem);
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		(void)cli_fail(_("%s: another `vid model` is at work there"), folder);
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* Files alone: that is all that we put there. */
static void stage_remove(int folder)
{
	int fd = openat(folder, STAGE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (fd >= 0 && !dir)
		(void)close(fd);
	while (dir && (entry = readdir(dir)))
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		(void)closedir(dir);
	(void)unlinkat(folder, STAGE, AT_REMOVEDIR);
}

struct stage {
	int folder, signals; /* readable: somebody wants us to end */
	char path[PATH_MAX], card[48];
	const char *network; /* the name of its file */
};

static bool stage_write(const struct stage *stage, const char *name, struct bytes content)
{
	struct problem problem = { .text = "" };
	enum vid_reason why = VID_FILE_IO;
	char path[PATH_MAX];

	if (!path_join(path, sizeof(path), stage->path, name))
		problem_set(&problem, _("the path is too long"));
	else
		why = file_write(path, content, 0644, &problem);
	if (why != VID_OK)
		(void)cli_fail(_("%s; what was installed stays"), problem.text);
	return why == VID_OK;
}

static int stage_try(const struct stage *stage, const struct model *model)
{
	struct problem problem = { .text = "" };

	switch (models_try(stage->path, model, stage->signals, &problem)) {
	case VID_OK:
		return CLI_GO;
	case VID_CANCELLED:
		return CLI_FAILED;
	case VID_FACE_ENGINE:
		(void)cli_fail(_("%s: the file is the card's, but vid-camera cannot use "
				 "it: %s\nNothing was installed."),
			       model->name, problem.text);
		return CLI_REFUSED;
	default:
		cli_warn(_("the model was not tried: %s"), problem.text);
		return CLI_GO;
	}
}

static bool stage_move(const struct stage *stage, const char *name)
{
	int from = openat(stage->folder, STAGE,
			  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool moved = from >= 0 && renameat(from, name, stage->folder, name) == 0;

	if (!moved)
		(void)cli_fail(_("%s cannot be put into its place: %s"), name,
			       strerror(errno));
	if (from >= 0)
		(void)close(from);
	return moved;
}

static bool is_asked_to_end(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM) ||
		sigismember(&pending, SIGHUP));
}

/* Everything between the making of the stage and its end. A trial needs a card beside the
 * network; only a card that is to be installed goes further. */
static int stage_run(const struct stage *stage, const struct model_placing *placing,
		     struct bytes card)
{
	int code;

	if (!stage_write(stage, stage->network, placing->network) ||
	    !stage_write(stage, stage->card, card) || is_asked_to_end())
		return CLI_FAILED;
	if ((code = stage_try(stage, placing->model)) != CLI_GO)
		return code;
	if (is_asked_to_end() || !stage_move(stage, stage->network) ||
	    (placing->card.len && !stage_move(stage, stage->card)))
		return CLI_FAILED;
	if (fsync(stage->folder) < 0)
		return cli_fail("%s: %s", placing->folder, strerror(errno));
	return CLI_YES;
}

static int stage_all(struct stage *stage, const struct model_placing *placing)
{
	AUTO(blob_free) struct blob card = { 0 };
	struct problem problem = { .text = "" };
	enum vid_reason why;
	int code;

	if (!placing->card.len &&
	    (why = model_card_text(placing->folder, placing->model->name, &card,
				   &problem)) != VID_OK)
		return cli_problem(why, &problem);
	stage_remove(stage->folder);
	if (mkdirat(stage->folder, STAGE, 0700) < 0 ||
	    fchmodat(stage->folder, STAGE, 0755, 0) < 0)
		return cli_fail("%s: %s", placing->folder, strerror(errno));
	code = stage_run(stage, placing,
			 placing->card.len ? placing->card : bytes_of(card.at, card.len));
	stage_remove(stage->folder);
	return code;
}

int model_place(const struct model_placing *placing)
{
	AUTO_CLOSE int signals = -1;
	struct stage stage = { .folder = placing->lock,
			       .network = strrchr(placing->model->path, '/') + 1 };
	sigset_t endings, before;
	int code = CLI_FAILED;

	(void)snprintf(stage.card, sizeof(stage.card), "%s.model", placing->model->name);
	if (!path_join(stage.path, sizeof(stage.path), placing->folder, STAGE))
		return cli_fail(_("the path is too long: %s"), placing->folder);
	/* They wait until nothing of ours is left, and end us then. */
	(void)sigemptyset(&endings);
	(void)sigaddset(&endings, SIGINT);
	(void)sigaddset(&endings, SIGTERM);
	(void)sigaddset(&endings, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &endings, &before);
	signals = stage.signals = signalfd(-1, &endings, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		code = cli_fail("signalfd: %s", strerror(errno));
	else
		code = stage_all(&stage, placing);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return code;
}
