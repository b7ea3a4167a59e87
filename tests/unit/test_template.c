/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/template.c and seal.c: S18, S19, P3. */
#include <math.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "libvid/template.h"

#define DIMENSION 256

static const struct hostkey key = { .at = { 1, 2, 3 } };
static const struct template_owner alice = { "alice", 1000, "https://a.example",
					     "sub-a" };

/* A unit vector that is the same in each run. */
static void draw(float *to, size_t dimension, uint8_t seed)
{
	uint8_t seeds[32] = { seed };
	uint32_t random[VID_EMBEDDING_MAX * 4];
	double sum = 0;

	randombytes_buf_deterministic(random, sizeof(random), seeds);
	for (size_t i = 0; i < dimension; i++) {
		double value = 0;

		for (size_t n = 0; n < 4; n++)
			value += random[i * 4 + n] / 4294967296.0 - .5;
		to[i] = (float)value;
		sum += value * value;
	}
	for (size_t i = 0; i < dimension; i++)
		to[i] /= (float)sqrt(sum);
}

static double inner(const float *a, const float *b, size_t dimension)
{
	double sum = 0;

	for (size_t i = 0; i < dimension; i++)
		sum += (double)a[i] * b[i];
	return sum;
}

static void assert_near(double a, double b, double by)
{
	assert_true(fabs(a - b) <= by);
}

static struct template filled(size_t count, size_t dimension)
{
	struct template template = { .model = "frr0095:ca00801b506c5494" };
	float vector[VID_EMBEDDING_MAX];

	for (size_t i = 0; i < count; i++) {
		char label[24];

		snprintf(label, sizeof(label), "r%zu", i);
		draw(vector, dimension, (uint8_t)(i + 1));
		assert_true(template_add(&template, vector, dimension, label));
	}
	return template;
}

static void a_template_survives_its_canonical_bytes(void **state)
{
	uint8_t room[TEMPLATE_BYTES_MAX], again[TEMPLATE_BYTES_MAX];

	(void)state;
	for (size_t count = 1; count <= VID_REFERENCES_MAX; count++) {
		struct template before = filled(count, VID_EMBEDDING_MAX), after;
		struct buffer one = buffer_of(room, sizeof(room));
		struct buffer two = buffer_of(again, sizeof(again));

		assert_true(template_write(&before, &one));
		assert_int_equal(template_read(buffer_bytes(&one), &after), VID_OK);
		assert_int_equal(after.count, count);
		assert_string_equal(after.reference[count - 1].label,
				    before.reference[count - 1].label);
		assert_true(template_write(&after, &two));
		assert_true(bytes_equal(buffer_bytes(&one), buffer_bytes(&two)));
	}
}

static void canonical_bytes_cut_anywhere_are_refused(void **state)
{
	struct template template = filled(2, 64), out;
	uint8_t room[TEMPLATE_BYTES_MAX];
	struct buffer to = buffer_of(room, sizeof(room));

	(void)state;
	assert_true(template_write(&template, &to));
	for (size_t len = 0; len < to.len; len++)
		assert_int_equal(template_read(bytes_of(room, len), &out),
				 VID_FACE_TEMPLATE_BROKEN);
	room[to.len] = 0;
	assert_int_equal(template_read(bytes_of(room, to.len + 1), &out),
			 VID_FACE_TEMPLATE_BROKEN);
}

static void a_vector_that_is_none_is_not_added(void **state)
{
	struct template template = { 0 };
	float zero[4] = { 0 }, nan[4] = { 1, NAN }, good[4] = { 1, 2, 3, 4 };

	(void)state;
	assert_false(template_add(&template, zero, 4, ""));
	assert_false(template_add(&template, nan, 4, ""));
	assert_false(template_add(&template, good, 0, ""));
	for (int i = 0; i < VID_REFERENCES_MAX; i++)
		assert_true(template_add(&template, good, 4, ""));
	assert_false(template_add(&template, good, 4, "a sixth"));
	template.count--;
	assert_false(template_add(&template, good, 3, "another dimension"));
}

static void quantising_changes_a_score_by_at_most_0_003(void **state)
{
	const size_t dimensions[] = { 128, 256, 512 };
	float one[VID_EMBEDDING_MAX], two[VID_EMBEDDING_MAX], near[VID_EMBEDDING_MAX];

	(void)state;
	for (size_t d = 0; d < 3; d++) {
		for (uint8_t n = 1; n < 100; n++) {
			size_t dimension = dimensions[d];
			struct template template = { .model = "m" };
			double length;

			draw(one, dimension, n);
			draw(two, dimension, (uint8_t)(n + 100));
			for (size_t i = 0; i < dimension; i++)
				near[i] = one[i] + .7f * two[i];
			length = sqrt(inner(near, near, dimension));
			assert_true(template_add(&template, one, dimension, ""));
			assert_near(template_compare(&template, near, dimension),
				    inner(one, near, dimension) / length, .003);
			assert_near(template_compare(&template, two, dimension),
				    inner(one, two, dimension), .003);
		}
	}
}

static void a_probe_meets_the_mean_of_the_references(void **state)
{
	struct template template = filled(3, DIMENSION);
	float mean[DIMENSION] = { 0 }, one[DIMENSION];

	(void)state;
	for (uint8_t n = 1; n <= 3; n++) {
		draw(one, DIMENSION, n);
		for (size_t i = 0; i < DIMENSION; i++)
			mean[i] += one[i];
	}
	assert_true(template_compare(&template, mean, DIMENSION) > .999f);
	assert_near(template_compare(&template, one, DIMENSION),
		    inner(one, mean, DIMENSION) / sqrt(inner(mean, mean, DIMENSION)),
		    .003);
	assert_true(template_compare(&template, one, DIMENSION - 1) == -1);
}

static void the_transform_keeps_inner_products_P3(void **state)
{
	uint8_t seed[32] = { 7 };
	float one[DIMENSION], two[DIMENSION];
	struct template template = filled(2, DIMENSION);
	double before;
	float score;

	(void)state;
	for (uint8_t n = 1; n < 50; n++) {
		draw(one, DIMENSION, n);
		draw(two, DIMENSION, (uint8_t)(n + 1));
		for (size_t i = 0; i < DIMENSION; i++)
			two[i] += one[i] * (float)n / 25;
		before = inner(one, two, DIMENSION);
		embedding_transform(one, DIMENSION, seed);
		embedding_transform(two, DIMENSION, seed);
		assert_near(inner(one, two, DIMENSION), before, 1e-6);
	}
	draw(one, DIMENSION, 1);
	score = template_compare(&template, one, DIMENSION);
	template_transform(&template, seed);
	assert_true(fabsf(template_compare(&template, one, DIMENSION)) < .2f);
	embedding_transform(one, DIMENSION, seed);
	assert_near(template_compare(&template, one, DIMENSION), score, 1e-6);
}

static void two_seeds_make_strangers_of_one_face_P3(void **state)
{
	float one[DIMENSION], two[DIMENSION];
	double worst = 0;

	(void)state;
	for (uint8_t n = 1; n < 100; n++) {
		uint8_t seed[32] = { n }, other[32] = { n, 1 };

		draw(one, DIMENSION, 5);
		draw(two, DIMENSION, 5);
		embedding_transform(one, DIMENSION, seed);
		embedding_transform(two, DIMENSION, other);
		worst = fmax(worst, fabs(inner(one, two, DIMENSION)));
	}
	/* 3.2 standard deviations of 1/16: 99 pairs of seeds that are drawn once for all
	 */
	assert_true(worst < .2);
}

static void the_digest_changes_with_each_input_S18(void **state)
{
	struct template template = filled(2, 32), other;
	uint8_t salt[TEMPLATE_SALT_LEN] = { 9 }, salted[TEMPLATE_SALT_LEN] = { 8 };
	uint8_t digest[32], changed[32];

	(void)state;
	template_digest(&template, salt, digest);
	other = template;
	template_digest(&other, salt, changed);
	assert_memory_equal(digest, changed, 32);
	template_digest(&template, salted, changed);
	assert_memory_not_equal(digest, changed, 32);
	other = template;
	other.model[0] = 'g';
	template_digest(&other, salt, changed);
	assert_memory_not_equal(digest, changed, 32);
	other = template;
	other.reference[1].at[31] ^= 1;
	template_digest(&other, salt, changed);
	assert_memory_not_equal(digest, changed, 32);
	other = template;
	other.reference[0].label[0] = 'x';
	template_digest(&other, salt, changed);
	assert_memory_not_equal(digest, changed, 32);
	other = template;
	other.reference[0].scale++;
	template_digest(&other, salt, changed);
	assert_memory_not_equal(digest, changed, 32);
	other = template;
	other.count--;
	template_digest(&other, salt, changed);
	assert_memory_not_equal(digest, changed, 32);
}

static const uint8_t salt_of_alice[TEMPLATE_SALT_LEN] = { 4, 2 };

static struct buffer sealed(uint8_t *room, size_t size, size_t dimension)
{
	struct template template = filled(1, dimension);
	struct buffer to = buffer_of(room, size);

	assert_int_equal(template_seal(&template, salt_of_alice, 7, &alice, &key, &to),
			 VID_OK);
	return to;
}

/* What was enrolled before keeps the transform that only its host knows. */
static void a_fresh_salt_fixes_its_seed_and_one_of_before_does_not(void **state)
{
	uint8_t salt[TEMPLATE_SALT_LEN], other[TEMPLATE_SALT_LEN], seed[32], again[32];

	(void)state;
	template_salt(salt);
	template_salt(other);
	assert_memory_not_equal(salt, other, sizeof(salt));
	assert_true(template_salt_seed(salt, seed));
	template_seed(&key, salt, again);
	assert_memory_equal(seed, again, sizeof(seed));
	for (size_t bit = 0; bit < 8 * sizeof(salt); bit++) {
		salt[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(template_salt_seed(salt, again));
		salt[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_false(template_salt_seed(salt_of_alice, seed));
	template_seed(&key, salt_of_alice, seed);
	hostkey_derive(&key, "vid-face-transform-v1", bytes_of(salt_of_alice, 32), again);
	assert_memory_equal(seed, again, sizeof(seed));
}

static void a_sealed_template_opens_for_its_owner(void **state)
{
	uint8_t room[TEMPLATE_RECORD_MAX], salt[TEMPLATE_SALT_LEN];
	struct template want = filled(VID_REFERENCES_MAX, VID_EMBEDDING_MAX), out;
	struct buffer to = buffer_of(room, sizeof(room));
	uint64_t version;

	(void)state;
	memset(want.model, 'm', VID_MODEL_ID_MAX);
	assert_int_equal(
		template_seal(&want, salt_of_alice, 1ull << 40, &alice, &key, &to),
		VID_OK);
	assert_int_equal(
		template_open(buffer_bytes(&to), &alice, &key, &out, salt, &version),
		VID_OK);
	assert_int_equal(version, 1ull << 40);
	assert_memory_equal(salt, salt_of_alice, sizeof(salt));
	assert_string_equal(out.model, want.model);
	assert_memory_equal(&out.reference, &want.reference, sizeof(out.reference));
}

static void each_flipped_bit_of_a_record_is_refused_S19(void **state)
{
	uint8_t room[TEMPLATE_RECORD_MAX], salt[TEMPLATE_SALT_LEN];
	struct buffer to = sealed(room, sizeof(room), 64);
	static const struct template zero;
	struct template out;
	uint64_t version;

	(void)state;
	for (size_t bit = 0; bit < to.len * 8; bit++) {
		room[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(template_open(buffer_bytes(&to), &alice, &key, &out,
					       salt, &version),
				 VID_FACE_TEMPLATE_BROKEN);
		assert_memory_equal(&out, &zero, sizeof(out));
		room[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_int_equal(
		template_open(buffer_bytes(&to), &alice, &key, &out, salt, &version),
		VID_OK);
}

static void a_record_cut_anywhere_is_refused(void **state)
{
	uint8_t room[TEMPLATE_RECORD_MAX], salt[TEMPLATE_SALT_LEN];
	struct buffer to = sealed(room, sizeof(room), 64);
	struct template out;
	uint64_t version;

	(void)state;
	for (size_t len = 0; len < to.len; len++)
		assert_int_equal(template_open(bytes_of(room, len), &alice, &key, &out,
					       salt, &version),
				 VID_FACE_TEMPLATE_BROKEN);
}

static void a_record_opens_for_no_other_owner_and_host_S19(void **state)
{
	const struct template_owner others[] = {
		{ "alicf", 1000, "https://a.example", "sub-a" },
		{ "alice", 1001, "https://a.example", "sub-a" },
		{ "alice", 1000, "https://b.example", "sub-a" },
		{ "alice", 1000, "https://a.example", "sub-b" },
		{ "alice", 1000, "https://a.examples", "ub-a" },
		{ "alice", UINT32_MAX, "", "" },
	};
	uint8_t room[TEMPLATE_RECORD_MAX], salt[TEMPLATE_SALT_LEN];
	struct buffer to = sealed(room, sizeof(room), 64);
	struct hostkey elsewhere = { .at = { 1, 2, 4 } };
	struct template out;
	uint64_t version;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_int_equal(template_open(buffer_bytes(&to), &others[i], &key, &out,
					       salt, &version),
				 VID_FACE_TEMPLATE_BROKEN);
	assert_int_equal(template_open(buffer_bytes(&to), &alice, &elsewhere, &out, salt,
				       &version),
			 VID_FACE_TEMPLATE_BROKEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_template_survives_its_canonical_bytes),
		cmocka_unit_test(canonical_bytes_cut_anywhere_are_refused),
		cmocka_unit_test(a_vector_that_is_none_is_not_added),
		cmocka_unit_test(quantising_changes_a_score_by_at_most_0_003),
		cmocka_unit_test(a_probe_meets_the_mean_of_the_references),
		cmocka_unit_test(the_transform_keeps_inner_products_P3),
		cmocka_unit_test(two_seeds_make_strangers_of_one_face_P3),
		cmocka_unit_test(the_digest_changes_with_each_input_S18),
		cmocka_unit_test(a_fresh_salt_fixes_its_seed_and_one_of_before_does_not),
		cmocka_unit_test(a_sealed_template_opens_for_its_owner),
		cmocka_unit_test(each_flipped_bit_of_a_record_is_refused_S19),
		cmocka_unit_test(a_record_cut_anywhere_is_refused),
		cmocka_unit_test(a_record_opens_for_no_other_owner_and_host_S19),
	};

	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
