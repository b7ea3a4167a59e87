/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vid-fido - asks security keys, and reports what they answered (protocol.h); never
 * decides
 *
 * Started by launch.h with the conversation as descriptor 0. The order is the defence:
 * wait to be asked, wait for keys and open them, shut every door, and only then look at
 * anything that a key says.
 */
#include "config.h"

#include <openssl/crypto.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "libvid/limits.h"
#include "sensors/fido/talk.h"
#include "sensors/fido/visit.h"
#include "sensors/sandbox.h"

#define LIFE_MAX (VID_DEADLINE_MAX + 30) /* seconds; vidd ends us sooner */

/* --- OPEN --------------------------------------------------------------------------- */

static bool add_rp_id(struct wish *wish, const char *at, size_t len)
{
	return wish->rp_count < FIDO_RPS_MAX &&
	       bytes_to_text(bytes_of(at, len), wish->rp_ids[wish->rp_count++],
			     sizeof(wish->rp_ids[0])) &&
	       len > 0;
}

static bool read_rp_ids(const char *text, struct wish *wish)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		if (!add_rp_id(wish, text, len))
			return false;
		text += len + (text[len] == ' ');
	}
	return true;
}

/* A seat that cannot be read is not any seat. */
static bool read_seat(const struct wire_frame *asked, struct wish *wish)
{
	struct bytes seat;

	return !wire_get(asked, FIDO_FIELD_SEAT, &seat) ||
	       bytes_to_text(seat, wish->seat, sizeof(wish->seat));
}

static bool read_wish(const struct wire_frame *asked, struct wish *wish)
{
	char rp_ids[FIDO_RPS_MAX * (VID_RP_ID_MAX + 1)];
	uint32_t purpose, uv;
	struct bytes hash;

	if (asked->type != FIDO_OPEN ||
	    !wire_get_text(asked, FIDO_FIELD_DEVICES, wish->devices,
			   sizeof(wish->devices)) ||
	    !read_seat(asked, wish) ||
	    !wire_get_text(asked, FIDO_FIELD_RPS, rp_ids, sizeof(rp_ids)) ||
	    !read_rp_ids(rp_ids, wish) ||
	    !wire_get_u32(asked, FIDO_FIELD_PURPOSE, &purpose) ||
	    purpose < FIDO_FOR_LOGIN || purpose > FIDO_FOR_CHANGE ||
	    !wire_get_u32(asked, FIDO_FIELD_UV, &uv) || uv < FIDO_UV_REQUIRED ||
	    uv > FIDO_UV_NO || !wire_get(asked, FIDO_FIELD_HASH, &hash) ||
	    hash.len != sizeof(wish->hash))
		return false;
	wish->purpose = (enum fido_purpose)purpose;
	wish->uv = (enum fido_uv)uv;
	memcpy(wish->hash, hash.at, sizeof(wish->hash));
	return true;
}

/* libcrypto reads its tables, and libfido2 its settings, before the doors are shut. */
static bool prepare_libraries(void)
{
	fido_init(0);
	return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1;
}

/* --- the visit ---------------------------------------------------------------------- */

static bool serve(struct visit *visit, struct watch **watch)
{
	struct wire_frame asked;
	struct keys keys;
	bool goes_on = true;

	if (!talk_hear(&asked))
		return visit_fail(visit, FIDO_FAILURE_CANCELLED, "nothing was asked");
	if (!read_wish(&asked, &visit->wish))
		return visit_fail(visit, FIDO_FAILURE_PROTOCOL, "not understood");
	if (!keys_wait(visit->wish.devices, visit->wish.seat, &keys, watch,
		       &visit->failure, &visit->problem))
		return false;
	visit->failure = FIDO_FAILURE_DEVICE;
	if (!sandbox_enter(NULL, 0, &visit->problem))
		return false;
	if (!visit_choose(visit, &keys, *watch) || !visit_look(visit))
		return false;
	while (goes_on) {
		if (!talk_hear(&asked))
			return visit_fail(visit, FIDO_FAILURE_CANCELLED, "vidd is gone");
		goes_on = visit_act(visit, &asked);
		sodium_memzero(&asked, sizeof(asked));
	}
	return false;
}

int main(void)
{
	static struct visit visit; /* holds a PIN */
	struct watch *watch = NULL;

	sandbox_clock(LIFE_MAX);
	if (sodium_init() < 0 || !prepare_libraries())
		return EXIT_FAILURE;
	(void)sodium_mlock(&visit, sizeof(visit)); /* as far as limits allow */
	(void)serve(&visit, &watch);
	talk_failed(visit.failure, &visit.problem);
	visit_wipe(&visit);
	return EXIT_FAILURE;
}
