/* SPDX-License-Identifier: BSD-2-Clause */
/* nss_vid: what it answers, and all that it does not. */
#include "tests/nss/box.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "libvid/index_write.h"
#include "tests/nss/nss_vid.h"

#define MAP                                                                              \
	KIM " vkim uid=60001 shell=/bin/bash gecos=V. Kim\n" KIM2 " vkim\n" ALI          \
	    " alice\n" BO " bo uid=60002 gid=60100 home=/srv/bo\n"

static struct passwd pw;
static struct group gr;
static struct spwd sp;
static char buffer[4096];
static int error;

static enum nss_status pw_name(const char *name)
{
	memset(&pw, 0, sizeof(pw));
	return _nss_vid_getpwnam_r(name, &pw, buffer, sizeof(buffer), &error);
}

static enum nss_status pw_uid(uid_t uid)
{
	return _nss_vid_getpwuid_r(uid, &pw, buffer, sizeof(buffer), &error);
}

static enum nss_status gr_name(const char *name)
{
	return _nss_vid_getgrnam_r(name, &gr, buffer, sizeof(buffer), &error);
}

static enum nss_status gr_gid(gid_t gid)
{
	return _nss_vid_getgrgid_r(gid, &gr, buffer, sizeof(buffer), &error);
}

static enum nss_status sp_name(const char *name)
{
	return _nss_vid_getspnam_r(name, &sp, buffer, sizeof(buffer), &error);
}

static void is_vkim(void)
{
	assert_string_equal(pw.pw_name, "vkim");
	assert_string_equal(pw.pw_passwd, "x");
	assert_int_equal(pw.pw_uid, 60001);
	assert_int_equal(pw.pw_gid, 60001);
	assert_string_equal(pw.pw_gecos, "V. Kim");
	assert_string_equal(pw.pw_dir, "/home/vkim");
	assert_string_equal(pw.pw_shell, "/bin/bash");
}

static void an_own_account_is_answered_by_name_and_number(void **state)
{
	(void)state;
	box_compiles(MAP);
	assert_int_equal(pw_name("vkim"), NSS_STATUS_SUCCESS);
	is_vkim();
	assert_int_equal(pw_uid(60001), NSS_STATUS_SUCCESS);
	is_vkim();
	assert_int_equal(pw_name("bo"), NSS_STATUS_SUCCESS);
	assert_int_equal(pw.pw_gid, 60100);
	assert_string_equal(pw.pw_dir, "/srv/bo");
	assert_string_equal(pw.pw_shell, "/bin/sh");
	assert_string_equal(pw.pw_gecos, "");
}

static void an_identity_resolves_to_the_accounts_own_name(void **state)
{
	(void)state;
	box_compiles(MAP);
	assert_int_equal(pw_name(KIM), NSS_STATUS_SUCCESS);
	is_vkim();
	assert_int_equal(pw_name(KIM2), NSS_STATUS_SUCCESS);
	is_vkim();
	assert_int_equal(pw_name(ALI), NSS_STATUS_SUCCESS);
	assert_string_equal(pw.pw_name, "alice");
	assert_string_equal(pw.pw_passwd, "x");
	assert_int_equal(pw.pw_uid, 1000);
	assert_string_equal(pw.pw_gecos, "Alice,,,");
	assert_string_equal(pw.pw_dir, "/home/alice");
	assert_string_equal(pw.pw_shell, "/bin/bash");
	assert_int_equal(pw_name("AAECAwQFBgcICQoLDA0ODw@other"), NSS_STATUS_NOTFOUND);
	assert_int_equal(pw_name("AAECAwQFBgcICQoLDA0ODw@"), NSS_STATUS_NOTFOUND);
	assert_int_equal(gr_name(KIM), NSS_STATUS_NOTFOUND);
	assert_int_equal(sp_name(KIM), NSS_STATUS_NOTFOUND);
}

static void an_identity_of_an_account_that_changed_is_not_answered(void **state)
{
	(void)state;
	box_compiles(MAP);
	box_write(box_host.passwd, "alice:x:0:0:Alice:/home/alice:/bin/bash\n");
	assert_int_equal(pw_name(ALI), NSS_STATUS_NOTFOUND);
	box_write(box_host.passwd, "alice:x:1001:1000:Alice:/home/alice:/bin/bash\n");
	assert_int_equal(pw_name(ALI), NSS_STATUS_NOTFOUND);
	box_write(box_host.passwd, "alice:x:1000:1000:A. Lee:/home/alice:/bin/sh\n");
	assert_int_equal(pw_name(ALI), NSS_STATUS_SUCCESS);
	assert_string_equal(pw.pw_gecos, "A. Lee");
	box_write(box_host.passwd, "");
	assert_int_equal(pw_name(ALI), NSS_STATUS_NOTFOUND);
	box_make(NULL);
}

static void an_account_has_a_private_group_and_no_other_S45(void **state)
{
	gid_t *groups = malloc(4 * sizeof(*groups));
	long start = 1, size = 4;

	(void)state;
	assert_non_null(groups);
	box_compiles(MAP);
	assert_int_equal(gr_name("bo"), NSS_STATUS_SUCCESS);
	assert_int_equal(gr.gr_gid, 60100);
	assert_string_equal(gr.gr_passwd, "x");
	assert_null(gr.gr_mem[0]);
	assert_int_equal(gr_gid(60100), NSS_STATUS_SUCCESS);
	assert_string_equal(gr.gr_name, "bo");
	assert_int_equal(gr_gid(60002), NSS_STATUS_NOTFOUND); /* a uid, no gid */
	assert_int_equal(
		_nss_vid_initgroups_dyn("bo", 60100, &start, &size, &groups, -1, &error),
		NSS_STATUS_NOTFOUND);
	assert_int_equal(start, 1);
	free(groups);
}

/* --- groups of /etc/group --------------------------------------------------------- */

/* What initgroups gives behind the primary group, as text; "-" for NOTFOUND. */
static const char *groups_of(const char *name, gid_t primary, long limit)
{
	static char text[256];
	gid_t *groups = malloc(sizeof(*groups));
	long start = 1, size = 1;
	enum nss_status got;
	size_t len = 0;

	assert_non_null(groups);
	groups[0] = primary;
	got = _nss_vid_initgroups_dyn(name, primary, &start, &size, &groups, limit,
				      &error);
	assert_true(start <= size);
	text[0] = '\0';
	for (long i = 1; i < start; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%u ", groups[i]);
	free(groups);
	if (got == NSS_STATUS_NOTFOUND)
		return "-";
	return got == NSS_STATUS_SUCCESS ? text : "?";
}

static void an_account_is_in_the_groups_that_the_map_names(void **state)
{
	(void)state;
	box_make(NULL);
	box_compiles(KIM " vkim uid=60001 groups=plug,terminal\n" BO " bo uid=60002\n");
	assert_string_equal(groups_of("vkim", 60001, -1), "900 901 ");
	assert_string_equal(groups_of("vkim", 900, -1), "901 ");  /* the caller has it */
	assert_string_equal(groups_of("vkim", 60001, 2), "900 "); /* no room for more */
	assert_string_equal(groups_of("bo", 60002, -1), "-");
	assert_string_equal(groups_of("alice", 1000, -1), "-");
	/* as /etc/group is now: renumbered, and gone */
	box_write(box_host.group, "root:x:0:\nterminal:x:950:\n");
	assert_string_equal(groups_of("vkim", 60001, -1), "950 ");
	/* and an account that `files` has taken is none of ours */
	box_write(box_host.passwd, "vkim:x:1001:1001::/:/bin/sh\n");
	assert_string_equal(groups_of("vkim", 1001, -1), "-");
	box_make(NULL);
}

static void put_in_place(struct index_writer *writer)
{
	struct problem problem;
	uint8_t content[32];

	assert_int_equal(index_write_finish(writer, content, &problem), 0);
	assert_int_equal(index_write_place(BOX_INDEX, &problem), 0);
	index_write_abandon(writer);
}

static void a_poisoned_index_opens_no_doors_S45(void **state)
{
	static const struct index head = { .rows = 1,
					   .range_count = 1,
					   .range = { { 60000, 64999 } } };
	const struct index_row row = { .name = bytes_of_text("eve"),
				       .gecos = bytes_of_text(""),
				       .home = bytes_of_text("/"),
				       .shell = bytes_of_text("/bin/sh"),
				       .uid = 60001,
				       .gid = 60001 };
	struct index_writer writer;
	struct problem problem;

	(void)state;
	box_make(NULL);
	box_write(box_host.group, "root:x:0:\nsudo:x:27:\ndocker:x:998:\nshadow:x:42:\n"
				  "zero:x:0:\nvideo:x:44:\nterminal:x:900:\n");
	assert_int_equal(index_write_start(&writer, BOX_INDEX, &head, &box_key, &problem),
			 0);
	assert_int_equal(index_write_row(&writer, &row, &problem), 0);
	assert_int_equal(
		index_write_groups(&writer, row.name,
				   bytes_of_text("root,sudo,docker,shadow,zero,video,"
						 "terminal,nosuch,,"),
				   &problem),
		0);
	put_in_place(&writer);
	assert_string_equal(groups_of("eve", 60001, -1), "900 ");
	box_make(NULL);
}

static void a_shadow_entry_is_locked_and_roots_alone(void **state)
{
	(void)state;
	box_compiles(MAP);
	if (geteuid() != 0)
		return;
	assert_int_equal(sp_name("vkim"), NSS_STATUS_SUCCESS);
	assert_string_equal(sp.sp_namp, "vkim");
	assert_string_equal(sp.sp_pwdp, "!*");
	assert_int_equal(sp.sp_expire, -1);
	assert_int_equal(sp_name("alice"), NSS_STATUS_NOTFOUND);

	pid_t child = fork();
	if (child == 0) {
		if (seteuid(12345) < 0)
			_exit(2);
		_exit(sp_name("vkim") == NSS_STATUS_UNAVAIL && error == EACCES &&
				      pw_name("vkim") == NSS_STATUS_SUCCESS
			      ? 0
			      : 1);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void what_is_not_there_is_notfound_and_leaves_errno_alone(void **state)
{
	static const char *const names[] = {
		"nobody",
		"alice",
		"root",
		"",
		"vkim ",
		"VKIM",
		"vkimx",
		"vki",
		"v:kim",
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst"
		"uvwxyz",
		"AAECAwQFBgcICQoLDA0ODw@exampleexampleexampleexampleexample",
		"@",
		"a@b",
	};
	static const uint32_t ids[] = { 0,     1,     27,        1000,  59999,
					60000, 60003, 64999,     65000, 65534,
					65535, 65536, UINT32_MAX };

	(void)state;
	box_compiles(MAP);
	error = 77;
	errno = 88;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_int_equal(pw_name(names[i]), NSS_STATUS_NOTFOUND);
		assert_int_equal(gr_name(names[i]), NSS_STATUS_NOTFOUND);
	}
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		assert_int_equal(pw_uid(ids[i]), NSS_STATUS_NOTFOUND);
		assert_int_equal(gr_gid(ids[i]), NSS_STATUS_NOTFOUND);
	}
	assert_int_equal(error, 77);
	assert_int_equal(errno, 88);
	assert_int_equal(pw_name("vkim"), NSS_STATUS_SUCCESS);
	assert_int_equal(error, 77);
	assert_int_equal(errno, 88);
}

static size_t poison_ranges = 1;

/* Rows that the builder would never write, by somebody who wrote the file himself. */
static void poison(const char *name, uint32_t uid, uint32_t gid, const char *shell)
{
	/* with `ids` of its own choice as well, or without any numbers */
	const struct index head = { .rows = 1,
				    .range_count = poison_ranges,
				    .range = { { 60000, 64999 },
					       { 0, INDEX_ID_CEILING } } };
	const struct index_row row = { .name = bytes_of_text(name),
				       .gecos = bytes_of_text(""),
				       .home = bytes_of_text("/"),
				       .shell = bytes_of_text(shell),
				       .uid = uid,
				       .gid = gid };
	const struct index_identity to = {
		.kind = INDEX_OWN, .name = row.name, .uid = uid, .row = row
	};
	struct index_writer writer;
	struct problem problem;

	assert_int_equal(index_write_start(&writer, BOX_INDEX, &head, &box_key, &problem),
			 0);
	assert_int_equal(index_write_row(&writer, &row, &problem), 0);
	assert_int_equal(index_write_alias(&writer, bytes_of_text("example"),
					   bytes_of_text(BOX_ISS), to.mac, &problem),
			 0);
	assert_int_equal(index_write_identity(&writer, bytes_of_text(BOX_ISS),
					      bytes_of(KIM, VID_SUB_LEN), &to, &problem),
			 0);
	assert_int_equal(index_write_numbers(&writer, &row, &problem), 0);
	put_in_place(&writer);
}

static void reserved_numbers_are_never_answered_S41(void **state)
{
	/* the first ones by no index, the others by none that does not name them */
	static const uint32_t ids[] = {
		0,          1,          27,   999,   65534, 65535,
		2147483648, UINT32_MAX, 1000, 59999, 65000, 65536
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		for (unsigned gid = 0; gid < 2; gid++) {
			poison_ranges = i < 8 ? 2 : 1;
			poison("eve", gid ? 60001 : ids[i], gid ? ids[i] : 60001,
			       "/bin/sh");
			assert_int_equal(pw_name("eve"), NSS_STATUS_NOTFOUND);
			assert_int_equal(pw_name(KIM), NSS_STATUS_NOTFOUND);
			assert_int_equal(pw_uid(ids[i]), NSS_STATUS_NOTFOUND);
			assert_int_equal(pw_uid(60001), NSS_STATUS_NOTFOUND);
			assert_int_equal(gr_name("eve"), NSS_STATUS_NOTFOUND);
			assert_int_equal(gr_gid(ids[i]), NSS_STATUS_NOTFOUND);
			assert_int_equal(sp_name("eve"), geteuid() ? NSS_STATUS_UNAVAIL
								   : NSS_STATUS_NOTFOUND);
			_nss_vid_setpwent(0);
			assert_int_equal(
				_nss_vid_getpwent_r(&pw, buffer, sizeof(buffer), &error),
				NSS_STATUS_NOTFOUND);
		}
	poison_ranges = 2;
	poison("eve", 1001, 65536, "/bin/sh");
	assert_int_equal(pw_name("eve"), NSS_STATUS_SUCCESS);
	poison_ranges = 1;
	poison("eve", 60001, 60001, "/bin/sh");
	assert_int_equal(pw_name("eve"), NSS_STATUS_SUCCESS);
	poison("eve", 60001, 60001, "/bin/sh:x");
	assert_int_equal(pw_name("eve"), NSS_STATUS_UNAVAIL);
	poison("eve", 60001, 60001, "/bin/sh\nroot::0:0::/:/bin/sh");
	assert_int_equal(pw_name("eve"), NSS_STATUS_UNAVAIL);
	poison("root", 60001, 60001, "/bin/sh");
	assert_int_equal(pw_name("root"), NSS_STATUS_NOTFOUND); /* files has it */
}

static void a_local_account_added_later_wins_S42(void **state)
{
	static const struct {
		const char *passwd, *group;
	} added[] = {
		{ "vkim:x:1002:1002::/:/bin/sh\n", "root:x:0:\n" },
		{ "# long\nother:x:60001:1002::/:/bin/sh\n", "root:x:0:\n" },
		{ "other:x:1002:60001::/:/bin/sh", "root:x:0:\n" },
		{ "root:x:0:0::/:/bin/sh\n", "vkim:x:1002:\n" },
		{ "root:x:0:0::/:/bin/sh\n", "other:x:60001:\n" },
		{ "root:x:0:0::/:/bin/sh\n", "  other:x: +60001:a,b\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(added) / sizeof(*added); i++) {
		box_make(NULL);
		box_compiles(MAP);
		assert_int_equal(pw_name("vkim"), NSS_STATUS_SUCCESS);
		box_write(box_host.passwd, added[i].passwd);
		box_write(box_host.group, added[i].group);
		assert_int_equal(pw_name("vkim"), NSS_STATUS_NOTFOUND);
		assert_int_equal(pw_uid(60001), NSS_STATUS_NOTFOUND);
		assert_int_equal(gr_name("vkim"), NSS_STATUS_NOTFOUND);
		assert_int_equal(gr_gid(60001), NSS_STATUS_NOTFOUND);
		assert_int_equal(pw_name(KIM), NSS_STATUS_NOTFOUND);
		_nss_vid_setpwent(0);
		assert_int_equal(_nss_vid_getpwent_r(&pw, buffer, sizeof(buffer), &error),
				 NSS_STATUS_SUCCESS);
		assert_string_equal(pw.pw_name, "bo"); /* the other one is still there */
		assert_int_equal(_nss_vid_getpwent_r(&pw, buffer, sizeof(buffer), &error),
				 NSS_STATUS_NOTFOUND);
	}
	box_make(NULL);
	box_compiles(MAP);
	assert_int_equal(pw_name("vkim"), NSS_STATUS_SUCCESS); /* and back again */
}

static void local_names_are_seen_in_long_lines_and_files_S42(void **state)
{
	enum { SIZE = 1 << 20 };
	char *text = malloc(SIZE);
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	for (unsigned i = 0; i < 2000; i++)
		len += (size_t)snprintf(text + len, SIZE - len, "group%u:x:%u:\n", i,
					1000 + i);
	len += (size_t)snprintf(text + len, SIZE - len, "big:x:500:");
	for (unsigned i = 0; i < 2000; i++)
		len += (size_t)snprintf(text + len, SIZE - len, "bo:x:60100:%u,", i);
	len += (size_t)snprintf(text + len, SIZE - len, "\nvkim:x:501:\n");
	box_compiles(MAP);
	assert_int_equal(pw_name("vkim"), NSS_STATUS_SUCCESS);
	box_write(box_host.group, text);
	assert_int_equal(pw_name("vkim"), NSS_STATUS_NOTFOUND);
	assert_int_equal(pw_name("bo"), NSS_STATUS_SUCCESS); /* only a member list */
	free(text);
	box_make(NULL);
}

static void many_collisions_hide_as_well_as_one_S42(void **state)
{
	static char map[65536], passwd[65536];
	size_t len = 0, taken = 0;
	char name[32];

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		len += (size_t)snprintf(map + len, sizeof(map) - len,
					"AAECAwQFBgcICQoL%02uAODw@example n%u uid=%u\n",
					i, i, 60000 + i);
		if (i % 2)
			taken += (size_t)snprintf(passwd + taken, sizeof(passwd) - taken,
						  "n%u:x:1:1:::\n", i);
	}
	box_compiles(map);
	box_write(box_host.passwd, passwd);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		assert_int_equal(pw_name(name),
				 i % 2 ? NSS_STATUS_NOTFOUND : NSS_STATUS_SUCCESS);
		assert_int_equal(gr_gid(60000 + i),
				 i % 2 ? NSS_STATUS_NOTFOUND : NSS_STATUS_SUCCESS);
	}
	box_make(NULL);
}

static void a_missing_or_broken_index_is_unavailable_not_notfound(void **state)
{
	(void)state;
	box_compiles(MAP);
	assert_int_equal(pw_name("vkim"), NSS_STATUS_SUCCESS);
	assert_int_equal(chmod(BOX_INDEX, 0666), 0);
	assert_int_equal(pw_name("vkim"), NSS_STATUS_UNAVAIL);
	assert_int_equal(error, EACCES);
	assert_int_equal(chmod(BOX_INDEX, 0644), 0);
	assert_int_equal(pw_name("vkim"), NSS_STATUS_SUCCESS);
	assert_int_equal(unlink(BOX_INDEX), 0);
	assert_int_equal(pw_name("vkim"), NSS_STATUS_UNAVAIL);
	assert_int_equal(error, EIO); /* ENOENT means "no such user" to callers */
	assert_int_equal(pw_uid(60001), NSS_STATUS_UNAVAIL);
	assert_int_equal(gr_name("vkim"), NSS_STATUS_UNAVAIL);
	assert_int_equal(_nss_vid_getpwent_r(&pw, buffer, sizeof(buffer), &error),
			 NSS_STATUS_UNAVAIL);
	assert_int_equal(pw_name(KIM), NSS_STATUS_UNAVAIL);
	box_write(BOX_INDEX, "not a cdb");
	assert_int_equal(pw_name("vkim"), NSS_STATUS_UNAVAIL);
	box_forget();
	box_compiles(MAP);
	assert_int_equal(pw_name("vkim"), NSS_STATUS_SUCCESS);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/* In a process that may map nothing more: the first lookup, later ones, and a walk. */
static int answers_without_room(void)
{
	struct rlimit limit = { 4096, 4096 };
	unsigned rows = 0;

	if (setrlimit(RLIMIT_AS, &limit) < 0)
		return 2;
	for (int i = 0; i < 3; i++)
		if (pw_name("vkim") != NSS_STATUS_SUCCESS || pw.pw_uid != 60001 ||
		    pw_uid(60002) != NSS_STATUS_SUCCESS ||
		    gr_gid(60100) != NSS_STATUS_SUCCESS ||
		    pw_name("nosuch") != NSS_STATUS_NOTFOUND)
			return 3;
	_nss_vid_setpwent(0);
	while (_nss_vid_getpwent_r(&pw, buffer, sizeof(buffer), &error) ==
	       NSS_STATUS_SUCCESS)
		rows++;
	return rows == 2 ? 0 : 4;
}

static void accounts_stay_where_the_index_cannot_be_mapped(void **state)
{
	pid_t child;
	int status;

	(void)state;
	box_make(NULL);
	box_compiles(MAP);
	child = fork();
	if (child == 0)
		_exit(answers_without_room());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}
#endif

static void a_group_with_a_privileged_number_gives_nothing_S45(void **state)
{
	(void)state;
	box_make(NULL);
	box_compiles(KIM " vkim uid=60001 groups=plug,terminal\n");
	box_write(box_host.group,
		  "root:x:0:\nplug:x:27:\nterminal:x:900:\nsudo:x:27:alice\n");
	assert_string_equal(groups_of("vkim", 60001, -1), "900 ");
	box_write(box_host.group,
		  "root:x:0:\nterminal:x:120:\nplug:x:901:\nlibvirtd:x:120:\n");
	assert_string_equal(groups_of("vkim", 60001, -1), "901 ");
	box_make(NULL);
}

static void a_walk_visits_each_account_once(void **state)
{
	char room[64];

	(void)state;
	box_compiles(MAP);
	_nss_vid_setpwent(0);
	assert_int_equal(_nss_vid_getpwent_r(&pw, room, 10, &error), NSS_STATUS_TRYAGAIN);
	assert_int_equal(error, ERANGE); /* and the same row comes again */
	assert_int_equal(_nss_vid_getpwent_r(&pw, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
	is_vkim();
	/* The index is replaced under the walk: it goes on behind vkim. */
	box_compiles(MAP "YGEiIyQlJicoKSorLC0uLw@example al uid=60000\n");
	assert_int_equal(_nss_vid_getpwent_r(&pw, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
	assert_string_equal(pw.pw_name, "bo");
	assert_int_equal(_nss_vid_getpwent_r(&pw, buffer, sizeof(buffer), &error),
			 NSS_STATUS_NOTFOUND);
	_nss_vid_endpwent();
	assert_int_equal(_nss_vid_getpwent_r(&pw, buffer, sizeof(buffer), &error),
			 NSS_STATUS_SUCCESS);
	assert_string_equal(pw.pw_name, "al");

	_nss_vid_setgrent(0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(_nss_vid_getgrent_r(&gr, buffer, sizeof(buffer), &error),
				 NSS_STATUS_SUCCESS);
	assert_int_equal(gr.gr_gid, 60100);
	assert_int_equal(_nss_vid_getgrent_r(&gr, buffer, sizeof(buffer), &error),
			 NSS_STATUS_NOTFOUND);
	_nss_vid_endgrent();
	if (geteuid() == 0) {
		_nss_vid_setspent(0);
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(
				_nss_vid_getspent_r(&sp, buffer, sizeof(buffer), &error),
				NSS_STATUS_SUCCESS);
		assert_int_equal(_nss_vid_getspent_r(&sp, buffer, sizeof(buffer), &error),
				 NSS_STATUS_NOTFOUND);
		_nss_vid_endspent();
	}
}

/* --- the first lookup of a process ------------------------------------------ */

static size_t descriptors(void)
{
	size_t count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static size_t mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[4096];
	size_t count = 0;

	if (!maps)
		return 99;
	while (fgets(line, sizeof(line), maps))
		count += strstr(line, BOX_INDEX) != NULL;
	(void)fclose(maps);
	return count;
}

/* In a child, for this process never asked: 0, or the number of what went wrong. The
 * second lookup answers the same and leaves no descriptor either. */
static int first_in_child(const char *name, enum nss_status expected, bool mapped)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		size_t open_before = descriptors();

		if (pw_name(name) != expected)
			_exit(1);
		if (mappings() != mapped)
			_exit(2);
		if (expected == NSS_STATUS_SUCCESS && pw.pw_uid == 60001) {
			if (strcmp(pw.pw_name, "vkim") != 0 ||
			    strcmp(pw.pw_gecos, "V. Kim") != 0 ||
			    strcmp(pw.pw_dir, "/home/vkim") != 0)
				_exit(3);
		}
		if (pw_name(name) != expected)
			_exit(4);
		if (descriptors() != open_before)
			_exit(5);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* Runs first: no other test of this program may have asked before it. */
static void the_first_lookup_reads_and_maps_nothing(void **state)
{
	static const char cut[] = "cut";

	(void)state;
	/* The builder records a passwd and group that have stood for a second. */
	(void)usleep(1100000);
	box_compiles(MAP);
	assert_int_equal(first_in_child("vkim", NSS_STATUS_SUCCESS, false), 0);
	assert_int_equal(first_in_child(KIM, NSS_STATUS_SUCCESS, false), 0);
	assert_int_equal(first_in_child(ALI, NSS_STATUS_SUCCESS, false), 0);
	assert_int_equal(first_in_child("nosuch", NSS_STATUS_NOTFOUND, false), 0);
	/* `files` changed: what would be answered is looked up as all others are (S42) */
	box_write(box_host.passwd, "vkim:x:5:5::/:/bin/sh\n");
	assert_int_equal(first_in_child("vkim", NSS_STATUS_NOTFOUND, true), 0);
	assert_int_equal(first_in_child(KIM, NSS_STATUS_NOTFOUND, true), 0);
	assert_int_equal(first_in_child("bo", NSS_STATUS_SUCCESS, true), 0);
	assert_int_equal(chmod(BOX_INDEX, 0664), 0);
	assert_int_equal(first_in_child("bo", NSS_STATUS_UNAVAIL, false), 0);
	box_write(BOX_INDEX, cut);
	assert_int_equal(first_in_child("bo", NSS_STATUS_UNAVAIL, false), 0);
	box_make(NULL);
	assert_int_equal(first_in_child("bo", NSS_STATUS_UNAVAIL, false), 0);
}

/* A walk that is the first question of all goes over everything as well. */
static void the_first_walk_visits_each_account_once(void **state)
{
	pid_t child;
	int status = -1;

	(void)state;
	box_compiles(MAP);
	if ((child = fork()) == 0) {
		uint32_t uids = 0;

		_nss_vid_setpwent(0);
		while (_nss_vid_getpwent_r(&pw, buffer, sizeof(buffer), &error) ==
		       NSS_STATUS_SUCCESS)
			uids = uids * 10 + pw.pw_uid - 60000;
		_exit((int)uids);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_lookup_reads_and_maps_nothing),
		cmocka_unit_test(the_first_walk_visits_each_account_once),
		cmocka_unit_test(an_own_account_is_answered_by_name_and_number),
		cmocka_unit_test(an_identity_resolves_to_the_accounts_own_name),
		cmocka_unit_test(an_identity_of_an_account_that_changed_is_not_answered),
		cmocka_unit_test(an_account_has_a_private_group_and_no_other_S45),
		cmocka_unit_test(an_account_is_in_the_groups_that_the_map_names),
		cmocka_unit_test(a_poisoned_index_opens_no_doors_S45),
		cmocka_unit_test(a_shadow_entry_is_locked_and_roots_alone),
		cmocka_unit_test(what_is_not_there_is_notfound_and_leaves_errno_alone),
		cmocka_unit_test(reserved_numbers_are_never_answered_S41),
		cmocka_unit_test(a_local_account_added_later_wins_S42),
		cmocka_unit_test(local_names_are_seen_in_long_lines_and_files_S42),
		cmocka_unit_test(many_collisions_hide_as_well_as_one_S42),
		cmocka_unit_test(a_missing_or_broken_index_is_unavailable_not_notfound),
		cmocka_unit_test(a_group_with_a_privileged_number_gives_nothing_S45),
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
		cmocka_unit_test(accounts_stay_where_the_index_cannot_be_mapped),
#endif
		cmocka_unit_test(a_walk_visits_each_account_once),
	};

	return cmocka_run_group_tests_name("nss_vid", tests, box_make, NULL);
}
