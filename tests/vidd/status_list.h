/* SPDX-License-Identifier: BSD-2-Clause */
/* status_list.h - a status list of the world's issuer, at hand as if it had been fetched
 */
#ifndef VID_TEST_STATUS_LIST_H
#define VID_TEST_STATUS_LIST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include <cmocka.h>

#include "libvid/statuses.h"
#include "tests/vidd/world.h"

#define URI "https://id.example.org/status/1"

/* A list of `value` in its first byte, issued at `iat`, as a good update would keep it.
 */
static inline enum vid_reason keep_list_of(const char *uri, uint8_t value, int64_t iat)
{
	static uint8_t list[2048];
	uint8_t lst[256], room[1024];
	uLongf len = sizeof(lst);
	struct issuer issuer = { .key_count = 1 };
	const struct anchor anchor = world_anchor();
	const struct statuses store = { world_path("status"), &anchor };
	const struct status_rules rules = { .issuer = &issuer,
					    .now = world.now,
					    .skew = 60,
					    .limits = status_limits_default };
	struct status_claims claims = { .uri = uri, .iat = iat, .bits = 1 };
	struct buffer made = buffer_of(room, sizeof(room));

	list[0] = value;
	assert_int_equal(compress(lst, &len, list, sizeof(list)), Z_OK);
	claims.lst = bytes_of(lst, len);
	issuer.key[0].public.alg = KEY_ED25519;
	memcpy(issuer.key[0].public.at, world.issuer_public, 32);
	issuer_key_id(&issuer.key[0].public, issuer.key[0].kid);
	assert_int_equal(
		status_make(&claims, issuer.key[0].kid, world.issuer_secret, &made),
		VID_OK);
	return statuses_put(&store, buffer_bytes(&made), &rules, bytes_of_text(uri), NULL,
			    NULL, NULL);
}

#endif
