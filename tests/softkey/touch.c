/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/touch.h"

#define KEEPALIVE_MS 100 /* section 11.2.9.2.1 */
#define TICK_MS      20  /* between looks at the policy */

/* What the end of a wait means for the request. */
static enum ctap_status ended(struct key *key, enum hid_wait end)
{
	switch (end) {
	case HID_WAITED:
		return CTAP_OK;
	case HID_CANCELLED:
		key_log(key, "cancelled");
		return CTAP_KEEPALIVE_CANCEL;
	case HID_ABORTED:
		key_log(key, "aborted");
		return CTAP_SILENCE;
	case HID_GONE:
	default:
		key_log(key, "gone");
		return CTAP_SILENCE;
	}
}

enum ctap_status touch_delay(struct key *key, int ms)
{
	int64_t until = clock_ms() + ms, left;
	enum ctap_status status = CTAP_OK;

	while (status == CTAP_OK && (left = until - clock_ms()) > 0) {
		hid_keepalive(&key->hid, HID_PROCESSING);
		status = ended(key,
			       hid_wait(&key->hid,
					left < KEEPALIVE_MS ? (int)left : KEEPALIVE_MS));
	}
	return status;
}

enum ctap_status touch_dead(struct key *key)
{
	enum hid_wait end;

	key_log(key, "dead");
	do
		end = hid_wait(&key->hid, 1000);
	while (end != HID_GONE);
	return CTAP_SILENCE;
}

static enum ctap_status go_away(struct key *key)
{
	key_log(key, "unplugged");
	key->leave = true;
	return CTAP_SILENCE;
}

/* What the policy says once `since` has been waited for; false: go on waiting. */
static bool decided(struct key *key, int64_t waited, enum ctap_status *status)
{
	const struct policy *policy = &key->policy;

	if (policy->touch == TOUCH_HANGS || waited < policy->after)
		return false;
	*status = policy->touch == TOUCH_DENIED    ? CTAP_OPERATION_DENIED
		  : policy->touch == TOUCH_TIMEOUT ? CTAP_USER_ACTION_TIMEOUT
						   : CTAP_OK;
	key_log(key, "%s",
		policy->touch == TOUCH_DENIED    ? "denied"
		: policy->touch == TOUCH_TIMEOUT ? "timeout"
						 : "touch");
	return true;
}

enum ctap_status touch_wait(struct key *key)
{
	int64_t start = clock_ms(), said = 0;
	enum ctap_status status = CTAP_OK;

	do {
		int64_t now = clock_ms();

		if (now - said >= KEEPALIVE_MS) {
			hid_keepalive(&key->hid, HID_UP_NEEDED);
			said = now;
		}
		policy_read(&key->policy, key->options.policy);
		if (!strcmp(key->policy.dead_when, "touch"))
			return touch_dead(key);
		if (key->policy.unplug && now - start >= key->policy.after &&
		    strcmp(key->policy.text, key->unplugged_by))
			return go_away(key);
		if (decided(key, now - start, &status))
			return status;
		status = ended(key, hid_wait(&key->hid, TICK_MS));
	} while (status == CTAP_OK);
	return status;
}

enum ctap_status touch_verify(struct key *key)
{
	enum ctap_status status;

	if (key->store.uv_tries == 0)
		return CTAP_UV_BLOCKED;
	status = touch_wait(key);
	if (status != CTAP_OK)
		return status;
	key->store.uv_tries = key->policy.uv_fails ? key->store.uv_tries - 1 : UV_TRIES;
	key_save(key);
	key_log(key, key->policy.uv_fails ? "uv failed" : "uv ok");
	if (!key->policy.uv_fails)
		return CTAP_OK;
	return key->store.uv_tries ? CTAP_UV_INVALID : CTAP_UV_BLOCKED;
}
