/* SPDX-License-Identifier: BSD-2-Clause */
/* vid/holder.c: the file that a person brings to an issuer, of a wallet or of a key. */
#include "config.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/folder.h"
#include "vid/cli.h"
#include "vid/holder.h"

#define HEX80                                                                            \
	"0000000000000000000000000000000000000000000000000000000000000000"               \
	"0000000000000000000000000000000000000000000000000000000000000000"               \
	"00000000000000000000000000000000"

static char folder[PATH_MAX], path[PATH_MAX + 16];
static struct holder key;

static int set_up(void **state)
{
	uint8_t secret[64];

	(void)state;
	key = (struct holder){ .key.alg = KEY_ED25519 };
	crypto_sign_keypair(key.key.at, secret);
	if (folder_make(folder) < 0)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/holder", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	folder_drop(folder);
	return 0;
}

static void write_bytes(struct bytes text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text.at, 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
}

/* A good file of the key, and these lines. */
static int read_with(const char *more, struct holder *out)
{
	uint8_t room[HOLDER_TEXT_MAX];
	struct buffer text = buffer_of(room, sizeof(room));

	holder_print(&key, &text);
	buffer_add(&text, more, strlen(more));
	assert_false(text.full);
	write_bytes(buffer_bytes(&text));
	memset(out, 0x55, sizeof(*out));
	return holder_read(path, out);
}

static void a_wallets_file_is_read_as_ever(void **state)
{
	struct holder out;

	(void)state;
	assert_int_equal(read_with("", &out), CLI_GO);
	assert_memory_equal(&out.key, &key.key, sizeof(out.key));
	assert_string_equal(out.rp_id, "");
	assert_int_equal(out.credential_len, 0);
}

/* Of every length, through lines that inih can read. */
static void a_keys_file_comes_back_whatever_its_credentials_length(void **state)
{
	struct holder out;

	(void)state;
	(void)snprintf(key.rp_id, sizeof(key.rp_id), "%s", "id.example.org");
	randombytes_buf(key.credential, sizeof(key.credential));
	for (size_t len = 1; len <= sizeof(key.credential); len += len < 170 ? 1 : 71) {
		key.credential_len = len;
		assert_int_equal(read_with("", &out), CLI_GO);
		assert_memory_equal(&out.key, &key.key, sizeof(out.key));
		assert_string_equal(out.rp_id, key.rp_id);
		assert_int_equal(out.credential_len, len);
		assert_memory_equal(out.credential, key.credential, len);
	}
	key.credential_len = sizeof(key.credential);
	assert_int_equal(read_with("", &out), CLI_GO);
	assert_int_equal(out.credential_len, HOLDER_CREDENTIAL_MAX);
}

static void refused(const char *more)
{
	struct holder out;

	assert_int_equal(read_with(more, &out), CLI_FAILED);
	assert_true(sodium_is_zero((const uint8_t *)&out, sizeof(out)));
}

static void half_of_a_key_is_refused(void **state)
{
	(void)state;
	refused("rp-id = id.example.org\n");
	refused("credential = 00\n");
}

static void what_is_no_rp_id_is_refused(void **state)
{
	(void)state;
	refused("credential = 00\nrp-id = Example.org\n");
	refused("credential = 00\nrp-id = https://example.org\n");
	refused("credential = 00\nrp-id = example.org.\n");
}

static void what_is_no_credential_is_refused(void **state)
{
	(void)state;
	refused("rp-id = a.example\ncredential = \n");
	refused("rp-id = a.example\ncredential = 0\n");
	refused("rp-id = a.example\ncredential = 0g\n");
	refused("rp-id = a.example\ncredential = " HEX80 "00\n");
	refused("rp-id = a.example\ncredential = 00\ncredential = 00\n");
	refused("rp-id = a.example\ncredential2 = 00\n");
	refused("rp-id = a.example\ncredential-1 = 00\n");
	refused("rp-id = a.example\ncredential-x = 00\n");
}

static void parts_of_a_credential_come_in_their_order(void **state)
{
	struct holder out;

	(void)state;
	assert_int_equal(read_with("rp-id = a.example\ncredential = " HEX80
				   "\ncredential-2 = 07\n",
				   &out),
			 CLI_GO);
	assert_int_equal(out.credential_len, 81);
	assert_int_equal(out.credential[80], 7);
	refused("rp-id = a.example\ncredential-2 = 07\n");
	refused("rp-id = a.example\ncredential-2 = " HEX80 "\ncredential = 07\n");
	refused("rp-id = a.example\ncredential = " HEX80 "\ncredential-3 = 07\n");
	refused("rp-id = a.example\ncredential = 00\ncredential-2 = 07\n");
}

/* 12 whole parts and 63 bytes are 1023; not one more. */
static void a_credential_that_is_too_long_is_refused(void **state)
{
	char text[HOLDER_TEXT_MAX];
	size_t len;

	(void)state;
	len = (size_t)snprintf(text, sizeof(text),
			       "rp-id = a.example\ncredential = " HEX80 "\n");
	for (unsigned part = 2; part <= 12; part++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"credential-%u = " HEX80 "\n", part);
	(void)snprintf(text + len, sizeof(text) - len, "credential-13 = %.128s\n", HEX80);
	refused(text);
	(void)snprintf(text + len, sizeof(text) - len, "credential-13 = %.126s\n", HEX80);
	assert_int_equal(read_with(text, &key), CLI_GO);
	assert_int_equal(key.credential_len, 1023);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_wallets_file_is_read_as_ever),
		test(a_keys_file_comes_back_whatever_its_credentials_length),
		test(half_of_a_key_is_refused),
		test(what_is_no_rp_id_is_refused),
		test(what_is_no_credential_is_refused),
		test(parts_of_a_credential_come_in_their_order),
		test(a_credential_that_is_too_long_is_refused),
	};

	if (sodium_init() < 0)
		return 99;
	return cmocka_run_group_tests_name("holder", tests, NULL, NULL);
}
