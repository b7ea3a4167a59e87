/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/policy.h"

#include <string.h>

#include "libvid/ini.h"

#define DEADLINE_MIN 5 /* seconds; less is no time to hold anything to a camera */

static const char unknown_key[] = "unknown key";

const struct policy policy_default = {
	.enabled = true,
	.face = true,
	.bearer = false,
	.accept_vid = true,
	.nonce = NONCE_WINDOW,
	.seat = SEAT_LOCAL,
	.level = LEVEL_STANDARD,
	.liveness = LIVENESS_TURN,
	.key_uv = KEY_UV_PREFERRED,
	.turn_seconds = VID_TURN_DEFAULT,
	.deadline = VID_DEADLINE_DEFAULT,
	.carriers = { CARRIER_QR, CARRIER_NONE },
};

const char *settings_seconds(const char *value, unsigned min, unsigned max, unsigned *out)
{
	uint64_t number;

	if (!ini_unsigned(value, max, &number) || number < min)
		return "not a number of seconds within the limits";
	*out = (unsigned)number;
	return NULL;
}

static enum carrier carrier_of(struct bytes word)
{
	if (bytes_are(word, "key"))
		return CARRIER_KEY;
	if (bytes_are(word, "qr"))
		return CARRIER_QR;
	return bytes_are(word, "file") ? CARRIER_FILE : CARRIER_NONE;
}

/* Does the policy try this carrier? */
static bool presents(const struct policy *policy, enum carrier carrier)
{
	for (size_t i = 0; i < CARRIERS_MAX; i++)
		if (policy->carriers[i] == carrier)
			return true;
	return false;
}

/* Words with single blanks between, none twice, in the order in which they are tried. */
static const char *set_present(struct policy *policy, const char *value)
{
	static const char complaint[] = "not key, qr, file, or several of them";
	size_t count = 0;

	memset(policy->carriers, 0, sizeof(policy->carriers));
	for (;;) {
		size_t len = strcspn(value, " ");
		enum carrier carrier = carrier_of(bytes_of(value, len));

		/* as many words as carriers, all different: there is room for each */
		if (carrier == CARRIER_NONE || presents(policy, carrier))
			return complaint;
		policy->carriers[count++] = carrier;
		if (!value[len])
			return NULL;
		value += len + 1;
	}
}

static const char *set_accept(struct policy *policy, const char *value)
{
	bool both = !strcmp(value, "vid claim169") || !strcmp(value, "claim169 vid");

	policy->accept_vid = both || !strcmp(value, "vid");
	policy->accept_card = both || !strcmp(value, "claim169");
	return policy->accept_vid || policy->accept_card ? NULL
							 : "not vid, claim169, or both";
}

/* Cards have no holder key. That they count must not make tokens count without theirs. */
static const char *set_bearer(struct policy *policy, const char *value)
{
	bool cards = !strcmp(value, "cards");

	if (!cards && !ini_bool(value, &policy->bearer))
		return "not no, cards or yes";
	if (cards)
		policy->bearer = false;
	policy->bearer_card = cards || policy->bearer;
	return NULL;
}

static const char *set_level(struct policy *policy, const char *value)
{
	if (!strcmp(value, "standard"))
		policy->level = LEVEL_STANDARD;
	else if (!strcmp(value, "high"))
		policy->level = LEVEL_HIGH;
	else if (!strcmp(value, "highest"))
		policy->level = LEVEL_HIGHEST;
	else
		return "not standard, high or highest";
	return NULL;
}

static const char *set_liveness(struct policy *policy, const char *value)
{
	if (!strcmp(value, "turn"))
		policy->liveness = LIVENESS_TURN;
	else if (!strcmp(value, "passive"))
		policy->liveness = LIVENESS_PASSIVE;
	else if (!strcmp(value, "off"))
		policy->liveness = LIVENESS_OFF;
	else
		return "not turn, passive or off";
	return NULL;
}

static const char *set_key_uv(struct policy *policy, const char *value)
{
	if (!strcmp(value, "required"))
		policy->key_uv = KEY_UV_REQUIRED;
	else if (!strcmp(value, "preferred"))
		policy->key_uv = KEY_UV_PREFERRED;
	else if (!strcmp(value, "no"))
		policy->key_uv = KEY_UV_NO;
	else
		return "not required, preferred or no";
	return NULL;
}

/* One of two words. */
static const char *set_either(const char *value, const char *yes, const char *no,
			      const char *complaint, bool *out)
{
	if (strcmp(value, yes) != 0 && strcmp(value, no) != 0)
		return complaint;
	*out = !strcmp(value, yes);
	return NULL;
}

const char *policy_set(struct policy *to, const char *key, const char *value)
{
	const char *complaint;
	bool local, shown;

	if (!strcmp(key, "enabled"))
		return ini_bool(value, &to->enabled) ? NULL : "not yes or no";
	if (!strcmp(key, "bearer"))
		return set_bearer(to, value);
	if (!strcmp(key, "face"))
		return set_either(value, "required", "no", "not required or no",
				  &to->face);
	if (!strcmp(key, "seat")) {
		complaint = set_either(value, "local", "any", "not local or any", &local);
		if (!complaint)
			to->seat = local ? SEAT_LOCAL : SEAT_ANY;
		return complaint;
	}
	if (!strcmp(key, "accept"))
		return set_accept(to, value);
	if (!strcmp(key, "nonce")) {
		complaint = set_either(value, "shown", "window", "not window or shown",
				       &shown);
		if (!complaint)
			to->nonce = shown ? NONCE_SHOWN : NONCE_WINDOW;
		return complaint;
	}
	if (!strcmp(key, "level"))
		return set_level(to, value);
	if (!strcmp(key, "liveness"))
		return set_liveness(to, value);
	if (!strcmp(key, "key-uv"))
		return set_key_uv(to, value);
	if (!strcmp(key, "turn-seconds"))
		return settings_seconds(value, VID_TURN_MIN, VID_TURN_MAX,
					&to->turn_seconds);
	if (!strcmp(key, "deadline"))
		return settings_seconds(value, DEADLINE_MIN, VID_DEADLINE_MAX,
					&to->deadline);
	if (!strcmp(key, "present"))
		return set_present(to, value);
	if (!strcmp(key, "unlock-secret"))
		return ini_bool(value, &to->unlock_secret) ? NULL : "not yes or no";
	return unknown_key;
}

/* Only a proven holder may go without a face, and only a key opens a secret. */
const char *policy_fault(const struct policy *policy)
{
	if (policy->accept_card && !policy->bearer_card)
		return "accept = claim169 needs bearer = cards: a card is no proof of "
		       "its "
		       "holder";
	if (!policy->face && policy->bearer_card)
		return "face = no needs bearer = no: a copied file would be enough";
	if (policy->liveness == LIVENESS_OFF && policy->face &&
	    policy->key_uv != KEY_UV_REQUIRED)
		return "liveness = off needs key-uv = required: a photograph would be "
		       "enough of a face";
	if (policy->key_uv == KEY_UV_REQUIRED && policy->bearer_card)
		return "key-uv = required needs bearer = no: a copied file has no key";
	if (policy->nonce == NONCE_SHOWN && policy->bearer_card)
		return "nonce = shown needs bearer = no: a card or a bare token answers "
		       "no "
		       "nonce";
	if (policy->unlock_secret && !presents(policy, CARRIER_KEY))
		return "unlock-secret = yes needs key in present: only a security key "
		       "opens the secret";
	return NULL;
}
