/* SPDX-License-Identifier: BSD-2-Clause */
/* A state of index format 3 and ledger format 1 is migrated, and no number is lost (S43).
 */
#include "tests/nss/box.h"

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/ledger.h"
#include "libvid/walkup.h"

/* As tests/nss/former/make.sh has them. */
#define OWN    "YGFiY2RlZmdoaWprbG1ubw@example"
#define LOCAL  "AAECAwQFBgcICQoLDA0ODw@other"
#define DENIED "QEFCQ0RFRkdISUpLTE1OTw@example"
#define FIRST  "EBESExQVFhcYGRobHB0eHw@example"
#define SECOND "ICEiIyQlJicoKSorLC0uLw@example"

static struct problem problem;

static void copy(const char *name, const char *to, mode_t mode)
{
	AUTO(blob_free) struct blob blob = { 0 };
	const char *sources = getenv("VID_SRC");
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/tests/nss/former/%s",
		       sources ? sources : ".", name);
	assert_int_equal(file_read_untrusted(path, 1 << 20, &blob, NULL), VID_OK);
	assert_int_equal(file_write(to, bytes_of(blob.at, blob.len), mode, NULL), VID_OK);
}

static void former_state(void)
{
	box_make(NULL);
	copy("accounts", BOX "/accounts", 0600);
	copy("accounts.cdb", BOX_INDEX, 0644);
	copy("accounts.cdb.ledger", BOX_LEDGER, 0600);
	copy("passwd", box_host.passwd, 0644);
	copy("group", box_host.group, 0644);
	copy("shells", box_host.shells, 0644);
}

static enum vid_reason compile_map(void)
{
	AUTO(accounts_free) struct accounts accounts = { 0 };

	assert_int_equal(accounts_load(BOX "/accounts", &accounts, &problem), VID_OK);
	return accounts_compile_for(&box_host, &accounts, &box_key, BOX_INDEX,
				    (struct accounts_order){ .now = BOX_NOW }, &problem);
}

static enum vid_reason reach(const char *identity, struct account *account)
{
	return account_of_identity(BOX_INDEX, &box_key, box_iss(identity), identity,
				   account, &problem);
}

static void names_are_known_and_nobody_logs_in_before_it_is_compiled(void **state)
{
	AUTO(index_close) struct index index = { 0 };
	struct index_identity identity;
	struct account account;
	struct index_row row;

	(void)state;
	former_state();
	assert_int_equal(index_open(BOX_INDEX, &index), INDEX_OK);
	assert_int_equal(index_by_uid(&index, 60001, &row), INDEX_OK);
	assert_int_equal(index_by_identity(&index, bytes_of_text(FIRST), &identity),
			 INDEX_OK);
	assert_int_equal(reach(OWN, &account), VID_STATE);
	assert_non_null(strstr(problem.text, "earlier version: vid account compile"));
}

static void a_state_of_before_is_migrated_and_no_number_is_lost_S43(void **state)
{
	static const struct {
		const char *identity, *name;
		uint32_t uid;
	} had[] = { { OWN, "own", 60001 },
		    { LOCAL, "alice", 1000 },
		    { FIRST, "kiosk-50001", 50001 },
		    { SECOND, "kiosk-50002", 50002 } };
	AUTO(ledger_free) struct ledger ledger = { 0 };
	struct account account;

	(void)state;
	former_state();
	if (compile_map() != VID_OK)
		fail_msg("%s", problem.text);
	for (size_t i = 0; i < sizeof(had) / sizeof(*had); i++) {
		if (reach(had[i].identity, &account) != VID_OK)
			fail_msg("%s: %s", had[i].identity, problem.text);
		assert_string_equal(account.name, had[i].name);
		assert_int_equal(account.uid, had[i].uid);
	}
	assert_int_equal(reach(DENIED, &account), VID_IDENTITY_DENIED);
	assert_int_equal(ledger_load(BOX_LEDGER, &box_key, &ledger, &problem), VID_OK);
	assert_string_equal(ledger_of_uid(&ledger, 50001)->iss, BOX_ISS);
	assert_null(ledger_of_uid(&ledger, 60002)->identity);
	/* the number that was gone then is gone now, and newcomers go on behind */
	assert_int_equal(walkup_allocate(&box_host, BOX_INDEX, &box_key, BOX_ISS, KIM,
					 BOX_NOW, &account, &problem),
			 VID_OK);
	assert_int_equal(account.uid, 50003);
	/* and the state of before is not taken once more */
	copy("accounts.cdb", BOX_INDEX, 0644);
	copy("accounts.cdb.ledger", BOX_LEDGER, 0600);
	assert_int_equal(reach(OWN, &account), VID_STATE);
	assert_int_equal(compile_map(), VID_STATE);
}

static void a_former_row_without_its_mac_is_not_migrated_S20(void **state)
{
	AUTO(accounts_free) struct accounts accounts = { 0 };
	static const struct hostkey other = { .at = { 9 } };

	(void)state;
	former_state();
	assert_int_equal(unlink(BOX_LEDGER), 0);
	assert_int_equal(compile_map(), VID_STATE); /* its ledger is missing */
	former_state();
	assert_int_equal(accounts_load(BOX "/accounts", &accounts, &problem), VID_OK);
	assert_int_not_equal(
		accounts_compile_for(&box_host, &accounts, &other, BOX_INDEX,
				     (struct accounts_order){ .now = BOX_NOW }, &problem),
		VID_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			names_are_known_and_nobody_logs_in_before_it_is_compiled),
		cmocka_unit_test(a_state_of_before_is_migrated_and_no_number_is_lost_S43),
		cmocka_unit_test(a_former_row_without_its_mac_is_not_migrated_S20),
	};

	return cmocka_run_group_tests_name("migration", tests, box_make, NULL);
}
