/* SPDX-License-Identifier: BSD-2-Clause */
/* A softkey answers what is malformed with the error of CTAP 2.1, and lives on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/softkey/client.h"
#include "tests/softkey/ctap.h"
#include "tests/softkey/here.h"
#include "tests/softkey/noise.h"

#define ROUNDS 3000

static struct softkey key;
static struct client client;

static int begin(void **state)
{
	static const char *const options[] = { "--pin", "2468", NULL };

	(void)state;
	noise_begin();
	softkey_start(&key, options);
	softkey_behave(&key, "touch after=0");
	return client_open(&client, softkey_connect(&key)) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	close(client.fd);
	softkey_stop(&key);
	return 0;
}

/* --- each fault has its error ----------------------------------------------------- */

#define ASK(bytes) bytes, sizeof(bytes) - 1

static const struct {
	const char *why, *request;
	size_t len;
	int status;
} faults[] = {
	{ "nothing", ASK(""), CTAP_INVALID_LENGTH },
	{ "a command that is none", ASK("\x55\xa0"), CTAP_INVALID_COMMAND },
	{ "no parameters", ASK("\x02"), CTAP_MISSING_PARAMETER },
	{ "an empty map", ASK("\x02\xa0"), CTAP_MISSING_PARAMETER },
	{ "an array", ASK("\x02\x80"), CTAP_UNEXPECTED_TYPE },
	{ "a map that ends early", ASK("\x02\xa1\x01"), CTAP_INVALID_CBOR },
	{ "a map of 2^32 pairs", ASK("\x02\xba\xff\xff\xff\xff"), CTAP_INVALID_CBOR },
	{ "a string of 2^63 bytes",
	  ASK("\x02\xa1\x01\x5b\x7f\xff\xff\xff\xff\xff\xff\xff"), CTAP_INVALID_CBOR },
	{ "something behind", ASK("\x02\xa0\xa0"), CTAP_INVALID_CBOR },
	{ "an order that is not canonical", ASK("\x02\xa2\x02\x40\x01\x61r"),
	  CTAP_INVALID_CBOR },
	{ "a key twice", ASK("\x02\xa2\x01\x61r\x01\x61r"), CTAP_INVALID_CBOR },
	{ "a number in a long form", ASK("\x02\xa1\x18\x01\x61r"), CTAP_INVALID_CBOR },
	{ "an indefinite length", ASK("\x02\xbf\xff"), CTAP_INVALID_CBOR },
	{ "an RP that is no text", ASK("\x02\xa2\x01\x01\x02\x40"),
	  CTAP_UNEXPECTED_TYPE },
	{ "a short hash", ASK("\x02\xa2\x01\x61r\x02\x41x"), CTAP_INVALID_LENGTH },
	{ "no hash", ASK("\x02\xa1\x01\x61r"), CTAP_MISSING_PARAMETER },
	{ "a next one of none", ASK("\x08"), CTAP_NOT_ALLOWED },
	{ "a credential without anything", ASK("\x01\xa0"), CTAP_MISSING_PARAMETER },
	{ "a PIN command that is none", ASK("\x06\xa2\x01\x02\x02\x18\x63"),
	  CTAP_INVALID_SUBCOMMAND },
	{ "a protocol that is none", ASK("\x06\xa2\x01\x03\x02\x02"),
	  CTAP_INVALID_PARAMETER },
	{ "no protocol", ASK("\x06\xa1\x02\x02"), CTAP_MISSING_PARAMETER },
	{ "no key to agree with", ASK("\x06\xa2\x01\x02\x02\x09"),
	  CTAP_MISSING_PARAMETER },
	{ "a key that is no point", ASK("\x06\xa3\x01\x02\x02\x09\x03\xa1\x20\x01"),
	  CTAP_INVALID_PARAMETER },
	{ "verification that is not built in",
	  ASK("\x06\xa3\x01\x02\x02\x06\x03\xa1\x20\x01"), CTAP_INVALID_PARAMETER },
	{ "blobs neither read nor written", ASK("\x0c\xa1\x03\x00"),
	  CTAP_INVALID_PARAMETER },
	{ "a fragment that is too large", ASK("\x0c\xa2\x01\x19\xff\xff\x03\x00"),
	  CTAP_INVALID_LENGTH },
	{ "an offset behind the end", ASK("\x0c\xa2\x01\x01\x03\x19\x03\xe8"),
	  CTAP_INVALID_PARAMETER },
	{ "an offset of 2^64",
	  ASK("\x0c\xa2\x01\x01\x03\x1b\xff\xff\xff\xff\xff\xff\xff\xff"),
	  CTAP_INVALID_PARAMETER },
	{ "a fragment before the first", ASK("\x0c\xa2\x02\x41x\x03\x05"),
	  CTAP_INVALID_SEQ },
	{ "blobs that do not fit", ASK("\x0c\xa3\x02\x41x\x03\x00\x04\x19\xff\xff"),
	  CTAP_BLOB_STORAGE_FULL },
	{ "blobs without their digest", ASK("\x0c\xa3\x02\x41x\x03\x00\x04\x01"),
	  CTAP_INVALID_PARAMETER },
	{ "blobs without the PIN", ASK("\x0c\xa3\x02\x41x\x03\x00\x04\x18\x20"),
	  CTAP_PUAT_REQUIRED },
	{ "managing without the PIN", ASK("\x0a\xa1\x01\x01"), CTAP_PUAT_REQUIRED },
	{ "managing what is not to be managed", ASK("\x0a\xa1\x01\x18\x63"),
	  CTAP_INVALID_SUBCOMMAND },
	{ "a next RP of none", ASK("\x0a\xa1\x01\x03"), CTAP_NOT_ALLOWED },
};

static void every_fault_has_its_own_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		int status =
			client_ask(&client, bytes_of(faults[i].request, faults[i].len));

		if (status != faults[i].status)
			fail_msg("%s: 0x%02x, not 0x%02x", faults[i].why,
				 (unsigned)status, (unsigned)faults[i].status);
	}
}

/* --- whatever comes ----------------------------------------------------------------- */

static void answers(struct bytes request)
{
	if (client_ask(&client, request) < 0)
		fail_msg("no answer to 0x%02x with %zu bytes", request.at[0],
			 request.len);
}

static void lives(void)
{
	static const uint8_t info[] = { CTAP_GET_INFO };

	assert_int_equal(client_ask(&client, bytes_of(info, 1)), CTAP_OK);
	assert_true(softkey_alive(&key));
}

static void requests_of_any_shape_are_answered(void **state)
{
	uint8_t room[4096];

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct buffer to = buffer_of(room, sizeof(room));

		noise_request(&to);
		answers(buffer_bytes(&to));
	}
	lives();
}

static void bent_and_cut_requests_are_answered(void **state)
{
	uint8_t room[4096];

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct buffer to = buffer_of(room, sizeof(room));

		noise_request(&to);
		for (uint64_t bends = noise(3); bends--;)
			room[noise(to.len)] ^= (uint8_t)(1U << noise(8));
		if (noise(3) == 0)
			to.len = 1 + noise(to.len);
		answers(buffer_bytes(&to));
	}
	lives();
}

static void packets_of_any_bytes_do_not_end_it(void **state)
{
	uint8_t report[REPORT_SIZE];

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		for (size_t at = 0; at < sizeof(report); at++)
			report[at] = (uint8_t)noise(256);
		if (noise(2)) {
			report[0] = (uint8_t)(client.channel >> 24);
			report[1] = (uint8_t)(client.channel >> 16);
			report[2] = (uint8_t)(client.channel >> 8);
			report[3] = (uint8_t)client.channel;
		}
		if (noise(4) == 0)
			report[4] = 0x80 | HID_INIT;
		assert_true(client_send_packet(&client, report));
		while (client_hear_any(&client, 0))
			;
	}
	close(client.fd);
	assert_true(client_open(&client, softkey_connect(&key)));
	lives();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define GARBAGE_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
		GARBAGE_TEST(every_fault_has_its_own_error),
		GARBAGE_TEST(requests_of_any_shape_are_answered),
		GARBAGE_TEST(bent_and_cut_requests_are_answered),
		GARBAGE_TEST(packets_of_any_bytes_do_not_end_it),
	};

	return cmocka_run_group_tests_name("softkey/garbage", tests, NULL, NULL);
}
