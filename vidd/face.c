/* SPDX-License-Identifier: BSD-2-Clause */
/* Step 6: the face before the camera against the one that the token binds. */
#include "config.h"

#include "vidd/login.h"

#include <math.h>
#include <sodium.h>
#include <syslog.h>

#include "libvid/cleanup.h"
#include "libvid/key_blob.h"
#include "libvid/model.h"
#include "libvid/templates.h"

#define BASIC_CARD "basic"

/* --- the reference ------------------------------------------------------------ */

static bool text_of(struct bytes from, char *to, size_t size)
{
	return bytes_to_text(from, to, size) && to[0];
}

/* The template that is kept here, and that the token names by its digest (S18). */
static enum vid_reason load_stored(struct login *login)
{
	const struct token *token = &login->presentation.token;
	char iss[VID_ISS_MAX + 1], sub[VID_SUB_LEN + 1];
	uint8_t salt[TEMPLATE_SALT_LEN], digest[TEMPLATE_DIGEST_LEN];
	const struct template_owner owner = {
		.account = login->account.name,
		.uid = login->account.uid,
		.iss = iss,
		.sub = sub,
	};
	const struct anchor anchor = login_anchor(login);
	enum vid_reason why;

	if (!text_of(token->iss, iss, sizeof(iss)) ||
	    !text_of(token->sub, sub, sizeof(sub)))
		return VID_INTERNAL;
	why = templates_load(login->place->faces, &owner, &anchor, &login->template, salt,
			     &login->problem);
	if (why != VID_OK)
		return why;
	template_digest(&login->template, salt, digest);
	template_seed(&login->key, salt, login->seed);
	login->transformed = true;
	if (token->face.digest.len != sizeof(digest) ||
	    sodium_memcmp(token->face.digest.at, digest, sizeof(digest)) != 0)
		return VID_FACE_SWAPPED;
	return VID_OK;
}

/* The template that the key carries, and that the token names by its digest. */
static enum vid_reason load_carried(struct login *login)
{
	const struct key_proof *proof = &login->proof;
	const struct token *token = &login->presentation.token;
	AUTO(key_template_wipe) struct key_template carried;
	uint8_t digest[TEMPLATE_DIGEST_LEN];
	enum vid_reason why;

	why = key_template_open(bytes_of(proof->template, proof->template_len),
				&token->holder, proof->template_key, &carried);
	if (why != VID_OK)
		return why;
	template_digest(&carried.template, carried.salt, digest);
	if (token->face.digest.len != sizeof(digest) ||
	    sodium_memcmp(token->face.digest.at, digest, sizeof(digest)) != 0)
		return VID_FACE_SWAPPED;
	login->template = carried.template;
	memcpy(login->seed, carried.seed, sizeof(login->seed));
	login->transformed = true;
	return VID_OK;
}

enum vid_reason face_reference(struct login *login)
{
	const struct token *token = &login->presentation.token;

	if (login->is_card)
		return card_reference(login);
	if (token->face.present && login->proof.has_template_key)
		return load_carried(login);
	if (token->face.present)
		return login->account.due ? VID_FACE_NO_TEMPLATE : load_stored(login);
	if (token->face_template.len)
		return template_read(token->face_template, &login->template);
	return VID_FACE_NO_REFERENCE;
}

/* --- the judgement ------------------------------------------------------------ */

/* The card of the model that the camera used, which must be the template's. */
static enum vid_reason find_card(struct login *login, struct model *card)
{
	bool basic = login->settings.engine == ENGINE_BASIC;
	enum vid_reason why;

	why = model_card(login->settings.models,
			 basic ? BASIC_CARD : login->settings.embedding, card,
			 &login->problem);
	if (why != VID_OK)
		return why;
	problem_set(&login->problem, "%s", ""); /* of the folder without that card */
	if (strcmp(card->id, login->camera.model_id) != 0) {
		problem_set(&login->problem, "the camera's model is %s, the card's %s",
			    login->camera.model_id, card->id);
		return VID_FACE_ENGINE;
	}
	if (strcmp(card->id, login->template.model) != 0 ||
	    login->template.dimension != login->camera.dimension) {
		problem_set(&login->problem,
			    "the camera's model is %s, the template's %s", card->id,
			    login->template.model);
		return VID_FACE_MODEL;
	}
	return VID_OK;
}

/* The mean's direction, as the template's vectors are stored. */
static bool finish(const struct login *login, struct probe *probe)
{
	double length = 0;

	for (size_t i = 0; i < probe->dimension; i++)
		length += (double)probe->sum[i] * (double)probe->sum[i];
	length = sqrt(length);
	if (!(length > 1e-6))
		return false;
	for (size_t i = 0; i < probe->dimension; i++)
		probe->sum[i] = (float)((double)probe->sum[i] / length);
	if (login->transformed)
		embedding_transform(probe->sum, probe->dimension, login->seed);
	return true;
}

static enum vid_reason compare(struct login *login, const struct model *card,
			       struct probe *probe)
{
	double fmr = face_level_fmr(login->policy->level);
	float threshold, score;

	if (!model_threshold(card, fmr, (unsigned)login->template.count, probe->frames,
			     &threshold)) {
		problem_set(&login->problem, "%s has no score for FMR %g", card->name,
			    fmr);
		return VID_FACE_ENGINE;
	}
	if (!finish(login, probe))
		return VID_FACE_MISMATCH;
	score = template_compare(&login->template, probe->sum, probe->dimension);
	/* Written so that "not a number" is no match. */
	return score >= threshold ? VID_OK : VID_FACE_MISMATCH;
}

/* A process of its own for the live face: it has read no code and no portrait (S61). */
static enum vid_reason open_face_camera(struct login *login)
{
	return camera_open(&login->settings, true, login->settings.engine,
			   login->deadline, login->fd, &login->camera, &login->problem);
}

enum vid_reason face_judge(struct login *login)
{
	AUTO(probe_wipe) struct probe probe = { .frames = 0 };
	struct model card;
	enum vid_reason why;

	if (login->settings.engine == ENGINE_BASIC)
		syslog(LOG_AUTHPRIV | LOG_WARNING,
		       "engine = basic: a demonstration, the face guards nothing");
	why = open_face_camera(login);
	if (why != VID_OK || (why = find_card(login, &card)) != VID_OK ||
	    (why = look_at_face(login, &card, &probe)) != VID_OK)
		return why;
	return compare(login, &card, &probe);
}

enum vid_reason face_look_only(struct login *login, struct problem *problem)
{
	AUTO(probe_wipe) struct probe probe = { .frames = 0 };
	const bool basic = login->settings.engine == ENGINE_BASIC;
	const struct problem found = login->problem;
	struct model card;
	enum vid_reason why = open_face_camera(login);

	if (why == VID_OK)
		why = model_card(login->settings.models,
				 basic ? BASIC_CARD : login->settings.embedding, &card,
				 &login->problem);
	if (why == VID_OK)
		why = look_at_face(login, &card, &probe);
	*problem = login->problem;
	login->problem = found;
	return why;
}
