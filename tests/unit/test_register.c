/* SPDX-License-Identifier: BSD-2-Clause */
/* An issuer's register of places, and the lists that are made of it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "libvid/register.h"
#include "tests/unit/folder.h"
#include "tests/unit/lists.h"

static char folder[PATH_MAX];
static struct status_register reg = REGISTER_CLOSED;
static struct problem problem;

static int set_up(void **state)
{
	(void)state;
	return folder_make(folder);
}

static int tear_down(void **state)
{
	(void)state;
	register_close(&reg);
	folder_drop(folder);
	return 0;
}

static void open_it(void)
{
	enum vid_reason why = register_open(folder, LIST_URI, true, &reg, &problem);

	if (why != VID_OK)
		fail_msg("%s", problem.text);
}

static const uint8_t *cti_of(unsigned n)
{
	static uint8_t cti[VID_CTI_LEN];

	memset(cti, 0, sizeof(cti));
	memcpy(cti, &n, sizeof(n));
	return cti;
}

static uint8_t packed_value(unsigned bits, uint64_t idx)
{
	struct blob lst;
	struct status_list list = { .bits = bits };
	uint8_t value = 0xff;
	size_t known;

	assert_int_equal(register_pack(&reg, bits, &lst, &problem), VID_OK);
	list.lst = bytes_of(lst.at, lst.len);
	assert_int_equal(
		status_entries(&list, &idx, 1, &status_limits_default, &value, &known),
		VID_OK);
	blob_free(&lst);
	return value;
}

static void without_a_register_there_is_none(void **state)
{
	(void)state;
	assert_int_equal(register_open(folder, LIST_URI, false, &reg, &problem),
			 VID_FILE_MISSING);
	assert_int_equal(register_open(folder, NULL, false, &reg, &problem),
			 VID_FILE_MISSING);
}

static void places_come_in_no_order_and_once(void **state)
{
	uint64_t idx[300];
	unsigned neighbours = 0;

	(void)state;
	open_it();
	for (unsigned i = 0; i < 300; i++) {
		assert_int_equal(register_take(&reg, cti_of(i), &idx[i], &problem),
				 VID_OK);
		assert_true(idx[i] < REGISTER_START);
		for (unsigned j = 0; j < i; j++)
			assert_int_not_equal(idx[i], idx[j]);
		neighbours += i && idx[i] == idx[i - 1] + 1;
	}
	assert_true(neighbours < 3);
}

static void revoked_suspended_and_restored(void **state)
{
	enum register_value value;
	uint64_t idx, found;

	(void)state;
	open_it();
	assert_int_equal(register_take(&reg, cti_of(1), &idx, &problem), VID_OK);
	assert_int_equal(packed_value(1, idx), 0);
	assert_int_equal(register_set(&reg, idx, REGISTER_SUSPENDED, &problem), VID_OK);
	assert_int_equal(packed_value(1, idx), 1); /* there is no other way to say no */
	assert_int_equal(packed_value(2, idx), 2);
	assert_int_equal(packed_value(8, idx), 2);
	assert_int_equal(register_set(&reg, idx, REGISTER_REVOKED, &problem), VID_OK);
	assert_int_equal(packed_value(4, idx), 1);
	assert_int_equal(register_set(&reg, idx, REGISTER_VALID, &problem), VID_OK);
	assert_int_equal(packed_value(1, idx), 0);
	assert_int_equal(register_get(&reg, idx, &value, &problem), VID_OK);
	assert_int_equal(value, REGISTER_VALID);
	assert_int_equal(register_find(&reg, cti_of(1), &found, &problem), VID_OK);
	assert_int_equal(found, idx);
}

static void what_was_not_given_is_not_revoked(void **state)
{
	uint64_t idx;

	(void)state;
	open_it();
	assert_int_equal(register_set(&reg, 5, REGISTER_REVOKED, &problem),
			 VID_STATUS_RANGE);
	assert_int_equal(register_set(&reg, UINT64_MAX, REGISTER_REVOKED, &problem),
			 VID_STATUS_RANGE);
	assert_int_equal(register_find(&reg, cti_of(1), &idx, &problem),
			 VID_STATUS_RANGE);
	/* nor found where nothing was written: its id would hash to zeros */
	assert_int_equal(register_take(&reg, cti_of(2), &idx, &problem), VID_OK);
	assert_int_equal(register_find(&reg, cti_of(1), &idx, &problem),
			 VID_STATUS_RANGE);
}

static void a_place_can_be_asked_for(void **state)
{
	uint64_t idx;
	bool before;

	(void)state;
	open_it();
	assert_int_equal(register_take_at(&reg, cti_of(1), 4711, &before, &problem),
			 VID_OK);
	assert_false(before);
	assert_int_equal(register_set(&reg, 4711, REGISTER_REVOKED, &problem), VID_OK);
	assert_int_equal(register_take_at(&reg, cti_of(2), 4711, &before, &problem),
			 VID_OK);
	assert_true(before);
	assert_int_equal(packed_value(1, 4711), 1); /* and stays revoked */
	assert_int_equal(register_find(&reg, cti_of(2), &idx, &problem), VID_OK);
	assert_int_equal(
		register_take_at(&reg, cti_of(3), REGISTER_START * 3, &before, &problem),
		VID_OK);
	assert_int_equal(reg.size, REGISTER_START * 4);
	assert_int_equal(packed_value(1, 4711), 1);
	assert_int_equal(
		register_take_at(&reg, cti_of(3), REGISTER_MOST, &before, &problem),
		VID_STATUS_RANGE);
}

static void a_full_list_grows(void **state)
{
	uint8_t *all = malloc(REGISTER_START);
	uint64_t idx;

	(void)state;
	open_it();
	memset(all, 0x80, REGISTER_START);
	assert_int_equal(pwrite(reg.values, all, REGISTER_START, 0), REGISTER_START);
	assert_int_equal(register_take(&reg, cti_of(1), &idx, &problem), VID_OK);
	assert_true(idx >= REGISTER_START);
	assert_int_equal(reg.size, 2 * REGISTER_START);
	free(all);
}

static void it_is_there_the_next_time(void **state)
{
	uint64_t idx;

	(void)state;
	open_it();
	assert_int_equal(register_take(&reg, cti_of(1), &idx, &problem), VID_OK);
	assert_int_equal(register_set(&reg, idx, REGISTER_REVOKED, &problem), VID_OK);
	assert_int_equal(register_set_published(&reg, LIST_NOW, &problem), VID_OK);
	register_close(&reg);
	assert_int_equal(register_open(folder, NULL, false, &reg, &problem), VID_OK);
	assert_string_equal(reg.uri, LIST_URI);
	assert_int_equal(packed_value(1, idx), 1);
	assert_int_equal(register_published(&reg), LIST_NOW);
}

static void of_several_lists_one_must_be_named(void **state)
{
	struct status_register other = REGISTER_CLOSED;

	(void)state;
	open_it();
	register_close(&reg);
	assert_int_equal(register_open(folder, "https://b", true, &other, &problem),
			 VID_OK);
	register_close(&other);
	assert_int_equal(register_open(folder, NULL, false, &reg, &problem), VID_CONFIG);
	assert_int_equal(register_open(folder, "https://b", false, &reg, &problem),
			 VID_OK);
}

#define t(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		t(without_a_register_there_is_none),
		t(places_come_in_no_order_and_once),
		t(revoked_suspended_and_restored),
		t(what_was_not_given_is_not_revoked),
		t(a_place_can_be_asked_for),
		t(a_full_list_grows),
		t(it_is_there_the_next_time),
		t(of_several_lists_one_must_be_named),
	};

	lists_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
