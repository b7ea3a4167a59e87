/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "tests/vidd/fake_key.h"

#include <poll.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "libvid/wire.h"

struct key_stage *keys;

/* --- what a test says
 * ------------------------------------------------------------------ */

void keys_clear(void)
{
	if (!keys)
		keys = mmap(NULL, sizeof(*keys), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(keys != MAP_FAILED);
	memset(keys, 0, sizeof(*keys));
	keys->flags = UP | UV;
	keys->can = FIDO_CAN_LARGE_BLOB | FIDO_CAN_HMAC_SECRET | FIDO_CAN_PIN;
}

void keys_rewind(void)
{
	keys->next = keys->told = 0;
	keys->opened = keys->closed = keys->pins = keys->asserted = 0;
	keys->is_open = false;
	keys->counter++; /* as each of them does */
	memset(keys->pin, 0, sizeof(keys->pin));
}

static struct key_step *add(enum key_play play)
{
	assert_true(keys->count < KEY_STEPS_MAX);
	keys->step[keys->count] = (struct key_step){ .play = play };
	return &keys->step[keys->count++];
}

void keys_step(enum key_play play, enum fido_event event)
{
	add(play)->event = event;
}

void keys_pin(int tries, bool wrong)
{
	struct key_step *step = add(PLAY_EVENT);

	step->event = FIDO_EVENT_PIN;
	step->tries = tries;
	step->wrong = wrong;
}

void keys_fail(enum vid_reason why)
{
	add(PLAY_FAIL)->why = why;
}

struct fake_credential *keys_add(const struct key_holder *holder, struct bytes token)
{
	struct fake_credential *to = &keys->credential[keys->credentials++];

	assert_true(keys->credentials <= FIDO_CREDENTIALS_MAX);
	memset(to, 0, sizeof(*to));
	to->holder = holder;
	to->rp_id = "example.org";
	randombytes_buf(to->id, sizeof(to->id));
	if (token.len)
		memcpy(to->blob, token.at, token.len);
	to->blob_len = token.len;
	return to;
}

void keys_walk(void)
{
	keys_step(PLAY_FOUND, 0);
	keys_step(PLAY_EVENT, FIDO_EVENT_TOUCH);
	keys_step(PLAY_SIGN, 0);
}

void keys_secret(const struct key_holder *holder, const uint8_t salt[32],
		 uint8_t answer[32])
{
	crypto_generichash(answer, 32, salt, 32, holder->secret, 32);
}

/* --- what vidd asks
 * -------------------------------------------------------------------- */

/* vidd's child has no other way to say that it does what it must not. */
static void must(bool holds, const char *what)
{
	if (holds)
		return;
	(void)fprintf(stderr, "the key was used wrongly: %s\n", what);
	abort();
}

enum vid_reason fido_open(const struct fido_wish *wish, int64_t deadline, int abort_fd,
			  struct fido *out, struct problem *problem)
{
	(void)deadline;
	(void)abort_fd;
	(void)problem;
	must(!keys->is_open, "opened twice");
	*out = (struct fido)FIDO_CLOSED;
	keys->opened++;
	keys->is_open = true;
	keys->told = 0;
	keys->wish = *wish;
	must(wish->seat && strcmp(wish->seat, "seat0") == 0, "of another seat");
	(void)snprintf(keys->devices, sizeof(keys->devices), "%s", wish->devices);
	(void)snprintf(keys->rp_ids, sizeof(keys->rp_ids), "%s", wish->rp_ids);
	return VID_OK;
}

void fido_close(struct fido *fido)
{
	*fido = (struct fido)FIDO_CLOSED;
	if (keys->is_open)
		keys->closed++;
	keys->is_open = false;
}

void fido_report_wipe(struct fido_report *report)
{
	sodium_memzero(report, sizeof(*report));
}

const char *fido_event_sentence(enum fido_event event, bool wrong)
{
	static const char *const sentences[] = {
		[FIDO_EVENT_INSERT] = "Insert.",
		[FIDO_EVENT_SELECT] = "Touch one.",
		[FIDO_EVENT_TOUCH] = "Touch.",
		[FIDO_EVENT_VERIFY] = "Touch the reader.",
	};

	(void)wrong;
	must(event < sizeof(sentences) / sizeof(*sentences) && sentences[event],
	     "an event without a sentence");
	return sentences[event];
}

enum vid_reason fido_pin(struct fido *fido, struct bytes pin, int64_t deadline)
{
	(void)fido;
	(void)deadline;
	must(keys->is_open && keys->pins < 4, "a PIN for nobody");
	must(pin.len >= FIDO_PIN_MIN && pin.len <= FIDO_PIN_MAX, "a PIN that is none");
	memcpy(keys->pin[keys->pins++], pin.at, pin.len);
	return VID_OK;
}

enum vid_reason fido_assert(struct fido *fido, unsigned index, const uint8_t hash[32],
			    const uint8_t *salt, const uint8_t *salt2, int64_t deadline)
{
	(void)fido;
	(void)deadline;
	must(keys->is_open && index < keys->told && (salt || !salt2),
	     "an assertion of nothing");
	keys->asserted++;
	keys->index = index;
	keys->salts = (salt ? 1u : 0u) + (salt2 ? 1u : 0u);
	memcpy(keys->hash, hash, 32);
	if (salt)
		memcpy(keys->salt[0], salt, 32);
	if (salt2)
		memcpy(keys->salt[1], salt2, 32);
	return VID_OK;
}

/* --- what the key says
 * ----------------------------------------------------------------- */

static void sign(const struct fake_credential *credential, uint8_t flags,
		 uint32_t counter, const uint8_t hash[32], struct made *made)
{
	made_data(made, keys->rp ? keys->rp : credential->rp_id, flags, counter,
		  bytes_of(NULL, 0));
	if (credential->holder) {
		made_sign(made, credential->holder, hash);
		return;
	}
	memset(made->signature, 0x5a, 64);
	made->assertion.signature = bytes_of(made->signature, 64);
}

static void tell_credential(struct fido_report *report)
{
	const struct fake_credential *from = &keys->credential[keys->told];
	struct fido_credential *to = &report->credential;
	struct made made;

	sign(from, 0, 0, keys->wish.hash, &made);
	report->kind = FIDO_CREDENTIAL;
	to->index = (unsigned)keys->told++;
	(void)snprintf(to->rp_id, sizeof(to->rp_id), "%s", from->rp_id);
	memcpy(to->id, from->id, sizeof(from->id));
	to->id_len = sizeof(from->id);
	memcpy(to->auth_data, made.assertion.auth_data.at, made.assertion.auth_data.len);
	to->auth_data_len = made.assertion.auth_data.len;
	memcpy(to->signature, made.assertion.signature.at, made.assertion.signature.len);
	to->signature_len = made.assertion.signature.len;
	to->has_blob = from->blob_len > 0;
	memcpy(to->blob, from->blob, from->blob_len);
	to->blob_len = from->blob_len;
}

static void tell_found(struct fido_report *report)
{
	report->kind = FIDO_FOUND;
	report->found.count = (unsigned)keys->credentials;
	report->found.can = keys->can;
}

static void tell_assertion(struct fido_report *report)
{
	const struct fake_credential *from = &keys->credential[keys->index];
	struct fido_assertion *to = &report->assertion;
	struct made made;

	report->kind = FIDO_ASSERTION;
	must(keys->asserted > 0, "an assertion that nobody asked for");
	if (keys->again) {
		*to = keys->last;
		return;
	}
	sign(from, keys->flags, keys->counter, keys->hash, &made);
	made.signature[40] ^= keys->bent;
	memcpy(to->auth_data, made.assertion.auth_data.at, made.assertion.auth_data.len);
	to->auth_data_len = made.assertion.auth_data.len;
	memcpy(to->signature, made.assertion.signature.at, made.assertion.signature.len);
	to->signature_len = made.assertion.signature.len;
	to->has_secret = keys->salts > 0 && !keys->mute;
	to->has_secret2 = keys->salts > 1 && !keys->mute;
	if (to->has_secret)
		keys_secret(from->holder, keys->salt[0], to->secret);
	if (to->has_secret2)
		keys_secret(from->holder, keys->salt[1], to->secret2);
	keys->last = *to;
}

static enum vid_reason hang(int64_t deadline, int abort_fd)
{
	struct pollfd hangup = { .fd = abort_fd, .events = POLLIN | POLLRDHUP };
	int64_t left = deadline - wire_now();

	return poll(&hangup, 1, left > 0 ? (int)left : 0) == 1 ? VID_CANCELLED
							       : VID_DEADLINE;
}

/* A list that is at its end is a key that says nothing more. */
enum vid_reason fido_next(struct fido *fido, struct fido_report *report, int64_t deadline,
			  int abort_fd, struct problem *problem)
{
	const struct key_step *step = &keys->step[keys->next];

	(void)fido;
	fido_report_wipe(report);
	must(keys->is_open, "heard, but not opened");
	if (keys->next >= keys->count || step->play == PLAY_HANG)
		return hang(deadline, abort_fd);
	if (step->play == PLAY_FOUND && keys->told < keys->credentials) {
		tell_credential(report);
		return VID_OK;
	}
	keys->next++;
	switch (step->play) {
	case PLAY_EVENT:
		report->kind = FIDO_EVENT;
		report->event = step->event;
		report->has_tries = step->event == FIDO_EVENT_PIN && step->tries >= 0;
		report->tries = report->has_tries ? (unsigned)step->tries : 0;
		report->wrong = step->wrong;
		return VID_OK;
	case PLAY_FOUND:
		tell_found(report);
		return VID_OK;
	case PLAY_SIGN:
		tell_assertion(report);
		return VID_OK;
	case PLAY_FAIL:
	case PLAY_HANG:
		break;
	}
	problem_set(problem, "as the key said");
	return step->why;
}
