/* SPDX-License-Identifier: BSD-2-Clause */
/* A sealed key opens with its passphrase and in no other way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <sys/resource.h>

#include "libvid/cbor.h"
#include "libvid/keyfile.h"

#define PASSPHRASE "correct horse battery"

static const struct keyfile_cost cheap = { 1, 8192 };

struct sealed {
	struct keyfile_key key;
	uint8_t room[KEYFILE_MAX];
	struct buffer file;
};

static void seal(struct sealed *out, const char *kind)
{
	keyfile_generate(&out->key);
	out->file = buffer_of(out->room, sizeof(out->room));
	assert_int_equal(keyfile_seal_at(&out->key, kind, bytes_of_text(PASSPHRASE),
					 cheap, &out->file),
			 VID_OK);
}

static enum vid_reason open_with(struct bytes file, const char *kind, const char *word,
				 struct problem *problem)
{
	struct keyfile_key key;

	return keyfile_open(file, kind, bytes_of_text(word), &key, problem);
}

static void sealed_key_opens_and_signs_as_before(void **state)
{
	struct problem problem = { "" };
	struct keyfile_key opened;
	struct sealed s;

	(void)state;
	seal(&s, "issuer");
	assert_int_equal(keyfile_open(buffer_bytes(&s.file), "issuer",
				      bytes_of_text(PASSPHRASE), &opened, &problem),
			 VID_OK);
	assert_memory_equal(opened.secret, s.key.secret, sizeof(opened.secret));
	assert_memory_equal(opened.public.at, s.key.public.at, 32);
	assert_int_equal(opened.public.alg, KEY_ED25519);
}

static void usual_cost_is_argon2id_moderate_and_opens(void **state)
{
	uint8_t room[KEYFILE_MAX];
	struct buffer file = buffer_of(room, sizeof(room));
	struct problem problem = { "" };
	struct keyfile_key key;
	struct cbor value;
	struct cbor at;
	uint64_t mem = 0;

	(void)state;
	keyfile_generate(&key);
	assert_int_equal(keyfile_seal(&key, "holder", bytes_of_text(PASSPHRASE), &file),
			 VID_OK);
	assert_int_equal(open_with(buffer_bytes(&file), "holder", PASSPHRASE, &problem),
			 VID_OK);
	at = cbor_of(buffer_bytes(&file));
	assert_true(cbor_find_int(&at, 5, &value) && cbor_uint(&value, &mem));
	assert_int_equal(mem, crypto_pwhash_MEMLIMIT_MODERATE);
}

static void wrong_passphrase_is_refused_and_leaves_no_key(void **state)
{
	struct keyfile_key key, zero = { .public.alg = KEY_NONE };
	struct problem problem = { "" };
	struct sealed s;

	(void)state;
	seal(&s, "issuer");
	assert_int_equal(keyfile_open(buffer_bytes(&s.file), "issuer",
				      bytes_of_text("correct horse batterz"), &key,
				      &problem),
			 VID_CONFIG);
	assert_non_null(strstr(problem.text, "wrong passphrase"));
	assert_memory_equal(key.secret, zero.secret, sizeof(key.secret));
}

static void every_flipped_bit_is_refused(void **state)
{
	struct problem problem;
	struct sealed s;

	(void)state;
	seal(&s, "issuer");
	for (size_t i = 0; i < s.file.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			s.room[i] ^= (uint8_t)(1u << bit);
			assert_int_equal(open_with(buffer_bytes(&s.file), "issuer",
						   PASSPHRASE, &problem),
					 VID_CONFIG);
			s.room[i] ^= (uint8_t)(1u << bit);
		}
	assert_int_equal(open_with(buffer_bytes(&s.file), "issuer", PASSPHRASE, &problem),
			 VID_OK);
}

static void cut_or_extended_files_are_refused(void **state)
{
	uint8_t longer[KEYFILE_MAX + 1] = { 0 };
	struct problem problem;
	struct sealed s;

	(void)state;
	seal(&s, "issuer");
	for (size_t len = 0; len < s.file.len; len++)
		assert_int_equal(
			open_with(bytes_of(s.room, len), "issuer", PASSPHRASE, &problem),
			VID_CONFIG);
	memcpy(longer, s.room, s.file.len);
	assert_int_equal(open_with(bytes_of(longer, s.file.len + 1), "issuer", PASSPHRASE,
				   &problem),
			 VID_CONFIG);
	assert_int_equal(open_with(bytes_of(longer, sizeof(longer)), "issuer", PASSPHRASE,
				   &problem),
			 VID_CONFIG);
}

static void another_kind_of_key_is_refused(void **state)
{
	struct problem problem = { "" };
	struct public_key public;
	struct sealed s;

	(void)state;
	seal(&s, "holder");
	assert_int_equal(open_with(buffer_bytes(&s.file), "issuer", PASSPHRASE, &problem),
			 VID_CONFIG);
	assert_non_null(strstr(problem.text, "holder"));
	assert_int_equal(
		keyfile_public(buffer_bytes(&s.file), "issuer", &public, &problem),
		VID_CONFIG);
}

static void public_part_is_read_without_a_passphrase(void **state)
{
	struct problem problem = { "" };
	struct public_key public;
	struct sealed s;

	(void)state;
	seal(&s, "holder");
	assert_int_equal(
		keyfile_public(buffer_bytes(&s.file), "holder", &public, &problem),
		VID_OK);
	assert_memory_equal(public.at, s.key.public.at, 32);
}

/* A whole key file with the costs of the caller's choice; its seal is never reached. */
static struct bytes hostile(uint64_t ops, uint64_t mem, struct buffer *to)
{
	static const uint8_t zero[64];
	struct keyfile_key key;

	keyfile_generate(&key);
	cbor_put_map(to, 7);
	cbor_put_uint(to, 1);
	cbor_put_text(to, "issuer");
	cbor_put_uint(to, 2);
	cbor_put_bstr(to, bytes_of(key.public.at, 32));
	cbor_put_uint(to, 3);
	cbor_put_bstr(to, bytes_of(zero, 16));
	cbor_put_uint(to, 4);
	cbor_put_uint(to, ops);
	cbor_put_uint(to, 5);
	cbor_put_uint(to, mem);
	cbor_put_uint(to, 6);
	cbor_put_bstr(to, bytes_of(zero, 24));
	cbor_put_uint(to, 7);
	cbor_put_bstr(to, bytes_of(zero, 48));
	return buffer_bytes(to);
}

static void hostile_costs_are_refused_before_anything_is_spent(void **state)
{
	static const struct keyfile_cost costs[] = {
		{ 3, KEYFILE_MEM_MAX + 1 },
		{ 3, 4ULL << 30 },
		{ 3, UINT64_MAX },
		{ KEYFILE_OPS_MAX + 1, 8192 },
		{ UINT64_MAX, 8192 },
		{ 0, 8192 },
		{ 1, 0 },
	};
	struct rusage before, after;

	(void)state;
	getrusage(RUSAGE_SELF, &before);
	for (size_t i = 0; i < sizeof(costs) / sizeof(*costs); i++) {
		uint8_t room[KEYFILE_MAX];
		struct buffer file = buffer_of(room, sizeof(room));
		struct problem problem = { "" };

		assert_int_equal(open_with(hostile(costs[i].ops, costs[i].mem, &file),
					   "issuer", PASSPHRASE, &problem),
				 VID_CONFIG);
		assert_non_null(strstr(problem.text, "more work or memory"));
	}
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 4096);
}

static void two_seals_of_one_key_share_no_secret_bytes(void **state)
{
	struct sealed a, b;

	(void)state;
	seal(&a, "issuer");
	b.key = a.key;
	b.file = buffer_of(b.room, sizeof(b.room));
	assert_int_equal(keyfile_seal_at(&b.key, "issuer", bytes_of_text(PASSPHRASE),
					 cheap, &b.file),
			 VID_OK);
	assert_memory_not_equal(a.room + a.file.len - 48, b.room + b.file.len - 48, 48);
	for (size_t i = 0; i + 32 <= a.file.len; i++)
		assert_memory_not_equal(a.room + i, a.key.secret, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_costs_are_refused_before_anything_is_spent),
		cmocka_unit_test(sealed_key_opens_and_signs_as_before),
		cmocka_unit_test(wrong_passphrase_is_refused_and_leaves_no_key),
		cmocka_unit_test(every_flipped_bit_is_refused),
		cmocka_unit_test(cut_or_extended_files_are_refused),
		cmocka_unit_test(another_kind_of_key_is_refused),
		cmocka_unit_test(public_part_is_read_without_a_passphrase),
		cmocka_unit_test(two_seals_of_one_key_share_no_secret_bytes),
		cmocka_unit_test(usual_cost_is_argon2id_moderate_and_opens),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("keyfile", tests, NULL, NULL);
}
