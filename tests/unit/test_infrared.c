/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/infrared.c and emitter.c: which cameras see infrared light, and that
 * nothing is sent to one but what emitters.conf names. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/camera/infrared.h"

#define USB "04f2:b6d9"

static struct emitter emitter;
static struct problem problem;

/* --- finding ------------------------------------------------------------------------ */

static void grey_formats_alone_are_an_infrared_cameras(void **state)
{
	(void)state;
	assert_true(infrared_formats("GREY"));
	assert_true(infrared_formats("Y10  GREY"));
	assert_true(infrared_formats("Y12  Y16 "));
	assert_false(infrared_formats("GREY YUYV"));
	assert_false(infrared_formats("MJPG"));
	assert_false(infrared_formats(""));
	assert_false(infrared_formats(" "));
	assert_false(infrared_formats("GREYY"));
}

static void a_pair_is_two_interfaces_of_one_device(void **state)
{
	static const char colour[] = "pci-0000:00:14.0-usb-0:6:1.0," USB ",A1",
			  infrared[] = "pci-0000:00:14.0-usb-0:6:1.2," USB ",A1";

	(void)state;
	assert_true(infrared_pair(colour, infrared));
	assert_true(infrared_pair(infrared, colour));
	assert_false(infrared_pair(colour, colour));
	/* another socket, another kind, another serial number */
	assert_false(infrared_pair(colour, "pci-0000:00:14.0-usb-0:7:1.2," USB ",A1"));
	assert_false(infrared_pair(colour, "pci-0000:00:14.0-usb-0:6:1.2,04f2:b6d8,A1"));
	assert_false(infrared_pair(colour, "pci-0000:00:14.0-usb-0:6:1.2," USB ",A2"));
	assert_false(infrared_pair("", ""));
	assert_false(infrared_pair("camera", "camera2"));
	assert_false(infrared_pair("/dev/video0,a:b,c", "/dev/video1,a:b,c"));
}

/* --- emitters.conf -------------------------------------------------------------------
 */

static enum vid_reason parse(const char *text)
{
	memset(&emitter, 0, sizeof(emitter));
	problem.text[0] = '\0';
	return emitter_parse(bytes_of_text(text), "emitters.conf", USB, &emitter,
			     &problem);
}

static void an_entry_names_unit_control_and_bytes(void **state)
{
	static const uint8_t on[] = { 1, 3, 2, 0, 0, 0, 0, 0, 0 };

	(void)state;
	assert_int_equal(parse("# lamps\n[camera 0000:0001]\nemitter = automatic\n"
			       "[camera " USB "]\nsource = the maker's manual\n"
			       "unit = 14\nselector = 6\non = 010302000000000000\n"
			       "[camera 0000:0002]\nemitter = automatic\n"),
			 VID_OK);
	assert_int_equal(emitter.unit, 14);
	assert_int_equal(emitter.selector, 6);
	assert_int_equal(emitter.len, sizeof(on));
	assert_memory_equal(emitter.on, on, sizeof(on));
	assert_false(emitter.automatic);
	assert_int_equal(parse("[camera " USB "]\nemitter = automatic\n"), VID_OK);
	assert_true(emitter.automatic);
}

static void a_camera_that_is_not_named_is_left_alone(void **state)
{
	(void)state;
	assert_int_equal(parse(""), VID_FILE_MISSING);
	assert_int_equal(parse("[camera 04f2:b6d8]\nemitter = automatic\n"),
			 VID_FILE_MISSING);
	assert_int_equal(
		emitter_find("/nonexistent/emitters.conf", USB, &emitter, &problem),
		VID_FILE_MISSING);
}

static void a_malformed_file_names_its_fault(void **state)
{
	static const char *const bad[] = {
		"unit = 1\n",
		"[lamp " USB "]\nemitter = automatic\n",
		"[camera 04F2:B6D9]\nemitter = automatic\n",
		"[camera 04f2b6d9]\nemitter = automatic\n",
		"[camera " USB "x]\nemitter = automatic\n",
		"[camera " USB "]\nunit = 14\nselector = 6\n",
		"[camera " USB "]\nunit = 14\non = 01\n",
		"[camera " USB "]\nunit = 0\nselector = 6\non = 01\n",
		"[camera " USB "]\nunit = 256\nselector = 6\non = 01\n",
		"[camera " USB "]\nunit = 1\nselector = 6\non = 0\n",
		"[camera " USB "]\nunit = 1\nselector = 6\non = zz\n",
		"[camera " USB "]\nunit = 1\nselector = 6\non = 01\noff = 00\n",
		"[camera " USB "]\nemitter = maybe\n",
		"[camera " USB "]\nemitter = automatic\nunit = 1\n",
		/* in another camera's entry, too, and in the last */
		"[camera 0000:0001]\nunit = 1\n[camera " USB "]\nemitter = automatic\n",
		"[camera " USB "]\nemitter = automatic\n[camera 0000:0001]\nunit = 1\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (parse(bad[i]) != VID_CONFIG)
			fail_msg("%s", bad[i]);
		assert_non_null(strstr(problem.text, "emitters.conf"));
	}
}

/* --- the lamp -------------------------------------------------------------------------
 */

/* What a camera was asked, and how long it says that its control is. */
static struct {
	unsigned asked, set;
	uint16_t length;
	uint8_t unit, selector, bytes[EMITTER_MAX];
	size_t len;
	bool refuses_length, refuses_setting;
} device;

static int fake_query(int fd, struct uvc_xu_control_query *what)
{
	assert_int_equal(fd, 7);
	device.unit = what->unit;
	device.selector = what->selector;
	if (what->query == UVC_GET_LEN) {
		device.asked++;
		assert_int_equal(what->size, 2);
		what->data[0] = (uint8_t)device.length;
		what->data[1] = (uint8_t)(device.length >> 8);
		errno = ENOENT;
		return device.refuses_length ? -1 : 0;
	}
	assert_int_equal(what->query, UVC_SET_CUR);
	device.set++;
	device.len = what->size;
	memcpy(device.bytes, what->data, what->size);
	errno = EIO;
	return device.refuses_setting ? -1 : 0;
}

static bool light(void)
{
	static const struct emitter lamp = {
		.unit = 14, .selector = 6, .len = 3, .on = { 1, 3, 2 }
	};

	problem.text[0] = '\0';
	return emitter_light(7, &lamp, fake_query, &problem);
}

static void exactly_the_bytes_of_the_entry_are_sent_once(void **state)
{
	static const uint8_t on[] = { 1, 3, 2 };

	(void)state;
	memset(&device, 0, sizeof(device));
	device.length = 3;
	assert_true(light());
	assert_int_equal(device.asked, 1);
	assert_int_equal(device.set, 1);
	assert_int_equal(device.unit, 14);
	assert_int_equal(device.selector, 6);
	assert_int_equal(device.len, 3);
	assert_memory_equal(device.bytes, on, 3);
}

static void to_a_control_of_another_length_nothing_is_sent(void **state)
{
	(void)state;
	memset(&device, 0, sizeof(device));
	for (device.length = 0; device.length < 600; device.length++)
		if (device.length != 3) {
			assert_false(light());
			assert_non_null(strstr(problem.text, "nothing was sent"));
		}
	assert_int_equal(device.set, 0);
}

static void a_camera_that_refuses_is_told(void **state)
{
	(void)state;
	memset(&device, 0, sizeof(device));
	device.length = 3;
	device.refuses_length = true;
	assert_false(light());
	assert_int_equal(device.set, 0);
	device.refuses_length = false;
	device.refuses_setting = true;
	assert_false(light());
	assert_int_equal(device.set, 1); /* and not again */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grey_formats_alone_are_an_infrared_cameras),
		cmocka_unit_test(a_pair_is_two_interfaces_of_one_device),
		cmocka_unit_test(an_entry_names_unit_control_and_bytes),
		cmocka_unit_test(a_camera_that_is_not_named_is_left_alone),
		cmocka_unit_test(a_malformed_file_names_its_fault),
		cmocka_unit_test(exactly_the_bytes_of_the_entry_are_sent_once),
		cmocka_unit_test(to_a_control_of_another_length_nothing_is_sent),
		cmocka_unit_test(a_camera_that_refuses_is_told),
	};

	return cmocka_run_group_tests_name("infrared", tests, NULL, NULL);
}
