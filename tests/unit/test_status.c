/* SPDX-License-Identifier: BSD-2-Clause */
/* Status lists: what they say, and every way in which one can lie (S25, S48). */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/lists.h"

static const uint8_t some[] = { 0xb9, 0xa3 }; /* the draft's first example */
static struct bytes uri;

static int set_up(void **state)
{
	(void)state;
	uri = bytes_of_text(LIST_URI);
	return 0;
}

static enum vid_reason ask(struct bytes cwt, uint64_t idx)
{
	const struct status_rules rules = list_rules();

	return status_lookup(cwt, &rules, uri, idx, NULL);
}

/* Sign a list of `lst` as it stands, ask for `idx`. */
static enum vid_reason ask_of(struct bytes lst, unsigned bits, uint64_t idx)
{
	struct status_claims claims = list_claims(lst);
	struct bytes cwt;
	enum vid_reason why;

	claims.bits = bits;
	cwt = list_sign(&claims);
	why = ask(cwt, idx);
	free((void *)cwt.at);
	return why;
}

static void entries_are_read_from_the_lowest_bit_on(void **state)
{
	static const uint8_t wanted[] = {
		1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1
	};
	struct bytes cwt = list_of(some, sizeof(some), 1, LIST_NOW);

	(void)state;
	for (uint64_t i = 0; i < 16; i++)
		assert_int_equal(ask(cwt, i), wanted[i] ? VID_REVOKED : VID_OK);
	free((void *)cwt.at);
}

static void entries_of_two_four_and_eight_bits(void **state)
{
	static const uint8_t bytes[] = { 0xc9, 0x44, 0xf9 };
	static const struct {
		unsigned bits;
		uint8_t values[12];
	} wanted[] = { { 2, { 1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3 } },
		       { 4, { 9, 12, 4, 4, 9, 15 } },
		       { 8, { 0xc9, 0x44, 0xf9 } } };
	struct bytes lst = list_deflate(bytes, sizeof(bytes));

	(void)state;
	for (size_t n = 0; n < 3; n++) {
		struct status_list list = { .bits = wanted[n].bits, .lst = lst };
		size_t count = sizeof(bytes) * 8 / list.bits, known;
		uint64_t idx[12];
		uint8_t values[12];

		for (size_t i = 0; i < count; i++)
			idx[i] = i;
		assert_int_equal(status_entries(&list, idx, count, &status_limits_default,
						values, &known),
				 VID_OK);
		assert_int_equal(known, count);
		assert_memory_equal(values, wanted[n].values, count);
	}
	free((void *)lst.at);
}

static void the_end_of_the_list_is_its_end(void **state)
{
	struct bytes cwt = list_of(some, sizeof(some), 1, LIST_NOW);

	(void)state;
	assert_int_equal(ask(cwt, 15), VID_REVOKED);
	assert_int_equal(ask(cwt, 16), VID_STATUS_RANGE);
	assert_int_equal(ask(cwt, UINT64_MAX), VID_STATUS_RANGE);
	free((void *)cwt.at);
}

static void an_empty_list_has_no_entry(void **state)
{
	struct bytes lst = list_deflate(some, 0);

	(void)state;
	assert_int_equal(ask_of(lst, 1, 0), VID_STATUS_RANGE);
	assert_int_equal(ask_of(bytes_of(NULL, 0), 1, 0), VID_STATUS_LIST);
	free((void *)lst.at);
}

static void a_stream_that_is_cut_off_says_nothing(void **state)
{
	uint8_t noise[4096];
	struct bytes lst;

	(void)state;
	randombytes_buf(noise, sizeof(noise));
	lst = list_deflate(noise, sizeof(noise));
	for (size_t len = 0; len < lst.len; len += 7) {
		enum vid_reason why = ask_of(bytes_of(lst.at, len), 8, 4095);

		/* all is there but the checksum: the byte that is needed was read */
		if (len + 4 < lst.len)
			assert_int_equal(why, VID_STATUS_LIST);
	}
	free((void *)lst.at);
}

static void whole(struct bytes lst, enum vid_reason wanted)
{
	const struct status_list list = { .bits = 1, .lst = lst };
	uint64_t entries;

	assert_int_equal(status_whole(&list, &status_limits_default, &entries), wanted);
}

static void only_a_whole_stream_is_whole(void **state)
{
	uint8_t noise[40000], bent[50000];
	struct bytes lst;

	(void)state;
	randombytes_buf(noise, sizeof(noise));
	lst = list_deflate(noise, sizeof(noise));
	assert_true(lst.len < sizeof(bent));
	whole(lst, VID_OK);
	for (size_t cut = 1; cut <= 5; cut++)
		whole(bytes_of(lst.at, lst.len - cut), VID_STATUS_LIST);
	memcpy(bent, lst.at, lst.len);
	bent[lst.len] = 0;
	whole(bytes_of(bent, lst.len + 1), VID_STATUS_LIST); /* trailing */
	bent[lst.len - 1] ^= 1;
	whole(bytes_of(bent, lst.len), VID_STATUS_LIST); /* its checksum */
	whole(bytes_of("hello", 5), VID_STATUS_LIST);
	free((void *)lst.at);
}

static void trailing_bytes_are_found_at_the_end(void **state)
{
	struct bytes lst = list_deflate(some, sizeof(some));
	uint8_t longer[64];

	(void)state;
	memcpy(longer, lst.at, lst.len);
	longer[lst.len] = 7;
	assert_int_equal(ask_of(bytes_of(longer, lst.len + 1), 1, 16), VID_STATUS_LIST);
	free((void *)lst.at);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* 1 MiB that inflates to 1 GiB: the bound ends it, after a sixty-fourth of the way. */
static void a_bomb_ends_at_the_bound_S25(void **state)
{
	struct bytes lst = list_bomb((size_t)1 << 30), cwt;
	struct status_claims claims = list_claims(lst);
	const struct status_list list = { .bits = 1, .lst = lst };
	uint64_t entries;
	double start;
	long before;

	(void)state;
	assert_true(lst.len < 1200000);
	cwt = list_sign(&claims);
	before = peak_kib();
	start = seconds();
	assert_int_equal(ask(cwt, (uint64_t)1 << 33), VID_STATUS_LIMIT);
	print_message("# bomb: %.1f ms, %ld KiB\n", (seconds() - start) * 1e3,
		      peak_kib() - before);
	/* Time is a figure of the bench; a hang is a defect on any machine. */
	assert_true(seconds() - start < 2);
	assert_true(peak_kib() - before < 32 * 1024);
	assert_int_equal(status_whole(&list, &status_limits_default, &entries),
			 VID_STATUS_LIMIT);
	/* what stands before the bound can be read all the same */
	assert_int_equal(ask(cwt, 12345), VID_OK);
	free((void *)cwt.at);
	free((void *)lst.at);
}

static void the_bound_is_exact_S25(void **state)
{
	struct bytes lst = list_bomb(VID_STATUS_INFLATED_MAX);
	struct bytes longer = list_bomb(VID_STATUS_INFLATED_MAX + 1);
	struct status_list list = { .bits = 8, .lst = lst };
	struct status_limits raised = status_limits_default;
	uint64_t entries, idx;
	uint8_t value;
	size_t known;

	(void)state;
	whole(lst, VID_OK);
	whole(longer, VID_STATUS_LIMIT);
	list.lst = longer;
	idx = VID_STATUS_INFLATED_MAX - 1; /* what stands before it is there */
	assert_int_equal(status_entries(&list, &idx, 1, &raised, &value, &known), VID_OK);
	idx++;
	assert_int_equal(status_entries(&list, &idx, 1, &raised, &value, &known),
			 VID_STATUS_LIMIT);
	raised.inflated++;
	assert_int_equal(status_whole(&list, &raised, &entries), VID_OK);
	assert_int_equal(entries, VID_STATUS_INFLATED_MAX + 1);
	free((void *)lst.at);
	free((void *)longer.at);
}

static void a_token_over_its_limit_is_not_even_opened(void **state)
{
	struct bytes cwt = list_of(some, sizeof(some), 1, LIST_NOW);
	struct status_rules rules = list_rules();

	(void)state;
	rules.limits.token = cwt.len;
	assert_int_equal(status_lookup(cwt, &rules, uri, 1, NULL), VID_OK);
	rules.limits.token = cwt.len - 1;
	assert_int_equal(status_lookup(cwt, &rules, uri, 1, NULL), VID_STATUS_LIMIT);
	free((void *)cwt.at);
}

static void a_list_of_megabytes_is_verified(void **state)
{
	size_t len = 3u << 20;
	uint8_t *noise = malloc(len);
	struct bytes cwt;

	(void)state;
	randombytes_buf(noise, len);
	cwt = list_of(noise, len, 8, LIST_NOW);
	assert_true(cwt.len > len);
	assert_int_equal(ask(cwt, len - 1), noise[len - 1] ? VID_REVOKED : VID_OK);
	((uint8_t *)cwt.at)[cwt.len / 2] ^= 1;
	assert_int_equal(ask(cwt, len - 1), VID_SIGNATURE);
	free((void *)cwt.at);
	free(noise);
}

static void time_decides(void **state)
{
	struct bytes cwt = list_of(some, sizeof(some), 1, LIST_NOW - 100);
	struct status_rules rules = list_rules();
	int64_t iat;

	(void)state;
	assert_int_equal(status_lookup(cwt, &rules, uri, 1, &iat), VID_OK);
	assert_int_equal(iat, LIST_NOW - 100);
	rules.newest = LIST_NOW - 100;
	assert_int_equal(status_lookup(cwt, &rules, uri, 1, NULL), VID_OK);
	rules.newest++; /* S48 */
	assert_int_equal(status_lookup(cwt, &rules, uri, 1, NULL), VID_STATUS_STALE);
	assert_int_equal(status_lookup(cwt, &rules, uri, 16, NULL), VID_STATUS_STALE);
	assert_int_equal(status_lookup(cwt, &rules, uri, 0, NULL), VID_REVOKED);
	rules = list_rules();
	rules.max_age = 100;
	assert_int_equal(status_lookup(cwt, &rules, uri, 1, NULL), VID_OK);
	rules.max_age = 99;
	assert_int_equal(status_lookup(cwt, &rules, uri, 1, NULL), VID_STATUS_STALE);
	rules = list_rules();
	rules.now = LIST_NOW - 161;
	assert_int_equal(status_lookup(cwt, &rules, uri, 1, NULL), VID_STATUS_AHEAD);
	rules.now = LIST_NOW + 10000; /* exp */
	assert_int_equal(status_lookup(cwt, &rules, uri, 1, NULL), VID_STATUS_STALE);
	free((void *)cwt.at);
}

static void another_address_is_another_list(void **state)
{
	struct bytes cwt = list_of(some, sizeof(some), 1, LIST_NOW);
	const struct status_rules rules = list_rules();

	(void)state;
	assert_int_equal(status_lookup(cwt, &rules,
				       bytes_of_text("https://id.example.org/s/2"), 1,
				       NULL),
			 VID_STATUS_OTHER);
	free((void *)cwt.at);
}

static void a_stranger_signs_in_vain_S14(void **state)
{
	struct bytes cwt = list_of(some, sizeof(some), 1, LIST_NOW);
	struct issuer saved = list_issuer;
	uint8_t secret[64];

	(void)state;
	crypto_sign_keypair(list_issuer.key[0].public.at, secret);
	assert_int_equal(ask(cwt, 1), VID_SIGNATURE);
	list_issuer.key[0].kid[0] ^= 1;
	assert_int_equal(ask(cwt, 1), VID_KID_UNKNOWN);
	list_issuer = saved;
	list_issuer.key[0].public.alg = KEY_P256;
	assert_int_equal(ask(cwt, 1), VID_ALG);
	list_issuer = saved;
	list_issuer.key[0].not_after = LIST_NOW - 1; /* S17 */
	assert_int_equal(ask(cwt, 1), VID_KEY_EXPIRED);
	list_issuer = saved;
	list_issuer.key[0].use = KEY_USE_TOKENS;
	assert_int_equal(ask(cwt, 1), VID_KEY_USE);
	list_issuer.key[0].use = KEY_USE_LISTS;
	assert_int_equal(ask(cwt, 1), VID_OK);
	list_issuer = saved;
	assert_int_equal(ask(cwt, 1), VID_OK);
	free((void *)cwt.at);
}

static void a_revoked_key_signs_no_list_S17(void **state)
{
	struct bytes cwt = list_of(some, sizeof(some), 1, LIST_NOW);
	struct issuer saved = list_issuer;

	(void)state;
	list_issuer.key[0].revoked = true;
	for (uint64_t idx = 0; idx < 8; idx++)
		assert_int_not_equal(ask(cwt, idx), VID_OK);
	assert_int_equal(ask(cwt, 1), VID_KEY_REVOKED);
	/* with status = soft that is "no list": who was revoked must not be in again */
	assert_int_equal(ask(cwt, 0), VID_REVOKED);
	list_issuer = saved;
	free((void *)cwt.at);
}

/* Sign any payload under any header. */
static enum vid_reason ask_raw(const char *header, size_t header_len,
			       struct bytes payload, bool tag61)
{
	uint8_t room[1024] = { 0xd8, 61 };
	struct buffer to = buffer_of(room + 2, sizeof(room) - 2);

	cose_sign(bytes_of(header, header_len), payload, list_secret, &to);
	return ask(bytes_of(tag61 ? room : room + 2, to.len + (tag61 ? 2 : 0)), 1);
}

#define HEADER "\xa2\x01\x27\x10\x78\x1a" STATUS_TYPE

static void the_form_is_held_to(void **state)
{
	/* {2: uri, 6: 1800000000, 65533: {bits: 1, lst: ...}} */
	uint8_t room[256];
	struct buffer to = buffer_of(room, sizeof(room));
	struct bytes lst = list_deflate(some, sizeof(some)), good;

	(void)state;
	cbor_put_map(&to, 3);
	cbor_put_int(&to, 2);
	cbor_put_text(&to, LIST_URI);
	cbor_put_int(&to, 6);
	cbor_put_int(&to, LIST_NOW);
	cbor_put_int(&to, 65533);
	cbor_put_map(&to, 2);
	cbor_put_text(&to, "bits"); /* not sorted: foreign lists need not be */
	cbor_put_uint(&to, 1);
	cbor_put_text(&to, "lst");
	cbor_put_bstr(&to, lst);
	good = buffer_bytes(&to);

	assert_int_equal(ask_raw(HEADER, sizeof(HEADER) - 1, good, false), VID_OK);
	assert_int_equal(ask_raw(HEADER, sizeof(HEADER) - 1, good, true), VID_TAGS);
	assert_int_equal(ask_raw("\xa1\x01\x27", 3, good, false), VID_TYP);
	assert_int_equal(ask_raw("\xa2\x01\x27\x10\x73" TOKEN_TYPE, 24, good, false),
			 VID_TYP);
	assert_int_equal(ask_raw("\xa1\x10\x78\x1a" STATUS_TYPE, 30, good, false),
			 VID_ALG);
	assert_int_equal(ask_raw("\xa2\x01\x05\x10\x78\x1a" STATUS_TYPE, 32, good, false),
			 VID_ALG);
	assert_int_equal(ask_raw(HEADER, sizeof(HEADER) - 1, bytes_of("\x80", 1), false),
			 VID_PAYLOAD);
	room[0] = 0xa2; /* one pair less: what follows is trailing */
	assert_int_equal(ask_raw(HEADER, sizeof(HEADER) - 1, good, false),
			 VID_CBOR_TRAILING);
	room[0] = 0xa3;
	room[1] = 3; /* no uri */
	assert_int_equal(ask_raw(HEADER, sizeof(HEADER) - 1, good, false), VID_CLAIMS);
	room[1] = 2;
	assert_int_equal(ask_raw(HEADER, sizeof(HEADER) - 1, good, false), VID_OK);
	free((void *)lst.at);
}

static void odd_bits_are_refused(void **state)
{
	struct bytes lst = list_deflate(some, sizeof(some));

	(void)state;
	assert_int_equal(ask_of(lst, 0, 1), VID_CLAIMS);
	assert_int_equal(ask_of(lst, 3, 1), VID_CLAIMS);
	assert_int_equal(ask_of(lst, 16, 1), VID_CLAIMS);
	free((void *)lst.at);
}

static void a_cut_or_bent_token_is_refused(void **state)
{
	struct bytes cwt = list_of(some, sizeof(some), 1, LIST_NOW);
	uint8_t *bent = (uint8_t *)cwt.at;

	(void)state;
	for (size_t len = 0; len < cwt.len; len++) {
		uint8_t *cut =
			malloc(len ? len : 1); /* so that ASan sees a byte too far */

		memcpy(cut, cwt.at, len);
		assert_int_not_equal(ask(bytes_of(cut, len), 1), VID_OK);
		free(cut);
	}
	for (size_t i = 0; i < cwt.len * 8; i++) {
		bent[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_int_not_equal(ask(cwt, 1), VID_OK);
		bent[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	assert_int_equal(ask(cwt, 1), VID_OK);
	free((void *)cwt.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_read_from_the_lowest_bit_on),
		cmocka_unit_test(entries_of_two_four_and_eight_bits),
		cmocka_unit_test(the_end_of_the_list_is_its_end),
		cmocka_unit_test(an_empty_list_has_no_entry),
		cmocka_unit_test(a_stream_that_is_cut_off_says_nothing),
		cmocka_unit_test(only_a_whole_stream_is_whole),
		cmocka_unit_test(trailing_bytes_are_found_at_the_end),
		cmocka_unit_test(a_bomb_ends_at_the_bound_S25),
		cmocka_unit_test(the_bound_is_exact_S25),
		cmocka_unit_test(a_token_over_its_limit_is_not_even_opened),
		cmocka_unit_test(a_list_of_megabytes_is_verified),
		cmocka_unit_test(time_decides),
		cmocka_unit_test(another_address_is_another_list),
		cmocka_unit_test(a_revoked_key_signs_no_list_S17),
		cmocka_unit_test(a_stranger_signs_in_vain_S14),
		cmocka_unit_test(the_form_is_held_to),
		cmocka_unit_test(odd_bits_are_refused),
		cmocka_unit_test(a_cut_or_bent_token_is_refused),
	};

	lists_start();
	return cmocka_run_group_tests(tests, set_up, NULL);
}
