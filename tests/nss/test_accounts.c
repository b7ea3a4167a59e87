/* SPDX-License-Identifier: BSD-2-Clause */
/* libvid/accounts*.c: what a map may say, and what is compiled from it. */
#include "tests/nss/box.h"

#include <sodium.h>

#include <cdb.h>
#include <fcntl.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/identity_hash.h"
#include "libvid/index_parts.h"
#include "libvid/index_write.h"
#include "libvid/walkup.h"

static const char map[] =
	"# a map\n"
	"\n" KIM " vkim uid=60001 shell=/bin/bash gecos=V. Kim # hidden\n" KIM2
	" vkim\n" ALI "\talice # has a desk\r\n" BO
	" bo uid=60002 gid=60100 home=/srv/bo";

static void a_map_is_taken_apart(void **state)
{
	struct accounts accounts;
	char home[ACCOUNT_HOME_SIZE];

	(void)state;
	assert_int_equal(accounts_parse(bytes_of_text(map), "accounts", &accounts, NULL),
			 VID_OK);
	assert_int_equal(accounts.count, 4);
	assert_string_equal(accounts.at[0].identity, KIM);
	assert_string_equal(accounts.at[0].name, "vkim");
	assert_string_equal(accounts.at[0].gecos, "V. Kim");
	assert_int_equal(accounts.at[0].line, 3);
	assert_int_equal(accounts.at[0].uid, 60001);
	assert_int_equal(accounts.at[0].gid, 60001);
	account_line_home(&accounts.at[0], home);
	assert_string_equal(home, "/home/vkim");
	assert_false(accounts.at[1].own);
	assert_string_equal(accounts.at[2].name, "alice");
	assert_int_equal(accounts.at[3].gid, 60100);
	assert_string_equal(account_line_shell(&accounts.at[3]), "/bin/sh");
	accounts_free(&accounts);
}

/* Each wrong map, and the message that tells where and what. */
static const struct {
	const char *text, *message;
} wrong[] = {
	{ "x y\n", "accounts:1: 'x': not an identity" },
	{ "\n" KIM "\n", "accounts:2: '" KIM "': the account's name is missing" },
	{ "AAECAwQFBgcICQoLDA0OD@example bo\n", "accounts:1: 'AAECAwQFBgcICQoLDA0OD@" },
	{ KIM " Bo uid=60001", "accounts:1: 'Bo': not a name" },
	{ KIM " 0bo uid=60001", "accounts:1: '0bo': not a name" },
	{ KIM " abcdefghijklmnopqrstuvwxyzabcdef uid=60001", "not a name" },
	{ KIM " sudo uid=60001", "accounts:1: 'sudo': not a name" },
	{ KIM " root uid=60001", "reserved" },
	{ KIM " vid-status uid=60001", "reserved" },
	{ KIM " systemd-x uid=60001", "reserved" },
	{ KIM " bo uid=0", "accounts:1: 'uid': never the number of an own account" },
	{ KIM " bo uid=999", "never the number" },
	{ KIM " bo uid=65534", "never the number" },
	{ KIM " bo uid=65535", "never the number" },
	{ KIM " bo uid=2147483648", "never the number" },
	{ KIM " bo uid=4294967295", "never the number" },
	{ KIM " bo uid=4295027297", "not a number" },
	{ KIM " bo uid=-1", "not a number" },
	{ KIM " bo uid=060001", "not a number" },
	{ KIM " bo uid=60001 gid=0", "accounts:1: 'gid': never the number" },
	{ KIM " bo uid=60001 gid=27", "never the number" },
	{ KIM " bo uid=60001 uid=60001", "given twice" },
	{ KIM " bo uid=60001 home=/a home=/b", "given twice" },
	{ KIM " bo uid=60001 home=bo", "accounts:1: 'home': not an absolute path" },
	{ KIM " bo uid=60001 home=/a:b", "not an absolute path" },
	{ KIM " bo uid=60001 home=/home/../root", "not an absolute path" },
	{ KIM " bo uid=60001 shell=/bin/..", "not an absolute path" },
	{ KIM " bo uid=60001 gecos=a:b", "has ':'" },
	{ KIM " bo uid=60001 gecos=a\tb\x01", "has ':'" },
	{ KIM " bo uid=60001 colour=red", "accounts:1: 'colour': unknown word" },
	{ KIM " bo uid=60001 extra", "'extra': not of the form word=value" },
	{ KIM " alice home=/x", "need uid= beside them" },
	{ KIM " ../x", "not a name" },
	{ KIM " bo uid=60001 groups=sudo", "'groups': has a group that opens doors" },
	{ KIM " bo uid=60001 groups=terminal,docker", "opens doors" },
	{ KIM " bo uid=60001 groups=", "not names of groups" },
	{ KIM " bo uid=60001 groups=terminal,", "not names of groups" },
	{ KIM " bo uid=60001 groups=,terminal", "not names of groups" },
	{ KIM " bo uid=60001 groups=ter:minal", "not names of groups" },
	{ KIM " alice groups=terminal", "need uid= beside them" },
	{ KIM " bo uid=60001 prefix=k-", "'prefix': a word of rules" },
	{ KIM " deny uid=60001", "'uid': not together with deny" },
	{ "numbers", "'numbers': MIN-MAX is missing" },
	{ "numbers 70000", "'70000': not of the form MIN-MAX" },
	{ "numbers 70001-70000", "not of the form MIN-MAX" },
	{ "numbers 999-70000", "begins or ends with a number" },
	{ "numbers 60000-65535", "begins or ends with a number" },
	{ "*@Example allocate", "'*@Example': not a rule for an issuer's alias" },
	{ "*@example", "neither allocate nor deny" },
	{ "*@example alice", "'alice': neither allocate nor deny" },
	{ "*@example deny prefix=x", "'prefix': not together with deny" },
	{ "*@example allocate", "'allocate': needs prefix= and uids=" },
	{ "*@example allocate prefix=k-", "needs prefix= and uids=" },
	{ "*@example allocate prefix=K- uids=50000-50009", "'K-': not the beginning" },
	{ "*@example allocate prefix=abcdefghijklmnopqrstuv uids=50000-50009",
	  "not the beginning" },
	{ "*@example allocate prefix=k- uids=50000", "'uids': not of the form" },
	{ "*@example allocate prefix=k- uids=0-50000", "'uids': begins or ends" },
	{ "*@example allocate prefix=k- uids=50000-50009 uid=50000",
	  "'uid': not a word of rules" },
	{ "*@example allocate prefix=k- uids=50000-50009 home=/home/kiosk",
	  "'home': does not end with /{name}" },
	{ "*@example allocate prefix=k- uids=50000-50009 home=/{name}/{name}",
	  "does not end with" },
	{ "*@example allocate prefix=k- uids=50000-50009 groups=video", "opens doors" },
	{ "*@example allocate prefix=k- uids=50000-50009 home-policy=burn",
	  "'home-policy': neither keep nor wipe-at-logout" },
	/* found only when all lines are looked at */
	{ KIM " bo uid=60001 shell=/bin/zsh",
	  "accounts:1: shell '/bin/zsh' is not listed" },
	{ KIM " bo uid=60001 shell=/bin/s", "accounts:1: shell '/bin/s' is not listed" },
	{ KIM " alice\n" KIM " alice",
	  "accounts:2: '" KIM "' is mapped twice, first on line 1" },
	{ KIM " bo uid=60001\n" BO " bo uid=60002",
	  "accounts:2: 'bo' has uid= twice, first on line 1" },
	{ KIM " bo uid=60001\n" BO " cy uid=60001 gid=60002",
	  "accounts:2: uid 60001 is given twice" },
	{ KIM " bo uid=60001\n" BO " cy uid=60002 gid=60001",
	  "accounts:2: gid 60001 is given twice" },
	{ KIM " alice uid=60001",
	  "accounts:1: 'alice' is an account of " BOX "/passwd already" },
	{ KIM " nosuch", "accounts:1: there is no account 'nosuch'" },
	{ KIM " root", "accounts:1: 'root' has uid 0" },
	{ "\n\n" KIM " nobody", "accounts:3: 'nobody' has uid 65534" },
	{ KIM " bo uid=59999", "accounts:1: 'bo' has uid 59999 and gid 59999, and one" },
	{ KIM " bo uid=65000", "outside 60000..64999" },
	{ KIM " bo uid=60001 gid=50000", "outside" },
	{ "numbers 50000-50009\n" KIM " bo uid=50010", "accounts:2: 'bo' has uid 50010" },
	{ KIM " bo uid=60001 groups=terminal,nosuch", "there is no group 'nosuch' in" },
	{ "*@example allocate prefix=k- uids=50000-50009 groups=nosuch",
	  "accounts:1: there is no group 'nosuch'" },
	{ "*@example allocate prefix=k- uids=50000-50009 shell=/bin/zsh",
	  "accounts:1: shell '/bin/zsh' is not listed" },
	{ "*@example deny\n*@example allocate prefix=k- uids=50000-50009\n*@example deny",
	  "accounts:3: '*@example' has a second rule, first on line 1" },
	{ KIM " deny\n" KIM " deny", "accounts:2: '" KIM "' is denied twice" },
	{ KIM " alice\n" KIM " deny\n" KIM " alice", "is mapped twice" },
	{ "numbers 1000-1001 1010-1011 1020-1021 1030-1031 1040-1041 1050-1051 1060-1061 "
	  "1070-1071",
	  "more than 8 ranges" },
	{ "numbers 100000-300000\n" KIM " bo uid=165535",
	  "accounts:2: the number of 'bo' is one of 100000-165535, which " BOX
	  "/subuid gives 'alice' for containers" },
	{ "numbers 100000-300000\n" KIM " bo uid=165536 gid=231071",
	  BOX "/subgid gives" },
	{ "*@example allocate prefix=k- uids=165530-165540",
	  "accounts:1: uids=165530-165540 has numbers of 100000-165535" },
	{ KIM " nosuch\n" BO " bo uid=60001 shell=/none",
	  "accounts:1: there is no account" },
};

static void each_fault_is_told_with_its_line(void **state)
{
	(void)state;
	box_forget();
	box_compiles(KIM2 " vkim uid=60900");
	box_write(box_host.subuid, "alice:100000:65536\n# odd\nx:y:z\n");
	box_write(box_host.subgid, "alice:165536:65536\n");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct problem problem = { "" };
		struct account account;

		if (box_compile(wrong[i].text, &problem) != VID_CONFIG ||
		    !strstr(problem.text, wrong[i].message))
			fail_msg("case %zu: '%s' gave '%s'", i, wrong[i].text,
				 problem.text);
		/* and the index in place stays */
		if (account_of_identity(BOX_INDEX, &box_key, box_iss(KIM2), KIM2,
					&account, &problem) != VID_OK)
			fail_msg("case %zu left '%s'", i, problem.text);
	}
}

static void a_collision_with_files_is_refused_S42(void **state)
{
	static const struct {
		const char *passwd, *group, *message;
	} taken[] = {
		{ "bo:x:1001:1001::/:/bin/sh\n", "", "'bo' is an account of" },
		{ "cy:x:60001:1001::/:/bin/sh\n", "", "uid 60001 is 'cy' in" },
		{ "cy:x:1001:60005::/:/bin/sh\n", "", "gid 60005 is the group of 'cy'" },
		{ "", "bo:x:1001:\n", "'bo' is a group of" },
		{ "", "cy:x:60005:\n", "gid 60005 is group 'cy'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++) {
		struct problem problem = { "" };

		box_write(box_host.passwd, taken[i].passwd);
		box_write(box_host.group, taken[i].group);
		assert_int_equal(box_compile(KIM " bo uid=60001 gid=60005", &problem),
				 VID_CONFIG);
		if (!strstr(problem.text, taken[i].message))
			fail_msg("case %zu gave '%s'", i, problem.text);
	}
	box_make(NULL);
}

static void a_map_with_a_nul_byte_is_refused(void **state)
{
	static const char text[] = KIM " alice\0\n";
	struct accounts accounts;
	struct problem problem;

	(void)state;
	assert_int_equal(accounts_parse(bytes_of(text, sizeof(text) - 1), "accounts",
					&accounts, &problem),
			 VID_CONFIG);
}

static void an_identity_leads_to_its_account(void **state)
{
	static const struct {
		const char *identity, *name;
		uint32_t uid;
	} rows[] = { { KIM, "vkim", 60001 },
		     { KIM2, "vkim", 60001 },
		     { ALI, "alice", 1000 },
		     { BO, "bo", 60002 } };
	struct account account;
	struct problem problem;

	(void)state;
	box_forget();
	box_compiles(map);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(account_of_identity(
					 BOX_INDEX, &box_key, box_iss(rows[i].identity),
					 rows[i].identity, &account, &problem),
				 VID_OK);
		assert_string_equal(account.name, rows[i].name);
		assert_int_equal(account.uid, rows[i].uid);
	}
	assert_int_equal(account_of_identity(BOX_INDEX, &box_key,
					     box_iss("AAECAwQFBgcICQoLDA0ODw@other"),
					     "AAECAwQFBgcICQoLDA0ODw@other", &account,
					     &problem),
			 VID_IDENTITY_UNKNOWN);
	assert_int_equal(account_of_identity(BOX_INDEX, &box_key, box_iss("vkim"), "vkim",
					     &account, &problem),
			 VID_IDENTITY_UNKNOWN);
	assert_int_equal(account_has_identity(BOX_INDEX, "vkim", &problem), VID_OK);
	assert_int_equal(account_has_identity(BOX_INDEX, "alice", &problem), VID_OK);
	assert_int_equal(account_has_identity(BOX_INDEX, "root", &problem),
			 VID_ACCOUNT_NONE);
	assert_int_equal(account_has_identity(BOX_INDEX, "", &problem), VID_ACCOUNT_NONE);
}

/* The whole content of a file; free it. */
static struct blob content_of(const char *path)
{
	struct blob blob;

	assert_int_equal(file_read_untrusted(path, 1 << 20, &blob, NULL), VID_OK);
	return blob;
}

static void put_content(const char *path, const struct blob *blob)
{
	assert_int_equal(file_write(path, bytes_of(blob->at, blob->len),
				    strcmp(path, BOX_INDEX) == 0 ? 0644 : 0600, NULL),
			 VID_OK);
}

static enum vid_reason reach(const char *identity, struct account *account);

/*
 * Whoever can write the files but has no host key: every record of the map's index is
 * left out, doubled by another's value, or taken from an index of before, the sums
 * mended.
 */
enum bend { LEAVE_OUT, TAKE_OLD };

static bool bend_index(const struct blob *from, const struct blob *old, size_t which,
		       enum bend how, char what[64])
{
	struct cdb_make cdb;
	struct index index, before;
	struct bytes key, value, other_key, other;
	uint64_t chain = INDEX_CHAIN_START, sum;
	uint32_t cursor = 0, at;
	size_t n = 0, records = 0;
	bool bent = false;
	char text[96];
	int fd = open(BOX "/bent", O_RDWR | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0 && cdb_make_start(&cdb, fd) == 0);
	assert_int_equal(index_of_bytes(bytes_of(from->at, from->len), &index), INDEX_OK);
	assert_int_equal(index_of_bytes(bytes_of(old->at, old->len), &before), INDEX_OK);
	while (index_record(&index, &cursor, &key, &value) == INDEX_OK) {
		if (bytes_are(key, "sum"))
			break;
		if (n++ == which) {
			(void)snprintf(what, 64, "%.*s", (int)key.len,
				       (const char *)key.at);
			bent = how == LEAVE_OUT;
			if (bent)
				continue;
			for (at = 0;
			     index_record(&before, &at, &other_key, &other) == INDEX_OK;)
				if (bytes_equal(other_key, key) &&
				    !bytes_equal(other, value)) {
					value = other;
					bent = true;
				}
		}
		(void)cdb_make_add(&cdb, key.at, (unsigned)key.len, value.at,
				   (unsigned)value.len);
		assert_true(index_hex(bytes_of(value.at + value.len - 8, 8), 8, &sum));
		chain = index_chain(chain, (uint32_t)sum);
		records++;
	}
	(void)snprintf(text, sizeof(text), "records=%zu chain=%016llx", records,
		       (unsigned long long)chain);
	(void)snprintf(text + strlen(text), 16, "#%08x",
		       index_sum(bytes_of_text("sum"), bytes_of_text(text)));
	(void)cdb_make_add(&cdb, "sum", 3, text, (unsigned)strlen(text));
	assert_int_equal(cdb_make_finish(&cdb), 0);
	(void)close(fd);
	assert_int_equal(rename(BOX "/bent", BOX_INDEX), 0);
	return bent;
}

#define GUARDED                                                                          \
	KIM " vkim uid=60001\n" KIM2 " deny\n" ALI " deny\n" BO                          \
	    " bo uid=60002\n*@example allocate prefix=k- uids=50000-50009\n"

/* Today denied are ALI and KIM2, and CY is a newcomer of the rule. */
#define CY "QEFCQ0RFRkdISUpLTE1OTw@example"

/* With whatever was done to the index: does anybody get more than the map says? */
static void gets_no_more(size_t which, const char *what)
{
	struct walkup_rule rule;
	struct account account;
	struct problem problem = { "" };

	for (size_t i = 0; i < 2; i++) {
		const char *denied = i ? KIM2 : ALI;

		if (reach(denied, &account) == VID_OK)
			fail_msg("%zu (%s): a denied identity has an account", which,
				 what);
		if (reach(denied, &account) == VID_IDENTITY_UNKNOWN)
			fail_msg("%zu (%s): a denied identity is a newcomer", which,
				 what);
	}
	if (reach(KIM, &account) == VID_IDENTITY_UNKNOWN)
		fail_msg("%zu (%s): who has an account is a newcomer", which, what);
	if (reach(KIM, &account) == VID_OK && account.uid != 60001)
		fail_msg("%zu (%s): another account", which, what);
	if (walkup_rule(BOX_INDEX, &box_key, BOX_OTHER, &rule, &problem) == VID_OK)
		fail_msg("%zu (%s): a rule that is not there", which, what);
}

static void a_record_left_out_or_of_another_day_opens_nothing_S20(void **state)
{
	AUTO(blob_free) struct blob old = { 0 };
	AUTO(blob_free) struct blob now = { 0 };
	AUTO(blob_free) struct blob ledger = { 0 };
	size_t left = 0, taken = 0;
	char what[64];

	(void)state;
	box_forget();
	box_compiles(ALI " alice\n" KIM2 " alice\n" KIM " vkim uid=60003\n"
			 "*@other allocate prefix=k- uids=50000-50009\n");
	old = content_of(BOX_INDEX);
	box_forget();
	box_compiles(GUARDED);
	now = content_of(BOX_INDEX);
	for (size_t i = 0; bend_index(&now, &old, i, LEAVE_OUT, what); i++, left++)
		gets_no_more(i, what);
	for (size_t i = 0; i < left; i++) {
		taken += bend_index(&now, &old, i, TAKE_OLD, what);
		gets_no_more(i, what);
	}
	assert_true(left > 15 && taken > 3);
	/* and no compilation takes such a state for what was there, whatever is left out
	 */
	for (size_t i = 0; bend_index(&now, &old, i, LEAVE_OUT, what); i++)
		if (box_compile(GUARDED, &(struct problem){ "" }) != VID_STATE)
			fail_msg("%zu (%s): a compilation took it", i, what);
	put_content(BOX_INDEX, &now);
	box_compiles(GUARDED);
}

static void an_index_of_yesterday_is_refused_S20(void **state)
{
	static const char *const paths[] = { BOX_INDEX, BOX_LEDGER, BOX_MARK };
	struct blob old[3], now[3];
	struct account account;
	struct problem problem = { "" };

	(void)state;
	box_forget();
	box_compiles(ALI " alice\n");
	for (size_t i = 0; i < 3; i++)
		old[i] = content_of(paths[i]);
	box_compiles(ALI " deny\n");
	for (size_t i = 0; i < 3; i++)
		now[i] = content_of(paths[i]);
	assert_int_equal(reach(ALI, &account), VID_IDENTITY_DENIED);
	/* of yesterday each of them, and every two; all three are the anchor's to tell */
	for (unsigned set = 1; set < 7; set++) {
		for (size_t i = 0; i < 3; i++)
			put_content(paths[i], set & 1u << i ? &old[i] : &now[i]);
		if (set == 4)
			continue; /* an older mark alone says nothing wrong */
		if (reach(ALI, &account) != VID_STATE)
			fail_msg("set %u is taken", set);
		assert_int_equal(box_compile(ALI " alice\n", &problem), VID_STATE);
	}
	for (size_t i = 0; i < 3; i++) {
		blob_free(&old[i]);
		blob_free(&now[i]);
	}
	box_forget();
}

static void a_row_without_this_hosts_mac_is_refused_S20(void **state)
{
	static const struct hostkey other = { .at = { 9 } };
	struct account account;
	struct problem problem;

	(void)state;
	box_forget();
	box_compiles(map);
	assert_int_equal(reach(KIM, &account), VID_OK);
	assert_int_equal(
		account_of_identity(BOX_INDEX, &other, BOX_ISS, KIM, &account, &problem),
		VID_STATE);
	assert_int_equal(account.uid, UINT32_MAX);
	assert_string_equal(account.name, "");
}

/* --- what an alias names (S14) ---------------------------------------------------- */

static void an_alias_that_comes_to_name_another_issuer_opens_nothing_S14(void **state)
{
	struct problem problem = { "" };
	struct account account;

	(void)state;
	box_forget();
	box_compiles(KIM " vkim uid=60001\n");
	assert_int_equal(account_of_identity(BOX_INDEX, &box_key, "https://new.example",
					     KIM, &account, &problem),
			 VID_IDENTITY_UNKNOWN);
	box_trust("example", "https://new.example");
	assert_int_equal(box_compile(KIM " vkim uid=60001\n", &problem), VID_CONFIG);
	assert_non_null(strstr(problem.text, "accounts:1: 'example' names https://new"));
	assert_int_equal(unlink(BOX "/issuers.d/example.conf"), 0);
	box_compiles(KIM " vkim uid=60001\n"); /* dropped: it is bound as before */
	assert_int_equal(reach(KIM, &account), VID_OK);
	box_trust("again", BOX_ISS);
	assert_int_equal(box_compile(KIM " vkim uid=60001\n"
					 "AAECAwQFBgcICQoLDA0ODw@again deny\n",
				     &problem),
			 VID_CONFIG);
	assert_non_null(strstr(problem.text, "two aliases of the one issuer"));
	assert_int_equal(unlink(BOX "/issuers.d/again.conf"), 0);
	box_compiles(""); /* no line uses it any more: it may name another */
	box_trust("example", "https://new.example");
	box_compiles(KIM " vkim uid=60009\n");
	assert_int_equal(reach(KIM, &account), VID_IDENTITY_UNKNOWN);
	assert_int_equal(account_of_identity(BOX_INDEX, &box_key, "https://new.example",
					     KIM, &account, &problem),
			 VID_OK);
	box_trust("example", BOX_ISS);
	box_forget();
}

static void an_account_that_a_rule_gave_binds_its_alias_S14(void **state)
{
	struct problem problem = { "" };
	struct account account;

	(void)state;
	box_forget();
	box_compiles("*@example allocate prefix=k- uids=50000-50009\n");
	assert_int_equal(walkup_allocate(&box_host, BOX_INDEX, &box_key, BOX_ISS, KIM,
					 BOX_NOW, &account, &problem),
			 VID_OK);
	box_compiles("");
	box_trust("example", "https://new.example");
	assert_int_equal(
		box_compile("*@example allocate prefix=k- uids=50000-50009\n", &problem),
		VID_CONFIG);
	assert_non_null(strstr(problem.text, "are of " BOX_ISS));
	box_trust("example", BOX_ISS);
	box_forget();
}

static void lines_of_no_known_issuer_open_nothing_S14(void **state)
{
	struct account account;

	(void)state;
	box_forget();
	box_compiles("AAECAwQFBgcICQoLDA0ODw@nosuch vkim uid=60001\n"
		     "*@nosuch allocate prefix=k- uids=50000-50009\n");
	assert_int_equal(reach("AAECAwQFBgcICQoLDA0ODw@nosuch", &account),
			 VID_IDENTITY_UNKNOWN);
	assert_int_equal(reach(KIM, &account), VID_IDENTITY_UNKNOWN);
	box_forget();
}

/* --- state that cannot be read, or is gone (S43) ------------------------------------ */

static enum vid_reason recover(const char *text, struct problem *problem)
{
	struct accounts accounts;
	enum vid_reason why;

	assert_int_equal(
		accounts_parse(bytes_of_text(text), "accounts", &accounts, problem),
		VID_OK);
	why = accounts_compile_for(
		&box_host, &accounts, &box_key, BOX_INDEX,
		(struct accounts_order){ .recover = true, .now = BOX_NOW }, problem);
	accounts_free(&accounts);
	return why;
}

static void break_index_mode(void)
{
	assert_int_equal(chmod(BOX_INDEX, 0664), 0);
}

static void break_ledger_mode(void)
{
	assert_int_equal(chmod(BOX_LEDGER, 0666), 0);
}

static void break_mark_mode(void)
{
	assert_int_equal(chmod(BOX_MARK, 0666), 0);
}

static void lose_index(void)
{
	assert_int_equal(unlink(BOX_INDEX), 0);
}

static void lose_ledger(void)
{
	assert_int_equal(unlink(BOX_LEDGER), 0);
}

static void lose_mark(void)
{
	assert_int_equal(unlink(BOX_MARK), 0);
}

static void lose_both(void)
{
	lose_index();
	lose_ledger();
}

static void damage_index(void)
{
	box_write(BOX_INDEX, "short");
}

static void damage_ledger(void)
{
	box_write(BOX_LEDGER, "short");
}

static const struct {
	void (*hurt)(void);
	bool recoverable; /* otherwise it is put right by hand */
} hurts[] = { { break_index_mode, false }, { break_ledger_mode, false },
	      { break_mark_mode, false },  { lose_index, true },
	      { lose_ledger, true },       { lose_mark, true },
	      { lose_both, true },         { damage_index, true },
	      { damage_ledger, true } };

/* Before: each of these was a first compilation, and 60001 was given to bo. */
static void no_number_is_given_again_whatever_cannot_be_read_S43(void **state)
{
	struct problem problem = { "" };

	(void)state;
	for (size_t i = 0; i < sizeof(hurts) / sizeof(*hurts); i++) {
		box_forget();
		box_compiles(KIM " vkim uid=60001\n" ALI " ali uid=60002\n");
		hurts[i].hurt();
		if (box_compile(ALI " ali uid=60002\n", &problem) == VID_OK)
			fail_msg("case %zu is compiled as if there had been none", i);
		if (box_compile(BO " bo uid=60001\n", &problem) == VID_OK)
			fail_msg("case %zu gives 60001 again", i);
		if (strstr(problem.text, "--recover") == NULL &&
		    strstr(problem.text, "chmod") == NULL &&
		    strstr(problem.text, "write") == NULL)
			fail_msg("case %zu does not say what to do: %s", i, problem.text);
		if ((recover(ALI " ali uid=60002\n", &problem) == VID_OK) !=
		    hurts[i].recoverable)
			fail_msg("case %zu: recovered wrongly: %s", i, problem.text);
		if (!hurts[i].recoverable)
			continue;
		/* what no line carries is retired, and what a line does is not */
		assert_int_equal(box_compile(ALI " ali uid=60002\n" BO " bo uid=60001\n",
					     &problem),
				 VID_CONFIG);
		assert_non_null(strstr(problem.text, "uid 60001 was another account's"));
		box_compiles(ALI " ali uid=60002\n");
		box_compiles(ALI " ali uid=60002\nnumbers 70000-70009\n" BO
				 " bo uid=70001\n");
	}
	box_forget();
}

static void an_index_that_cannot_be_trusted_is_refused(void **state)
{
	struct account account;
	struct problem problem;

	(void)state;
	box_forget();
	box_compiles(map);
	assert_int_equal(chmod(BOX_INDEX, 0664), 0);
	assert_int_equal(account_has_identity(BOX_INDEX, "vkim", &problem), VID_STATE);
	assert_non_null(strstr(problem.text, "not safe"));
	assert_int_equal(rename(BOX_INDEX, BOX "/moved"), 0);
	assert_int_equal(account_has_identity(BOX_INDEX, "vkim", &problem), VID_STATE);
	assert_non_null(strstr(problem.text, "missing"));
	assert_int_equal(chmod(BOX "/moved", 0644), 0);
	assert_int_equal(symlink(BOX "/moved", BOX_INDEX), 0);
	assert_int_equal(account_of_identity(BOX_INDEX, &box_key, box_iss(KIM), KIM,
					     &account, &problem),
			 VID_STATE);
	assert_non_null(strstr(problem.text, "not safe"));
	assert_int_equal(unlink(BOX_INDEX), 0);
	assert_int_equal(mkfifo(BOX_INDEX, 0644), 0); /* and nobody waits for a writer */
	assert_int_equal(account_has_identity(BOX_INDEX, "vkim", &problem), VID_STATE);
	assert_int_equal(unlink(BOX_INDEX), 0);
	box_write(BOX_INDEX, "short");
	assert_int_equal(account_has_identity(BOX_INDEX, "vkim", &problem), VID_STATE);
	assert_non_null(strstr(problem.text, "damaged"));
	assert_int_equal(unlink(BOX_INDEX), 0);
	if (geteuid() == 0) {
		box_forget();
		box_compiles(map);
		assert_int_equal(chown(BOX_INDEX, 12345, 0), 0);
		assert_int_equal(account_has_identity(BOX_INDEX, "vkim", &problem),
				 VID_STATE);
	}
}

static void the_index_holds_no_pseudonym_S46(void **state)
{
	static char content[65536];
	FILE *file;
	size_t len;

	(void)state;
	box_forget();
	box_compiles(map);
	file = fopen(BOX_INDEX, "r");
	assert_non_null(file);
	len = fread(content, 1, sizeof(content), file);
	(void)fclose(file);
	assert_true(len > 2048 && len < sizeof(content));
	assert_null(memmem(content, len, KIM, VID_SUB_LEN));
	assert_null(memmem(content, len, ALI, VID_SUB_LEN));
	assert_non_null(memmem(content, len,
			       "vkim:x:60001:60001:V. Kim:/home/vkim:/bin/bash", 46));
}

static void the_key_of_an_identity_is_sha256_of_issuer_and_subject_S14(void **state)
{
	(void)state;
	for (size_t len = 0; len <= VID_ISS_MAX + 1; len++) {
		uint8_t text[VID_ISS_MAX + 1 + 1 + VID_SUB_LEN], digest[32];
		char ours[IDENTITY_HASH_LEN + 1], theirs[65];

		memset(text, 'i', len);
		text[len] = '\0';
		memset(text + len + 1, 's', VID_SUB_LEN);
		crypto_hash_sha256(digest, text, len + 1 + VID_SUB_LEN);
		sodium_bin2hex(theirs, sizeof(theirs), digest, sizeof(digest));
		theirs[IDENTITY_HASH_LEN] = '\0';
		assert_int_equal(identity_key(bytes_of(text, len),
					      bytes_of(text + len + 1, VID_SUB_LEN),
					      ours),
				 len > 0 && len <= VID_ISS_MAX);
		if (len > 0 && len <= VID_ISS_MAX)
			assert_string_equal(ours, theirs);
	}
}

static void names_follow_S44(void **state)
{
	(void)state;
	assert_true(account_name_valid("vkim"));
	assert_true(account_name_valid("_x-1"));
	assert_true(account_name_valid("abcdefghijklmnopqrstuvwxyz01234"));
	assert_false(account_name_valid("abcdefghijklmnopqrstuvwxyz012345"));
	assert_false(account_name_valid(""));
	assert_false(account_name_valid("-x"));
	assert_false(account_name_valid("x.y"));
	assert_false(account_name_valid("x y"));
	assert_false(account_name_valid("docker"));
	assert_true(account_name_local("First.Last"));
	assert_false(account_name_local("a:b"));
}

/* --- deny lines, rules, groups, numbers ------------------------------------------ */

static enum vid_reason reach(const char *identity, struct account *account)
{
	struct problem problem = { "" };

	return account_of_identity(BOX_INDEX, &box_key, box_iss(identity), identity,
				   account, &problem);
}

static void deny_lines_win(void **state)
{
	struct account account;
	struct problem problem;

	(void)state;
	box_forget();
	box_compiles(KIM " vkim uid=60001\n" KIM2 " vkim\n" KIM " deny\n" BO " deny\n");
	assert_int_equal(reach(KIM, &account), VID_IDENTITY_DENIED);
	assert_string_equal(account.name, "");
	assert_int_equal(reach(BO, &account), VID_IDENTITY_DENIED);
	assert_int_equal(reach(KIM2, &account),
			 VID_OK); /* the account's other identity */
	box_compiles(KIM " vkim uid=60001\n" KIM2 " vkim\n*@example deny\n");
	assert_int_equal(reach(KIM, &account), VID_IDENTITY_DENIED);
	assert_int_equal(reach(KIM2, &account), VID_OK); /* of another issuer */
	box_compiles(KIM " vkim uid=60001\n*@example deny\n");
	assert_int_equal(account_has_identity(BOX_INDEX, "vkim", &problem),
			 VID_ACCOUNT_NONE);
}

static void an_index_counts_its_generations(void **state)
{
	struct index index;

	(void)state;
	box_forget();
	for (uint64_t generation = 1; generation <= 3; generation++) {
		box_compiles(map);
		assert_int_equal(index_open(BOX_INDEX, &index), INDEX_OK);
		assert_int_equal(index.generation, generation);
		assert_int_equal(index_verify(&index), INDEX_OK);
		index_close(&index);
	}
}

static void a_record_that_is_lost_is_missed(void **state)
{
	static uint8_t content[65536], cut[65536];
	struct index index;
	FILE *file;
	size_t len;

	(void)state;
	box_forget();
	box_compiles(map);
	file = fopen(BOX_INDEX, "r");
	assert_non_null(file);
	len = fread(content, 1, sizeof(content), file);
	(void)fclose(file);
	assert_int_equal(index_of_bytes(bytes_of(content, len), &index), INDEX_OK);
	assert_int_equal(index_verify(&index), INDEX_OK);
	/* each byte of the records, once wrong */
	for (size_t i = 2048; i < index.data_end; i++) {
		memcpy(cut, content, len);
		cut[i] ^= 1;
		assert_true(index_of_bytes(bytes_of(cut, len), &index) != INDEX_OK ||
			    index_verify(&index) != INDEX_OK);
	}
}

static void numbers_of_the_map_are_in_the_index(void **state)
{
	struct index index;

	(void)state;
	box_forget();
	box_compiles("numbers 50000-50009 65000-65100\n" KIM " bo uid=50009\n"
		     "*@example allocate prefix=k- uids=70000-70009\n");
	assert_int_equal(index_open(BOX_INDEX, &index), INDEX_OK);
	assert_int_equal(index.range_count, 3);
	assert_int_equal(index.range[0].min, 50000);
	assert_int_equal(index.range[1].min, 60000); /* the two that touch are one */
	assert_int_equal(index.range[1].max, 65100);
	assert_int_equal(index.range[2].max, 70009);
	index_close(&index);
}

static void a_number_has_one_owner_for_ever_S43(void **state)
{
	struct problem problem = { "" };

	(void)state;
	box_forget();
	box_compiles(KIM " vkim uid=60001\n");
	assert_int_equal(box_compile(BO " bo uid=60001\n", &problem), VID_CONFIG);
	assert_non_null(strstr(problem.text, "uid 60001 is the number of 'vkim'"));
	/* renamed, with the identity that it had; another identity, by its name */
	box_compiles(KIM " kim uid=60001\n");
	box_compiles(BO " kim uid=60001\n");
	/* gone, and never given again */
	box_compiles("");
	assert_int_equal(box_compile(BO " kim uid=60001\n", &problem), VID_CONFIG);
	assert_non_null(strstr(problem.text, "is not given again"));
	box_compiles(BO " kim uid=60002\n");
	/* not by an older ledger either, out of a backup, nor without one */
	assert_int_equal(unlink(BOX_LEDGER), 0);
	assert_int_equal(box_compile(BO " kim uid=60002\n", &problem), VID_STATE);
	assert_non_null(strstr(problem.text, "--recover"));
	box_forget();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deny_lines_win),
		cmocka_unit_test(an_index_counts_its_generations),
		cmocka_unit_test(a_record_that_is_lost_is_missed),
		cmocka_unit_test(numbers_of_the_map_are_in_the_index),
		cmocka_unit_test(a_number_has_one_owner_for_ever_S43),
		cmocka_unit_test(a_map_is_taken_apart),
		cmocka_unit_test(each_fault_is_told_with_its_line),
		cmocka_unit_test(a_collision_with_files_is_refused_S42),
		cmocka_unit_test(a_map_with_a_nul_byte_is_refused),
		cmocka_unit_test(an_identity_leads_to_its_account),
		cmocka_unit_test(a_row_without_this_hosts_mac_is_refused_S20),
		cmocka_unit_test(an_index_that_cannot_be_trusted_is_refused),
		cmocka_unit_test(the_index_holds_no_pseudonym_S46),
		cmocka_unit_test(
			the_key_of_an_identity_is_sha256_of_issuer_and_subject_S14),
		cmocka_unit_test(a_record_left_out_or_of_another_day_opens_nothing_S20),
		cmocka_unit_test(an_index_of_yesterday_is_refused_S20),
		cmocka_unit_test(
			an_alias_that_comes_to_name_another_issuer_opens_nothing_S14),
		cmocka_unit_test(an_account_that_a_rule_gave_binds_its_alias_S14),
		cmocka_unit_test(lines_of_no_known_issuer_open_nothing_S14),
		cmocka_unit_test(no_number_is_given_again_whatever_cannot_be_read_S43),
		cmocka_unit_test(names_follow_S44),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("accounts", tests, box_make, NULL);
}
