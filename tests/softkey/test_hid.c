/* SPDX-License-Identifier: BSD-2-Clause */
/* What a softkey does packet by packet: channels, CANCEL, keepalives, and its policies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/sha.h>

#include "libvid/cbor.h"
#include "tests/softkey/client.h"
#include "tests/softkey/ctap.h"
#include "tests/softkey/here.h"

static struct softkey key;
static struct client client;

static int begin(void **state)
{
	(void)state;
	softkey_start(&key, NULL);
	return client_open(&client, softkey_connect(&key)) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	close(client.fd);
	softkey_stop(&key);
	return 0;
}

static void again(void)
{
	close(client.fd);
	assert_true(client_open(&client, softkey_connect(&key)));
}

static const uint8_t selection[] = { CTAP_SELECTION };
static const uint8_t info[] = { CTAP_GET_INFO };

static bool select_send(uint32_t channel)
{
	return client_send(&client, channel, HID_CBOR,
			   bytes_of(selection, sizeof(selection)));
}

static int select_ask(void)
{
	return client_ask(&client, bytes_of(selection, sizeof(selection)));
}

static int info_ask(void)
{
	return client_ask(&client, bytes_of(info, sizeof(info)));
}

/* A keepalive that says: touch. */
static void waits_for_touch(void)
{
	assert_true(client_hear_any(&client, CLIENT_MS));
	assert_int_equal(client.command, HID_KEEPALIVE);
	assert_int_equal(client.said.at[0], HID_UP_NEEDED);
}

/* A resident credential for RP "rp" and this user; with `blob`, one that has a key. */
static int make(const char *user, bool blob)
{
	uint8_t room[512], hash[32] = { 0 };
	struct buffer to = buffer_of(room, sizeof(room));

	buffer_add(&to, "\x01", 1);
	cbor_put_map(&to, blob ? 6 : 5);
	cbor_put_uint(&to, 1);
	cbor_put_bstr(&to, bytes_of(hash, 32));
	cbor_put_uint(&to, 2);
	cbor_put_map(&to, 1);
	cbor_put_text(&to, "id");
	cbor_put_text(&to, "rp");
	cbor_put_uint(&to, 3);
	cbor_put_map(&to, 1);
	cbor_put_text(&to, "id");
	cbor_put_bstr(&to, bytes_of_text(user));
	cbor_put_uint(&to, 4);
	cbor_put_array(&to, 1);
	cbor_put_map(&to, 2);
	cbor_put_text(&to, "alg");
	cbor_put_int(&to, COSE_EDDSA);
	cbor_put_text(&to, "type");
	cbor_put_text(&to, "public-key");
	if (blob) {
		cbor_put_uint(&to, 6);
		cbor_put_map(&to, 1);
		cbor_put_text(&to, "largeBlobKey");
		cbor_put_head(&to, CBOR_SIMPLE, 21);
	}
	cbor_put_uint(&to, 7);
	cbor_put_map(&to, 1);
	cbor_put_text(&to, "rk");
	cbor_put_head(&to, CBOR_SIMPLE, 21);
	return client_ask(&client, buffer_bytes(&to));
}

static int ask_assertion(void)
{
	uint8_t room[128], hash[32] = { 0 };
	struct buffer to = buffer_of(room, sizeof(room));

	buffer_add(&to, "\x02", 1);
	cbor_put_map(&to, 2);
	cbor_put_uint(&to, 1);
	cbor_put_text(&to, "rp");
	cbor_put_uint(&to, 2);
	cbor_put_bstr(&to, bytes_of(hash, 32));
	return client_ask(&client, buffer_bytes(&to));
}

static int ask_next(void)
{
	static const uint8_t next[] = { CTAP_GET_NEXT_ASSERTION };

	return client_ask(&client, bytes_of(next, sizeof(next)));
}

static int blob_get(uint64_t count, uint64_t offset)
{
	uint8_t room[32];
	struct buffer to = buffer_of(room, sizeof(room));

	buffer_add(&to, "\x0c", 1);
	cbor_put_map(&to, 2);
	cbor_put_uint(&to, 1);
	cbor_put_uint(&to, count);
	cbor_put_uint(&to, 3);
	cbor_put_uint(&to, offset);
	return client_ask(&client, buffer_bytes(&to));
}

/* The value of `number` in the map that was said. */
static struct cbor said(int64_t number)
{
	struct bytes body = bytes_of(client.said.at + 1, client.said.len - 1);
	struct cbor map = cbor_of(body), value;

	assert_int_equal(cbor_check(body), VID_OK);
	assert_true(cbor_find_int(&map, number, &value));
	return value;
}

static void a_ping_comes_back_whole(void **state)
{
	uint8_t sent[3000];

	(void)state;
	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = (uint8_t)(i * 7);
	client_send(&client, client.channel, HID_PING, bytes_of(sent, sizeof(sent)));
	assert_true(client_hear(&client, CLIENT_MS));
	assert_int_equal(client.command, HID_PING);
	assert_int_equal(client.said.len, sizeof(sent));
	assert_memory_equal(client.said.at, sent, sizeof(sent));
}

static void errs(uint8_t error)
{
	assert_true(client_hear(&client, CLIENT_MS));
	assert_int_equal(client.command, HID_ERROR);
	assert_int_equal(client.said.at[0], error);
}

static void faults_of_framing_have_their_errors(void **state)
{
	uint8_t packet[REPORT_SIZE] = { 0 }, channel = (uint8_t)client.channel;

	(void)state;
	client_send(&client, 0x12345678, HID_PING, bytes_of("x", 1));
	errs(HID_INVALID_CHANNEL);
	client_send(&client, client.channel, 0x33, bytes_of("x", 1));
	errs(HID_INVALID_CMD);
	client_send(&client, client.channel, HID_MSG, bytes_of("x", 1));
	errs(HID_INVALID_CMD);
	memcpy(packet, "\x5f\x00\x00", 3);
	packet[3] = channel;
	packet[4] = 0x80 | HID_PING;
	packet[5] = packet[6] = 0xff;
	client_send_packet(&client, packet);
	errs(HID_INVALID_LEN);
	packet[5] = 0;
	client_send_packet(&client, packet); /* 255 bytes begin */
	packet[4] = 1;                       /* and go on with the second packet */
	client_send_packet(&client, packet);
	errs(HID_INVALID_SEQ);
	packet[4] = 0x80 | HID_PING;
	client_send_packet(&client, packet); /* begins and never goes on */
	errs(HID_MSG_TIMEOUT);
	assert_int_equal(info_ask(), CTAP_OK);
}

static void channels_do_not_disturb_each_other(void **state)
{
	uint32_t mine = client.channel, other;

	(void)state;
	softkey_behave(&key, "hang");
	other = client_channel(&client);
	assert_int_not_equal(other, 0);
	assert_int_not_equal(other, mine);
	assert_true(select_send(mine));
	waits_for_touch();
	select_send(other);
	errs(HID_CHANNEL_BUSY);
	assert_int_equal(client.from, other);
	assert_int_not_equal(client_channel(&client), 0); /* one can still come in */
	client_send(&client, other, HID_CANCEL, bytes_of(NULL, 0));
	softkey_behave(&key, "touch");
	assert_true(client_hear(&client, CLIENT_MS)); /* and did not cancel it */
	assert_int_equal(client.from, mine);
	assert_int_equal(client.said.at[0], CTAP_OK);
	assert_int_equal(softkey_count(&key, "cancelled"), 0);
}

static void a_touch_is_given_and_asked_for(void **state)
{
	(void)state;
	softkey_behave(&key, "touch after=300");
	assert_int_equal(select_ask(), CTAP_OK);
	assert_int_not_equal(client.keepalives, 0);
	assert_int_equal(client.keepalive, HID_UP_NEEDED);
	assert_int_equal(softkey_logged(&key, "touch"), 1);
}

static void a_touch_is_denied_or_never_comes(void **state)
{
	(void)state;
	softkey_behave(&key, "deny");
	assert_int_equal(select_ask(), CTAP_OPERATION_DENIED);
	assert_int_not_equal(client.keepalives, 0);
	softkey_behave(&key, "timeout");
	assert_int_equal(select_ask(), CTAP_USER_ACTION_TIMEOUT);
}

static void a_key_that_hangs_is_ended_by_cancel(void **state)
{
	(void)state;
	softkey_behave(&key, "hang");
	assert_true(select_send(client.channel));
	for (int i = 0; i < 5; i++)
		waits_for_touch();
	client_send(&client, client.channel, HID_CANCEL, bytes_of(NULL, 0));
	assert_true(client_hear(&client, CLIENT_MS));
	assert_int_equal(client.said.at[0], CTAP_KEEPALIVE_CANCEL);
	assert_int_equal(softkey_logged(&key, "cancelled"), 1);
	softkey_behave(&key, "touch");
	assert_int_equal(select_ask(), CTAP_OK);
}

static void a_dead_key_answers_nothing_not_even_cancel(void **state)
{
	(void)state;
	softkey_behave(&key, "dead");
	assert_int_not_equal(softkey_logged(&key, "dead"), 0);
	assert_true(select_send(client.channel));
	client_send(&client, client.channel, HID_CANCEL, bytes_of(NULL, 0));
	assert_false(client_hear_any(&client, 300));
	softkey_behave(&key, "dead=touch");
	again();
	assert_int_equal(info_ask(), CTAP_OK);
	assert_true(select_send(client.channel));
	waits_for_touch();
	client_send(&client, client.channel, HID_CANCEL, bytes_of(NULL, 0));
	assert_false(client_hear_any(&client, 300));
	softkey_behave(&key, "dead=getInfo");
	again();
	client_send(&client, client.channel, HID_CBOR, bytes_of(info, sizeof(info)));
	assert_false(client_hear_any(&client, 300));
	softkey_behave(&key, "touch");
	again();
	assert_int_equal(info_ask(), CTAP_OK);
}

static void a_slow_key_says_that_it_works(void **state)
{
	(void)state;
	softkey_behave(&key, "slow=250");
	assert_int_equal(info_ask(), CTAP_OK);
	assert_int_not_equal(client.keepalives, 0);
	assert_int_equal(client.keepalive, HID_PROCESSING);
}

static void an_unplugged_key_is_gone_until_the_words_change(void **state)
{
	(void)state;
	softkey_behave(&key, "unplug");
	assert_true(select_send(client.channel));
	waits_for_touch();
	assert_false(client_hear(&client, CLIENT_MS));
	assert_true(softkey_plugged(&key, false));
	assert_true(softkey_alive(&key));
	softkey_behave(&key, "touch");
	assert_true(softkey_plugged(&key, true));
	again();
	assert_int_equal(select_ask(), CTAP_OK);
}

static void an_unplugged_key_comes_back_and_stays(void **state)
{
	(void)state;
	softkey_behave(&key, "unplug=getInfo back=100");
	assert_int_equal(info_ask(), -1);
	assert_true(softkey_plugged(&key, true));
	again();
	assert_int_equal(info_ask(), CTAP_OK);
}

static void an_absent_key_is_plugged_in_later(void **state)
{
	(void)state;
	softkey_behave(&key, "absent");
	assert_true(softkey_plugged(&key, false));
	softkey_behave(&key, "touch");
	assert_true(softkey_plugged(&key, true));
	again();
	assert_int_equal(info_ask(), CTAP_OK);
}

static void large_blobs_never_come_to_an_end(void **state)
{
	struct bytes fragment;
	struct cbor value;

	(void)state;
	softkey_behave(&key, "endless");
	for (uint64_t at = 0; at < 1000 * 1000; at += 1136) {
		assert_int_equal(blob_get(1136, at), CTAP_OK);
		value = said(1);
		assert_true(cbor_bstr(&value, &fragment));
		assert_int_equal(fragment.len, 1136);
	}
	assert_int_equal(blob_get(1136, 0xffffffff0000), CTAP_OK);
	softkey_behave(&key, "touch");
	assert_int_equal(blob_get(1136, 0), CTAP_OK);
	value = said(1);
	assert_true(cbor_bstr(&value, &fragment));
	assert_int_equal(fragment.len, 17);
}

static void twenty_million_credentials_are_claimed(void **state)
{
	struct cbor value;
	uint64_t count;

	(void)state;
	assert_int_equal(make("kim", false), CTAP_OK);
	assert_int_equal(make("bo", false), CTAP_OK);
	assert_int_equal(ask_assertion(), CTAP_OK);
	value = said(5);
	assert_true(cbor_uint(&value, &count) && count == 2);
	assert_int_equal(ask_next(), CTAP_OK);
	assert_int_equal(ask_next(), CTAP_NOT_ALLOWED);
	softkey_behave(&key, "many");
	assert_int_equal(ask_assertion(), CTAP_OK);
	value = said(5);
	assert_true(cbor_uint(&value, &count) && count == 20000000);
	for (int i = 0; i < 200; i++)
		assert_int_equal(ask_next(), CTAP_OK);
}

static void a_bomb_is_sent_where_CBOR_is_expected(void **state)
{
	(void)state;
	assert_int_equal(make("kim", true), CTAP_OK);
	softkey_behave(&key, "bomb");
	assert_int_equal(info_ask(), CTAP_OK);
	said(1);
	assert_int_equal(ask_assertion(), CTAP_OK);
	assert_int_equal(client.said.len, 6);
	assert_memory_equal(client.said.at, "\x00\x9a\x10\x00\x00\x00", 6);
	softkey_behave(&key, "bomb=getInfo");
	assert_int_equal(info_ask(), CTAP_OK);
	assert_memory_equal(client.said.at, "\x00\x9a\x10\x00\x00\x00", 6);
}

static void a_bomb_among_the_blobs_has_the_right_digest(void **state)
{
	uint8_t digest[32];
	struct bytes all;
	struct cbor value;

	(void)state;
	softkey_behave(&key, "bombblob");
	assert_int_equal(blob_get(1136, 0), CTAP_OK);
	value = said(1);
	assert_true(cbor_bstr(&value, &all));
	assert_int_equal(all.len, 5 + 16);
	assert_memory_equal(all.at, "\x9a\x10\x00\x00\x00", 5);
	SHA256(all.at, 5, digest);
	assert_memory_equal(all.at + 5, digest, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define HID_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
		HID_TEST(a_ping_comes_back_whole),
		HID_TEST(faults_of_framing_have_their_errors),
		HID_TEST(channels_do_not_disturb_each_other),
		HID_TEST(a_touch_is_given_and_asked_for),
		HID_TEST(a_touch_is_denied_or_never_comes),
		HID_TEST(a_key_that_hangs_is_ended_by_cancel),
		HID_TEST(a_dead_key_answers_nothing_not_even_cancel),
		HID_TEST(a_slow_key_says_that_it_works),
		HID_TEST(an_unplugged_key_is_gone_until_the_words_change),
		HID_TEST(an_unplugged_key_comes_back_and_stays),
		HID_TEST(an_absent_key_is_plugged_in_later),
		HID_TEST(large_blobs_never_come_to_an_end),
		HID_TEST(twenty_million_credentials_are_claimed),
		HID_TEST(a_bomb_is_sent_where_CBOR_is_expected),
		HID_TEST(a_bomb_among_the_blobs_has_the_right_digest),
	};

	return cmocka_run_group_tests_name("softkey/hid", tests, NULL, NULL);
}
