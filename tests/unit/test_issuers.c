/* SPDX-License-Identifier: BSD-2-Clause */
/* An issuer's file over the years: its reach, and keys that take over from each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "libvid/issuer_export.h"
#include "libvid/rp_id.h"

#define HEAD "[issuer]\niss = https://a.example\nrealm = realm:a\nalias = a\n"

static struct problem problem;

static const char *key_text(const char *more)
{
	static char text[8][400];
	static unsigned next;
	char *to = text[next++ % 8], hex[65], id[17];
	uint8_t public[32], secret[64];
	struct public_key key = { .alg = KEY_ED25519 };
	uint8_t kid[VID_KID_LEN];

	crypto_sign_keypair(public, secret);
	memcpy(key.at, public, sizeof(public));
	issuer_key_id(&key, kid);
	sodium_bin2hex(hex, sizeof(hex), public, sizeof(public));
	sodium_bin2hex(id, sizeof(id), kid, sizeof(kid));
	(void)snprintf(to, 400, "[key %s]\nalg = EdDSA\npublic = %s\n%s", id, hex, more);
	return to;
}

static enum vid_reason parse(const char *more, const char *keys, struct issuer *out)
{
	char text[8192];

	(void)snprintf(text, sizeof(text), HEAD "%s\n%s", more, keys);
	return issuer_parse(bytes_of_text(text), "a.conf", out, &problem);
}

static void without_limits_the_map_decides_S15(void **state)
{
	struct issuer issuer;

	(void)state;
	assert_int_equal(parse("", key_text(""), &issuer), VID_OK);
	assert_true(reach_account(&issuer.reach, "kim", 1));
	assert_true(reach_account(&issuer.reach, "kim", 4294967293));
	assert_true(reach_service(&issuer.reach, "sudo"));
}

static void limits_hold_at_their_edges_S15(void **state)
{
	struct issuer issuer;

	(void)state;
	assert_int_equal(parse("uid-min = 60000\nuid-max = 60999\nservices = login su\n"
			       "accounts = kim Lee.x",
			       key_text(""), &issuer),
			 VID_OK);
	assert_false(reach_account(&issuer.reach, "kim", 59999));
	assert_true(reach_account(&issuer.reach, "kim", 60000));
	assert_true(reach_account(&issuer.reach, "Lee.x", 60999));
	assert_false(reach_account(&issuer.reach, "kim", 61000));
	assert_false(reach_account(&issuer.reach, "kim", 0));
	assert_false(reach_account(&issuer.reach, "lee.x", 60000));
	assert_false(reach_account(&issuer.reach, "", 60000));
	assert_false(reach_account(&issuer.reach, "kim Lee.x", 60000));
	assert_true(reach_service(&issuer.reach, "su"));
	assert_false(reach_service(&issuer.reach, "sudo"));
	assert_false(reach_service(&issuer.reach, "s"));
	assert_false(reach_service(&issuer.reach, ""));
}

static void a_limit_that_is_none_is_an_error_and_never_no_limit_S15(void **state)
{
	static const char *const lines[] = {
		"uid-min = 0",
		"uid-min = -1",
		"uid-max = 4294967294",
		"uid-max = 6e4",
		"uid-max =",
		"uid-min = 2\nuid-max = 1",
		"services =",
		"services = a,b",
		"services = a\tb/",
		"accounts = kim\x01lee",
		"accounts = kïm",
		"uid = 1",
		"uid-min = 5\nuid-min = 6",
	};
	struct issuer issuer;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (parse(lines[i], key_text(""), &issuer) != VID_CONFIG)
			fail_msg("accepted: %s", lines[i]);
}

static void what_is_printed_is_read_as_the_same(void **state)
{
	struct issuer issuer, again;
	char *text = NULL, *more = NULL;
	size_t len, len_again;
	FILE *file = open_memstream(&text, &len);

	(void)state;
	assert_int_equal(parse("uid-min = 7\nuid-max = 9\nservices =  login   su \n"
			       "accounts = kim\nstatus = soft",
			       key_text("not-before = 5\nnot-after = 10\n"), &issuer),
			 VID_OK);
	issuer_print(&issuer, file);
	fclose(file);
	assert_non_null(strstr(text, "services = login su\n"));
	assert_int_equal(issuer_parse(bytes_of(text, len), "b.conf", &again, &problem),
			 VID_OK);
	file = open_memstream(&more, &len_again);
	issuer_print(&again, file);
	fclose(file);
	assert_string_equal(text, more);
	free(text);
	free(more);
}

static void a_name_in_small_letters_is_an_rp_id(void **state)
{
	static const char *const names[] = {
		"example.org",           "a",        "a.b",      "1.example",
		"xn--bcher-kva.example", "a-b.c--d", "localhost"
	};
	static const char *const others[] = { "",
					      ".",
					      "a.",
					      ".a",
					      "a..b",
					      "-a",
					      "a-",
					      "a.-b",
					      "a-.b",
					      "A.example",
					      "a_b",
					      "a b",
					      "https://example.org",
					      "example.org:443",
					      "b\xc3\xbc.example" };
	char name[255];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_true(rp_id_valid(names[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(rp_id_valid(others[i]));
	/* labels of 63 at most, 253 bytes in all */
	memset(name, 'a', sizeof(name));
	name[63] = name[127] = name[191] = '.';
	name[254] = '\0';
	assert_false(rp_id_valid(name));
	name[253] = '\0';
	assert_true(rp_id_valid(name));
	name[64] = '\0';
	name[63] = 'a';
	assert_false(rp_id_valid(name));
	name[63] = '\0';
	assert_true(rp_id_valid(name));
}

/* An issuer's file, with this realm, printed. Free it. */
static char *printed_with(const char *realm, const char *more, struct issuer *issuer)
{
	char text[1024], *out = NULL;
	size_t len;
	FILE *file = open_memstream(&out, &len);

	(void)snprintf(text, sizeof(text),
		       "[issuer]\niss = https://a.example\nrealm = %s\nalias = a\n%s%s",
		       realm, more, key_text(""));
	assert_int_equal(issuer_parse(bytes_of_text(text), "a.conf", issuer, &problem),
			 VID_OK);
	issuer_print(issuer, file);
	fclose(file);
	return out;
}

static void without_an_rp_id_it_is_the_realms_name(void **state)
{
	static const struct {
		const char *realm, *more, *rp_id;
		bool printed;
	} cases[] = {
		{ "realm:example.org", "", "example.org", false },
		{ "realm:example.org", "rp-id = example.org\n", "example.org", false },
		{ "realm:example.org", "rp-id = id.example.org\n", "id.example.org",
		  true },
		{ "realm:Example.org", "", "", false }, /* no name as keys have it */
		{ "realm:Example.org", "rp-id = example.org\n", "example.org", true },
		{ "https://example.org", "", "", false },
		{ "realm:a b", "", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct issuer issuer, again;
		char *text = printed_with(cases[i].realm, cases[i].more, &issuer);

		assert_string_equal(issuer.rp_id, cases[i].rp_id);
		assert_int_equal(strstr(text, "rp-id = ") != NULL, cases[i].printed);
		assert_int_equal(
			issuer_parse(bytes_of_text(text), "b.conf", &again, &problem),
			VID_OK);
		assert_string_equal(again.rp_id, cases[i].rp_id);
		free(text);
	}
}

static void an_rp_id_that_is_none_is_an_error(void **state)
{
	struct issuer issuer;

	(void)state;
	assert_int_equal(parse("rp-id = https://a.example", key_text(""), &issuer),
			 VID_CONFIG);
	assert_non_null(strstr(problem.text, "a.conf:5: rp-id is a DNS name"));
	assert_int_equal(parse("rp-id =", key_text(""), &issuer), VID_CONFIG);
}

/* "realm =;x" is a text, "realm = ;x" nothing: written again it would be lost. */
static void a_text_that_would_be_a_comment_is_refused(void **state)
{
	struct issuer issuer;
	char text[1024];

	(void)state;
	(void)snprintf(
		text, sizeof(text),
		"[issuer]\niss = https://a.example\nrealm =;realm:a\nalias = a\n%s",
		key_text(""));
	assert_int_equal(issuer_parse(bytes_of_text(text), "a.conf", &issuer, &problem),
			 VID_CONFIG);
	assert_non_null(strstr(problem.text, "a.conf:3:"));
}

static void a_key_that_ends_before_it_begins_is_an_error_S17(void **state)
{
	struct issuer issuer;

	(void)state;
	assert_int_equal(parse("", key_text("not-before = 10\nnot-after = 9\n"), &issuer),
			 VID_CONFIG);
	assert_non_null(strstr(problem.text, "ends before it begins"));
}

static struct issuer with_periods(const int64_t periods[][2], size_t count)
{
	struct issuer issuer = { .key_count = count };

	for (size_t i = 0; i < count; i++) {
		issuer.key[i].not_before = periods[i][0];
		issuer.key[i].not_after = periods[i][1];
	}
	return issuer;
}

static void keys_that_take_over_last_together_S17(void **state)
{
	static const struct {
		int64_t periods[3][2];
		size_t count;
		int64_t until; /* seen from 100 */
	} cases[] = {
		{ { { 0, 0 } }, 1, INT64_MAX },
		{ { { 0, 200 } }, 1, 200 },
		{ { { 0, 100 } }, 1, 100 },
		{ { { 0, 99 } }, 1, -1 },
		{ { { 101, 0 } }, 1, -1 },
		{ { { 0, 200 }, { 150, 0 } }, 2, INT64_MAX },
		{ { { 150, 0 }, { 0, 200 } }, 2, INT64_MAX },
		{ { { 0, 200 }, { 201, 300 } }, 2, 300 },
		{ { { 0, 200 }, { 202, 300 } }, 2, 200 }, /* a gap */
		{ { { 250, 400 }, { 150, 300 }, { 0, 200 } }, 3, 400 },
		{ { { 0, 50 }, { 60, 0 } }, 2, INT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct issuer issuer = with_periods(cases[i].periods, cases[i].count);

		if (issuer_valid_until(&issuer, 100) != cases[i].until)
			fail_msg("case %zu: %lld", i,
				 (long long)issuer_valid_until(&issuer, 100));
	}
}

static void a_key_says_that_it_is_revoked_and_what_it_signs_S17(void **state)
{
	const char *key = key_text("revoked = yes\nuse = lists\n");
	char twice[1024], *public = strstr(key, "public");
	struct issuer issuer;

	(void)state;
	assert_int_equal(parse("", key, &issuer), VID_OK);
	assert_true(issuer.key[0].revoked);
	assert_int_equal(issuer.key[0].use, KEY_USE_LISTS);
	assert_int_equal(issuer_key_check(&issuer.key[0], KEY_USE_LISTS, 5),
			 VID_KEY_REVOKED);
	assert_int_equal(issuer_valid_until(&issuer, 5), -1);
	/* under another id it is the same key */
	(void)snprintf(twice, sizeof(twice),
		       "%s[key 0011223344556677]\nalg = EdDSA\n%.*s", key,
		       (int)(strchr(public, '\n') + 1 - public), public);
	assert_int_equal(parse("", twice, &issuer), VID_OK);
	assert_int_equal(issuer.key_count, 2);
	assert_true(issuer.key[1].revoked);
	assert_int_equal(parse("", key_text("revoked = maybe\n"), &issuer), VID_CONFIG);
	assert_int_equal(parse("", key_text("use = all\n"), &issuer), VID_CONFIG);
	assert_int_equal(parse("", key_text("use = both\n"), &issuer), VID_OK);
}

static void an_issuer_lasts_as_long_as_both_kinds_of_key_S17(void **state)
{
	struct issuer issuer = { .key_count = 2 };

	(void)state;
	issuer.key[0] = (struct issuer_key){ .use = KEY_USE_TOKENS, .not_after = 300 };
	issuer.key[1] = (struct issuer_key){ .use = KEY_USE_LISTS, .not_after = 200 };
	assert_int_equal(issuer_valid_until(&issuer, 100), 200);
	issuer.status = STATUS_NONE;
	assert_int_equal(issuer_valid_until(&issuer, 100), 300);
	issuer.key[0].revoked = true;
	assert_int_equal(issuer_valid_until(&issuer, 100), -1);
}

/* In a host's own file a slip of the pen must not pass for a word of the future. */
static void what_is_unknown_is_kept_of_an_export_alone(void **state)
{
	struct issuer issuer, again;
	char text[2048], *printed = NULL;
	size_t len;
	FILE *file;

	(void)state;
	(void)snprintf(text, sizeof(text),
		       HEAD "colour = blue\n%sshape = round\n[new]\na = b\n",
		       key_text(""));
	assert_int_equal(issuer_parse(bytes_of_text(text), "a", &issuer, &problem),
			 VID_CONFIG);
	assert_int_equal(
		issuer_parse_lenient(bytes_of_text(text), "a", &issuer, &problem),
		VID_OK);
	assert_non_null(strstr(issuer.kept, "issuer.colour = blue\n"));
	assert_non_null(strstr(issuer.kept, ".shape = round\n"));
	assert_non_null(strstr(issuer.kept, "new.a = b\n"));
	file = open_memstream(&printed, &len);
	issuer_print(&issuer, file);
	fclose(file);
	assert_int_equal(issuer_parse(bytes_of(printed, len), "a", &again, &problem),
			 VID_OK);
	assert_string_equal(issuer.kept, again.kept);
	free(printed);
	(void)snprintf(text, sizeof(text), HEAD "colour = bl\x1b[2Jue\n%s", key_text(""));
	assert_int_equal(
		issuer_parse_lenient(bytes_of_text(text), "a", &issuer, &problem),
		VID_CONFIG);
}

struct signed_export {
	char *text;
	size_t len;
	struct public_key key;
	struct issuer_export export;
};

static void sign_export(struct signed_export *out, const char *content)
{
	uint8_t secret[64];
	FILE *file = open_memstream(&out->text, &out->len);

	out->key = (struct public_key){ .alg = KEY_ED25519 };
	crypto_sign_keypair(out->key.at, secret);
	fputs(content, file);
	assert_true(issuer_export_sign(bytes_of_text(content), &out->key, secret, file));
	fclose(file);
}

static void an_export_is_its_signers_to_the_byte_S14(void **state)
{
	struct signed_export made;
	struct public_key other = { .alg = KEY_ED25519 };
	char content[1024];
	uint8_t secret[64];

	(void)state;
	(void)snprintf(content, sizeof(content), HEAD "serial = 7\n%s\n", key_text(""));
	sign_export(&made, content);
	crypto_sign_keypair(other.at, secret);
	assert_int_equal(issuer_export_parse(bytes_of(made.text, made.len), "x",
					     &made.export, &problem),
			 VID_OK);
	assert_int_equal(made.export.issuer.serial, 7);
	assert_int_equal(made.export.content.len, strlen(content));
	assert_true(issuer_export_signed_by(&made.export, &made.key));
	assert_false(issuer_export_signed_by(&made.export, &other));
	for (size_t i = 0; i < strlen(content); i++) {
		made.text[i] ^= 1;
		if (issuer_export_split(bytes_of(made.text, made.len), "x", &made.export,
					&problem) == VID_OK)
			assert_false(issuer_export_signed_by(&made.export, &made.key));
		made.text[i] ^= 1;
	}
	/* nothing but signatures follows a signature */
	free(made.text);
	sign_export(&made, content);
	made.text = realloc(made.text, made.len + 32);
	assert_non_null(made.text);
	memcpy(made.text + made.len, "[issuer]\nrealm = r\n", 20);
	assert_int_equal(issuer_export_split(bytes_of(made.text, made.len + 19), "x",
					     &made.export, &problem),
			 VID_CONFIG);
	free(made.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_limits_the_map_decides_S15),
		cmocka_unit_test(limits_hold_at_their_edges_S15),
		cmocka_unit_test(a_limit_that_is_none_is_an_error_and_never_no_limit_S15),
		cmocka_unit_test(what_is_printed_is_read_as_the_same),
		cmocka_unit_test(a_name_in_small_letters_is_an_rp_id),
		cmocka_unit_test(without_an_rp_id_it_is_the_realms_name),
		cmocka_unit_test(an_rp_id_that_is_none_is_an_error),
		cmocka_unit_test(a_text_that_would_be_a_comment_is_refused),
		cmocka_unit_test(a_key_that_ends_before_it_begins_is_an_error_S17),
		cmocka_unit_test(keys_that_take_over_last_together_S17),
		cmocka_unit_test(a_key_says_that_it_is_revoked_and_what_it_signs_S17),
		cmocka_unit_test(an_issuer_lasts_as_long_as_both_kinds_of_key_S17),
		cmocka_unit_test(what_is_unknown_is_kept_of_an_export_alone),
		cmocka_unit_test(an_export_is_its_signers_to_the_byte_S14),
	};

	return sodium_init() < 0
		       ? 1
		       : cmocka_run_group_tests_name("issuers", tests, NULL, NULL);
}
