/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random maps: what compile accepts, nss_vid answers, word for word, and nothing else
 * (S41, S42, S44, S46).
 */
#include "tests/nss/box.h"

#include "tests/nss/nss_vid.h"

#define ROUNDS 400
#define LINES  12

static uint64_t random_state = 20261123;

static uint32_t random_below(uint32_t limit)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random_state >> 33) % limit;
}

static const char *const names[] = { "ada",
				     "bo",
				     "cy",
				     "vkim",
				     "x_1",
				     "a-b",
				     "alice",
				     "root",
				     "sudo",
				     "Eve",
				     "7up",
				     "a.b",
				     "zz",
				     "longname-longname-longname",
				     "abcdefghijklmnopqrstuvwxyzabcdef",
				     "nobody" };
static const char *const homes[] = { "", " home=/srv/x", " home=/a:b", " home=rel",
				     " home=/home/é" };
static const char *const shells[] = { "", " shell=/bin/bash", " shell=/bin/zsh" };
static const char *const gecoses[] = { "", " gecos=A Person", " gecos=a:b",
				       " gecos=", " gecos=x,y,z" };
static const char *const group_lists[] = { "", " groups=terminal",
					   " groups=plug,terminal", " groups=sudo",
					   " groups=nosuch" };
/* Lines that name no account. */
static const char *const others[] = { "numbers 59990-59999",
				      "numbers 65000-65009 70000-70001",
				      "numbers 1-2",
				      "*@other deny",
				      "*@example deny",
				      "*@example allocate prefix=k- uids=50000-50009",
				      "*@other allocate prefix=k- uids=50000-50009 "
				      "groups=plug home-policy=wipe-at-logout",
				      "*@example allocate prefix=k- uids=50000-50009 "
				      "groups=sudo" };
static const uint32_t uids[] = { 0, 1000, 59999, 65000, 65534, 65535, 4294967295u };
#define PICK(list) (list)[random_below(sizeof(list) / sizeof(*(list)))]
/* Mostly the harmless first entries, so that maps are accepted now and then. */
#define PICK_MILD(list) (random_below(6) ? (list)[random_below(2)] : PICK(list))

static size_t print_line(char *to, size_t size, unsigned number)
{
	const char *name = random_below(8) ? names[random_below(6)] : PICK(names);
	uint32_t uid = random_below(20) ? 60000 + random_below(300) : PICK(uids);
	char subject[] = "AAECAwQFBgcICQoLDA0ODw";

	subject[3] = (char)('a' + number);
	subject[4] = (char)('a' + random_below(3));
	if (random_below(12) == 0)
		return (size_t)snprintf(to, size, "%s\n", PICK(others));
	if (random_below(10) == 0)
		return (size_t)snprintf(to, size, "%s@example deny\n", subject);
	if (random_below(4) == 0)
		return (size_t)snprintf(to, size, "%s@example %s\n", subject, name);
	return (size_t)snprintf(to, size, "%s@example %s uid=%u%s%s%s%s\n", subject, name,
				uid, PICK_MILD(homes), PICK_MILD(shells),
				PICK_MILD(group_lists), PICK_MILD(gecoses));
}

static enum nss_status ask_name(const char *name, struct passwd *pw)
{
	static char buffer[2048];
	int error;

	return _nss_vid_getpwnam_r(name, pw, buffer, sizeof(buffer), &error);
}

static enum nss_status ask_uid(uid_t uid, struct passwd *pw)
{
	static char buffer[2048];
	int error;

	return _nss_vid_getpwuid_r(uid, pw, buffer, sizeof(buffer), &error);
}

/* Those of /etc/group that the line names, and no other. */
static void groups_are_answered(const struct account_line *line)
{
	gid_t *groups = malloc(sizeof(*groups));
	long start = 0, size = 1, wanted = 0;
	enum nss_status got;
	int error;

	assert_non_null(groups);
	got = _nss_vid_initgroups_dyn(line->name, line->gid, &start, &size, &groups, -1,
				      &error);
	assert_int_equal(got, line->groups ? NSS_STATUS_SUCCESS : NSS_STATUS_NOTFOUND);
	for (long i = 0; i < start; i++)
		assert_true(groups[i] == 900 || groups[i] == 901);
	if (line->groups)
		wanted = strchr(line->groups, ',') ? 2 : 1;
	assert_int_equal(start, wanted);
	free(groups);
}

static void line_is_answered(const struct account_line *line)
{
	char home[ACCOUNT_HOME_SIZE];
	struct passwd pw, by_uid;

	assert_int_equal(ask_name(line->name, &pw), NSS_STATUS_SUCCESS);
	account_line_home(line, home);
	assert_string_equal(pw.pw_name, line->name);
	assert_string_equal(pw.pw_passwd, "x");
	assert_int_equal(pw.pw_uid, line->uid);
	assert_int_equal(pw.pw_gid, line->gid);
	assert_string_equal(pw.pw_dir, home);
	assert_string_equal(pw.pw_shell, account_line_shell(line));
	assert_string_equal(pw.pw_gecos, line->gecos ? line->gecos : "");
	assert_null(strpbrk(pw.pw_gecos, ":\n"));
	assert_null(strpbrk(pw.pw_dir, ":\n"));
	assert_true(account_name_valid(pw.pw_name));
	assert_true(pw.pw_uid >= 59990 && pw.pw_uid <= 70001);
	groups_are_answered(line);
	assert_int_equal(ask_uid(line->uid, &by_uid), NSS_STATUS_SUCCESS);
	assert_string_equal(by_uid.pw_name, line->name);
}

static const struct account_line *own_line(const struct accounts *map, const char *name,
					   uint32_t uid)
{
	for (size_t i = 0; i < map->count; i++)
		if (map->at[i].own &&
		    (name ? strcmp(map->at[i].name, name) == 0 : map->at[i].uid == uid))
			return &map->at[i];
	return NULL;
}

/* By a line of its own, or of its issuer (all are `example`'s). */
static bool is_denied(const struct accounts *map, const char *identity)
{
	for (size_t i = 0; i < map->rule_count; i++)
		if (map->rule[i].deny && strcmp(map->rule[i].alias, "example") == 0)
			return true;
	for (size_t i = 0; i < map->count; i++)
		if (map->at[i].deny && strcmp(map->at[i].identity, identity) == 0)
			return true;
	return false;
}

static void map_is_answered(const struct accounts *map)
{
	struct passwd pw;
	size_t own = 0, walked = 0;
	char buffer[2048];
	int error;

	for (size_t i = 0; i < map->count; i++) {
		const struct account_line *line = &map->at[i];

		if (is_denied(map, line->identity)) {
			assert_int_equal(ask_name(line->identity, &pw),
					 NSS_STATUS_NOTFOUND);
		} else {
			assert_int_equal(ask_name(line->identity, &pw),
					 NSS_STATUS_SUCCESS);
			assert_string_equal(pw.pw_name, line->name);
			assert_int_not_equal(pw.pw_uid, 0);
		}
		if (line->own) {
			own++;
			line_is_answered(line);
		}
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!own_line(map, names[i], 0))
			assert_int_equal(ask_name(names[i], &pw), NSS_STATUS_NOTFOUND);
	for (uint32_t uid = 50000; uid < 50010; uid++) /* of rules: to nobody yet */
		assert_int_equal(ask_uid(uid, &pw), NSS_STATUS_NOTFOUND);
	for (uint32_t uid = 60000; uid < 60300; uid++)
		if (!own_line(map, NULL, uid))
			assert_int_equal(ask_uid(uid, &pw), NSS_STATUS_NOTFOUND);
	_nss_vid_setpwent(0);
	while (_nss_vid_getpwent_r(&pw, buffer, sizeof(buffer), &error) ==
	       NSS_STATUS_SUCCESS) {
		assert_non_null(own_line(map, pw.pw_name, 0));
		walked++;
	}
	assert_int_equal(walked, own);
}

static void the_module_answers_what_compile_accepted_and_nothing_else(void **state)
{
	unsigned accepted = 0, refused = 0;

	(void)state;
	box_compiles("");
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned lines = random_below(LINES);
		struct accounts map;
		struct problem problem = { "" };
		char text[8192] = "";
		size_t len = 0;
		struct passwd pw;

		box_forget(); /* or numbers that others had would be refused */
		for (unsigned i = 0; i < lines; i++)
			len += print_line(text + len, sizeof(text) - len, i);
		if (box_compile(text, &problem) != VID_OK) {
			assert_non_null(strstr(problem.text, "accounts:"));
			refused++;
			continue;
		}
		accepted++;
		assert_int_equal(
			accounts_parse(bytes_of_text(text), "accounts", &map, &problem),
			VID_OK);
		map_is_answered(&map);
		accounts_free(&map);
		assert_int_equal(ask_name("root", &pw), NSS_STATUS_NOTFOUND);
	}
	assert_true(accepted > ROUNDS / 20);
	assert_true(refused > ROUNDS / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_module_answers_what_compile_accepted_and_nothing_else),
	};

	return cmocka_run_group_tests_name("nss_vid_property", tests, box_make, NULL);
}
