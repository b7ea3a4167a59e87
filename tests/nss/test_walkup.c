/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/walkup.c and ledger.c: accounts for whoever comes for the first time. */
#include "tests/nss/box.h"

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/ledger.h"
#include "libvid/walkup.h"
#include "tests/nss/nss_vid.h"

#define RULE                                                                             \
	"*@example allocate prefix=kiosk- uids=50000-50003 shell=/bin/bash "             \
	"home=/srv/{name} groups=terminal home-policy=wipe-at-logout\n"

static struct problem problem;

static enum vid_reason give(const char *identity, struct account *out)
{
	problem_set(&problem, "%s", "");
	return walkup_allocate(&box_host, BOX_INDEX, &box_key, box_iss(identity),
			       identity, BOX_NOW, out, &problem);
}

static void gives(const char *identity, const char *name, uint32_t uid)
{
	struct account account;

	if (give(identity, &account) != VID_OK)
		fail_msg("%s", problem.text);
	assert_string_equal(account.name, name);
	assert_int_equal(account.uid, uid);
	assert_true(account.walkup);
}

static void fresh(const char *map)
{
	box_make(NULL);
	box_compiles(map);
}

static const char *person(unsigned i)
{
	static char identity[64];

	(void)snprintf(identity, sizeof(identity), "AAECAwQFBgcICQoL%02uADOw@example", i);
	return identity;
}

static void a_newcomer_is_given_an_account(void **state)
{
	struct account account;
	struct walkup_rule rule;
	char buffer[512];
	struct passwd pw;
	int error;

	(void)state;
	fresh(RULE ALI " alice\n");
	assert_int_equal(walkup_rule(BOX_INDEX, &box_key, BOX_ISS, &rule, &problem),
			 VID_OK);
	assert_int_equal(rule.uids.max, 50003);
	gives(KIM, "kiosk-50000", 50000);
	assert_int_equal(account_of_identity(BOX_INDEX, &box_key, box_iss(KIM), KIM,
					     &account, &problem),
			 VID_OK);
	assert_string_equal(account.home, "/srv/kiosk-50000");
	assert_true(account.wipe);
	assert_int_equal(account.generation, 2);
	assert_int_equal(account_has_identity(BOX_INDEX, "kiosk-50000", &problem),
			 VID_OK);
	assert_int_equal(
		_nss_vid_getpwnam_r("kiosk-50000", &pw, buffer, sizeof(buffer), &error),
		NSS_STATUS_SUCCESS);
	assert_string_equal(pw.pw_dir, "/srv/kiosk-50000");
	assert_string_equal(pw.pw_shell, "/bin/bash");
	assert_int_equal(_nss_vid_getpwuid_r(50000, &pw, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
}

static void the_same_identity_has_the_same_account_for_ever(void **state)
{
	(void)state;
	fresh(RULE);
	gives(KIM, "kiosk-50000", 50000);
	gives(BO, "kiosk-50001", 50001);
	gives(KIM, "kiosk-50000", 50000);
	box_compiles(ALI " alice\n" RULE); /* edited, compiled anew */
	gives(BO, "kiosk-50001", 50001);
	gives(KIM, "kiosk-50000", 50000);
}

static void who_has_no_rule_or_is_denied_is_given_nothing_S15(void **state)
{
	struct account account;

	(void)state;
	fresh(RULE BO " deny\n");
	assert_int_equal(give(KIM2, &account), VID_IDENTITY_UNKNOWN);
	assert_int_equal(give(BO, &account), VID_IDENTITY_DENIED);
	assert_int_equal(give("nobody", &account), VID_IDENTITY_UNKNOWN);
	fresh(RULE "*@example deny\n");
	assert_int_equal(give(KIM, &account), VID_IDENTITY_DENIED);
	assert_int_equal(account.uid, UINT32_MAX);
}

static void the_last_number_is_told(void **state)
{
	struct account account;

	(void)state;
	fresh(RULE);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(give(person(i), &account), VID_OK);
	assert_int_equal(give(person(4), &account), VID_ACCOUNT_FULL);
	assert_non_null(strstr(problem.text, "has no number left of 50000-50003"));
	gives(person(3), "kiosk-50003", 50003);
}

static void numbers_and_names_that_are_taken_are_passed_over_S42(void **state)
{
	(void)state;
	fresh("numbers 50000-50009\n" ALI " ali uid=50001\n" RULE);
	box_write(box_host.passwd,
		  "root:x:0:0::/:/bin/sh\nold:x:50000:1000::/:/bin/sh\n");
	box_write(box_host.group, "root:x:0:\nkiosk-50002:x:1002:\nterminal:x:900:\n");
	gives(KIM, "kiosk-50003", 50003);
}

static void a_row_of_a_newcomer_stands_in_its_order(void **state)
{
	uint32_t cursor = 0, last = 0, rows = 0;
	struct index_row row;
	struct index index;

	(void)state;
	fresh("numbers 40000-40009\n" ALI " ali uid=40001\n" BO " bo uid=60001\n" RULE);
	gives(person(1), "kiosk-50000", 50000);
	gives(person(2), "kiosk-50001", 50001);
	assert_int_equal(index_open(BOX_INDEX, &index), INDEX_OK);
	assert_int_equal(index_verify(&index), INDEX_OK);
	while (index_next(&index, &cursor, &row) == INDEX_OK) {
		assert_true(row.uid > last);
		last = row.uid;
		rows++;
	}
	assert_int_equal(rows, 4);
	assert_int_equal(index.rows, 4);
	index_close(&index);
}

static void an_allocation_equals_a_compilation(void **state)
{
	AUTO(index_close) struct index a = { 0 };
	AUTO(blob_free) struct blob before = { 0 };
	struct bytes key, value, other;
	uint32_t cursor = 0;
	size_t records = 0;

	(void)state;
	fresh(RULE ALI " alice\n" BO " bo uid=60001\n");
	gives(KIM, "kiosk-50000", 50000);
	assert_int_equal(file_read_untrusted(BOX_INDEX, 1 << 20, &before, NULL), VID_OK);
	assert_int_equal(index_of_bytes(bytes_of(before.at, before.len), &a), INDEX_OK);
	box_compiles(RULE ALI " alice\n" BO " bo uid=60001\n");
	{
		AUTO(index_close) struct index b = { 0 };
		uint32_t at = 0;
		size_t found = 0;

		assert_int_equal(index_open(BOX_INDEX, &b), INDEX_OK);
		assert_int_equal(b.len, a.len);
		while (index_record(&a, &cursor, &key, &value) == INDEX_OK) {
			struct bytes other_key;

			/* of each index its own */
			if (bytes_are(key, "vid") || bytes_are(key, "sum") ||
			    bytes_are(key, "seal") || key.at[0] == 'b')
				continue;
			records++;
			for (at = 0;
			     index_record(&b, &at, &other_key, &other) == INDEX_OK;)
				found += bytes_equal(key, other_key) &&
					 bytes_equal(value, other);
		}
		assert_int_equal(found, records);
	}
	a.at = NULL; /* the blob's */
}

static void an_account_whose_rule_is_gone_keeps_its_name_and_opens_nothing(void **state)
{
	struct account account;
	char buffer[512];
	struct passwd pw;
	int error;

	(void)state;
	fresh(RULE);
	gives(KIM, "kiosk-50000", 50000);
	box_compiles(""); /* and at once: no line for its numbers is needed */
	assert_int_equal(account_of_identity(BOX_INDEX, &box_key, box_iss(KIM), KIM,
					     &account, &problem),
			 VID_IDENTITY_UNKNOWN);
	assert_int_equal(give(KIM, &account), VID_IDENTITY_UNKNOWN);
	assert_int_equal(_nss_vid_getpwuid_r(50000, &pw, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
	box_compiles(RULE);
	gives(KIM, "kiosk-50000", 50000);
}

static void a_line_of_the_map_wins_over_what_a_rule_gave(void **state)
{
	struct account account;

	(void)state;
	fresh(RULE);
	gives(KIM, "kiosk-50000", 50000);
	box_compiles(RULE KIM " alice\n");
	assert_int_equal(account_of_identity(BOX_INDEX, &box_key, box_iss(KIM), KIM,
					     &account, &problem),
			 VID_OK);
	assert_string_equal(account.name, "alice");
	assert_false(account.walkup);
	assert_int_equal(box_compile(RULE BO " bo uid=50000\n", &problem), VID_CONFIG);
	assert_non_null(strstr(problem.text, "uid 50000 was given to a newcomer"));
	assert_int_equal(box_compile(RULE BO " kiosk-50000 uid=60001\n", &problem),
			 VID_CONFIG);
	assert_non_null(strstr(problem.text, "'kiosk-50000' was given to a newcomer"));
}

static void a_rule_that_was_changed_in_the_index_gives_nothing_S20(void **state)
{
	static const struct hostkey other = { .at = { 9 } };
	struct account account;
	struct walkup_rule rule;

	(void)state;
	fresh(RULE);
	assert_int_equal(walkup_rule(BOX_INDEX, &other, BOX_ISS, &rule, &problem),
			 VID_STATE);
	assert_int_equal(walkup_allocate(&box_host, BOX_INDEX, &other, BOX_ISS, KIM,
					 BOX_NOW, &account, &problem),
			 VID_STATE);
}

/* --- the ledger ------------------------------------------------------------------ */

static enum vid_reason load(struct ledger *ledger)
{
	return ledger_load(BOX_LEDGER, &box_key, ledger, &problem);
}

static void a_ledger_is_read_as_it_was_written(void **state)
{
	AUTO(ledger_free) struct ledger a = { 0 }, b = { 0 };

	(void)state;
	box_make(NULL);
	assert_int_equal(load(&a), VID_FILE_MISSING);
	assert_int_equal(a.head.serial, 0);
	assert_true(ledger_give(&a, KIM, BOX_ISS, "k-50001", 50001, "/home/k-50001",
				BOX_NOW));
	assert_true(ledger_bury(&a, 50003, BOX_NOW));
	assert_true(ledger_bury(&a, 50000, BOX_NOW));
	assert_int_equal(ledger_store(&a, BOX_LEDGER, &box_key, &problem), VID_OK);
	assert_int_equal(load(&b), VID_OK);
	assert_int_equal(b.count, 3);
	assert_int_equal(b.at[0].uid, 50000);
	assert_null(b.at[0].identity);
	assert_string_equal(b.at[0].date, "2026-11-26");
	assert_string_equal(ledger_of_identity(&b, KIM)->home, "/home/k-50001");
	assert_string_equal(ledger_of_uid(&b, 50001)->name, "k-50001");
	assert_null(ledger_of_uid(&b, 50002));
	assert_false(ledger_release(&b, 50001)); /* somebody has it */
	assert_true(ledger_release(&b, 50003));
	assert_false(ledger_release(&b, 50003));
}

/* Copies of a state's three files, and back. */
static struct blob kept[3];
static const char *const kept_path[3] = { BOX_INDEX, BOX_LEDGER, BOX_MARK };

static void keep(size_t i)
{
	blob_free(&kept[i]);
	assert_int_equal(file_read_untrusted(kept_path[i], 1 << 20, &kept[i], NULL),
			 VID_OK);
}

static void put_back(size_t i)
{
	assert_int_equal(file_write(kept_path[i], bytes_of(kept[i].at, kept[i].len),
				    i ? 0600 : 0644, NULL),
			 VID_OK);
}

static void a_ledger_of_before_is_not_taken_S43(void **state)
{
	struct account account;

	(void)state;
	fresh(RULE);
	keep(1);
	gives(KIM, "kiosk-50000", 50000);
	put_back(1);
	assert_int_equal(give(BO, &account), VID_STATE);
	assert_non_null(strstr(problem.text, "not of the ledger's generation"));
	assert_int_equal(box_compile(RULE, &problem), VID_STATE);
	assert_int_equal(unlink(BOX_LEDGER), 0);
	assert_int_equal(give(BO, &account), VID_STATE);
	assert_int_equal(box_compile(RULE, &problem), VID_STATE);
	assert_non_null(strstr(problem.text, "--recover"));
}

static void a_changed_byte_of_the_ledger_is_seen_S20(void **state)
{
	AUTO(ledger_free) struct ledger ledger = { 0 };
	AUTO(blob_free) struct blob blob = { 0 };

	(void)state;
	box_forget();
	assert_true(ledger_give(&ledger, KIM, BOX_ISS, "k-50001", 50001, "/home/k-50001",
				BOX_NOW));
	assert_int_equal(ledger_store(&ledger, BOX_LEDGER, &box_key, &problem), VID_OK);
	assert_int_equal(file_read_untrusted(BOX_LEDGER, 4096, &blob, NULL), VID_OK);
	for (size_t i = 0; i < blob.len; i++) {
		AUTO(ledger_free) struct ledger bent = { 0 };

		blob.at[i] ^= 1;
		assert_int_equal(
			file_write(BOX_LEDGER, bytes_of(blob.at, blob.len), 0600, NULL),
			VID_OK);
		if (load(&bent) != VID_STATE)
			fail_msg("byte %zu", i);
		blob.at[i] ^= 1;
	}
	for (size_t len = 0; len < blob.len; len++) {
		AUTO(ledger_free) struct ledger cut = { 0 };

		assert_int_equal(
			file_write(BOX_LEDGER, bytes_of(blob.at, len), 0600, NULL),
			VID_OK);
		assert_int_equal(load(&cut), VID_STATE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_newcomer_is_given_an_account),
		cmocka_unit_test(the_same_identity_has_the_same_account_for_ever),
		cmocka_unit_test(who_has_no_rule_or_is_denied_is_given_nothing_S15),
		cmocka_unit_test(the_last_number_is_told),
		cmocka_unit_test(numbers_and_names_that_are_taken_are_passed_over_S42),
		cmocka_unit_test(a_row_of_a_newcomer_stands_in_its_order),
		cmocka_unit_test(an_allocation_equals_a_compilation),
		cmocka_unit_test(
			an_account_whose_rule_is_gone_keeps_its_name_and_opens_nothing),
		cmocka_unit_test(a_line_of_the_map_wins_over_what_a_rule_gave),
		cmocka_unit_test(a_rule_that_was_changed_in_the_index_gives_nothing_S20),
		cmocka_unit_test(a_ledger_is_read_as_it_was_written),
		cmocka_unit_test(a_ledger_of_before_is_not_taken_S43),
		cmocka_unit_test(a_changed_byte_of_the_ledger_is_seen_S20),
	};

	return cmocka_run_group_tests_name("walkup", tests, box_make, NULL);
}
