/* SPDX-License-Identifier: BSD-2-Clause */
/* vid face enroll - from a face to a sealed template and its reference for the issuer */
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "sensors/camera/preview_client.h"
#include "vid/cli.h"
#include "vid/enrolled.h"
#include "vid/face_consent.h"
#include "vid/labels.h"

struct wishes {
	const char *account, *pictures, *video, *reference, *label;
	struct stored_places places;
	struct faces_options engine;
	bool camera, preview, agreed, force, add, replace;
};

/* All that an enrolment holds in its hands; biometric. */
struct work {
	struct stored stored;
	struct enrolment enrolment;
	struct camera_preview preview;
	struct consent consent;
	struct enrolled enrolled;
};

static struct work *work_new(void)
{
	struct work *work = calloc(1, sizeof(*work));

	if (work)
		work->enrolment.faces = (struct faces)FACES_CLOSED;
	return work;
}

static void work_free(struct work **at)
{
	if (!*at)
		return;
	faces_close(&(*at)->enrolment.faces);
	stored_close(&(*at)->stored);
	sodium_memzero(*at, sizeof(**at));
	free(*at);
}

/* --- what can be known to fail before a face is looked at ------------------------- */

/*
 * Files show somebody who may not be here. Only the administrator takes a face from
 * them; a host key of one's own is a host of one's own, which no login here asks.
 */
static bool may_take_files(const struct wishes *wishes)
{
	return geteuid() == 0 || strcmp(wishes->places.hostkey, PATH_HOSTKEY) != 0;
}

static int check_wishes(const struct wishes *wishes)
{
	if (!!wishes->pictures + !!wishes->video + wishes->camera != 1)
		return cli_fail(_("say where the face comes from: --camera, or --from "
				  "DIR or --video FILE"));
	if (!wishes->camera && !may_take_files(wishes))
		return cli_fail(_("only the administrator (root) enrols from pictures or "
				  "a film; a person is enrolled with --camera"));
	/* a picture of a person is for their eyes, not for a file */
	if (wishes->preview && (!wishes->camera || !isatty(STDOUT_FILENO)))
		return cli_fail(_("--preview goes with --camera, at a terminal"));
	if (wishes->add && wishes->replace)
		return cli_fail(_("--add or --replace, not both"));
	if (!template_label_valid(wishes->label))
		return cli_fail(_("--label: at most %d bytes of UTF-8, without control "
				  "characters"),
				TEMPLATE_LABEL_MAX);
	if (!account_name_valid(wishes->account))
		return cli_fail(_("'%s' is not an account's name"), wishes->account);
	/* Nobody shows a face for a reference that cannot be written. */
	return cli_writable(wishes->reference, wishes->force);
}

/* A template is never changed without a word that says so. */
static int check_stored(const struct wishes *wishes, const struct stored *stored)
{
	char labels[256];

	if (wishes->add && !stored->any)
		return cli_fail(_("no face is enrolled for %s yet: leave out --add"),
				wishes->account);
	if (wishes->add && stored->broken)
		return cli_fail(_("the face that is enrolled for %s cannot be read, so "
				  "nothing can be added to it; --replace takes its "
				  "place"),
				wishes->account);
	if (!stored->any || wishes->add || wishes->replace)
		return CLI_GO;
	labels_print(&stored->template, labels, sizeof(labels));
	(void)cli_fail(
		_("a face is enrolled for %s already: %s; --add adds to it, "
		  "--replace takes its place. After either, the person's token needs "
		  "to be issued anew"),
		wishes->account, stored->broken ? _("it cannot be read") : labels);
	return CLI_REFUSED;
}

/* Scores of two models do not mix. */
static int check_model(const struct wishes *wishes, const struct work *work)
{
	const struct model *model = &work->enrolment.faces.model;

	if (!wishes->add || strcmp(work->stored.template.model, model->id) == 0)
		return CLI_GO;
	return cli_fail(_("the enrolled face was seen by the model %s, this would be by "
			  "%s: they cannot be mixed; --replace takes its place"),
			work->stored.template.model, model->id);
}

/* --- the command ------------------------------------------------------------------- */

/* From here on a Ctrl-C is an event, not an end: nothing is left half-written. */
static int hold_signals(int *fd)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &stop, NULL) == 0)
		*fd = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
	return *fd >= 0 ? CLI_GO : cli_fail("signalfd: %s", strerror(errno));
}

static bool was_stopped(int fd)
{
	struct signalfd_siginfo signal;

	return fd >= 0 && read(fd, &signal, sizeof(signal)) == sizeof(signal);
}

static unsigned source_of(const struct wishes *wishes)
{
	return wishes->camera  ? CONSENT_CAMERA
	       : wishes->video ? CONSENT_VIDEO
			       : CONSENT_PICTURES;
}

static int take_face(const struct wishes *wishes, struct work *work)
{
	struct enrolment *enrolment = &work->enrolment;
	int code;

	enrolment->preview = wishes->preview ? &work->preview : NULL;
	code = wishes->preview
		       ? faces_open_preview(&wishes->engine, true, &work->preview,
					    &enrolment->faces)
		       : faces_open(&wishes->engine, wishes->camera, &enrolment->faces);

	if (code == CLI_GO)
		code = check_model(wishes, work);
	if (code != CLI_GO)
		return code;
	enrolment->likeness = enrolled_likeness(&enrolment->faces.model);
	code = wishes->camera  ? enrol_camera(enrolment)
	       : wishes->video ? enrol_video(enrolment, wishes->video)
			       : enrol_pictures(enrolment, wishes->pictures);
	faces_close(&enrolment->faces);
	return code;
}

static void print_result(const struct work *work, const struct wishes *wishes)
{
	printf(_("enrolled %s: %zu of %zu pictures; %s is for the issuer (vid issuer "
		 "issue "
		 "--face)\n"),
	       PRINTABLE(wishes->account), work->enrolled.count,
	       work->enrolment.candidates.count, PRINTABLE(wishes->reference));
	enrolled_print(&work->enrolled, &work->enrolment);
	puts(_("A token that names an earlier face of this account no longer counts."));
}

static int enrol_held(const struct wishes *wishes, struct work *work, int stop)
{
	int code;

	work->enrolment.faces.abort_fd = stop;
	work->consent.sources = source_of(wishes);
	if (wishes->add)
		work->consent.sources |= work->stored.consent.sources;
	code = take_face(wishes, work);
	if (code == CLI_GO)
		code = enrolled_make(&work->enrolled, &work->enrolment, &work->stored,
				     wishes->label, wishes->add);
	if (was_stopped(stop))
		return cli_fail(_("stopped: nothing was written"));
	if (code != CLI_GO)
		return code;
	return stored_write(&work->stored, &wishes->places, &work->enrolled.template,
			    work->enrolled.salt, &work->consent, wishes->reference);
}

static int enrol(const struct wishes *wishes)
{
	AUTO(work_free) struct work *work = work_new();
	AUTO_CLOSE int stop = -1;
	int code;

	if (!work)
		return cli_fail(_("no memory"));
	if ((code = check_wishes(wishes)) != CLI_GO ||
	    (code = stored_open(&wishes->places, wishes->account, &work->stored)) !=
		    CLI_GO ||
	    (code = check_stored(wishes, &work->stored)) != CLI_GO ||
	    (code = face_consent(wishes->account, wishes->places.faces, wishes->agreed,
				 &work->consent)) != CLI_GO ||
	    (code = hold_signals(&stop)) != CLI_GO ||
	    (code = enrol_held(wishes, work, stop)) != CLI_GO)
		return code;
	print_result(work, wishes);
	return CLI_YES;
}

int cmd_face_enroll(int argc, char **argv)
{
	struct wishes wishes = { .label = "", .places = STORED_PLACES };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "camera",
		  .given = &wishes.camera,
		  .help = N_("take the face from the camera of vid.conf, guided") },
		{ .name = "preview",
		  .given = &wishes.preview,
		  .help = N_("with --camera: show what it sees, in colours") },
		{ .name = "from",
		  .arg = N_("DIR"),
		  .text = &wishes.pictures,
		  .help = N_("take it from a picture, or the pictures in DIR (root)") },
		{ .name = "video",
		  .arg = N_("FILE"),
		  .text = &wishes.video,
		  .help = N_("take it from a film, YUV4MPEG2 (root)") },
		{ .name = "reference",
		  .arg = N_("FILE"),
		  .text = &wishes.reference,
		  .required = true,
		  .help = N_("write what the issuer needs to FILE") },
		{ .name = "label",
		  .arg = N_("LABEL"),
		  .text = &wishes.label,
		  .help = N_("a word for these pictures, like glasses") },
		{ .name = "add",
		  .given = &wishes.add,
		  .help = N_("add to the face that is enrolled") },
		{ .name = "replace",
		  .given = &wishes.replace,
		  .help = N_("take the place of the face that is enrolled") },
		{ .name = "agree",
		  .given = &wishes.agreed,
		  .help = N_("the person has agreed; do not ask") },
		{ .name = "force", .given = &wishes.force, .help = N_("replace FILE") },
		FACES_OPTIONS(wishes.engine),
		STORED_OPTIONS(wishes.places),
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid face enroll (--camera | --from DIR | --video FILE) "
			 "--reference FILE [...] ACCOUNT",
		.about = N_(
			"Enrol the face of the person to whom ACCOUNT belongs: store a "
			"sealed template, and write its\nreference, by which an issuer "
			"binds a token to it. One to five pictures are kept as numbers."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	wishes.account = operands[0];
	return enrol(&wishes);
}
