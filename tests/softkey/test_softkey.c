/* SPDX-License-Identifier: BSD-2-Clause */
/* A softkey as libfido2 sees it: PINs, touches, and assertions that are good or bad. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <fido.h>
#include <fido/credman.h>
#include <openssl/sha.h>

#include "tests/softkey/here.h"

#define RP    "login.example.org"
#define PIN   "2468"
#define FLAGS 34 /* where they stand in authenticator data that is a CBOR string */

static struct softkey key;
static fido_dev_t *dev;
static uint8_t public[64]; /* of the credential made last, Ed25519 */
static size_t public_len;
static const uint8_t challenge[32] = "what the client has to say";

/* --- a key that is plugged in --------------------------------------------------- */

static void *io_open(const char *path)
{
	int *fd = malloc(sizeof(*fd));

	(void)path;
	assert_non_null(fd);
	*fd = softkey_connect(&key);
	assert_true(*fd >= 0);
	return fd;
}

static void io_close(void *handle)
{
	close(*(int *)handle);
	free(handle);
}

static int io_read(void *handle, unsigned char *to, size_t len, int ms)
{
	struct pollfd ready = { .fd = *(int *)handle, .events = POLLIN };

	if (poll(&ready, 1, ms < 0 ? 20000 : ms) != 1)
		return -1;
	return (int)recv(ready.fd, to, len, 0);
}

static int io_write(void *handle, const unsigned char *from, size_t len)
{
	return (int)send(*(int *)handle, from, len, MSG_NOSIGNAL);
}

static void plug(void)
{
	static const fido_dev_io_t io = { io_open, io_close, io_read, io_write };

	dev = fido_dev_new();
	assert_non_null(dev);
	assert_int_equal(fido_dev_set_io_functions(dev, &io), FIDO_OK);
	assert_int_equal(fido_dev_open(dev, key.socket), FIDO_OK);
}

static void unplug(void)
{
	if (dev)
		(void)fido_dev_close(dev);
	fido_dev_free(&dev);
}

static void replug(void)
{
	unplug();
	plug();
}

static void start_with(const char *const *options)
{
	unplug();
	softkey_end(&key);
	(void)unlink(key.state);
	softkey_restart(&key, options);
	plug();
}

static int begin(void **state)
{
	(void)state;
	fido_init(0);
	softkey_start(&key, NULL);
	plug();
	return 0;
}

static int end(void **state)
{
	(void)state;
	unplug();
	softkey_stop(&key);
	return 0;
}

/* --- what is asked of it -------------------------------------------------------- */

static int make(const char *user, int protect, const char *pin)
{
	fido_cred_t *cred = fido_cred_new();
	int status;

	assert_non_null(cred);
	fido_cred_set_type(cred, COSE_EDDSA);
	fido_cred_set_clientdata_hash(cred, challenge, sizeof(challenge));
	fido_cred_set_rp(cred, RP, NULL);
	fido_cred_set_user(cred, (const uint8_t *)user, strlen(user), user, NULL, NULL);
	fido_cred_set_rk(cred, FIDO_OPT_TRUE);
	fido_cred_set_extensions(cred, FIDO_EXT_HMAC_SECRET | FIDO_EXT_CRED_PROTECT |
					       FIDO_EXT_LARGEBLOB_KEY);
	fido_cred_set_prot(cred, protect);
	if (fido_dev_has_uv(dev))
		fido_cred_set_uv(cred, FIDO_OPT_TRUE);
	status = fido_dev_make_cred(dev, cred, pin);
	if (status == FIDO_OK) {
		public_len = fido_cred_pubkey_len(cred);
		assert_true(public_len <= sizeof(public));
		memcpy(public, fido_cred_pubkey_ptr(cred), public_len);
	}
	fido_cred_free(&cred);
	return status;
}

/* An assertion for RP; the caller frees it. */
static int ask(fido_assert_t **assertion, fido_opt_t up, const char *pin)
{
	*assertion = fido_assert_new();
	assert_non_null(*assertion);
	fido_assert_set_rp(*assertion, RP);
	fido_assert_set_clientdata_hash(*assertion, challenge, sizeof(challenge));
	fido_assert_set_up(*assertion, up);
	return fido_dev_get_assert(dev, *assertion, pin);
}

/* Does it verify, in a fresh object, with UP and UV as wanted? */
static int verify(const fido_assert_t *assertion, bool up, bool uv)
{
	fido_assert_t *fresh = fido_assert_new();
	int status;

	fido_assert_set_rp(fresh, RP);
	fido_assert_set_clientdata_hash(fresh, challenge, sizeof(challenge));
	fido_assert_set_count(fresh, 1);
	fido_assert_set_up(fresh, up ? FIDO_OPT_TRUE : FIDO_OPT_OMIT);
	fido_assert_set_uv(fresh, uv ? FIDO_OPT_TRUE : FIDO_OPT_OMIT);
	fido_assert_set_authdata(fresh, 0, fido_assert_authdata_ptr(assertion, 0),
				 fido_assert_authdata_len(assertion, 0));
	fido_assert_set_sig(fresh, 0, fido_assert_sig_ptr(assertion, 0),
			    fido_assert_sig_len(assertion, 0));
	status = fido_assert_verify(fresh, 0, COSE_EDDSA, public);
	fido_assert_free(&fresh);
	return status;
}

/* Asks with touch and PIN while the policy says `words`; how it verifies. */
static int asked_and_verified(const char *words)
{
	fido_assert_t *assertion;
	int status;

	softkey_behave(&key, words);
	status = ask(&assertion, FIDO_OPT_TRUE, PIN);
	if (status == FIDO_OK)
		status = verify(assertion, true, true);
	fido_assert_free(&assertion);
	return status;
}

static uint32_t counter_under(const char *words)
{
	fido_assert_t *assertion;
	uint32_t counter;

	softkey_behave(&key, words);
	assert_int_equal(ask(&assertion, FIDO_OPT_TRUE, NULL), FIDO_OK);
	counter = fido_assert_sigcount(assertion, 0);
	fido_assert_free(&assertion);
	return counter;
}

static int ask_for_nothing(const char *pin)
{
	fido_assert_t *assertion;
	int status = ask(&assertion, FIDO_OPT_TRUE, pin);

	fido_assert_free(&assertion);
	return status;
}

static int tries(void)
{
	int left;

	assert_int_equal(fido_dev_get_retry_count(dev, &left), FIDO_OK);
	return left;
}

/* --- promises ------------------------------------------------------------------- */

static void bad_assertions_are_bad_in_one_way_only(void **state)
{
	fido_assert_t *assertion;

	(void)state;
	start_with((const char *[]){ "--pin", PIN, NULL });
	assert_int_equal(make("kim", FIDO_CRED_PROT_UV_REQUIRED, PIN), FIDO_OK);
	assert_int_equal(asked_and_verified("touch"), FIDO_OK);
	assert_int_equal(asked_and_verified("badsig"), FIDO_ERR_INVALID_SIG);
	assert_int_equal(asked_and_verified("wrongrp"), FIDO_ERR_INVALID_PARAM);
	assert_int_equal(asked_and_verified("nouv"), FIDO_ERR_INVALID_PARAM);
	assert_int_equal(asked_and_verified("noup"), FIDO_ERR_INVALID_PARAM);
	/* their signatures are good: it is the flags alone */
	softkey_behave(&key, "nouv noup");
	assert_int_equal(ask(&assertion, FIDO_OPT_TRUE, PIN), FIDO_OK);
	assert_int_equal(verify(assertion, false, false), FIDO_OK);
	fido_assert_free(&assertion);
	assert_int_equal(asked_and_verified("touch"), FIDO_OK);
}

static void counters_are_what_the_policy_says_and_grow_otherwise(void **state)
{
	uint32_t first;

	(void)state;
	assert_int_equal(make("kim", FIDO_CRED_PROT_UV_OPTIONAL, NULL), FIDO_OK);
	first = counter_under("touch");
	assert_int_equal(counter_under("counter=5"), 5);
	assert_int_equal(counter_under("counter=4000000000"), 4000000000U);
	assert_int_equal(counter_under("zero"), 0);
	assert_int_equal(counter_under("touch"), first + 4);
}

static void without_a_touch_nothing_waits_and_the_flag_is_not_set(void **state)
{
	fido_assert_t *assertion;

	(void)state;
	assert_int_equal(make("kim", FIDO_CRED_PROT_UV_OPTIONAL, NULL), FIDO_OK);
	softkey_behave(&key, "hang");
	assert_int_equal(ask(&assertion, FIDO_OPT_FALSE, NULL), FIDO_OK);
	assert_int_equal(fido_assert_authdata_ptr(assertion, 0)[FLAGS], 0);
	fido_assert_free(&assertion);
	assert_int_equal(softkey_logged(&key, "getAssertion up=0 uv=0 rp=" RP), 1);
}

static void protected_credentials_show_themselves_to_the_PIN_alone(void **state)
{
	fido_assert_t *assertion;

	(void)state;
	start_with((const char *[]){ "--pin", PIN, NULL });
	assert_int_equal(make("one", FIDO_CRED_PROT_UV_OPTIONAL, PIN), FIDO_OK);
	assert_int_equal(make("two", FIDO_CRED_PROT_UV_OPTIONAL_WITH_ID, PIN), FIDO_OK);
	assert_int_equal(make("three", FIDO_CRED_PROT_UV_REQUIRED, PIN), FIDO_OK);
	assert_int_equal(ask(&assertion, FIDO_OPT_FALSE, NULL), FIDO_OK);
	assert_int_equal(fido_assert_count(assertion), 1);
	assert_memory_equal(fido_assert_user_id_ptr(assertion, 0), "one", 3);
	fido_assert_free(&assertion);
	assert_int_equal(ask(&assertion, FIDO_OPT_FALSE, PIN), FIDO_OK);
	assert_int_equal(fido_assert_count(assertion), 3);
	assert_memory_equal(fido_assert_user_id_ptr(assertion, 0), "three", 5);
	assert_string_equal(fido_assert_user_name(assertion, 2), "one");
	fido_assert_free(&assertion);
	/* a resident credential is made for nobody who does not know the PIN */
	assert_int_equal(make("four", FIDO_CRED_PROT_UV_OPTIONAL, NULL),
			 FIDO_ERR_PIN_REQUIRED);
}

static void three_wrong_PINs_need_a_new_plug_and_eight_block(void **state)
{
	(void)state;
	start_with((const char *[]){ "--pin", PIN, NULL });
	assert_int_equal(make("kim", FIDO_CRED_PROT_UV_REQUIRED, PIN), FIDO_OK);
	assert_int_equal(ask_for_nothing("0000"), FIDO_ERR_PIN_INVALID);
	assert_int_equal(ask_for_nothing("0000"), FIDO_ERR_PIN_INVALID);
	assert_int_equal(ask_for_nothing("0000"), FIDO_ERR_PIN_AUTH_BLOCKED);
	assert_int_equal(ask_for_nothing(PIN), FIDO_ERR_PIN_AUTH_BLOCKED);
	assert_int_equal(tries(), 5);
	replug();
	assert_int_equal(ask_for_nothing(PIN), FIDO_OK);
	assert_int_equal(tries(), 8);
	for (int i = 0; i < 7; i++) {
		if (i % 3 == 0)
			replug();
		assert_int_not_equal(ask_for_nothing("0000"), FIDO_OK);
	}
	replug();
	assert_int_equal(tries(), 1);
	assert_int_equal(ask_for_nothing("0000"), FIDO_ERR_PIN_BLOCKED);
	replug();
	assert_int_equal(ask_for_nothing(PIN), FIDO_ERR_PIN_BLOCKED);
	softkey_end(&key);
	softkey_restart(&key, NULL);
	replug();
	assert_int_equal(ask_for_nothing(PIN), FIDO_ERR_PIN_BLOCKED);
}

static void a_touch_chooses_a_key_with_and_without_a_PIN(void **state)
{
	int touched = 0;

	(void)state;
	softkey_behave(&key, "hang");
	for (int with_pin = 0; with_pin < 2; with_pin++) {
		assert_int_equal(fido_dev_get_touch_begin(dev), FIDO_OK);
		softkey_behave(&key, "touch");
		for (int i = 0; i < 100 && !touched; i++)
			assert_int_equal(fido_dev_get_touch_status(dev, &touched, 200),
					 FIDO_OK);
		assert_int_equal(touched, 1);
		touched = 0;
		softkey_behave(&key, "touch");
		if (!with_pin)
			assert_int_equal(fido_dev_set_pin(dev, PIN, NULL), FIDO_OK);
		softkey_behave(&key, "hang");
	}
	/* and the one that is not touched is let go */
	assert_int_equal(fido_dev_get_touch_begin(dev), FIDO_OK);
	assert_int_equal(fido_dev_cancel(dev), FIDO_OK);
	assert_int_equal(softkey_logged(&key, "cancelled"), 1);
}

static void a_built_in_verification_stands_for_PIN_and_touch(void **state)
{
	fido_assert_t *assertion;

	(void)state;
	start_with((const char *[]){ "--uv", NULL });
	assert_true(fido_dev_has_uv(dev));
	assert_int_equal(make("kim", FIDO_CRED_PROT_UV_REQUIRED, NULL), FIDO_OK);
	softkey_log_clear(&key);
	assert_int_equal(ask(&assertion, FIDO_OPT_TRUE, NULL), FIDO_ERR_NO_CREDENTIALS);
	fido_assert_free(&assertion);
	assertion = fido_assert_new();
	fido_assert_set_rp(assertion, RP);
	fido_assert_set_clientdata_hash(assertion, challenge, sizeof(challenge));
	fido_assert_set_uv(assertion, FIDO_OPT_TRUE);
	assert_int_equal(fido_dev_get_assert(dev, assertion, NULL), FIDO_OK);
	assert_int_equal(verify(assertion, true, true), FIDO_OK);
	assert_int_equal(softkey_logged(&key, "touch"), 1); /* one for both */
	softkey_behave(&key, "uv=fail");
	for (int i = 0; i < 4; i++)
		assert_int_not_equal(fido_dev_get_assert(dev, assertion, NULL), FIDO_OK);
	assert_int_equal(softkey_logged(&key, "uv failed"), 3); /* then it asks no more */
	fido_assert_free(&assertion);
}

static void what_is_kept_outlives_the_power(void **state)
{
	(void)state;
	assert_int_equal(make("kim", FIDO_CRED_PROT_UV_REQUIRED, NULL), FIDO_OK);
	assert_int_equal(fido_dev_set_pin(dev, PIN, NULL), FIDO_OK);
	unplug();
	softkey_end(&key);
	softkey_restart(&key, NULL);
	plug();
	assert_int_equal(asked_and_verified("touch"), FIDO_OK);
	assert_int_equal(fido_dev_reset(dev), FIDO_OK);
	replug();
	assert_false(fido_dev_has_pin(dev));
	assert_int_equal(ask_for_nothing(NULL), FIDO_ERR_NO_CREDENTIALS);
}

static void a_key_can_be_full(void **state)
{
	(void)state;
	start_with((const char *[]){ "--slots", "2", NULL });
	assert_int_equal(make("kim", FIDO_CRED_PROT_UV_OPTIONAL, NULL), FIDO_OK);
	assert_int_equal(make("bo", FIDO_CRED_PROT_UV_OPTIONAL, NULL), FIDO_OK);
	assert_int_equal(make("dan", FIDO_CRED_PROT_UV_OPTIONAL, NULL),
			 FIDO_ERR_KEY_STORE_FULL);
	/* the same person again takes no more room */
	assert_int_equal(make("kim", FIDO_CRED_PROT_UV_OPTIONAL, NULL), FIDO_OK);
}

static void lesser_keys_say_what_they_lack(void **state)
{
	fido_cbor_info_t *info = fido_cbor_info_new();

	(void)state;
	start_with((const char *[]){ "--no-largeblob", "--no-hmac", "--no-pin-support",
				     NULL });
	assert_int_equal(fido_dev_get_cbor_info(dev, info), FIDO_OK);
	assert_int_equal(fido_cbor_info_extensions_len(info), 1);
	assert_string_equal(fido_cbor_info_extensions_ptr(info)[0], "credProtect");
	assert_false(fido_dev_supports_pin(dev));
	assert_int_not_equal(fido_dev_set_pin(dev, PIN, NULL), FIDO_OK);
	fido_cbor_info_free(&info);
	start_with((const char *[]){ "--u2f", NULL });
	assert_false(fido_dev_is_fido2(dev));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define KEY_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
		KEY_TEST(bad_assertions_are_bad_in_one_way_only),
		KEY_TEST(counters_are_what_the_policy_says_and_grow_otherwise),
		KEY_TEST(without_a_touch_nothing_waits_and_the_flag_is_not_set),
		KEY_TEST(protected_credentials_show_themselves_to_the_PIN_alone),
		KEY_TEST(three_wrong_PINs_need_a_new_plug_and_eight_block),
		KEY_TEST(a_touch_chooses_a_key_with_and_without_a_PIN),
		KEY_TEST(a_built_in_verification_stands_for_PIN_and_touch),
		KEY_TEST(what_is_kept_outlives_the_power),
		KEY_TEST(a_key_can_be_full),
		KEY_TEST(lesser_keys_say_what_they_lack),
	};

	return cmocka_run_group_tests_name("softkey", tests, NULL, NULL);
}
