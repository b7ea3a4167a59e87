/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that root trusts (S33), files that survive (S34), and the files that issuers and
 * the host key stand in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libvid/files.h"
#include "libvid/hostkey.h"
#include "libvid/ini.h"
#include "libvid/issuers.h"

static char folder[64];

static const char *in_folder(const char *name)
{
	static char path[4][128];
	static unsigned next;
	char *to = path[next++ % 4];

	snprintf(to, 128, "%s/%s", folder, name);
	return to;
}

static void put(const char *name, const char *text)
{
	assert_int_equal(file_write(in_folder(name), bytes_of_text(text), 0600, NULL),
			 VID_OK);
}

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vid-files-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	(void)state;
	while (dir && (entry = readdir(dir)))
		if (unlinkat(dirfd(dir), entry->d_name, 0) < 0)
			(void)unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR);
	if (dir)
		closedir(dir);
	return rmdir(folder);
}

static enum vid_reason trusted(const char *name, struct problem *problem)
{
	struct blob blob;
	enum vid_reason why = file_read_trusted(in_folder(name), 100, &blob, problem);

	blob_free(&blob);
	return why;
}

static void a_plain_file_of_ones_own_is_read(void **state)
{
	struct problem problem = { "" };
	struct blob blob;

	(void)state;
	put("plain", "hello");
	assert_int_equal(file_read_trusted(in_folder("plain"), 5, &blob, &problem),
			 VID_OK);
	assert_int_equal(blob.len, 5);
	assert_string_equal((char *)blob.at, "hello");
	blob_free(&blob);
	assert_int_equal(file_read_trusted(in_folder("plain"), 4, &blob, &problem),
			 VID_FILE_IO);
	assert_int_equal(trusted("absent", &problem), VID_FILE_MISSING);
	assert_non_null(strstr(problem.text, "absent"));
}

static void what_others_could_have_changed_is_not_trusted_S33(void **state)
{
	struct problem problem = { "" };

	(void)state;
	put("group", "x");
	assert_int_equal(chmod(in_folder("group"), 0620), 0);
	assert_int_equal(trusted("group", &problem), VID_FILE_UNTRUSTED);
	put("world", "x");
	assert_int_equal(chmod(in_folder("world"), 0602), 0);
	assert_int_equal(trusted("world", &problem), VID_FILE_UNTRUSTED);
	put("links", "x");
	assert_int_equal(link(in_folder("links"), in_folder("other")), 0);
	assert_int_equal(trusted("links", &problem), VID_FILE_UNTRUSTED);
	put("target", "x");
	assert_int_equal(symlink("target", in_folder("symlink")), 0);
	assert_int_equal(trusted("symlink", &problem), VID_FILE_UNTRUSTED);
	assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
	assert_int_equal(trusted("fifo", &problem), VID_FILE_UNTRUSTED);
	assert_int_equal(mkdir(in_folder("folder"), 0700), 0);
	assert_int_equal(trusted("folder", &problem), VID_FILE_UNTRUSTED);
	if (geteuid() == 0) {
		put("strange", "x");
		assert_int_equal(chown(in_folder("strange"), 12345, 0), 0);
		assert_int_equal(trusted("strange", &problem), VID_FILE_UNTRUSTED);
	}
}

static void a_folder_that_others_write_is_not_trusted_S33(void **state)
{
	struct problem problem = { "" };

	(void)state;
	put("in", "x");
	assert_int_equal(trusted("in", &problem), VID_OK);
	assert_int_equal(chmod(folder, 0777), 0);
	assert_int_equal(trusted("in", &problem), VID_FILE_UNTRUSTED);
	assert_int_equal(chmod(folder, 0700), 0);
}

static void a_folder_through_a_link_is_not_trusted_S33(void **state)
{
	struct problem problem = { "" };
	struct blob blob;
	char link_path[128], path[160];

	(void)state;
	put("in", "x");
	snprintf(link_path, sizeof(link_path), "%s-link", folder);
	snprintf(path, sizeof(path), "%s/in", link_path);
	assert_int_equal(symlink(folder, link_path), 0);
	assert_int_equal(file_read_trusted(path, 10, &blob, &problem),
			 VID_FILE_UNTRUSTED);
	assert_int_equal(unlink(link_path), 0);
}

/* Where something is to be put, not only read. */
static void a_folder_to_write_in_is_ones_own_alone_S33(void **state)
{
	struct problem problem = { "" };
	enum vid_reason why;
	int fd;

	(void)state;
	assert_int_equal(mkdir(in_folder("own"), 0755), 0);
	fd = folder_open_trusted(in_folder("own"), &why, &problem);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(chmod(in_folder("own"), 01777), 0);
	assert_int_equal(folder_open_trusted(in_folder("own"), &why, &problem), -1);
	assert_int_equal(why, VID_FILE_UNTRUSTED);
	assert_int_equal(symlink("own", in_folder("way")), 0);
	assert_int_equal(folder_open_trusted(in_folder("way"), &why, &problem), -1);
	assert_int_equal(why, VID_FILE_UNTRUSTED);
	put("file", "x");
	assert_int_equal(folder_open_trusted(in_folder("file"), &why, &problem), -1);
	assert_int_equal(why, VID_FILE_UNTRUSTED);
	assert_int_equal(folder_open_trusted(in_folder("absent"), &why, &problem), -1);
	assert_int_equal(why, VID_FILE_MISSING);
}

static void a_carrier_never_blocks_and_is_bounded_S35(void **state)
{
	struct problem problem = { "" };
	struct blob blob;

	(void)state;
	assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
	assert_int_equal(file_read_untrusted(in_folder("pipe"), 10, &blob, &problem),
			 VID_FILE_IO);
	assert_int_equal(symlink("/dev/zero", in_folder("zero")), 0);
	assert_int_equal(file_read_untrusted(in_folder("zero"), 10, &blob, &problem),
			 VID_FILE_IO);
	put("big", "0123456789a");
	assert_int_equal(file_read_untrusted(in_folder("big"), 10, &blob, &problem),
			 VID_FILE_IO);
	assert_null(blob.at);
}

/* Opening alone does something to a watchdog or a tape, and root may open both. */
static void a_carrier_is_not_read_through_a_link_S35(void **state)
{
	struct problem problem = { "" };
	struct blob blob;

	(void)state;
	put("real", "token");
	assert_int_equal(symlink(in_folder("real"), in_folder("link")), 0);
	assert_int_equal(file_read_carrier(in_folder("link"), 10, &blob, &problem),
			 VID_FILE_UNTRUSTED);
	assert_null(blob.at);
	assert_int_equal(file_read_carrier(in_folder("real"), 10, &blob, &problem),
			 VID_OK);
	blob_free(&blob);
}

static unsigned files_in_folder(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	unsigned count = 0;

	while (dir && (entry = readdir(dir)))
		count += entry->d_name[0] == '.' && strlen(entry->d_name) > 2;
	if (dir)
		closedir(dir);
	return count;
}

static void a_full_disk_leaves_the_old_file_S34(void **state)
{
	char large[4096];
	struct rlimit limit = { 1024, 1024 };
	struct blob blob;
	int status;
	pid_t pid;

	(void)state;
	memset(large, 'x', sizeof(large));
	put("kept", "old");
	pid = fork();
	if (pid == 0) {
		struct problem problem = { "" };
		enum vid_reason why;

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		why = file_write(in_folder("kept"), bytes_of(large, sizeof(large)), 0600,
				 &problem);
		_exit(why == VID_FILE_IO && problem.text[0] ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(file_read_trusted(in_folder("kept"), 10, &blob, NULL), VID_OK);
	assert_string_equal((char *)blob.at, "old");
	blob_free(&blob);
	assert_int_equal(files_in_folder(), 0); /* no temporary file stays */
}

static void a_new_file_replaces_nothing(void **state)
{
	(void)state;
	put("there", "old");
	assert_int_equal(
		file_write_new(in_folder("there"), bytes_of_text("new"), 0600, NULL),
		VID_FILE_IO);
	assert_int_equal(
		file_write_new(in_folder("fresh"), bytes_of_text("new"), 0400, NULL),
		VID_OK);
	assert_int_equal(files_in_folder(), 0);
	assert_int_equal(file_remove(in_folder("fresh"), NULL), VID_OK);
	assert_int_equal(file_remove(in_folder("fresh"), NULL), VID_FILE_MISSING);
}

static void a_lock_keeps_the_second_out(void **state)
{
	int first = file_lock(in_folder("lock"), 0);

	(void)state;
	assert_true(first >= 0);
	assert_int_equal(file_lock(in_folder("lock"), 0), -1);
	close(first);
	first = file_lock(in_folder("lock"), 0);
	assert_true(first >= 0);
	close(first);
}

static const char *entry_of_test(void *user, const char *section, const char *key,
				 const char *value)
{
	(void)user;
	(void)value;
	if (strcmp(section, "known") != 0)
		return "unknown section";
	return !key || strcmp(key, "good") == 0 ? NULL : "unknown key";
}

static void a_fault_in_a_file_has_its_line(void **state)
{
	static const struct {
		const char *text, *says;
	} faults[] = {
		{ "[known]\ngood = 1\nbad = 2\n", "f:3: unknown key: 'bad'" },
		{ "[known]\ngood = 1\ngood = 2\n", "f:3: the key stands twice: 'good'" },
		{ "# note\n\n[other]\na = 1\n", "f:4: unknown section: 'other'" },
		{ "[known]\nnonsense\n", "f:2: neither [section] nor key = value" },
		{ "[known]\ngood = 1\n[x]\ny=1\n[known]\ngood = 2\n",
		  "f:4: unknown section: 'x'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct problem problem = { "" };

		assert_int_equal(ini_read(bytes_of_text(faults[i].text), "f",
					  entry_of_test, NULL, &problem),
				 VID_CONFIG);
		assert_string_equal(problem.text, faults[i].says);
	}
	assert_int_equal(ini_read(bytes_of("[known]\ngood = \0x\n", 18), "f",
				  entry_of_test, NULL, NULL),
			 VID_CONFIG);
}

static void numbers_and_hex_are_read_exactly(void **state)
{
	uint64_t number;
	uint8_t two[2];

	(void)state;
	assert_true(ini_unsigned("18446744073709551615", UINT64_MAX, &number));
	assert_false(ini_unsigned("18446744073709551616", UINT64_MAX, &number));
	assert_true(ini_unsigned("300", 300, &number));
	assert_false(ini_unsigned("301", 300, &number));
	assert_false(ini_unsigned("", 300, &number));
	assert_false(ini_unsigned("-1", 300, &number));
	assert_false(ini_unsigned("1 ", 300, &number));
	assert_false(ini_unsigned("5", 3, &number));
	assert_true(ini_hex("00fF", two, 2));
	assert_false(ini_hex("00f", two, 2));
	assert_false(ini_hex("00fff", two, 2));
	assert_false(ini_hex("0", two, 2));
}

#define KEY  "05be533ed4e718f0dee72c005353d7cf01aeaf4515c6acc30b8c66a5845eb2f7"
#define HEAD "[issuer]\niss = https://a\nrealm = r\nalias = a\n"
#define GOOD HEAD "[key 5c77d7fd8f51ed0c]\nalg = EdDSA\npublic = " KEY "\n"

static void a_faulty_issuer_file_is_an_error_with_its_line(void **state)
{
	static const struct {
		const char *text, *says;
	} faults[] = {
		{ HEAD, "f: a [key ID] section is missing" },
		{ "[issuer]\nrealm = r\n", "f: iss is missing" },
		{ HEAD "[key 5c77]\nalg = EdDSA\n",
		  "f:6: a key's id is 16 hex digits: 'key 5c77'" },
		{ HEAD "[key 5c77d7fd8f51ed0c]\nalg = HS256\n",
		  "f:6: alg must be EdDSA or ES256: 'alg'" },
		{ HEAD "[key 5c77d7fd8f51ed0c]\npublic = " KEY "\n",
		  "f:6: alg must stand before public: 'public'" },
		{ HEAD "[key 5c77d7fd8f51ed0c]\nalg = EdDSA\npublic = 01\n",
		  "f:7: public must be 64 hex digits (EdDSA) or 128 (ES256): 'public'" },
		{ HEAD "[key 5c77d7fd8f51ed0c]\nalg = EdDSA\n",
		  "f: a key has no public part" },
		{ "[issuer]\nalias = A\n", "f:2: alias must be a small letter, then "
					   "small letters, digits or '-': 'alias'" },
		{ "[issuer]\nstatus = maybe\n",
		  "f:2: status must be required, soft or none: 'status'" },
		{ GOOD GOOD, "f:9: the section stands twice: 'issuer'" },
	};
	struct issuer issuer;

	(void)state;
	assert_int_equal(issuer_parse(bytes_of_text(GOOD), "f", &issuer, NULL), VID_OK);
	assert_int_equal(issuer.status, STATUS_REQUIRED);
	assert_int_equal(issuer.max_lifetime, 0);
	assert_int_equal(issuer_token_lifetime(&issuer), 90 * 86400);
	assert_int_equal(issuer_card_lifetime(&issuer), VID_CARD_LIFETIME);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct problem problem = { "" };

		assert_int_equal(issuer_parse(bytes_of_text(faults[i].text), "f", &issuer,
					      &problem),
				 VID_CONFIG);
		assert_string_equal(problem.text, faults[i].says);
	}
}

static void what_an_issuer_exports_can_be_trusted_again(void **state)
{
	struct issuer first, second;
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	(void)state;
	assert_int_equal(issuer_parse(bytes_of_text(GOOD "not-after = 1800000000\n"), "f",
				      &first, NULL),
			 VID_OK);
	issuer_print(&first, to);
	fclose(to);
	assert_int_equal(issuer_parse(bytes_of(text, len), "f", &second, NULL), VID_OK);
	assert_memory_equal(&first, &second, sizeof(first));
	free(text);
}

static void two_issuers_with_one_name_count_neither(void **state)
{
	struct problem problem = { "" };
	struct issuers issuers;

	(void)state;
	put("a.conf", GOOD);
	put("note.txt", "not an issuer");
	assert_int_equal(issuers_load(folder, &issuers, &problem), VID_OK);
	assert_int_equal(issuers.count, 1);
	assert_non_null(issuer_by_alias(&issuers, bytes_of_text("a")));
	assert_null(issuer_by_iss(&issuers, bytes_of_text("https://b")));
	issuers_free(&issuers);
	put("b.conf", GOOD);
	put("c.conf", "[issuer]\niss = https://c\nrealm = r\nalias = c\n[key "
		      "5c77d7fd8f51ed0c]\nalg = EdDSA\npublic = " KEY "\n");
	put("d.conf", "nonsense");
	assert_int_equal(issuers_load(folder, &issuers, &problem), VID_OK);
	assert_int_equal(issuers.count, 1);
	assert_string_equal(issuers.at[0].alias, "c");
	assert_string_equal(issuers.file[0].name, "c.conf");
	assert_int_equal(issuers.fault_count, 3);
	issuers_free(&issuers);
	assert_int_equal(issuers_load("/nonexistent", &issuers, &problem),
			 VID_FILE_MISSING);
}

static void a_host_key_derives_by_purpose_and_nothing_else(void **state)
{
	struct hostkey key, again;
	uint8_t one[32], two[32];
	char id[22], other[22];

	(void)state;
	assert_int_equal(hostkey_create(in_folder("host.key"), NULL), VID_OK);
	assert_int_equal(hostkey_create(in_folder("host.key"), NULL), VID_FILE_IO);
	assert_int_equal(hostkey_load(in_folder("host.key"), &key, NULL), VID_OK);
	assert_int_equal(hostkey_load(in_folder("host.key"), &again, NULL), VID_OK);
	hostkey_derive(&key, "a", bytes_of_text("b"), one);
	hostkey_derive(&again, "a", bytes_of_text("b"), two);
	assert_memory_equal(one, two, 32);
	hostkey_derive(&key, "ab", bytes_of_text(""), two);
	assert_memory_not_equal(one, two, 32);
	hostkey_mac(&key, "a", bytes_of_text("b"), two);
	assert_memory_not_equal(one, two, 32);
	assert_true(hostkey_mac_verify(&key, "a", bytes_of_text("b"), two));
	two[31] ^= 1;
	assert_false(hostkey_mac_verify(&key, "a", bytes_of_text("b"), two));
	hostkey_host_id(&key, id);
	hostkey_host_id(&again, other);
	assert_string_equal(id, other);
	assert_int_equal(strlen(id), 21);
	put("short.key", "too short");
	assert_int_equal(hostkey_load(in_folder("short.key"), &key, NULL), VID_STATE);
	hostkey_wipe(&again);
	assert_true(sodium_is_zero(again.at, sizeof(again.at)));
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_plain_file_of_ones_own_is_read),
		T(what_others_could_have_changed_is_not_trusted_S33),
		T(a_folder_that_others_write_is_not_trusted_S33),
		T(a_folder_through_a_link_is_not_trusted_S33),
		T(a_folder_to_write_in_is_ones_own_alone_S33),
		T(a_carrier_never_blocks_and_is_bounded_S35),
		T(a_carrier_is_not_read_through_a_link_S35),
		T(a_full_disk_leaves_the_old_file_S34),
		T(a_new_file_replaces_nothing),
		T(a_lock_keeps_the_second_out),
		T(a_fault_in_a_file_has_its_line),
		T(numbers_and_hex_are_read_exactly),
		T(a_faulty_issuer_file_is_an_error_with_its_line),
		T(what_an_issuer_exports_can_be_trusted_again),
		T(two_issuers_with_one_name_count_neither),
		T(a_host_key_derives_by_purpose_and_nothing_else),
	};
#undef T

	if (sodium_init() < 0)
		return 99;
	return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
