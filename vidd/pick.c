/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which of the credentials of a security key is this login about? The one whose token
 * verifies and is the account's that was asked for; whose key it is, is told from a
 * signature that was made without a touch. Nothing is judged here for good.
 */
#include "config.h"

#include "vidd/login.h"

#include <sodium.h>

#include "libvid/tokens.h"

/* How much speaks for a candidate. */
enum rank {
	RANK_NO_TOKEN,
	RANK_TOKEN,  /* one is at hand */
	RANK_VALID,  /* that verifies, and names this very key */
	RANK_MAPPED, /* and is some account's here */
	RANK_ASKED_FOR,
};

/* --- the tokens at hand
 * ----------------------------------------------------------------- */

/* A blob that is somebody else's is passed over. */
static enum vid_reason keep_blob(struct login *login, struct candidate *candidate,
				 struct bytes bytes)
{
	enum vid_reason why = intake_blob(login, bytes, candidate);

	return why == VID_SENSOR_FAILED ? why : VID_OK;
}

/* The one that this terminal keeps for a key without room. */
static enum vid_reason keep_stored(struct login *login, struct candidate *candidate)
{
	struct buffer room = buffer_of(candidate->token, sizeof(candidate->token));
	enum vid_reason why;

	why = tokens_load(login->place->tokens,
			  bytes_of(candidate->id, candidate->id_len), &room,
			  &login->problem);
	if (why == VID_FILE_MISSING) {
		problem_set(&login->problem, "%s", ""); /* it is no fault */
		return VID_OK;
	}
	if (why == VID_OK)
		candidate->token_len = room.len;
	return why;
}

enum vid_reason key_keep_candidate(struct login *login,
				   const struct fido_credential *credential)
{
	struct key_visit *visit = &login->visit;
	struct candidate *candidate;
	enum vid_reason why = VID_OK;

	if (visit->count == FIDO_CREDENTIALS_MAX)
		return VID_SENSOR_FAILED;
	candidate = &visit->candidate[visit->count++];
	*candidate = (struct candidate){ .token_len = 0 };
	memcpy(candidate->rp_id, credential->rp_id, sizeof(candidate->rp_id));
	memcpy(candidate->id, credential->id, credential->id_len);
	candidate->id_len = credential->id_len;
	memcpy(candidate->auth_data, credential->auth_data, credential->auth_data_len);
	candidate->auth_data_len = credential->auth_data_len;
	memcpy(candidate->signature, credential->signature, credential->signature_len);
	candidate->signature_len = credential->signature_len;
	if (credential->has_blob)
		why = keep_blob(login, candidate,
				bytes_of(credential->blob, credential->blob_len));
	if (why == VID_OK && !candidate->token_len)
		why = keep_stored(login, candidate);
	if (why == VID_OK && candidate->token_len)
		why = intake_token(login, candidate);
	return why;
}

/* --- which one
 * -------------------------------------------------------------------------- */

/* Does this candidate's key hold what `token` names? */
static bool is_key_of(const struct login *login, const struct candidate *candidate,
		      const struct token *token)
{
	const struct assertion assertion = {
		.auth_data = bytes_of(candidate->auth_data, candidate->auth_data_len),
		.signature = bytes_of(candidate->signature, candidate->signature_len),
	};

	return assertion_is_of(&assertion, login->visit.hash, &token->holder);
}

static enum rank rank_of(struct login *login, const struct candidate *candidate,
			 struct bytes message, enum vid_reason verified,
			 struct presentation *shown)
{
	struct account account;

	if (!message.len)
		return RANK_NO_TOKEN;
	if (intake_verify(login, message, verified, shown) != VID_OK ||
	    shown->kind != PRESENTATION_TOKEN ||
	    !is_key_of(login, candidate, &shown->token))
		return RANK_TOKEN;
	if (judge_identity(login, &shown->token, &account) != VID_OK)
		return RANK_VALID;
	return login->ask.account[0] && strcmp(login->ask.account, account.name) == 0
		       ? RANK_ASKED_FOR
		       : RANK_MAPPED;
}

/* A bare token in a file, of one of the key's credentials. */
static bool pick_by_file(struct login *login, size_t *picked)
{
	struct presentation shown;

	if (!login->settings.folder_count || carrier_read(login) != VID_OK ||
	    login->is_card)
		return false;
	for (size_t i = 0; i < login->visit.count; i++) {
		struct candidate *candidate = &login->visit.candidate[i];

		if (login->message_len > sizeof(candidate->token) ||
		    rank_of(login, candidate,
			    bytes_of(login->message, login->message_len),
			    login->message_why, &shown) < RANK_VALID)
			continue;
		memcpy(candidate->token, login->message, login->message_len);
		candidate->token_len = login->message_len;
		candidate->token_why = login->message_why;
		candidate->template_len = 0;
		*picked = i;
		return true;
	}
	return false;
}

enum vid_reason key_pick(struct login *login, size_t *picked)
{
	enum rank best = RANK_NO_TOKEN;
	struct presentation shown;

	for (size_t i = 0; i < login->visit.count; i++) {
		const struct candidate *candidate = &login->visit.candidate[i];
		enum rank rank = rank_of(login, candidate,
					 bytes_of(candidate->token, candidate->token_len),
					 candidate->token_why, &shown);

		if (rank > best) {
			best = rank;
			*picked = i;
		}
	}
	login->visit.fits =
		best == RANK_ASKED_FOR || (best == RANK_MAPPED && !login->ask.account[0]);
	if (best < RANK_VALID && pick_by_file(login, picked)) {
		login->visit.fits = true;
		return VID_OK;
	}
	login->message_len = 0;
	return best == RANK_NO_TOKEN ? VID_KEY_NO_TOKEN : VID_OK;
}
