/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A claim-169 card: steps 3, 4 and 6 of a login. It is a bearer document: bearer = cards
 * (or yes) and a face are conditions that the settings were held to when they were read,
 * and the face is its own portrait. Nothing of it is stored; the ID is never written
 * anywhere, and the card is wiped once its portrait has become a reference.
 */
#include "config.h"

#include "vidd/login.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <syslog.h>

#include "libvid/claims.h"
#include "libvid/cleanup.h"

static void card_wipe(struct login *login)
{
	struct token *token = &login->presentation.token;

	sodium_memzero(&login->card, sizeof(login->card));
	sodium_memzero(login->card_room, sizeof(login->card_room));
	sodium_memzero(login->message, sizeof(login->message));
	login->message_len = 0;
	token->claims = token->raw = token->status.uri = bytes_of(NULL, 0);
}

/* --- step 3 ----------------------------------------------------------------------- */

enum vid_reason card_take(struct login *login, struct bytes carrier)
{
	return intake_message(login, PARSE_CARD, carrier);
}

/* --- step 4 ----------------------------------------------------------------------- */

/* What the steps behind this one read of a token. */
static void fill_presentation(struct login *login)
{
	const struct card *card = &login->card;

	login->presentation = (struct presentation){
		.kind = PRESENTATION_CARD,
		.token = { .issuer = card->issuer,
			   .key = card->key,
			   .iss = bytes_of_text(card->issuer->iss),
			   .sub = bytes_of_text(login->subject),
			   .exp = card->exp,
			   .nbf = card->nbf,
			   .iat = card->iat,
			   .claims = card->claims },
	};
}

/* The published specification leaves status to the issuer: a card without it is no worse
 * than the piece of paper that it is. */
static enum vid_reason status_form(struct token *token)
{
	struct cbor claims = cbor_of(token->claims), found;

	return cbor_find_int(&claims, CLAIM_STATUS, &found) ? token_status_form(token)
							    : VID_OK;
}

enum vid_reason card_judge(struct login *login)
{
	const struct token_rules rules = {
		.trust = &login->issuers,
		.realm = login->settings.realm[0] ? login->settings.realm : NULL,
		.now = login->place->now(),
		.skew = login->settings.skew,
	};
	struct buffer room = buffer_of(login->card_room, sizeof(login->card_room));
	enum vid_reason why;

	if (login->message_why != VID_OK)
		return login->message_why; /* and is not parsed here */
	why = claim169_verify(bytes_of(login->message, login->message_len), &rules, &room,
			      &login->card);
	if (why != VID_OK)
		return why;
	why = claim169_subject(&login->card, &login->key, login->subject);
	if (why != VID_OK)
		return why;
	fill_presentation(login);
	/* settings.c refuses both; this is what they are refused for */
	if (!login->policy->bearer_card || !login->policy->face)
		return VID_HOLDER_MISSING;
	syslog(LOG_AUTHPRIV | LOG_WARNING,
	       "claim169 for %s: a card without a proof of its holder (AAL1); the face "
	       "alone tells who shows it",
	       login->ask.service);
	login->assurance = "bearer+face";
	return status_form(&login->presentation.token);
}

/* --- step 6 ----------------------------------------------------------------------- */

/* The portrait as a file that nobody can change any more; -1 without memory. */
static int portrait_file(struct bytes portrait)
{
	AUTO_CLOSE int fd = memfd_create("portrait", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || write(fd, portrait.at, portrait.len) != (ssize_t)portrait.len ||
	    fcntl(fd, F_ADD_SEALS,
		  F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
		return -1;
	return TAKE_FD(fd);
}

/* What the process for portraits makes of it: it has no camera, and says nothing of the
 * face that is before one. */
static enum vid_reason see_portrait(struct login *login)
{
	struct camera_report *report = &login->report;
	AUTO_CLOSE int fd = portrait_file(login->card.portrait);
	enum vid_reason why;

	if (fd < 0)
		return VID_INTERNAL;
	why = camera_send_picture(&login->portraits, fd, login->deadline);
	do {
		if (why == VID_OK)
			why = camera_next(&login->portraits, report, login->deadline,
					  login->fd, &login->problem);
	} while (why == VID_OK && report->event == CAMERA_EVENT_QR);
	if (why != VID_OK)
		return why;
	if (report->event != CAMERA_EVENT_FACE) {
		problem_set(&login->problem, "the portrait: %s",
			    camera_gate_sentence(report->gate));
		return VID_PORTRAIT;
	}
	return VID_OK;
}

static enum vid_reason reference_of_portrait(struct login *login)
{
	struct template *template = &login->template;
	const struct camera_face *face = &login->report.face;
	enum vid_reason why = see_portrait(login);

	if (why == VID_OK) {
		template_wipe(template);
		memcpy(template->model, login->portraits.model_id,
		       sizeof(template->model));
		template->dimension = login->portraits.dimension;
		if (!template_add(template, face->embedding, face->dimension, "card"))
			why = VID_PORTRAIT;
	}
	camera_report_wipe(&login->report);
	return why;
}

/* A template counts when it is of our kind and of the camera's model; any other vendor's
 * is passed over for the portrait. */
static bool reference_of_template(struct login *login)
{
	return login->card.template.len &&
	       template_read(login->card.template, &login->template) == VID_OK &&
	       strcmp(login->template.model, login->portraits.model_id) == 0;
}

static enum vid_reason find_reference(struct login *login)
{
	enum vid_reason why;

	if (!login->card.template.len && !login->card.portrait.len)
		return VID_FACE_NO_REFERENCE;
	if (login->settings.engine == ENGINE_NONE) {
		problem_set(&login->problem, "no models = FOLDER in vid.conf");
		return VID_FACE_ENGINE;
	}
	why = camera_open(&login->settings, false, login->settings.engine,
			  login->deadline, login->fd, &login->portraits, &login->problem);
	if (why != VID_OK)
		return why;
	if (reference_of_template(login))
		return VID_OK;
	return login->card.portrait.len ? reference_of_portrait(login) : VID_FACE_MODEL;
}

enum vid_reason card_reference(struct login *login)
{
	enum vid_reason why = find_reference(login);

	camera_close(&login->portraits);
	card_wipe(login);
	return why;
}
