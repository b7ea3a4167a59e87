/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/device.c, v4l2.c and source.c: what is believed of a device. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "sensors/camera/device.h"
#include "sensors/camera/source.h"
#include "sensors/camera/v4l2.h"

/* --- device.c ---------------------------------------------------------------- */

static void an_id_names_the_socket_the_camera_and_its_serial(void **state)
{
	char id[DEVICE_ID_MAX + 1];

	(void)state;
	assert_true(device_id_make("pci-0000:00:14.0-usb-0:6:1.0", "0c45", "6a08", "SN-1",
				   id, sizeof(id)));
	assert_string_equal(id, "pci-0000:00:14.0-usb-0:6:1.0,0c45:6a08,SN-1");
	assert_true(device_id_make("pci-1", "0c45", "6a08", NULL, id, sizeof(id)));
	assert_string_equal(id, "pci-1,0c45:6a08,-");
	assert_true(device_id_make("/devices/virtual/video4linux/video0", NULL, NULL,
				   NULL, id, sizeof(id)));
	assert_string_equal(id, "/devices/virtual/video4linux/video0,-:-,-");
}

static void two_pictures_of_one_interface_have_two_ids(void **state)
{
	static const char path[] = "pci-0000:00:14.0-usb-0:6:1.0";
	char first[DEVICE_ID_MAX + 1], next[DEVICE_ID_MAX + 1];

	(void)state;
	assert_true(device_path_make(path, "0", first, sizeof(first)));
	assert_string_equal(first, path); /* as ids were before there was a second */
	assert_true(device_path_make(path, NULL, first, sizeof(first)));
	assert_string_equal(first, path);
	assert_true(device_path_make(path, "2", next, sizeof(next)));
	assert_string_equal(next, "pci-0000:00:14.0-usb-0:6:1.0-video-index2");
	assert_true(device_path_make(path, "2", next, sizeof(path) + 13));
	assert_false(device_path_make(path, "2", next, sizeof(path) + 12));
}

static void a_serial_cannot_break_a_line_of_the_settings(void **state)
{
	char id[DEVICE_ID_MAX + 1], serial[300];

	(void)state;
	assert_true(
		device_id_make("p", "1", "2", "a\nvirtual = yes,;#\x1b", id, sizeof(id)));
	assert_string_equal(id, "p,1:2,a_virtual___yes____");
	memset(serial, 'x', sizeof(serial) - 1);
	serial[sizeof(serial) - 1] = '\0';
	assert_false(device_id_make("p", "1", "2", serial, id, sizeof(id)));
	serial[DEVICE_ID_MAX - 3] = '\0';
	assert_false(device_id_make("p", "1", "2", serial, id, sizeof(id)));
}

static void another_camera_in_the_same_socket_is_told_apart_S10(void **state)
{
	(void)state;
	assert_true(device_id_replaced("pci-1,0c45:6a08,A", "pci-1,0c45:6a08,B"));
	assert_true(device_id_replaced("pci-1,0c45:6a08,A", "pci-1,dead:beef,A"));
	assert_false(device_id_replaced("pci-1,0c45:6a08,A", "pci-1,0c45:6a08,A"));
	assert_false(device_id_replaced("pci-1,0c45:6a08,A", "pci-12,0c45:6a08,A"));
}

static void only_a_usb_camera_of_uvcvideo_is_not_virtual_S10(void **state)
{
	(void)state;
	assert_false(device_driver_virtual(true, "uvcvideo"));
	assert_true(device_driver_virtual(false, "uvcvideo"));
	assert_true(device_driver_virtual(true, "v4l2 loopback"));
	assert_true(device_driver_virtual(true, "vivid"));
	assert_true(device_driver_virtual(true, ""));
	assert_true(device_driver_virtual(true, "uvcvideo2"));
}

static void only_the_node_that_udev_means_is_opened_S11(void **state)
{
	int null = open("/dev/null", O_RDONLY), file = open("/etc/passwd", O_RDONLY);
	struct stat is;

	(void)state;
	assert_int_equal(fstat(null, &is), 0);
	assert_true(device_is_node(null, is.st_rdev));
	assert_false(device_is_node(null, makedev(81, 0)));
	assert_int_equal(fstat(file, &is), 0);
	assert_false(device_is_node(file, is.st_rdev)); /* a file is no device */
	assert_false(device_is_node(-1, is.st_rdev));
	close(null);
	close(file);
}

static void a_camera_that_is_not_there_is_none(void **state)
{
	enum camera_failure failure = CAMERA_FAILURE_PROTOCOL;
	const struct device_rules rules = { .allow_virtual = true };
	struct problem problem = { "" };

	(void)state;
	assert_int_equal(device_open("pci-nowhere,1:2,3", &rules, &failure, &problem),
			 -1);
	assert_int_equal(failure, CAMERA_FAILURE_NONE);
	assert_non_null(strstr(problem.text, "pci-nowhere,1:2,3 is not there"));
}

static void a_camera_of_another_seat_is_refused_S28(void **state)
{
	const struct device left = { .id = "pci-1,2:3,4", .seat = "seat-left" };
	const struct device first = { .id = "pci-1,2:3,4", .seat = "seat0" };
	struct device_rules rules = { .seat = "seat0" };
	struct problem problem = { "" };

	(void)state;
	assert_true(device_allowed(&first, &rules, &problem));
	assert_false(device_allowed(&left, &rules, &problem));
	assert_non_null(strstr(problem.text, "belongs to seat-left, and the login is at "
					     "seat0"));
	rules.seat = "seat-left";
	assert_true(device_allowed(&left, &rules, &problem));
	assert_false(device_allowed(&first, &rules, &problem));
	rules.seat = NULL; /* a command of an administrator's */
	assert_true(device_allowed(&left, &rules, &problem));
}

/* --- v4l2.c: a driver's words about its frames ---------------------------------- */

static struct v4l2_pix_format format_of(uint32_t code, uint32_t stride, uint32_t size)
{
	return (struct v4l2_pix_format){ .width = 640,
					 .height = 480,
					 .pixelformat = code,
					 .bytesperline = stride,
					 .sizeimage = size };
}

static void a_format_that_fits_is_taken(void **state)
{
	struct v4l2_pix_format is = format_of(V4L2_PIX_FMT_YUYV, 1280, 614400);
	struct pixels out;

	(void)state;
	assert_true(v4l2_geometry(&is, &out));
	assert_int_equal(out.format, PIXELS_YUYV);
	assert_int_equal(out.len, 614400);
	is = format_of(V4L2_PIX_FMT_GREY, 0,
		       307200); /* some drivers leave the stride out */
	assert_true(v4l2_geometry(&is, &out));
	assert_int_equal(out.stride, 640);
	is = format_of(V4L2_PIX_FMT_MJPEG, 0, 614400);
	assert_true(v4l2_geometry(&is, &out));
	assert_int_equal(out.format, PIXELS_MJPEG);
	is = format_of(V4L2_PIX_FMT_NV12, 640, 460800);
	assert_true(v4l2_geometry(&is, &out));
	assert_int_equal(out.len, 460800);
}

/* Of an infrared camera: one byte a pixel, or two of which some bits are used. */
static void each_grey_format_has_its_own_row(void **state)
{
	static const struct {
		uint32_t code;
		enum pixel_format format;
		int row;
	} greys[] = {
		{ V4L2_PIX_FMT_GREY, PIXELS_GREY, 640 },
		{ V4L2_PIX_FMT_Y10, PIXELS_Y10, 1280 },
		{ V4L2_PIX_FMT_Y12, PIXELS_Y12, 1280 },
		{ V4L2_PIX_FMT_Y16, PIXELS_Y16, 1280 },
	};
	struct pixels out;

	(void)state;
	for (size_t i = 0; i < sizeof(greys) / sizeof(*greys); i++) {
		uint32_t whole = (uint32_t)greys[i].row * 480;
		struct v4l2_pix_format is = format_of(greys[i].code, 0, whole);

		assert_true(v4l2_geometry(&is, &out));
		assert_int_equal(out.format, greys[i].format);
		assert_int_equal(out.stride, greys[i].row);
		assert_int_equal(out.len, whole);
		is.sizeimage--;
		assert_false(v4l2_geometry(&is, &out));
	}
	/* two pictures in one, and packed bits: not read */
	struct v4l2_pix_format other = format_of(V4L2_PIX_FMT_Y8I, 0, 640 * 2 * 480);

	assert_false(v4l2_geometry(&other, &out));
	other.pixelformat = V4L2_PIX_FMT_Y10P;
	assert_false(v4l2_geometry(&other, &out));
}

static void a_format_that_contradicts_itself_is_refused_S12(void **state)
{
	const struct v4l2_pix_format good = format_of(V4L2_PIX_FMT_YUYV, 1280, 614400);
	struct v4l2_pix_format wrong[9];
	struct pixels out;

	(void)state;
	for (size_t i = 0; i < 9; i++)
		wrong[i] = good;
	wrong[0].pixelformat = V4L2_PIX_FMT_H264;
	wrong[1].width = 0;
	wrong[2].width = UINT32_MAX;
	wrong[3].height = 5000;
	wrong[4].bytesperline = 1279;
	wrong[5].bytesperline = UINT32_MAX;
	wrong[6].sizeimage = 614399;
	wrong[7].sizeimage = UINT32_MAX;
	wrong[8].width = 641;
	for (size_t i = 0; i < 9; i++)
		if (v4l2_geometry(&wrong[i], &out))
			fail_msg("format %zu was taken", i);
}

/* --- source.c: frames in order, and told when repeated ----------------------------- */

static struct source_frame next_frame;
static const uint8_t *next_bytes;

static bool fake_take(void *of, struct source_frame *out, struct problem *problem)
{
	(void)of;
	(void)problem;
	*out = next_frame;
	out->pixels = (struct pixels){ .format = PIXELS_GREY,
				       .width = 4,
				       .height = 4,
				       .stride = 4,
				       .at = next_bytes,
				       .len = 16 };
	return true;
}

static bool fake_give_back(void *of, struct problem *problem)
{
	(void)of;
	(void)problem;
	return true;
}

static void fake_close(void *of)
{
	(void)of;
}

static const struct source_kind fake = { fake_take, fake_give_back, fake_close };

static bool feed(struct source *source, const uint8_t *bytes, uint32_t sequence,
		 int64_t time, struct source_frame *out)
{
	struct problem problem;

	next_bytes = bytes;
	next_frame = (struct source_frame){ .sequence = sequence, .time = time };
	return source_next(source, out, &problem);
}

static void a_frame_equal_to_the_last_is_told_S13(void **state)
{
	uint8_t a[16] = { 1 }, b[16] = { 2 };
	struct source source;
	struct source_frame out;

	(void)state;
	assert_true(source_init(&source, -1, NULL, &fake, 16));
	assert_true(feed(&source, a, 1, 10, &out));
	assert_false(out.repeated);
	assert_ptr_not_equal(out.pixels.at, a); /* a copy: the device may write on */
	assert_true(feed(&source, a, 2, 20, &out));
	assert_true(out.repeated);
	assert_true(feed(&source, b, 3, 30, &out));
	assert_false(out.repeated);
	b[15] ^= 1; /* one bit */
	assert_true(feed(&source, b, 4, 40, &out));
	assert_false(out.repeated);
	source_close(&source);
}

static void frames_out_of_order_end_it_S13(void **state)
{
	uint8_t a[16] = { 1 };
	struct source source;
	struct source_frame out;

	(void)state;
	assert_true(source_init(&source, -1, NULL, &fake, 16));
	assert_true(feed(&source, a, 5, 100, &out));
	assert_false(feed(&source, a, 5, 110, &out)); /* the same number again */
	assert_true(feed(&source, a, 9, 100, &out));  /* left-out frames are usual */
	assert_false(feed(&source, a, 10, 99, &out)); /* back in time */
	assert_false(feed(&source, a, 3, 120, &out));
	source_close(&source);
}

static void a_frame_larger_than_promised_is_left_out_S12(void **state)
{
	uint8_t a[16] = { 1 };
	struct source source;
	struct source_frame out;

	(void)state;
	assert_true(source_init(&source, -1, NULL, &fake, 15));
	assert_true(feed(&source, a, 1, 10, &out));
	assert_null(out.pixels.at);
	source_close(&source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_names_the_socket_the_camera_and_its_serial),
		cmocka_unit_test(two_pictures_of_one_interface_have_two_ids),
		cmocka_unit_test(a_serial_cannot_break_a_line_of_the_settings),
		cmocka_unit_test(another_camera_in_the_same_socket_is_told_apart_S10),
		cmocka_unit_test(only_a_usb_camera_of_uvcvideo_is_not_virtual_S10),
		cmocka_unit_test(only_the_node_that_udev_means_is_opened_S11),
		cmocka_unit_test(a_camera_that_is_not_there_is_none),
		cmocka_unit_test(a_camera_of_another_seat_is_refused_S28),
		cmocka_unit_test(a_format_that_fits_is_taken),
		cmocka_unit_test(each_grey_format_has_its_own_row),
		cmocka_unit_test(a_format_that_contradicts_itself_is_refused_S12),
		cmocka_unit_test(a_frame_equal_to_the_last_is_told_S13),
		cmocka_unit_test(frames_out_of_order_end_it_S13),
		cmocka_unit_test(a_frame_larger_than_promised_is_left_out_S12),
	};

	return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
