/* SPDX-License-Identifier: BSD-2-Clause */
/* ctap.c - from the bytes of a request to the function that answers it */
#include "tests/softkey/requests.h"

#include "tests/softkey/touch.h"

enum ctap_status select_key(struct key *key, const struct cbor *map, struct buffer *reply)
{
	(void)map;
	(void)reply;
	return touch_wait(key);
}

/* A sold key allows this for ten seconds after it was plugged in. This one always does.
 */
enum ctap_status reset_key(struct key *key, const struct cbor *map, struct buffer *reply)
{
	enum ctap_status status = touch_wait(key);

	(void)map;
	(void)reply;
	if (status != CTAP_OK)
		return status;
	store_reset(&key->store);
	key_save(key);
	key_power_on(key);
	return CTAP_OK;
}

/* `logs`: the function writes its own line, with more in it. */
static const struct command {
	uint8_t number;
	const char *name;
	request *answer;
	bool takes_map, logs;
} commands[] = {
	{ CTAP_MAKE_CREDENTIAL, "makeCredential", make_credential, true, true },
	{ CTAP_GET_ASSERTION, "getAssertion", get_assertion, true, true },
	{ CTAP_GET_INFO, "getInfo", get_info, false, false },
	{ CTAP_CLIENT_PIN, "clientPIN", client_pin, true, true },
	{ CTAP_RESET, "reset", reset_key, false, false },
	{ CTAP_GET_NEXT_ASSERTION, "getNextAssertion", get_next_assertion, false, false },
	{ CTAP_CREDENTIAL_MANAGEMENT, "credentialManagement", manage_credentials, true,
	  true },
	{ CTAP_MANAGEMENT_PREVIEW, "credentialManagement", manage_credentials, true,
	  true },
	{ CTAP_SELECTION, "selection", select_key, false, false },
	{ CTAP_LARGE_BLOBS, "largeBlobs", large_blobs, true, true },
};

static const struct command *command_find(uint8_t number)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].number == number)
			return commands + i;
	return NULL;
}

/* The moments that the policy names by a request. */
static enum ctap_status moments(struct key *key, const char *name)
{
	const struct policy *policy = &key->policy;

	if (policy->dead)
		return CTAP_SILENCE;
	if (key_when(policy->dead_when, name))
		return touch_dead(key);
	if (key_when(policy->unplug_when, name) &&
	    strcmp(policy->text, key->unplugged_by)) {
		key_log(key, "unplugged");
		key->leave = true;
		return CTAP_SILENCE;
	}
	return policy->slow ? touch_delay(key, policy->slow) : CTAP_OK;
}

static enum ctap_status parameters(const struct command *command, struct bytes given,
				   struct cbor *map)
{
	*map = cbor_of(given);
	if (given.len == 0)
		return command->takes_map ? CTAP_MISSING_PARAMETER : CTAP_OK;
	if (cbor_check(given) != VID_OK)
		return CTAP_INVALID_CBOR;
	return cbor_peek(map) == CBOR_MAP ? CTAP_OK : CTAP_UNEXPECTED_TYPE;
}

static bool bombed(const struct key *key, const char *name)
{
	return key_when(key->policy.bomb_when, name) ||
	       (key->policy.bomb && strcmp(name, "getInfo") != 0);
}

/* The status of success, and an array of 2^28 elements that are not there. */
static void put_bomb(struct buffer *reply)
{
	static const uint8_t head[6] = { CTAP_OK, 0x9a, 0x10 };

	reply->len = 0;
	buffer_add(reply, head, sizeof(head));
}

void ctap_answer(struct key *key, struct bytes message, struct buffer *reply,
		 bool *silent)
{
	const struct command *command = message.len ? command_find(message.at[0]) : NULL;
	enum ctap_status status;
	uint8_t code = CTAP_OK;
	struct cbor map;

	*silent = false;
	buffer_add(reply, &code, 1);
	if (!command) {
		key_log(key, "unknown command=%d", message.len ? message.at[0] : -1);
		reply->at[0] = message.len ? CTAP_INVALID_COMMAND : CTAP_INVALID_LENGTH;
		return;
	}
	if (!command->logs)
		key_log(key, "%s", command->name);
	/* what was to come next is forgotten by anything else in between */
	if (command->answer != get_next_assertion)
		key->session.assertion.count = 0;
	if (command->answer != manage_credentials)
		key->session.walk.command = 0;
	status = moments(key, command->name);
	if (status == CTAP_OK)
		status = parameters(command, bytes_of(message.at + 1, message.len - 1),
				    &map);
	if (status == CTAP_OK)
		status = command->answer(key, &map, reply);
	*silent = status == CTAP_SILENCE;
	if (status == CTAP_OK && reply->full)
		status = CTAP_OTHER;
	if (status != CTAP_OK)
		reply->len = 1;
	reply->at[0] = (uint8_t)status;
	if (status == CTAP_OK && bombed(key, command->name))
		put_bomb(reply);
}
