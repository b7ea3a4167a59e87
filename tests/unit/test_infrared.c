/* SPDX-License-Identifier: BSD-2-Clause */
/* sensors/camera/infrared.c, emitter.c and lamp.c: which cameras see infrared light, and
 * that nothing is sent to one but what emitters.conf names. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sensors/camera/lamp.h"

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

/* As udev and the cameras themselves describe a laptop with two of them. */
#define PLACE "pci-0000:00:14.0-usb-0:6:1."

static const struct node laptop[] = {
	{ .device.id = PLACE "0," USB ",A1", .captures = true, .formats = "MJPG YUYV" },
	{ .device.id = PLACE "0-video-index1," USB ",A1", .formats = "" }, /* metadata */
	{ .device.id = PLACE "2," USB ",A1", .captures = true, .formats = "GREY" },
	{ .device.id = PLACE "2-video-index1," USB ",A1", .formats = "" },
	{ .device.id = "pci-0000:00:14.0-usb-0:2:1.0,046d:0825,-",
	  .captures = true,
	  .formats = "YUYV MJPG" },
};
#define LAPTOP (int)(sizeof(laptop) / sizeof(*laptop))

static void udev_or_the_formats_name_an_infrared_camera(void **state)
{
	struct node node = { .captures = true, .formats = "YUYV" };

	(void)state;
	assert_false(infrared_is(&laptop[0]));
	assert_true(infrared_is(&laptop[2]));
	assert_false(infrared_is(&node));
	node.device.infrared = true; /* some send grey as YUYV */
	assert_true(infrared_is(&node));
	node = (struct node){ .captures = true, .formats = "" };
	assert_false(infrared_is(&node));
}

static void partners_find_each_other_and_nobody_else(void **state)
{
	(void)state;
	assert_ptr_equal(infrared_partner(laptop, LAPTOP, &laptop[0]), &laptop[2]);
	assert_ptr_equal(infrared_partner(laptop, LAPTOP, &laptop[2]), &laptop[0]);
	assert_null(infrared_partner(laptop, LAPTOP, &laptop[4]));
	assert_null(infrared_partner(laptop, 2, &laptop[0])); /* it was unplugged */
	assert_ptr_equal(infrared_node(laptop, LAPTOP, laptop[4].device.id), &laptop[4]);
	assert_null(infrared_node(laptop, LAPTOP, laptop[1].device.id));
	assert_null(infrared_node(laptop, LAPTOP, "pci-1,1:2,3"));
}

/* Some cameras have both pictures in one interface: one ID_PATH, two numbers. */
static void two_pictures_of_one_interface_are_partners_too(void **state)
{
	struct node nodes[2] = { laptop[0], laptop[2] };

	(void)state;
	strcpy(nodes[1].device.id, PLACE "0-video-index2," USB ",A1");
	assert_ptr_equal(infrared_partner(nodes, 2, &nodes[0]), &nodes[1]);
	assert_ptr_equal(infrared_partner(nodes, 2, &nodes[1]), &nodes[0]);
	/* two in colour are not, whatever they are one of */
	strcpy(nodes[1].formats, "NV12");
	assert_null(infrared_partner(nodes, 2, &nodes[0]));
}

static void what_is_not_there_is_not_opened(void **state)
{
	const struct device_rules rules = { .allow_virtual = true };
	enum camera_failure failure = CAMERA_FAILURE_PROTOCOL;

	(void)state;
	assert_int_equal(infrared_open("auto", "pci-nowhere,1:2,3", &rules, &emitter,
				       &failure, &problem),
			 -1);
	assert_int_equal(failure, CAMERA_FAILURE_NONE); /* in colour, then */
	problem.text[0] = '\0';
	assert_int_equal(infrared_open("pci-nowhere,1:2,3", "pci-1,1:2,3", &rules,
				       &emitter, &failure, &problem),
			 -1);
	assert_non_null(strstr(problem.text, "pci-nowhere,1:2,3 is not there"));
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
	assert_int_equal(emitter.len, 0);
}

static void an_entry_may_name_what_is_set_in_the_end(void **state)
{
	static const char *const both[] = {
		"[camera " USB "]\nunit = 14\nselector = 6\non = 0102\noff = ff00\n",
		"[camera " USB "]\noff = ff00\non = 0102\nunit = 14\nselector = 6\n",
	};

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(parse(both[i]), VID_OK);
		assert_true(emitter.restored);
		assert_int_equal(emitter.len, 2);
		assert_memory_equal(emitter.on, ((uint8_t[]){ 1, 2 }), 2);
		assert_memory_equal(emitter.off, ((uint8_t[]){ 255, 0 }), 2);
	}
	assert_int_equal(parse("[camera " USB "]\nunit = 1\nselector = 6\non = 01\n"),
			 VID_OK);
	assert_false(emitter.restored);
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
		"[camera " USB "]\nunit = 1\nselector = 6\non = 01\noff = 0000\n",
		"[camera " USB "]\nunit = 1\nselector = 6\noff = 0000\non = 01\n",
		"[camera " USB "]\nunit = 1\nselector = 6\noff = 01\n",
		"[camera " USB "]\nunit = 1\nselector = 6\non = 01\nafter = 00\n",
		"[camera " USB "]\nunit = 1\nselector = 6\non = 01\non = 00\n",
		"[camera " USB "]\nunit = 1\nselector = 6\non = 01 02\n",
		"[camera " USB "]\nunit = 1\nselector = 6\non = 01\nsource =\n",
		"[camera " USB "]\nemitter = automatic\noff = 01\n",
		"[camera " USB "]\nemitter = automatic\n[camera 0000:0001]\n"
		"emitter = automatic\n[camera " USB "]\nemitter = automatic\n",
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
	int kept;

	problem.text[0] = '\0';
	return lamp_light(7, &lamp, fake_query, &kept, &problem);
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

static void without_an_entry_nothing_is_asked_or_sent(void **state)
{
	const struct emitter none = { .len = 0 }, automatic = { .automatic = true };
	int kept = 0;

	(void)state;
	memset(&device, 0, sizeof(device));
	assert_true(lamp_light(7, &none, fake_query, &kept, &problem));
	assert_true(lamp_light(7, &automatic, fake_query, &kept, &problem));
	assert_int_equal(kept, LAMP_NONE);
	assert_int_equal(device.asked + device.set, 0);
}

/* --- and out again: the camera is a pipe here, that keeps what was set ---------------
 */

static int pipe_query(int fd, struct uvc_xu_control_query *what)
{
	if (what->query == UVC_GET_LEN) {
		what->data[0] = 2;
		what->data[1] = 0;
		return 0;
	}
	return write(fd, what->data, what->size) == what->size ? 0 : -1;
}

static const struct emitter restored = { .unit = 14,
					 .selector = 6,
					 .len = 2,
					 .on = { 1, 2 },
					 .restored = true,
					 .off = { 1, 1 } };

/* What was set until nobody holds the camera any more. */
static size_t read_all(int fd, uint8_t *to, size_t size)
{
	size_t len = 0;
	ssize_t got;

	while (len < size && (got = read(fd, to + len, size - len)) > 0)
		len += (size_t)got;
	return len;
}

static void in_the_end_the_control_is_set_back(void **state)
{
	int camera[2], kept, status;
	uint8_t set[8];

	(void)state;
	assert_int_equal(pipe2(camera, O_CLOEXEC), 0);
	assert_true(lamp_light(camera[1], &restored, pipe_query, &kept, &problem));
	assert_true(kept >= 0);
	close(camera[1]);
	assert_int_equal(read_all(camera[0], set, 2), 2);
	assert_memory_equal(set, restored.on, 2);
	close(kept);
	assert_int_equal(read_all(camera[0], set, sizeof(set)), 2);
	assert_memory_equal(set, restored.off, 2);
	assert_true(wait(&status) > 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(camera[0]);
}

/* As vidd ends vid-camera. */
static void the_control_is_set_back_after_a_kill(void **state)
{
	int camera[2], kept;
	uint8_t set[8];
	pid_t child;

	(void)state;
	assert_int_equal(pipe2(camera, O_CLOEXEC), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (lamp_light(camera[1], &restored, pipe_query, &kept, &problem))
			(void)raise(SIGKILL);
		_exit(1);
	}
	close(camera[1]);
	assert_int_equal(read_all(camera[0], set, sizeof(set)), 4);
	assert_memory_equal(set, restored.on, 2);
	assert_memory_equal(set + 2, restored.off, 2);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(camera[0]);
}

static void to_a_control_of_another_length_nothing_is_sent_in_the_end(void **state)
{
	struct emitter other = restored;
	int camera[2], kept;
	uint8_t set[8];

	(void)state;
	other.len = 1;
	assert_int_equal(pipe2(camera, O_CLOEXEC), 0);
	assert_false(lamp_light(camera[1], &other, pipe_query, &kept, &problem));
	assert_int_equal(kept, LAMP_NONE);
	close(camera[1]);
	assert_int_equal(read_all(camera[0], set, sizeof(set)), 0);
	close(camera[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grey_formats_alone_are_an_infrared_cameras),
		cmocka_unit_test(a_pair_is_two_interfaces_of_one_device),
		cmocka_unit_test(udev_or_the_formats_name_an_infrared_camera),
		cmocka_unit_test(partners_find_each_other_and_nobody_else),
		cmocka_unit_test(two_pictures_of_one_interface_are_partners_too),
		cmocka_unit_test(what_is_not_there_is_not_opened),
		cmocka_unit_test(an_entry_names_unit_control_and_bytes),
		cmocka_unit_test(an_entry_may_name_what_is_set_in_the_end),
		cmocka_unit_test(a_camera_that_is_not_named_is_left_alone),
		cmocka_unit_test(a_malformed_file_names_its_fault),
		cmocka_unit_test(exactly_the_bytes_of_the_entry_are_sent_once),
		cmocka_unit_test(to_a_control_of_another_length_nothing_is_sent),
		cmocka_unit_test(a_camera_that_refuses_is_told),
		cmocka_unit_test(without_an_entry_nothing_is_asked_or_sent),
		cmocka_unit_test(in_the_end_the_control_is_set_back),
		cmocka_unit_test(the_control_is_set_back_after_a_kill),
		cmocka_unit_test(
			to_a_control_of_another_length_nothing_is_sent_in_the_end),
	};

	return cmocka_run_group_tests_name("infrared", tests, NULL, NULL);
}
