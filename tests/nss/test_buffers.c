/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nss_vid with every size of glibc's buffer from 0 to 4096 bytes. The buffer ends where a
 * page ends behind which nothing may be touched, so that one byte too many is a SIGSEGV.
 */
#include "tests/nss/box.h"

#include <errno.h>
#include <sys/mman.h>

#include "tests/nss/nss_vid.h"

#define LARGEST 4096u
#define CANARY  0x5a

#define LONG_TEXT                                                                        \
	"123456789 123456789 123456789 123456789 123456789 123456789 123456789 "         \
	"123456789 123456789 123456789 123456789 123456789 123456789 123456789 "         \
	"123456789 123456789 123456789 123456789 123456789 123456789 12345"
#define MAP                                                                              \
	KIM " vkim uid=60001 shell=/bin/bash gecos=V. Kim\n" ALI " alice\n" BO           \
	    " bo uid=60002 gid=60100 home=/srv/bo gecos=" LONG_TEXT "\n"

static uint8_t *room; /* LARGEST bytes of canary, LARGEST bytes, then the guard */

static int room_make(void **state)
{
	room = mmap(NULL, 3ul * LARGEST, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(room, MAP_FAILED);
	assert_int_equal(mprotect(room + 2ul * LARGEST, LARGEST, PROT_NONE), 0);
	return box_make(state);
}

/* The last `size` bytes in front of the guard, in a room that is canary all over. */
static char *buffer_make(size_t size)
{
	memset(room, CANARY, 2ul * LARGEST);
	return (char *)room + 2ul * LARGEST - size;
}

static void nothing_before_is_touched(size_t size)
{
	static uint8_t canary[2 * LARGEST];

	if (!canary[0])
		memset(canary, CANARY, sizeof(canary));
	assert_memory_equal(room, canary, 2ul * LARGEST - size);
}

static bool within(const char *text, const char *buffer, size_t size)
{
	return text >= buffer && text + strlen(text) < buffer + size;
}

/* A question that is put with each size: an entry of `need` bytes, or of `need` and the
 * room that aligning pointers takes. */
struct asked {
	enum nss_status (*ask)(char *buffer, size_t size, int *error);
	void (*right)(const char *buffer, size_t size);
	size_t need, align;
};

static void with_every_size(const struct asked *asked)
{
	for (size_t size = 0; size <= LARGEST; size++) {
		char *buffer = buffer_make(size);
		size_t misfit = asked->align ? (uintptr_t)buffer % asked->align : 0;
		size_t pad = misfit ? asked->align - misfit : 0;
		int error = 77;
		enum nss_status got = asked->ask(buffer, size, &error);

		nothing_before_is_touched(size);
		if (size >= asked->need + pad) {
			assert_int_equal(got, NSS_STATUS_SUCCESS);
			assert_int_equal(error, 77);
			asked->right(buffer, size);
		} else {
			assert_int_equal(got, NSS_STATUS_TRYAGAIN);
			assert_int_equal(error, ERANGE);
		}
	}
}

static struct passwd pw;
static struct group gr;
static struct spwd sp;

static enum nss_status ask_bo(char *buffer, size_t size, int *error)
{
	return _nss_vid_getpwnam_r("bo", &pw, buffer, size, error);
}

static enum nss_status ask_60002(char *buffer, size_t size, int *error)
{
	return _nss_vid_getpwuid_r(60002, &pw, buffer, size, error);
}

static enum nss_status ask_bo_identity(char *buffer, size_t size, int *error)
{
	return _nss_vid_getpwnam_r(BO, &pw, buffer, size, error);
}

static void bo_is_right(const char *buffer, size_t size)
{
	assert_string_equal(pw.pw_name, "bo");
	assert_string_equal(pw.pw_passwd, "x");
	assert_string_equal(pw.pw_gecos, LONG_TEXT);
	assert_string_equal(pw.pw_dir, "/srv/bo");
	assert_string_equal(pw.pw_shell, "/bin/sh");
	assert_int_equal(pw.pw_uid, 60002);
	assert_int_equal(pw.pw_gid, 60100);
	assert_true(within(pw.pw_name, buffer, size));
	assert_true(within(pw.pw_passwd, buffer, size));
	assert_true(within(pw.pw_gecos, buffer, size));
	assert_true(within(pw.pw_dir, buffer, size));
	assert_true(within(pw.pw_shell, buffer, size));
}

static void an_own_account_fits_or_is_erange(void **state)
{
	static const size_t need = sizeof("bo") + sizeof("x") + sizeof(LONG_TEXT) +
				   sizeof("/srv/bo") + sizeof("/bin/sh");

	(void)state;
	box_compiles(MAP);
	with_every_size(&(struct asked){ ask_bo, bo_is_right, need, 0 });
	with_every_size(&(struct asked){ ask_60002, bo_is_right, need, 0 });
	with_every_size(&(struct asked){ ask_bo_identity, bo_is_right, need, 0 });
}

static enum nss_status ask_alice_identity(char *buffer, size_t size, int *error)
{
	return _nss_vid_getpwnam_r(ALI, &pw, buffer, size, error);
}

static void alice_is_right(const char *buffer, size_t size)
{
	assert_string_equal(pw.pw_name, "alice");
	assert_string_equal(pw.pw_gecos, "Alice,,,");
	assert_string_equal(pw.pw_shell, "/bin/bash");
	assert_true(within(pw.pw_shell, buffer, size));
}

static void an_account_of_passwd_fits_or_is_erange(void **state)
{
	(void)state;
	box_compiles(MAP);
	with_every_size(
		&(struct asked){ ask_alice_identity, alice_is_right,
				 sizeof("alice") + sizeof("x") + sizeof("Alice,,,") +
					 sizeof("/home/alice") + sizeof("/bin/bash"),
				 0 });
}

static enum nss_status ask_group(char *buffer, size_t size, int *error)
{
	return _nss_vid_getgrnam_r("bo", &gr, buffer, size, error);
}

static enum nss_status ask_gid(char *buffer, size_t size, int *error)
{
	return _nss_vid_getgrgid_r(60100, &gr, buffer, size, error);
}

static void group_is_right(const char *buffer, size_t size)
{
	assert_string_equal(gr.gr_name, "bo");
	assert_string_equal(gr.gr_passwd, "x");
	assert_int_equal(gr.gr_gid, 60100);
	assert_true(within(gr.gr_name, buffer, size));
	assert_true(within(gr.gr_passwd, buffer, size));
	assert_true((char *)gr.gr_mem >= buffer);
	assert_true((char *)(gr.gr_mem + 1) <= buffer + size);
	assert_int_equal((uintptr_t)gr.gr_mem % _Alignof(char *), 0);
	assert_null(gr.gr_mem[0]);
}

static void a_group_fits_or_is_erange_and_its_list_is_aligned(void **state)
{
	static const size_t need = sizeof(char *) + sizeof("bo") + sizeof("x");

	(void)state;
	box_compiles(MAP);
	with_every_size(
		&(struct asked){ ask_group, group_is_right, need, _Alignof(char *) });
	with_every_size(
		&(struct asked){ ask_gid, group_is_right, need, _Alignof(char *) });
}

static enum nss_status ask_shadow(char *buffer, size_t size, int *error)
{
	return _nss_vid_getspnam_r("vkim", &sp, buffer, size, error);
}

static void shadow_is_right(const char *buffer, size_t size)
{
	assert_string_equal(sp.sp_namp, "vkim");
	assert_string_equal(sp.sp_pwdp, "!*");
	assert_true(within(sp.sp_namp, buffer, size));
	assert_true(within(sp.sp_pwdp, buffer, size));
}

static void a_shadow_entry_fits_or_is_erange(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return; /* root alone has entries */
	box_compiles(MAP);
	with_every_size(&(struct asked){ ask_shadow, shadow_is_right,
					 sizeof("vkim") + sizeof("!*"), 0 });
}

/* --- walks: what did not fit comes again ------------------------------------------- */

static enum nss_status next_passwd(char *buffer, size_t size, int *error)
{
	return _nss_vid_getpwent_r(&pw, buffer, size, error);
}

static enum nss_status next_group(char *buffer, size_t size, int *error)
{
	return _nss_vid_getgrent_r(&gr, buffer, size, error);
}

static enum nss_status next_shadow(char *buffer, size_t size, int *error)
{
	return _nss_vid_getspent_r(&sp, buffer, size, error);
}

static void walk_with_every_size(enum nss_status (*next)(char *, size_t, int *),
				 char *const *name)
{
	static const char *const names[] = { "vkim", "bo" };
	size_t walked = 0, refused = 0;

	for (size_t size = 0; size <= LARGEST && walked < 2; size++) {
		char *buffer = buffer_make(size);
		int error = 77;
		enum nss_status got = next(buffer, size, &error);

		nothing_before_is_touched(size);
		if (got == NSS_STATUS_SUCCESS) {
			assert_string_equal(*name, names[walked++]);
			size = 0;
			continue;
		}
		assert_int_equal(got, NSS_STATUS_TRYAGAIN);
		assert_int_equal(error, ERANGE);
		refused++;
	}
	assert_int_equal(walked, 2);
	assert_true(refused > 8);
	assert_int_equal(next(buffer_make(LARGEST), LARGEST, &(int){ 0 }),
			 NSS_STATUS_NOTFOUND);
}

static void a_walk_goes_on_with_what_did_not_fit(void **state)
{
	(void)state;
	box_compiles(MAP);
	_nss_vid_setpwent(0);
	walk_with_every_size(next_passwd, &pw.pw_name);
	_nss_vid_setgrent(0);
	walk_with_every_size(next_group, &gr.gr_name);
	if (geteuid() != 0)
		return;
	_nss_vid_setspent(0);
	walk_with_every_size(next_shadow, &sp.sp_namp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_own_account_fits_or_is_erange),
		cmocka_unit_test(an_account_of_passwd_fits_or_is_erange),
		cmocka_unit_test(a_group_fits_or_is_erange_and_its_list_is_aligned),
		cmocka_unit_test(a_shadow_entry_fits_or_is_erange),
		cmocka_unit_test(a_walk_goes_on_with_what_did_not_fit),
	};

	return cmocka_run_group_tests_name("nss_vid_buffers", tests, room_make, NULL);
}
