/* SPDX-License-Identifier: BSD-2-Clause */
/* vid face enroll - from a face to a sealed template and its reference for the issuer */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/wire.h"
#include "vid/cli.h"
#include "vid/enrolment.h"
#include "vid/face_consent.h"
#include "vid/labels.h"
#include "vid/stored.h"

struct wishes {
	const char *account, *pictures, *video, *reference, *label;
	struct stored_places places;
	struct faces_options engine;
	bool camera, agreed, force, add, replace;
};

/* All that an enrolment holds in its hands; biometric. */
struct work {
	struct stored stored;
	struct enrolment enrolment;
	struct consent consent;
	struct template template; /* as it is stored */
	uint8_t salt[TEMPLATE_SALT_LEN];
	size_t frames; /* that are kept of it */
	float margin;
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
	if (wishes->add && wishes->replace)
		return cli_fail(_("--add or --replace, not both"));
	if (strlen(wishes->label) > TEMPLATE_LABEL_MAX)
		return cli_fail(_("--label: at most %d bytes"), TEMPLATE_LABEL_MAX);
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

/* --- the template ------------------------------------------------------------------ */

/* Below this a picture shows somebody else: FACE.md's figure, or this model's own
 * threshold where strangers are more alike. */
static float likeness_least(const struct model *model)
{
	float threshold;

	if (!model_threshold(model, face_level_fmr(LEVEL_STANDARD), 1, 1, &threshold))
		return REFERENCE_LIKENESS;
	return fmaxf(threshold, REFERENCE_LIKENESS);
}

static int make_template(struct work *work, const char *label, struct template *out)
{
	struct enrolment *enrolment = &work->enrolment;
	struct candidates *candidates = &enrolment->candidates;
	size_t chosen[VID_REFERENCES_MAX];
	size_t count = references_choose(candidates, enrolment->likeness, chosen);

	if (candidates->count == 0)
		(void)cli_fail(_("no picture has a face that is good enough"));
	else if (count == 0)
		(void)cli_fail(_("the pictures do not show one person"));
	if (count == 0)
		return CLI_REFUSED;
	for (size_t i = 0; i < candidates->count; i++)
		if (candidates->at[i].outlier)
			cli_warn(_("%s is left out: it is not like the others"),
				 candidates->at[i].name);
	(void)snprintf(out->model, sizeof(out->model), "%s", enrolment->faces.model.id);
	for (size_t i = 0; i < count; i++)
		if (!template_add(out, candidates->at[chosen[i]].embedding,
				  candidates->dimension, label))
			return cli_problem(VID_INTERNAL, NULL);
	if (count < 3)
		cli_warn(_("only %zu: with three to five different pictures fewer logins "
			   "fail"),
			 count);
	work->frames = count;
	work->margin = references_margin(candidates, chosen, count);
	return CLI_GO;
}

/* The face that is added has to be the one that is enrolled: each new reference as a
 * login would judge it. `fresh` is transformed as the stored one is. */
static int check_person(const struct work *work)
{
	const struct template *stored = &work->stored.template;
	const struct candidates *candidates = &work->enrolment.candidates;
	float embedding[VID_EMBEDDING_MAX], score = 0, threshold;
	uint8_t seed[32];

	if (!model_threshold(&work->enrolment.faces.model, face_level_fmr(LEVEL_STANDARD),
			     (unsigned)stored->count, 1, &threshold))
		threshold = REFERENCE_LIKENESS;
	template_seed(&work->stored.key, work->stored.salt, seed);
	for (size_t i = 0; i < candidates->count; i++) {
		if (candidates->at[i].outlier)
			continue;
		memcpy(embedding, candidates->at[i].embedding,
		       candidates->dimension * sizeof(*embedding));
		embedding_transform(embedding, candidates->dimension, seed);
		score = template_compare(stored, embedding, candidates->dimension);
		if (!(score >= threshold))
			break;
	}
	sodium_memzero(embedding, sizeof(embedding));
	sodium_memzero(seed, sizeof(seed));
	if (score >= threshold)
		return CLI_GO;
	(void)cli_fail(_("this is not the face that is enrolled for the account: "
			 "nothing was changed"));
	return CLI_REFUSED;
}

/* Behind the salt that is there, so that the old references stay what they are. */
static int add_template(struct work *work, struct template *fresh)
{
	const struct template *stored = &work->stored.template;
	uint8_t seed[32];
	int code = check_person(work);

	if (code != CLI_GO)
		return code;
	memcpy(work->salt, work->stored.salt, sizeof(work->salt));
	template_seed(&work->stored.key, work->salt, seed);
	template_transform(fresh, seed);
	sodium_memzero(seed, sizeof(seed));
	if (!labels_merge(stored, fresh, &work->template)) {
		(void)cli_fail(_("there are %zu labels already, and room for no more: "
				 "remove one first (vid face remove --label)"),
			       stored->count);
		return CLI_REFUSED;
	}
	if (work->template.count < stored->count + fresh->count)
		cli_warn(_("there is room for %d references: of %zu and %zu more the "
			   "least telling are left out"),
			 VID_REFERENCES_MAX, stored->count, fresh->count);
	return CLI_GO;
}

/* Behind a fresh salt: two enrolments cannot be matched (P3). */
static int new_template(struct work *work, const struct template *fresh)
{
	uint8_t seed[32];

	randombytes_buf(work->salt, sizeof(work->salt));
	work->template = *fresh;
	template_seed(&work->stored.key, work->salt, seed);
	template_transform(&work->template, seed);
	sodium_memzero(seed, sizeof(seed));
	return CLI_GO;
}

static int finish_template(struct work *work, const struct wishes *wishes)
{
	AUTO(template_wipe) struct template fresh = { .count = 0 };
	int code = make_template(work, wishes->label, &fresh);

	if (code != CLI_GO)
		return code;
	return wishes->add ? add_template(work, &fresh) : new_template(work, &fresh);
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
	int code = faces_open(&wishes->engine, wishes->camera, &enrolment->faces);

	if (code == CLI_GO)
		code = check_model(wishes, work);
	if (code != CLI_GO)
		return code;
	enrolment->likeness = likeness_least(&enrolment->faces.model);
	code = wishes->camera  ? enrol_camera(enrolment)
	       : wishes->video ? enrol_video(enrolment, wishes->video)
			       : enrol_pictures(enrolment, wishes->pictures);
	faces_close(&enrolment->faces);
	return code;
}

/* Percent of the way from what a login needs to a perfect likeness. */
static void print_quality(const struct work *work)
{
	float least = work->enrolment.likeness;
	float share = (work->margin - least) / (1 - least);

	if (work->frames > 1)
		printf(_("quality: %.0f of 100 (the least alike of them scores %.2f "
			 "against the others; %.2f is needed)\n"),
		       (double)(fminf(fmaxf(share, 0), 1) * 100), (double)work->margin,
		       (double)least);
}

static void print_result(const struct work *work, const struct wishes *wishes)
{
	printf(_("enrolled %s: %zu of %zu pictures; %s is for the issuer (vid issuer "
		 "issue "
		 "--face)\n"),
	       wishes->account, work->frames, work->enrolment.candidates.count,
	       wishes->reference);
	print_quality(work);
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
		code = finish_template(work, wishes);
	if (was_stopped(stop))
		return cli_fail(_("stopped: nothing was written"));
	if (code != CLI_GO)
		return code;
	return stored_write(&work->stored, &wishes->places, &work->template, work->salt,
			    &work->consent, wishes->reference);
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
