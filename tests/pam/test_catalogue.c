/* SPDX-License-Identifier: BSD-2-Clause */
/* The module's own reader of translations: the format, the language, the file, and that
 * the environment has no say in it. */
#include "config.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pam_vid/catalogue.h"
#include "pam_vid/pam_vid.h"
#include "tests/pam/catalogue_file.h"

#define MSGID  "Look at the camera."
#define GERMAN "Schauen Sie in die Kamera."

static const struct entry usual[] = {
	{ "", "Content-Type: text/plain; charset=UTF-8\n", 0, 0 },
	{ "%u try\0%u tries", "%u Versuch\0%u Versuche", 14, 21 },
	{ MSGID, GERMAN, 0, 0 },
	{ "PIN of {1}: ", "{1}, PIN (\xc3\xa4): ", 0, 0 },
	{ "context\004Exit", "Ende", 0, 0 },
};
#define USUAL (sizeof(usual) / sizeof(*usual))

static uint8_t file[4096];
static size_t file_len;

/* --- the application: its locale is what it has chosen -------------------------------
 */

static const char *in_force = "C", *encoding = "UTF-8";
static int asked;

/* In place of libc's, for the module's sources in this program. */
char *setlocale(int category, const char *locale)
{
	assert_int_equal(category, LC_MESSAGES);
	assert_null(locale); /* it is asked for, never changed */
	asked++;
	return (char *)in_force;
}

char *nl_langinfo(nl_item item)
{
	assert_int_equal(item, CODESET);
	return (char *)encoding;
}

/* --- the format ------------------------------------------------------------------------
 */

static bool found(const char *msgid, const char *text)
{
	struct bytes out;
	bool there = catalogue_find(bytes_of(file, file_len), msgid, &out);

	return text ? there && bytes_are(out, text) : !there && !out.len;
}

static void a_sentence_is_found_and_no_other(void **state)
{
	(void)state;
	assert_true(found(MSGID, GERMAN));
	assert_true(found("PIN of {1}: ", "{1}, PIN (\xc3\xa4): "));
	assert_true(found("Look at the camera", NULL));
	assert_true(found("Look at the camera..", NULL));
	assert_true(found("", NULL)); /* the head is no sentence */
	assert_true(found("%u try", NULL));
	assert_true(found("Exit", NULL));
}

static void a_translation_with_a_plural_or_none_is_none(void **state)
{
	static const struct entry odd[] = { { "a", "b\0c", 0, 3 }, { "d", "", 0, 0 } };

	(void)state;
	file_len = make_catalogue(file, odd, 2);
	assert_true(found("a", NULL));
	assert_true(found("d", NULL));
}

static void a_file_that_is_cut_anywhere_is_survived(void **state)
{
	const size_t whole = file_len;
	struct bytes out;

	(void)state;
	for (size_t len = 0; len < whole; len++) {
		/* a heap block of just that size, for the sanitizer */
		uint8_t *copy = malloc(len ? len : 1);

		memcpy(copy, file, len);
		if (catalogue_find(bytes_of(copy, len), MSGID, &out))
			assert_true(bytes_are(out, GERMAN));
		assert_false(catalogue_find(bytes_of(copy, len), "not there", &out));
		free(copy);
	}
}

static void every_offset_and_length_is_checked(void **state)
{
	static const uint32_t odd[] = { 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff };
	const size_t numbers = (28 + 16 * USUAL) / 4;
	uint8_t saved[4];
	struct bytes out;

	(void)state;
	for (size_t i = 0; i < numbers; i++)
		for (size_t j = 0; j < sizeof(odd) / sizeof(*odd); j++) {
			memcpy(saved, file + 4 * i, 4);
			put_u32(file + 4 * i, odd[j]);
			if (catalogue_find(bytes_of(file, file_len), MSGID, &out))
				assert_true(out.at >= file &&
					    out.at + out.len < file + file_len);
			memcpy(file + 4 * i, saved, 4);
		}
	put_u32(file, 0xde120495); /* big-endian */
	assert_true(found(MSGID, NULL));
	put_u32(file, 0x950412de);
	put_u32(file + 4, 1); /* another revision */
	assert_true(found(MSGID, NULL));
}

static void a_string_inside_the_header_is_none(void **state)
{
	const size_t translation = 28 + 8 * USUAL + 8 * 2; /* of MSGID */

	(void)state;
	put_u32(file + translation, 4); /* the magic number; the revision's NUL ends it */
	put_u32(file + translation + 4, 0);
	assert_true(found(MSGID, NULL));
}

/* --- the language
 * ------------------------------------------------------------------------ */

static void a_locale_names_a_language_and_never_a_path_S29(void **state)
{
	static const struct {
		const char *locale, *with, *without; /* NULL: refused */
	} table[] = {
		{ "de_DE.UTF-8", "de_DE", "de" },
		{ "de_AT@euro", "de_AT", "de" },
		{ "de", NULL, "de" },
		{ "gsw.UTF-8", NULL, "gsw" },
		{ "C", NULL, NULL },
		{ "C.UTF-8", NULL, NULL },
		{ "POSIX", NULL, NULL },
		{ "", NULL, NULL },
		{ "d", NULL, NULL },
		{ "deuu", NULL, NULL },
		{ "de_", NULL, NULL },
		{ "de_D", NULL, NULL },
		{ "de_DEU", NULL, NULL },
		{ "de_de", NULL, NULL },
		{ "../../../tmp/x", NULL, NULL },
		{ "/tmp/x", NULL, NULL },
		{ "de/../../x", NULL, NULL },
		{ "de_DE/x", NULL, NULL },
		{ "de%s", NULL, NULL },
		{ "LC_CTYPE=C;LC_MESSAGES=de_DE", NULL, NULL },
	};
	char to[CATALOGUE_LANG_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		for (int territory = 0; territory < 2; territory++) {
			const char *wanted = territory ? table[i].with : table[i].without;

			assert_int_equal(
				catalogue_language(table[i].locale, territory, to),
				wanted != NULL);
			assert_string_equal(to, wanted ? wanted : "");
		}
}

/* --- the file
 * ------------------------------------------------------------------------------ */

#define PATH VID_LOCALEDIR "/de/LC_MESSAGES/vid.mo"

static void write_file(const void *at, size_t len, mode_t mode)
{
	int fd;

	unlink(PATH);
	fd = open(PATH, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, at, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static const char *said(const char *msgid)
{
	static char text[256];

	talk_text(msgid, "<one>", "<two>", text, sizeof(text));
	return text;
}

static void the_application_s_locale_decides(void **state)
{
	(void)state;
	in_force = "de_DE.UTF-8";
	assert_string_equal(said(MSGID), GERMAN);
	assert_string_equal(said("PIN of {1}: "), "<one>, PIN (\xc3\xa4): ");
	assert_string_equal(said("not there"), "not there");
	assert_true(asked > 0);
	in_force = "de_CH.UTF-8";
	assert_string_equal(said(MSGID), GERMAN);
	in_force = "fr_FR.UTF-8";
	assert_string_equal(said(MSGID), MSGID);
	in_force = "C.UTF-8";
	assert_string_equal(said(MSGID), MSGID);
	in_force = "de_DE";
	encoding = "ISO-8859-1";
	assert_string_equal(said(MSGID), MSGID);
}

static void the_environment_has_no_say_S29(void **state)
{
	(void)state;
	setenv("LANGUAGE", "de", 1);
	setenv("LC_ALL", "de_DE.UTF-8", 1);
	setenv("LANG", "de_DE.UTF-8", 1);
	in_force = "C.UTF-8";
	assert_string_equal(said(MSGID), MSGID);
	in_force = "de_DE.UTF-8";
	setenv("LANGUAGE", "fr", 1);
	assert_string_equal(said(MSGID), GERMAN);
}

static void a_file_that_cannot_be_trusted_is_not_read(void **state)
{
	static uint8_t large[CATALOGUE_MAX + 1];

	(void)state;
	in_force = "de_DE.UTF-8";
	assert_string_equal(said(MSGID), GERMAN);
	write_file(file, file_len, 0664);
	assert_string_equal(said(MSGID), MSGID);
	write_file(file, file_len, 0646);
	assert_string_equal(said(MSGID), MSGID);
	write_file(large, sizeof(large), 0644);
	assert_string_equal(said(MSGID), MSGID);
	write_file("", 0, 0644);
	assert_string_equal(said(MSGID), MSGID);
	if (geteuid() == 0) {
		write_file(file, file_len, 0644);
		assert_int_equal(chown(PATH, 65534, 65534), 0);
		assert_string_equal(said(MSGID), MSGID);
	}
	assert_int_equal(unlink(PATH), 0);
	assert_int_equal(mkfifo(PATH, 0644), 0); /* and it holds nobody up */
	assert_string_equal(said(MSGID), MSGID);
	assert_int_equal(unlink(PATH), 0);
	assert_int_equal(symlink("/proc/self/environ", PATH), 0);
	assert_string_equal(said(MSGID), MSGID);
	assert_int_equal(unlink(PATH), 0);
	assert_string_equal(said(MSGID), MSGID);
}

static void control_characters_of_a_translation_reach_no_terminal(void **state)
{
	static const struct entry odd[] = { { "a", "b\x1b[2Jc\nd\x7f", 0, 0 } };

	(void)state;
	in_force = "de_DE.UTF-8";
	file_len = make_catalogue(file, odd, 1);
	write_file(file, file_len, 0644);
	assert_string_equal(said("a"), "b\\x1B[2Jc\\x0Ad\\x7F");
}

static void a_sentence_leaves_no_descriptor_open_S31(void **state)
{
	int first, then;

	(void)state;
	in_force = "de_DE.UTF-8";
	first = dup(0);
	close(first);
	for (int i = 0; i < 20; i++)
		(void)said(MSGID);
	then = dup(0);
	close(then);
	assert_int_equal(first, then);
}

static int prepare(void **state)
{
	(void)state;
	in_force = "C";
	encoding = "UTF-8";
	file_len = make_catalogue(file, usual, USUAL);
	mkdir(VID_LOCALEDIR, 0755);
	mkdir(VID_LOCALEDIR "/de", 0755);
	mkdir(VID_LOCALEDIR "/de/LC_MESSAGES", 0755);
	write_file(file, file_len, 0644);
	return 0;
}
#define test(name) cmocka_unit_test_setup(name, prepare)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_sentence_is_found_and_no_other),
		test(a_translation_with_a_plural_or_none_is_none),
		test(a_file_that_is_cut_anywhere_is_survived),
		test(every_offset_and_length_is_checked),
		test(a_string_inside_the_header_is_none),
		test(a_locale_names_a_language_and_never_a_path_S29),
		test(the_application_s_locale_decides),
		test(the_environment_has_no_say_S29),
		test(a_file_that_cannot_be_trusted_is_not_read),
		test(control_characters_of_a_translation_reach_no_terminal),
		test(a_sentence_leaves_no_descriptor_open_S31),
	};

	return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
