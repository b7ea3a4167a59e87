/* SPDX-License-Identifier: BSD-2-Clause */
/* vid face enroll - from pictures to a sealed template and its reference for the issuer
 */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/paths.h"
#include "libvid/templates.h"
#include "libvid/wire.h"
#include "vid/cli.h"
#include "vid/face_consent.h"
#include "vid/faces.h"
#include "vid/owner.h"
#include "vid/references.h"

#define CAMERA_MILLISECONDS 30000
#define CAMERA_FRAMES       15 /* frames of one burst are alike: take more, keep five */

struct wishes {
	const char *account, *folder, *reference, *label;
	const char *accounts, *issuers, *faces, *hostkey;
	struct faces_options engine;
	bool camera, agreed, force;
};

struct enrolment {
	struct faces faces;
	struct candidates candidates;
	struct owners owners;
	struct hostkey key;
	struct consent consent;
	struct template template; /* as it is stored */
	uint8_t salt[TEMPLATE_SALT_LEN];
};

static struct enrolment *enrolment_new(void)
{
	struct enrolment *enrolment = calloc(1, sizeof(*enrolment));

	if (enrolment)
		enrolment->faces = (struct faces)FACES_CLOSED;
	return enrolment;
}

static void enrolment_free(struct enrolment **at)
{
	if (!*at)
		return;
	faces_close(&(*at)->faces);
	owners_free(&(*at)->owners);
	sodium_memzero(*at, sizeof(**at));
	free(*at);
}

/* --- pictures ---------------------------------------------------------------------- */

static void take(struct candidates *candidates, const char *name,
		 const struct camera_face *face)
{
	struct candidate *candidate = &candidates->at[candidates->count++];

	candidates->dimension = face->dimension;
	(void)snprintf(candidate->name, sizeof(candidate->name), "%s", name);
	memcpy(candidate->embedding, face->embedding,
	       face->dimension * sizeof(*face->embedding));
}

static int is_picture(const struct dirent *entry)
{
	static const char *const endings[] = { ".jpg", ".jpeg", ".png" };
	const char *dot = strrchr(entry->d_name, '.');

	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(*endings); i++)
		if (strcasecmp(dot, endings[i]) == 0)
			return 1;
	return 0;
}

static int take_picture(struct enrolment *enrolment, const char *folder, const char *name)
{
	AUTO(camera_report_wipe) struct camera_report report = { .qr_len = 0 };
	char path[PATH_MAX];
	int code;

	if (!path_join(path, sizeof(path), folder, name))
		return cli_fail(_("%s: the path is too long"), folder);
	code = faces_of_picture(&enrolment->faces, path, &report);
	if (code == CLI_GO)
		take(&enrolment->candidates, name, &report.face);
	return code == CLI_REFUSED ? CLI_GO : code; /* said already; the others may do */
}

static int take_folder(struct enrolment *enrolment, const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_picture, alphasort);
	int code = CLI_GO;

	if (count < 0)
		return cli_fail("%s: %s", folder, strerror(errno));
	if (count > CANDIDATES_MAX)
		cli_warn(_("%s: only the first %d pictures are looked at"), folder,
			 CANDIDATES_MAX);
	for (int i = 0; i < count; i++) {
		if (code == CLI_GO && i < CANDIDATES_MAX)
			code = take_picture(enrolment, folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (code == CLI_GO && count == 0)
		return cli_fail(_("%s: no pictures (*.jpg, *.png) in it"), folder);
	return code;
}

/* One frame from the camera, or what the person should do. */
static enum vid_reason take_frame(struct enrolment *enrolment, int64_t deadline,
				  enum camera_gate *said, struct problem *problem)
{
	AUTO(camera_report_wipe) struct camera_report report = { .qr_len = 0 };
	enum vid_reason why =
		camera_next(&enrolment->faces.camera, &report, deadline, -1, problem);
	char name[24];

	if (why != VID_OK)
		return why;
	if (report.event == CAMERA_EVENT_FACE && !report.face.repeated) {
		(void)snprintf(name, sizeof(name), "frame %u", report.face.sequence);
		take(&enrolment->candidates, name, &report.face);
	} else if (report.gate && report.gate != *said) {
		*said = report.gate;
		puts(_(camera_gate_sentence(report.gate)));
	}
	return VID_OK;
}

static int take_camera(struct enrolment *enrolment)
{
	int64_t deadline = wire_now() + CAMERA_MILLISECONDS;
	struct problem problem = { .text = "" };
	enum camera_gate said = (enum camera_gate)0;
	enum vid_reason why = camera_want_face(&enrolment->faces.camera, deadline);

	puts(_("Look at the camera; turn your head a little from side to side."));
	while (why == VID_OK && enrolment->candidates.count < CAMERA_FRAMES)
		why = take_frame(enrolment, deadline, &said, &problem);
	if (why == VID_OK || (why == VID_DEADLINE && enrolment->candidates.count))
		return CLI_GO;
	return cli_problem(why == VID_DEADLINE ? VID_FACE_NOBODY : why,
			   why == VID_DEADLINE ? NULL : &problem);
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

static int make_template(struct enrolment *enrolment, const char *label)
{
	struct candidates *candidates = &enrolment->candidates;
	struct template *template = &enrolment->template;
	size_t chosen[VID_REFERENCES_MAX];
	size_t count = references_choose(candidates,
					 likeness_least(&enrolment->faces.model), chosen);

	if (candidates->count == 0) {
		(void)cli_fail(_("no picture has a face that is good enough"));
		return CLI_REFUSED;
	}
	if (count == 0) {
		(void)cli_fail(_("the pictures do not show one person"));
		return CLI_REFUSED;
	}
	for (size_t i = 0; i < candidates->count; i++)
		if (candidates->at[i].outlier)
			cli_warn(_("%s is left out: it is not like the others"),
				 candidates->at[i].name);
	(void)snprintf(template->model, sizeof(template->model), "%s",
		       enrolment->faces.model.id);
	for (size_t i = 0; i < count; i++)
		if (!template_add(template, candidates->at[chosen[i]].embedding,
				  candidates->dimension, label))
			return cli_problem(VID_INTERNAL, NULL);
	if (count < 3)
		cli_warn(_("only %zu: with three to five different pictures fewer logins "
			   "fail"),
			 count);
	return CLI_GO;
}

/* What is stored, and what the reference is of: the embeddings behind a fresh salt (P3).
 */
static void protect_template(struct enrolment *enrolment)
{
	uint8_t seed[32];

	randombytes_buf(enrolment->salt, sizeof(enrolment->salt));
	template_seed(&enrolment->key, enrolment->salt, seed);
	template_transform(&enrolment->template, seed);
	sodium_memzero(seed, sizeof(seed));
}

static int store_template(struct enrolment *enrolment, const struct wishes *wishes)
{
	struct problem problem = { .text = "" };
	enum vid_reason why;

	if (mkdir(wishes->faces, 0700) != 0 && errno != EEXIST)
		return cli_fail(_("cannot make the folder %s: %s (systemd-tmpfiles "
				  "--create makes those above it)"),
				wishes->faces, strerror(errno));
	/* first: without a consent on record no template is written (P1) */
	why = consent_write(wishes->faces, &enrolment->consent, &enrolment->key,
			    &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	for (size_t i = 0; i < enrolment->owners.count; i++) {
		why = templates_store(wishes->faces, &enrolment->owners.at[i],
				      &enrolment->key, &enrolment->template,
				      enrolment->salt, &problem);
		if (why != VID_OK)
			return cli_problem(why, &problem);
	}
	return CLI_GO;
}

static int write_reference(const struct enrolment *enrolment, const struct wishes *wishes)
{
	uint8_t digest[TEMPLATE_DIGEST_LEN];
	char text[256], hex[2 * TEMPLATE_DIGEST_LEN + 1];

	template_digest(&enrolment->template, enrolment->salt, digest);
	cli_to_hex(bytes_of(digest, sizeof(digest)), hex);
	(void)snprintf(text, sizeof(text),
		       "[face]\ndigest = %s\nmodel = %s\ncount = %zu\n", hex,
		       enrolment->template.model, enrolment->template.count);
	return cli_write(wishes->reference, bytes_of_text(text), 0644, true);
}

/*
 * The reference first: a template in place whose reference is nowhere would shut out
 * whoever logged in with the face before. One without its template binds nothing.
 */
static int write_both(struct enrolment *enrolment, const struct wishes *wishes)
{
	struct stat st;
	int code;

	protect_template(enrolment);
	if ((code = write_reference(enrolment, wishes)) != CLI_YES)
		return code;
	if ((code = store_template(enrolment, wishes)) != CLI_GO &&
	    lstat(wishes->reference, &st) == 0 && S_ISREG(st.st_mode))
		(void)unlink(wishes->reference);
	return code;
}

/* --- the command ------------------------------------------------------------------- */

/* What can be known to fail before a face is looked at. */
static int check_wishes(const struct wishes *wishes, struct enrolment *enrolment)
{
	struct problem problem = { .text = "" };
	enum vid_reason why;
	int code;

	if (!wishes->folder == !wishes->camera)
		return cli_fail(
			_("say where the face comes from: --from DIR or --camera"));
	if (!account_name_valid(wishes->account))
		return cli_fail(_("'%s' is not an account's name"), wishes->account);
	if (strlen(wishes->label) > TEMPLATE_LABEL_MAX)
		return cli_fail(_("--label: at most %d bytes"), TEMPLATE_LABEL_MAX);
	/* Nobody shows a face for a reference that cannot be written. */
	if ((code = cli_writable(wishes->reference, wishes->force)) != CLI_GO)
		return code;
	why = hostkey_load(wishes->hostkey, &enrolment->key, &problem);
	if (why == VID_FILE_MISSING)
		return cli_fail(_("%s is missing: run vid host init first"),
				wishes->hostkey);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	return owners_of(wishes->account, wishes->accounts, wishes->issuers,
			 &enrolment->owners);
}

static int enrol(const struct wishes *wishes)
{
	AUTO(enrolment_free) struct enrolment *enrolment = enrolment_new();
	int code;

	if (!enrolment)
		return cli_fail(_("no memory"));
	if ((code = check_wishes(wishes, enrolment)) != CLI_GO ||
	    (code = face_consent(wishes->account, wishes->faces, wishes->agreed,
				 &enrolment->consent)) != CLI_GO ||
	    (code = faces_open(&wishes->engine, wishes->camera, &enrolment->faces)) !=
		    CLI_GO)
		return code;
	code = wishes->camera ? take_camera(enrolment)
			      : take_folder(enrolment, wishes->folder);
	faces_close(&enrolment->faces);
	if (code != CLI_GO ||
	    (code = make_template(enrolment, wishes->label)) != CLI_GO ||
	    (code = write_both(enrolment, wishes)) != CLI_GO)
		return code;
	printf(_("enrolled %s: %zu of %zu pictures; %s is for the issuer (vid issuer "
		 "issue "
		 "--face)\n"),
	       wishes->account, enrolment->template.count, enrolment->candidates.count,
	       wishes->reference);
	puts(_("A token that names an earlier face of this account no longer counts."));
	return CLI_YES;
}

int cmd_face_enroll(int argc, char **argv)
{
	struct wishes wishes = { .label = "",
				 .accounts = PATH_ACCOUNTS,
				 .issuers = PATH_ISSUERS,
				 .faces = PATH_FACES,
				 .hostkey = PATH_HOSTKEY };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "from",
		  .arg = N_("DIR"),
		  .text = &wishes.folder,
		  .help = N_("take the face from the pictures in DIR") },
		{ .name = "camera",
		  .given = &wishes.camera,
		  .help = N_("take the face from the camera of vid.conf") },
		{ .name = "reference",
		  .arg = N_("FILE"),
		  .text = &wishes.reference,
		  .required = true,
		  .help = N_("write what the issuer needs to FILE") },
		{ .name = "label",
		  .arg = N_("LABEL"),
		  .text = &wishes.label,
		  .help = N_("a word for these pictures, like glasses") },
		{ .name = "agree",
		  .given = &wishes.agreed,
		  .help = N_("the person has agreed; do not ask") },
		{ .name = "force", .given = &wishes.force, .help = N_("replace FILE") },
		FACES_OPTIONS(wishes.engine),
		{ .name = "map",
		  .arg = N_("FILE"),
		  .text = &wishes.accounts,
		  .help = N_("the map, not the usual one") },
		{ .name = "issuers",
		  .arg = N_("DIR"),
		  .text = &wishes.issuers,
		  .help = N_("the folder of trusted issuers, not the usual one") },
		{ .name = "faces",
		  .arg = N_("DIR"),
		  .text = &wishes.faces,
		  .help = N_("the folder of face templates, not the usual one") },
		{ .name = "key",
		  .arg = N_("FILE"),
		  .text = &wishes.hostkey,
		  .help = N_("the host key, not the usual one") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid face enroll (--from DIR | --camera) --reference FILE [...] "
			 "ACCOUNT",
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
