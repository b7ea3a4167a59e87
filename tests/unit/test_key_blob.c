/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/key_blob.c and key_template.c: what a security key carries (P3). */
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "libvid/key_blob.h"

static const struct public_key holder = { .alg = KEY_ED25519, .at = { 5 } };
static const uint8_t secret[KEY_SECRET_LEN] = { 1 };

static struct key_template whole;
static uint8_t record_room[KEY_TEMPLATE_MAX];
static struct bytes record;

/* The largest there is: five references of 512. */
static int set_up(void **state)
{
	struct buffer to = buffer_of(record_room, sizeof(record_room));
	float embedding[VID_EMBEDDING_MAX];

	(void)state;
	if (sodium_init() < 0)
		return -1;
	memset(&whole, 0, sizeof(whole));
	(void)snprintf(whole.template.model, sizeof(whole.template.model), "%s",
		       "frr0095:ca00801b506c5494");
	for (size_t n = 0; n < VID_REFERENCES_MAX; n++) {
		for (size_t i = 0; i < VID_EMBEDDING_MAX; i++)
			embedding[i] = (float)((i * 7 + n * 3) % 11) - 5;
		assert_true(template_add(&whole.template, embedding, VID_EMBEDDING_MAX,
					 "a label of thirty-two bytes, yes"));
	}
	template_salt(whole.salt);
	assert_true(template_salt_seed(whole.salt, whole.seed));
	assert_int_equal(key_template_seal(&whole, &holder, secret, &to), VID_OK);
	record = buffer_bytes(&to);
	return 0;
}

/* Whoever has the key can seal what they like; a seed of their own choice is not used,
 * and a salt that fixes none does not open (P3). */
static void the_salt_fixes_the_seed(void **state)
{
	struct key_template other = whole, out;
	uint8_t room[KEY_TEMPLATE_MAX];
	struct buffer to = buffer_of(room, sizeof(room));

	(void)state;
	randombytes_buf(other.seed, sizeof(other.seed));
	assert_int_equal(key_template_seal(&other, &holder, secret, &to), VID_OK);
	assert_int_equal(key_template_open(buffer_bytes(&to), &holder, secret, &out),
			 VID_OK);
	assert_memory_equal(out.seed, whole.seed, sizeof(out.seed));
	to.len = 0;
	randombytes_buf(other.salt, sizeof(other.salt));
	assert_int_equal(key_template_seal(&other, &holder, secret, &to), VID_OK);
	assert_int_equal(key_template_open(buffer_bytes(&to), &holder, secret, &out),
			 VID_FACE_TEMPLATE_BROKEN);
}

static enum vid_reason read_blob(const void *at, size_t len, struct key_blob *out)
{
	memset(out, 0x55, sizeof(*out));
	return key_blob_read(bytes_of(at, len), out);
}

static void refused(const void *at, size_t len, enum vid_reason why)
{
	struct key_blob blob;

	assert_int_equal(read_blob(at, len, &blob), why);
	assert_int_equal(blob.token.len, 0);
	assert_int_equal(blob.template.len, 0);
}

static void a_bare_token_is_the_whole_blob(void **state)
{
	static const uint8_t token[] = { 0xd2, 0x84, 0x40 };
	struct key_blob blob = { .token = bytes_of(token, sizeof(token)) };
	uint8_t room[16];
	struct buffer to = buffer_of(room, sizeof(room));

	(void)state;
	key_blob_write(&blob, &to);
	assert_true(bytes_equal(buffer_bytes(&to), bytes_of(token, sizeof(token))));
	assert_int_equal(read_blob(room, to.len, &blob), VID_OK);
	assert_ptr_equal(blob.token.at, room);
	assert_int_equal(blob.token.len, sizeof(token));
	assert_int_equal(blob.template.len, 0);
}

static void a_token_and_a_template_come_back(void **state)
{
	static uint8_t token[VID_TOKEN_MAX] = { 0xd2 };
	struct key_blob blob = { .token = bytes_of(token, sizeof(token)),
				 .template = record };
	uint8_t room[KEY_BLOB_MAX];
	struct buffer to = buffer_of(room, sizeof(room)), less = buffer_of(room, 100);

	(void)state;
	key_blob_write(&blob, &less);
	assert_true(less.full);
	key_blob_write(&blob, &to);
	assert_false(to.full); /* the largest of both fit */
	assert_int_equal(cbor_check(buffer_bytes(&to)), VID_OK);
	assert_int_equal(read_blob(room, to.len, &blob), VID_OK);
	assert_true(bytes_equal(blob.token, bytes_of(token, sizeof(token))));
	assert_true(bytes_equal(blob.template, record));
	for (size_t len = 1; len < to.len; len++)
		assert_int_not_equal(read_blob(room, len, &blob), VID_OK);
	refused(room, to.len + 1, VID_CBOR_TRAILING);
}

static void no_token_is_told(void **state)
{
	(void)state;
	refused("", 0, VID_TOKEN_EMPTY);
	refused("\xa2\x01\x40\x02\x41t", 6, VID_TOKEN_EMPTY);
}

static void what_is_too_large_is_told(void **state)
{
	static uint8_t blob[KEY_BLOB_MAX + 1] = { 0xd2 };
	static uint8_t pair[KEY_BLOB_MAX];
	struct buffer to = buffer_of(pair, sizeof(pair));
	struct key_blob out;

	(void)state;
	assert_int_equal(read_blob(blob, VID_TOKEN_MAX, &out), VID_OK);
	refused(blob, VID_TOKEN_MAX + 1, VID_TOKEN_TOO_LARGE);
	refused(blob, sizeof(blob), VID_TOKEN_TOO_LARGE);
	key_blob_write(
		&(struct key_blob){ bytes_of(blob, VID_TOKEN_MAX + 1), bytes_of("t", 1) },
		&to);
	refused(to.at, to.len, VID_TOKEN_TOO_LARGE);
	to.len = 0;
	key_blob_write(&(struct key_blob){ bytes_of(blob, 1),
					   bytes_of(blob, KEY_TEMPLATE_MAX + 1) },
		       &to);
	refused(to.at, to.len, VID_TOKEN_TOO_LARGE);
	to.len = 0;
	key_blob_write(
		&(struct key_blob){ bytes_of(blob, 1), bytes_of(blob, KEY_TEMPLATE_MAX) },
		&to);
	assert_int_equal(read_blob(to.at, to.len, &out), VID_OK);
}

static void another_map_is_refused(void **state)
{
	(void)state;
	refused("\xa0", 1, VID_CBOR);
	refused("\xa1\x01\x41t", 4, VID_CBOR);
	refused("\xa2\x01\x41t\x02\x40", 6, VID_CBOR); /* a template of no bytes */
	refused("\xa2\x01\x41t\x03\x41t", 7, VID_CBOR);
	refused("\xa2\x01\x61t\x02\x41t", 7, VID_CBOR); /* a text */
	refused("\xa2\x01\x41t\x02\x61t", 7, VID_CBOR);
	refused("\xa3\x01\x41t\x02\x41t\x03\x01", 9, VID_CBOR);
	refused("\xa2\x02\x41t\x01\x41t", 7, VID_CBOR_UNSORTED);
	refused("\xa2\x01\x41t\x01\x41t", 7, VID_CBOR_DUPLICATE);
	refused("\xa2\x01\x58\x01t\x02\x41t", 8, VID_CBOR_NOT_SHORTEST);
	refused("\xbf\x01\x41t\x02\x41t\xff", 8, VID_CBOR_INDEFINITE);
	refused("\xba\x10\0\0\0", 5, VID_CBOR_TRUNCATED);
}

static void the_salt_is_the_same_everywhere(void **state)
{
	/* SHA-256 of "vid-key-template-salt-v1": another one opens no key's template */
	static const char want[] =
		"dfd8141d2020c3fd6060e04d6ad0ee3e210f2465f1f6466fbde80a9d4d028c15";
	uint8_t salt[32];
	char hex[65];

	(void)state;
	key_template_salt(salt);
	assert_string_equal(sodium_bin2hex(hex, sizeof(hex), salt, 32), want);
}

static void what_was_sealed_opens_P3(void **state)
{
	static struct key_template out;

	(void)state;
	assert_int_equal(key_template_open(record, &holder, secret, &out), VID_OK);
	assert_memory_equal(&out, &whole, sizeof(out));
	key_template_wipe(&out);
	assert_true(sodium_is_zero((const uint8_t *)&out, sizeof(out)));
}

static void refuses_to_open(struct bytes from, const struct public_key *of,
			    const uint8_t with[KEY_SECRET_LEN])
{
	static struct key_template out;

	memset(&out, 0x55, sizeof(out));
	assert_int_equal(key_template_open(from, of, with, &out),
			 VID_FACE_TEMPLATE_BROKEN);
	assert_true(sodium_is_zero((const uint8_t *)&out, sizeof(out)));
}

static void without_the_keys_secret_nobody_opens_it_P3(void **state)
{
	uint8_t other[KEY_SECRET_LEN];

	(void)state;
	for (size_t bit = 0; bit < sizeof(other) * 8; bit++) {
		memcpy(other, secret, sizeof(other));
		other[bit / 8] ^= (uint8_t)(1 << bit % 8);
		refuses_to_open(record, &holder, other);
	}
}

static void another_holder_does_not_open_it_P3(void **state)
{
	struct public_key other = holder;

	(void)state;
	other.at[31] = 1;
	refuses_to_open(record, &other, secret);
	other = holder;
	other.alg = KEY_P256;
	refuses_to_open(record, &other, secret);
}

static void every_flipped_bit_is_refused_P3(void **state)
{
	uint8_t changed[KEY_TEMPLATE_MAX];

	(void)state;
	memcpy(changed, record.at, record.len);
	for (size_t bit = 0; bit < record.len * 8; bit++) {
		changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		refuses_to_open(bytes_of(changed, record.len), &holder, secret);
		changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void a_cut_or_longer_record_is_refused(void **state)
{
	uint8_t longer[KEY_TEMPLATE_MAX + 64] = { 0 };

	(void)state;
	memcpy(longer, record.at, record.len);
	for (size_t len = 0; len < sizeof(longer); len++)
		if (len != record.len)
			refuses_to_open(bytes_of(longer, len), &holder, secret);
}

/* Sealed twice it is two records, and neither shows a byte of what is inside. */
static void two_seals_of_one_template_have_nothing_in_common(void **state)
{
	static uint8_t room[KEY_TEMPLATE_MAX];
	struct buffer to = buffer_of(room, sizeof(room));
	size_t same = 0;

	(void)state;
	assert_int_equal(key_template_seal(&whole, &holder, secret, &to), VID_OK);
	assert_int_equal(to.len, record.len);
	for (size_t i = 8; i < to.len; i++)
		same += room[i] == record.at[i];
	assert_true(same < to.len / 50);
}

static void what_does_not_fit_is_not_sealed(void **state)
{
	static uint8_t room[KEY_TEMPLATE_MAX];

	(void)state;
	for (size_t size = 0; size < record.len; size += 13) {
		struct buffer to = buffer_of(room, size);

		assert_int_equal(key_template_seal(&whole, &holder, secret, &to),
				 VID_INTERNAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bare_token_is_the_whole_blob),
		cmocka_unit_test(a_token_and_a_template_come_back),
		cmocka_unit_test(no_token_is_told),
		cmocka_unit_test(what_is_too_large_is_told),
		cmocka_unit_test(another_map_is_refused),
		cmocka_unit_test(the_salt_is_the_same_everywhere),
		cmocka_unit_test(the_salt_fixes_the_seed),
		cmocka_unit_test(what_was_sealed_opens_P3),
		cmocka_unit_test(without_the_keys_secret_nobody_opens_it_P3),
		cmocka_unit_test(another_holder_does_not_open_it_P3),
		cmocka_unit_test(every_flipped_bit_is_refused_P3),
		cmocka_unit_test(a_cut_or_longer_record_is_refused),
		cmocka_unit_test(two_seals_of_one_template_have_nothing_in_common),
		cmocka_unit_test(what_does_not_fit_is_not_sealed),
	};

	return cmocka_run_group_tests_name("key_blob", tests, set_up, NULL);
}
