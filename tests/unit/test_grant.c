/* SPDX-License-Identifier: BSD-2-Clause */
/* A note of vidd's to itself: what comes back is what was written, here, or nothing. */
#include "config.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libvid/grant.h"

static struct hostkey host, other;
static uint8_t sealed[VID_GRANT_MAX + 1];
static size_t sealed_len;

static void fill(char *to, size_t size)
{
	memset(to, 'x', size - 1);
	to[size - 1] = '\0';
}

/* One that is as long as any can be. */
static struct grant longest(void)
{
	struct grant grant = { .uid = UINT32_MAX,
			       .generation = UINT64_MAX,
			       .granted = INT64_MAX,
			       .expires = INT64_MAX,
			       .is_card = true,
			       .has_status = true,
			       .status_idx = UINT64_MAX };

	grant.walkup = grant.wipe = true;
	fill(grant.home, sizeof(grant.home));
	fill(grant.identity, sizeof(grant.identity));
	fill(grant.account, sizeof(grant.account));
	fill(grant.service, sizeof(grant.service));
	fill(grant.iss, sizeof(grant.iss));
	fill(grant.status_uri, sizeof(grant.status_uri));
	return grant;
}

static struct grant usual(void)
{
	return (struct grant){ .identity = "AAAAAAAAAAAAAAAAAAAAAA@example",
			       .account = "vkim",
			       .service = "login",
			       .iss = "https://id.example.org",
			       .uid = 60001,
			       .generation = 7,
			       .granted = 1760000000,
			       .expires = 1767000000,
			       .has_status = true,
			       .status_idx = 4711,
			       .status_uri = "https://id.example.org/status/1" };
}

static void seal(const struct grant *grant)
{
	struct buffer to = buffer_of(sealed, VID_GRANT_MAX);

	assert_int_equal(grant_seal(grant, &host, &to), VID_OK);
	sealed_len = to.len;
}

static void expect_same(const struct grant *a, const struct grant *b)
{
	assert_string_equal(a->identity, b->identity);
	assert_string_equal(a->account, b->account);
	assert_string_equal(a->service, b->service);
	assert_string_equal(a->iss, b->iss);
	assert_string_equal(a->status_uri, b->status_uri);
	assert_true(a->uid == b->uid && a->generation == b->generation &&
		    memcmp(a->key_id, b->key_id, sizeof(a->key_id)) == 0 &&
		    a->granted == b->granted && a->expires == b->expires &&
		    a->is_card == b->is_card && a->has_status == b->has_status &&
		    a->status_idx == b->status_idx);
}

/* Refused, and nothing of it is left to be believed. */
static void expect_refused(struct bytes note, const struct hostkey *key)
{
	static const struct grant none;
	struct grant out;

	memset(&out, 0x55, sizeof(out));
	assert_int_equal(grant_open(note, key, &out), VID_WIRE);
	assert_memory_equal(&out, &none, sizeof(out));
}

static int set_up(void **state)
{
	struct grant grant = usual();

	(void)state;
	randombytes_buf(host.at, sizeof(host.at));
	randombytes_buf(other.at, sizeof(other.at));
	seal(&grant);
	return 0;
}

static void what_was_sealed_is_what_is_opened(void **state)
{
	struct grant grants[] = { usual(), usual(), usual(), longest(), { .uid = 0 } },
		     out;

	(void)state;
	grants[1].has_status = false;
	grants[1].status_idx = 0;
	grants[1].status_uri[0] = '\0';
	grants[2].is_card = true;
	memcpy(grants[2].service, "\xff", 2);
	for (size_t i = 0; i < sizeof(grants) / sizeof(*grants); i++) {
		seal(&grants[i]);
		assert_int_equal(grant_open(bytes_of(sealed, sealed_len), &host, &out),
				 VID_OK);
		expect_same(&grants[i], &out);
	}
}

static void no_two_notes_are_alike_and_none_can_be_read(void **state)
{
	const struct grant grant = usual();
	uint8_t first[VID_GRANT_MAX];
	size_t same = 0;

	(void)state;
	memcpy(first, sealed, sealed_len);
	seal(&grant);
	for (size_t i = 8; i < sealed_len; i++)
		same += first[i] == sealed[i];
	assert_true(same < sealed_len / 4);
	assert_null(memmem(sealed, sealed_len, "vkim", 4));
	assert_null(memmem(sealed, sealed_len, "AAAA", 4));
}

static void any_bit_turned_is_refused(void **state)
{
	(void)state;
	for (size_t bit = 0; bit < 8 * sealed_len; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		expect_refused(bytes_of(sealed, sealed_len), &host);
		sealed[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
}

static void cut_anywhere_or_longer_is_refused(void **state)
{
	(void)state;
	for (size_t len = 0; len < sealed_len; len++)
		expect_refused(bytes_of(sealed, len), &host);
	sealed[sealed_len] = 0;
	expect_refused(bytes_of(sealed, sealed_len + 1), &host);
	expect_refused(bytes_of(sealed, VID_GRANT_MAX), &host);
	expect_refused(bytes_of(sealed, sizeof(sealed)), &host);
	expect_refused(bytes_of(NULL, 0), &host);
}

static void another_host_opens_nothing(void **state)
{
	(void)state;
	expect_refused(bytes_of(sealed, sealed_len), &other);
}

/* What this host has sealed for another purpose, with the head of a note. */
static void a_seal_of_another_purpose_is_no_note(void **state)
{
	uint8_t key[32];

	(void)state;
	hostkey_derive(&host, "vid-face-seal-v1", bytes_of(NULL, 0), key);
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + 32, NULL, sealed + 64, 40,
						   sealed, 8, NULL, sealed + 8, key);
	expect_refused(bytes_of(sealed, 32 + 40 + 16), &host);
}

/* Sealed well, and not what grant_seal writes: another version of vidd, perhaps. */
static void a_good_seal_around_something_else_is_refused(void **state)
{
	static const char *const plains[] = { "",
					      "\x80",
					      "\x8a",
					      "\xa0",
					      "\xf6",
					      "\x8a\x60\x60\x40\x60\x01\x01\x01\x01\x01",
					      "\x8a\x60\x60\x40\x60\x01\x01\x01\x01\x02"
					      "\xf6" };
	uint8_t key[32];

	(void)state;
	hostkey_derive(&host, "vid-grant-seal-v1", bytes_of(NULL, 0), key);
	for (size_t i = 0; i < sizeof(plains) / sizeof(*plains); i++) {
		size_t len = strlen(plains[i]);

		crypto_aead_xchacha20poly1305_ietf_encrypt(
			sealed + 32, NULL, (const uint8_t *)plains[i], len, sealed, 8,
			NULL, sealed + 8, key);
		expect_refused(bytes_of(sealed, 32 + len + 16), &host);
	}
}

static void what_does_not_fit_is_not_written(void **state)
{
	struct grant grant = usual();
	uint8_t room[VID_GRANT_MAX];
	struct buffer to;

	(void)state;
	for (size_t size = 0; size < sealed_len; size++) {
		to = buffer_of(room, size);
		assert_int_equal(grant_seal(&grant, &host, &to), VID_INTERNAL);
	}
	to = buffer_of(room, sealed_len);
	assert_int_equal(grant_seal(&grant, &host, &to), VID_OK);
	grant.granted = -1;
	to = buffer_of(room, sizeof(room));
	assert_int_equal(grant_seal(&grant, &host, &to), VID_INTERNAL);
	grant = usual();
	memcpy(grant.iss, "\xff", 2); /* could not be read again */
	to = buffer_of(room, sizeof(room));
	assert_int_equal(grant_seal(&grant, &host, &to), VID_INTERNAL);
}

#define test(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(what_was_sealed_is_what_is_opened),
		test(no_two_notes_are_alike_and_none_can_be_read),
		test(any_bit_turned_is_refused),
		test(cut_anywhere_or_longer_is_refused),
		test(another_host_opens_nothing),
		test(a_seal_of_another_purpose_is_no_note),
		test(a_good_seal_around_something_else_is_refused),
		test(what_does_not_fit_is_not_written),
	};

	return sodium_init() < 0 ||
	       cmocka_run_group_tests_name("grant", tests, NULL, NULL);
}
