/* SPDX-License-Identifier: BSD-2-Clause */
/* The store of status lists: what counts, what replaces what (S48, S51). */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "libvid/statuses.h"
#include "tests/unit/folder.h"
#include "tests/unit/lists.h"

static char folder[PATH_MAX], marks_at[PATH_MAX], stamp[PATH_MAX];
static struct hostkey key = { { 7 } };
static struct anchor anchor = { .folder = marks_at, .key = &key, .stamp = stamp };
static struct statuses store = { folder, &anchor };
static struct bytes uri;
static struct problem problem;

static int set_up(void **state)
{
	(void)state;
	uri = bytes_of_text(LIST_URI);
	key = (struct hostkey){ { 7 } };
	return folder_make(folder) == 0 &&
			       path_join(marks_at, sizeof(marks_at), folder, "anchor") &&
			       path_join(stamp, sizeof(stamp), folder, "anchored")
		       ? 0
		       : -1;
}

static int tear_down(void **state)
{
	(void)state;
	folder_drop(folder);
	return 0;
}

static enum vid_reason put(uint8_t value, int64_t iat)
{
	const struct status_rules rules = list_rules();
	struct bytes cwt = list_of(&value, 1, 1, iat);
	enum vid_reason why =
		statuses_put(&store, cwt, &rules, uri, NULL, NULL, &problem);

	free((void *)cwt.at);
	return why;
}

static int64_t newest(void)
{
	int64_t iat = -1;

	assert_int_equal(statuses_newest(&store, &iat, &problem), VID_OK);
	return iat;
}

static enum vid_reason judge(uint64_t idx)
{
	const struct status_rules rules = list_rules();

	return statuses_judge(&store, &rules, uri, idx, &problem);
}

static const char *path_of(const char *kind)
{
	static char path[PATH_MAX];
	char name[STATUSES_NAME_SIZE];

	statuses_name(uri, name);
	assert_true(snprintf(path, sizeof(path), "%s/%s.%s", folder, name, kind) > 0);
	return path;
}

static void without_a_list_nothing_is_known(void **state)
{
	const struct statuses nowhere = { NULL, &anchor };
	const struct status_rules rules = list_rules();

	(void)state;
	assert_int_equal(judge(0), VID_STATUS_UNAVAILABLE);
	assert_int_equal(statuses_judge(&nowhere, &rules, uri, 0, &problem),
			 VID_STATUS_UNAVAILABLE);
	assert_int_equal(newest(), 0);
}

static void what_was_put_is_judged(void **state)
{
	(void)state;
	assert_int_equal(put(0x02, LIST_NOW), VID_OK);
	assert_int_equal(judge(0), VID_OK);
	assert_int_equal(judge(1), VID_REVOKED);
	assert_int_equal(judge(8), VID_STATUS_RANGE);
}

static void a_newer_list_replaces_an_older_one(void **state)
{
	(void)state;
	assert_int_equal(put(0, LIST_NOW - 50), VID_OK);
	assert_int_equal(judge(1), VID_OK);
	assert_int_equal(put(0x02, LIST_NOW - 40), VID_OK);
	assert_int_equal(judge(1), VID_REVOKED);
	assert_int_equal(newest(), LIST_NOW - 40);
}

static void an_older_list_replaces_nothing_S48(void **state)
{
	(void)state;
	assert_int_equal(put(0x02, LIST_NOW - 40), VID_OK);
	assert_int_equal(put(0, LIST_NOW - 41), VID_STATUS_STALE);
	assert_int_equal(judge(1), VID_REVOKED);
}

static void write_list(uint8_t value, int64_t iat)
{
	struct bytes cwt = list_of(&value, 1, 1, iat);

	assert_int_equal(file_write(path_of("cwt"), cwt, 0600, NULL), VID_OK);
	free((void *)cwt.at);
}

static void an_old_list_from_a_backup_does_not_count_S48(void **state)
{
	(void)state;
	assert_int_equal(put(0x02, LIST_NOW - 40), VID_OK);
	write_list(0, LIST_NOW - 41);
	assert_int_equal(judge(1), VID_STATUS_STALE);
}

static void a_list_without_a_mark_does_not_count_S48(void **state)
{
	char name[STATUSES_NAME_SIZE];

	(void)state;
	assert_int_equal(put(0x02, LIST_NOW - 40), VID_OK);
	statuses_name(uri, name);
	assert_int_equal(anchor_reset(&anchor, ANCHOR_STATUS, name, NULL), VID_OK);
	assert_int_equal(judge(0), VID_STATUS_UNAVAILABLE);
	/* nor is an older one taken then */
	assert_int_equal(put(0, LIST_NOW - 41), VID_STATUS_STALE);
	assert_int_equal(put(0, LIST_NOW - 39), VID_OK);
	assert_int_equal(judge(0), VID_OK);
}

/* The list that did not revoke yet, with the mark that it had. */
static void list_and_mark_of_yesterday_put_back_are_refused_S65(void **state)
{
	char kept[PATH_MAX], command[4 * PATH_MAX];

	(void)state;
	assert_true(path_join(kept, sizeof(kept), folder, "kept"));
	assert_int_equal(put(0, LIST_NOW - 40), VID_OK);
	(void)snprintf(command, sizeof(command), "cp -a '%s' '%s'", marks_at, kept);
	assert_int_equal(system(command), 0);
	assert_int_equal(put(0x02, LIST_NOW - 30), VID_OK);
	write_list(0, LIST_NOW - 40);
	/* the buckets without the head */
	(void)snprintf(command, sizeof(command), "cp -a '%s'/??.* '%s'", kept, marks_at);
	assert_int_equal(system(command), 0);
	assert_int_equal(judge(1), VID_STATUS_STALE);
	/* the head without the buckets */
	(void)snprintf(command, sizeof(command), "rm '%s'/??.* && cp -a '%s'/head '%s'",
		       marks_at, kept, marks_at);
	assert_int_equal(system(command), 0);
	assert_int_equal(judge(1), VID_STATE);
	assert_int_equal(put(0, LIST_NOW - 40), VID_STATE);
	folder_drop(marks_at);
	assert_int_equal(judge(1), VID_STATE);
	assert_int_equal(put(0, LIST_NOW - 40), VID_STATE);
}

static void another_hosts_marks_are_broken_state_S48(void **state)
{
	int64_t iat = -1;

	(void)state;
	assert_int_equal(put(0, LIST_NOW), VID_OK);
	key.at[0] ^= 1;
	assert_int_equal(judge(0), VID_STATE);
	/* an error is not "there is none" */
	assert_int_equal(statuses_newest(&store, &iat, &problem), VID_STATE);
	key.at[0] ^= 1;
	assert_int_equal(judge(0), VID_OK);
}

static void what_is_not_good_is_not_put(void **state)
{
	const struct status_rules rules = list_rules();
	uint8_t zero[4] = { 0 };
	struct bytes cwt = list_of(zero, sizeof(zero), 1, LIST_NOW);
	struct bytes bomb = list_bomb(VID_STATUS_INFLATED_MAX + 1);
	struct status_claims claims = list_claims(bomb);

	(void)state;
	claims.iat = LIST_NOW;
	assert_int_equal(put(0x02, LIST_NOW - 10), VID_OK);
	for (size_t len = 0; len < cwt.len; len += 11)
		assert_int_not_equal(statuses_put(&store, bytes_of(cwt.at, len), &rules,
						  uri, NULL, NULL, &problem),
				     VID_OK);
	((uint8_t *)cwt.at)[cwt.len - 1] ^= 1;
	assert_int_equal(statuses_put(&store, cwt, &rules, uri, NULL, NULL, &problem),
			 VID_SIGNATURE);
	free((void *)cwt.at);
	cwt = list_sign(&claims);
	assert_int_equal(statuses_put(&store, cwt, &rules, uri, NULL, NULL, &problem),
			 VID_STATUS_LIMIT);
	assert_int_equal(put(0, LIST_NOW + 61), VID_STATUS_AHEAD);
	assert_int_equal(judge(1), VID_REVOKED); /* the old one is still there */
	assert_int_equal(newest(), LIST_NOW - 10);
	free((void *)cwt.at);
	free((void *)bomb.at);
}

static void a_damaged_list_is_no_list_S51(void **state)
{
	(void)state;
	assert_int_equal(put(0, LIST_NOW), VID_OK);
	assert_int_equal(truncate(path_of("cwt"), 100), 0);
	assert_int_equal(judge(0), VID_STATUS_LIST);
	assert_non_null(strstr(problem.text, "the CBOR ends early"));
	assert_int_equal(truncate(path_of("cwt"), 0), 0);
	assert_int_equal(judge(0), VID_STATUS_LIST);
	assert_int_equal(truncate(path_of("cwt"), VID_STATUS_TOKEN_MAX + 1), 0);
	assert_int_equal(judge(0), VID_STATUS_LIMIT);
}

static void a_list_that_others_may_write_does_not_count_S33(void **state)
{
	(void)state;
	assert_int_equal(put(0, LIST_NOW), VID_OK);
	assert_int_equal(chmod(path_of("cwt"), 0666), 0);
	assert_int_equal(judge(0), VID_FILE_UNTRUSTED);
}

static void addresses_that_can_be_fetched(void **state)
{
	static const char *const good[] = { "https://a", "https://a:8443/x?y=z#w",
					    "https://[::1]/s", "https://a/b@c" };
	static const char *const bad[] = { "",
					   "http://a",
					   "https://",
					   "https:///x",
					   "file:///etc/shadow",
					   "https://a b",
					   "https://a\nb",
					   "https://a\\b",
					   "https://me:you@a/",
					   "HTTPS://a" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(statuses_uri_valid(bytes_of_text(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(statuses_uri_valid(bytes_of_text(bad[i])));
}

static size_t notes(int64_t now, struct status_note *first)
{
	struct status_note *all;
	size_t count;

	assert_int_equal(statuses_notes(&store, now, &all, &count, &problem), VID_OK);
	if (count)
		*first = all[0];
	free(all);
	return count;
}

static void what_logins_saw_is_remembered(void **state)
{
	struct status_note note;
	int64_t now = (int64_t)time(NULL);

	(void)state;
	assert_int_equal(notes(now, &note), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(statuses_note(&store, "example", uri, now, &problem),
				 VID_OK);
	assert_int_equal(statuses_note(&store, "example", bytes_of_text("http://no"), now,
				       &problem),
			 VID_OK);
	assert_int_equal(notes(now, &note), 1);
	assert_string_equal(note.alias, "example");
	assert_string_equal(note.uri, LIST_URI);
	/* and forgotten, when nobody showed such a token for long; the mark is not */
	assert_int_equal(put(0, LIST_NOW), VID_OK);
	assert_int_equal(notes(now + 101 * 86400, &note), 0);
	assert_int_not_equal(access(path_of("cwt"), F_OK), 0);
	assert_int_equal(newest(), LIST_NOW);
}

static void a_note_under_another_name_is_none(void **state)
{
	struct status_note note;

	(void)state;
	assert_int_equal(file_write(path_of("example.seen"), bytes_of_text("https://b"),
				    0600, NULL),
			 VID_OK);
	assert_int_equal(file_write(path_of("Evil.seen"), uri, 0600, NULL), VID_OK);
	assert_int_equal(notes((int64_t)time(NULL), &note), 0);
}

static void one_issuer_fills_no_other_issuers_room(void **state)
{
	static const char *const issuers[] = { "flood", "small" };
	struct status_note *all;
	size_t count, small = 0;
	char many[64];

	(void)state;
	for (int k = 0; k < 2; k++)
		for (int i = 0; i < (k ? 2 : 300); i++) {
			(void)snprintf(many, sizeof(many), "https://%s/%d", issuers[k],
				       i);
			assert_int_equal(statuses_note(&store, issuers[k],
						       bytes_of_text(many),
						       (int64_t)time(NULL), &problem),
					 VID_OK);
		}
	assert_non_null(strstr(problem.text, "the tokens of flood name more than 64"));
	assert_int_equal(statuses_notes(&store, (int64_t)time(NULL), &all, &count, NULL),
			 VID_OK);
	assert_int_equal(count, VID_STATUS_URIS_MAX + 2);
	for (size_t i = 0; i < count; i++)
		small += strcmp(all[i].alias, "small") == 0;
	assert_int_equal(small, 2);
	free(all);
}

static void the_number_of_notes_is_bounded(void **state)
{
	char many[64];
	struct status_note note;

	(void)state;
	for (int i = 0; i < VID_STATUS_URIS_MAX + 5; i++) {
		snprintf(many, sizeof(many), "https://a/%d", i);
		assert_int_equal(statuses_note(&store, "example", bytes_of_text(many),
					       (int64_t)time(NULL), &problem),
				 VID_OK);
	}
	assert_int_equal(notes((int64_t)time(NULL), &note), VID_STATUS_URIS_MAX);
}

static void validators_stand_beside_their_list_alone(void **state)
{
	struct status_validators kept = { "\"abc\"", "Mon, 23 Nov 2026 08:00:00 GMT" },
				 read;

	(void)state;
	assert_int_equal(statuses_keep_validators(&store, uri, &kept, NULL), VID_OK);
	statuses_validators(&store, uri, &read);
	assert_string_equal(read.etag, "");
	assert_int_equal(put(0, LIST_NOW), VID_OK);
	statuses_validators(&store, uri, &read);
	assert_string_equal(read.etag, kept.etag);
	assert_string_equal(read.modified, kept.modified);
	memcpy(kept.etag, "a\r\nX: y", 8); /* would be a header of its own */
	assert_int_equal(statuses_keep_validators(&store, uri, &kept, NULL), VID_OK);
	statuses_validators(&store, uri, &read);
	assert_string_equal(read.etag, "");
}

#define t(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		t(without_a_list_nothing_is_known),
		t(what_was_put_is_judged),
		t(a_newer_list_replaces_an_older_one),
		t(an_older_list_replaces_nothing_S48),
		t(an_old_list_from_a_backup_does_not_count_S48),
		t(a_list_without_a_mark_does_not_count_S48),
		t(another_hosts_marks_are_broken_state_S48),
		t(list_and_mark_of_yesterday_put_back_are_refused_S65),
		t(what_is_not_good_is_not_put),
		t(a_damaged_list_is_no_list_S51),
		t(a_list_that_others_may_write_does_not_count_S33),
		t(addresses_that_can_be_fetched),
		t(what_logins_saw_is_remembered),
		t(a_note_under_another_name_is_none),
		t(one_issuer_fills_no_other_issuers_room),
		t(the_number_of_notes_is_bounded),
		t(validators_stand_beside_their_list_alone),
	};

	lists_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
