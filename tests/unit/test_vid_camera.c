/* SPDX-License-Identifier: BSD-2-Clause */
/* vid-camera itself, started as vidd starts it. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvid/wire.h"
#include "sensors/camera/client.h"
#include "sensors/camera/picture.h"
#include "tests/unit/pictures.h"
#include "tests/unit/sensor_paths.h"

#define MODEL_MAX (16 << 20)
#define PATIENCE  20000 /* milliseconds; a machine may be busy */

static char folder[64];
static char program[PATH_MAX];
static struct settings settings;
static struct camera camera = CAMERA_CLOSED;
static struct camera_report report;
static struct problem problem;

static struct sensor_spec spec_here(void)
{
	struct sensor_spec spec = *camera_spec();

	spec.path = program;
	spec.user = sensor_user();
	return spec;
}

static enum vid_reason try_open(bool with_device, enum face_engine_kind engine)
{
	struct sensor_spec spec = spec_here();

	problem.text[0] = '\0';
	return camera_open_as(&spec, &settings, with_device, engine,
			      wire_now() + PATIENCE, -1, &camera, &problem);
}

static void open_here(bool with_device, enum face_engine_kind engine)
{
	if (try_open(with_device, engine) != VID_OK)
		fail_msg("%s", problem.text);
}

static void next_here(void)
{
	if (camera_next(&camera, &report, wire_now() + PATIENCE, -1, &problem) != VID_OK)
		fail_msg("%s", problem.text);
}

/* The report on a file; a folder's when `name` is NULL. */
static void send_file(const char *from, const char *name)
{
	char path[PATH_MAX + 256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", from, name ? name : "");
	fd = open(path, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		fail_msg("%s: %s", path, strerror(errno));
	assert_int_equal(camera_send_picture(&camera, fd, wire_now() + PATIENCE), VID_OK);
	close(fd);
	next_here();
}

static int set_up(void **state)
{
	(void)state;
	built_program(program, "vid-camera");
	return sensor_folder_make(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	sensor_folder_remove(folder);
	return 0;
}

static int close_camera(void **state)
{
	(void)state;
	camera_close(&camera);
	sensor_folder_remove(folder);
	memset(&settings, 0, sizeof(settings));
	return sensor_folder_make(folder) ? 0 : -1;
}

static const char *faces(void)
{
	static char path[PATH_MAX];
	const char *source = getenv("VID_SRC");

	snprintf(path, sizeof(path), "%s/tests/faces", source ? source : ".");
	return path;
}

/* --- pictures ----------------------------------------------------------------- */

static void a_picture_gives_an_embedding(void **state)
{
	(void)state;
	open_here(false, ENGINE_BASIC);
	assert_true(camera.dimension > 0);
	assert_true(camera.model_id[0] != '\0');
	send_file(faces(), "person-01-1.jpg");
	if (report.event == CAMERA_EVENT_GATE)
		fail_msg("gate %d", (int)report.gate);
	assert_int_equal(report.face.dimension, camera.dimension);
	assert_true(report.face.eye_distance >= 20);
}

static void pictures_are_answered_in_order(void **state)
{
	(void)state;
	open_here(false, ENGINE_BASIC);
	for (int i = 0; i < 3; i++) {
		send_file(faces(), "person-02-1.jpg");
		assert_int_equal(report.event, CAMERA_EVENT_FACE);
		send_file(faces(), "README.md");
		assert_int_equal(report.event, CAMERA_EVENT_GATE);
	}
}

static void what_is_no_picture_is_told_so(void **state)
{
	const struct made broken = { (uint8_t *)(uintptr_t) "\xff\xd8\xff\xe0 broken",
				     11 };
	const struct made empty = { (uint8_t *)(uintptr_t) "", 0 };
	char path[128];

	(void)state;
	assert_true(made_write(folder, "broken.jpg", &broken));
	assert_true(made_write(folder, "empty.png", &empty));
	snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	open_here(false, ENGINE_BASIC);
	send_file(folder, "broken.jpg");
	assert_int_equal(report.gate, CAMERA_GATE_PICTURE);
	send_file(folder, "empty.png");
	assert_int_equal(report.gate, CAMERA_GATE_PICTURE);
	send_file(folder, "fifo"); /* would wait for ever */
	assert_int_equal(report.gate, CAMERA_GATE_PICTURE);
	send_file(folder, NULL);
	assert_int_equal(report.gate, CAMERA_GATE_PICTURE);
	send_file("/dev", "zero");
	assert_int_equal(report.gate, CAMERA_GATE_PICTURE);
	send_file(faces(), "person-01-1.jpg"); /* and goes on */
	assert_int_equal(report.event, CAMERA_EVENT_FACE);
}

static void a_picture_of_a_wall_shows_nobody(void **state)
{
	uint8_t *wall = malloc(256 * 256 * 3);
	struct made png;

	(void)state;
	memset(wall, 128, 256 * 256 * 3);
	png = made_png(wall, 256, 256);
	assert_true(made_write(folder, "wall.png", &png));
	free(png.at);
	free(wall);
	open_here(false, ENGINE_BASIC);
	send_file(folder, "wall.png");
	assert_int_equal(report.event, CAMERA_EVENT_GATE);
	assert_int_equal(report.gate, CAMERA_GATE_NOBODY);
}

/* --- the network, in its cage --------------------------------------------------- */

static float embeddings[2][VID_EMBEDDING_MAX];

static double cosine(size_t dimension)
{
	double sum = 0;

	for (size_t i = 0; i < dimension; i++)
		sum += (double)embeddings[0][i] * (double)embeddings[1][i];
	return sum;
}

static void keep_embedding(const char *name, int place)
{
	send_file(faces(), name);
	if (report.event != CAMERA_EVENT_FACE)
		fail_msg("%s: gate %d", name, (int)report.gate);
	memcpy(embeddings[place], report.face.embedding, sizeof(embeddings[place]));
}

/* Into the test's folder. False: it is not there. */
static bool copy_file(const char *from, const char *name)
{
	char path[PATH_MAX];
	struct made made = { malloc(MODEL_MAX), 0 };
	FILE *file;
	bool good;
	int len = snprintf(path, sizeof(path), "%s/%s", from, name);

	file = made.at && len > 0 && len < PATH_MAX ? fopen(path, "rb") : NULL;
	if (!file) {
		free(made.at);
		return false;
	}
	made.len = fread(made.at, 1, MODEL_MAX, file);
	fclose(file);
	good = made_write(folder, name, &made);
	free(made.at);
	return good;
}

/* The cards are the repository's, the networks those of the shared folder. */
static bool models_are_here(void)
{
	const char *source = getenv("VID_SRC"), *shared = getenv("VID_SHARED");
	char cards[PATH_MAX / 2], models[PATH_MAX / 2];

	snprintf(cards, sizeof(cards), "%s/conf/models", source ? source : ".");
	snprintf(models, sizeof(models), "%s/models", shared ? shared : "../shared");
	strcpy(settings.models, folder);
	strcpy(settings.detector, "face_detection_yunet_2022mar");
	strcpy(settings.embedding, "frr0095");
#ifdef HAVE_OPENCV
	return copy_file(models, "face_detection_yunet_2022mar.onnx") &&
	       copy_file(models, "frr0095.onnx") &&
	       copy_file(cards, "face_detection_yunet_2022mar.model") &&
	       copy_file(cards, "frr0095.model");
#else
	return false;
#endif
}

static void the_networks_run_confined_and_tell_people_apart(void **state)
{
	(void)state;
	if (!models_are_here()) {
		print_message("# SKIP: the networks or OpenCV are not here\n");
		return;
	}
	open_here(false, ENGINE_MODELS);
	keep_embedding("person-01-1.jpg", 0);
	keep_embedding("person-01-2.jpg", 1);
	assert_true(cosine(camera.dimension) > 0.6);
	keep_embedding("person-02-1.jpg", 1);
	assert_true(cosine(camera.dimension) < 0.5);
}

static void missing_models_are_an_engine_failure(void **state)
{
	(void)state;
	snprintf(settings.models, sizeof(settings.models), "%s/nothing", folder);
	strcpy(settings.detector, "no-such-card");
	strcpy(settings.embedding, "no-such-card");
	assert_int_equal(try_open(false, ENGINE_MODELS), VID_FACE_ENGINE);
	assert_true(problem.text[0] != '\0');
}

/* --- confinement ------------------------------------------------------------------ */

static void read_proc(pid_t pid, const char *what, char *text, size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	len = read(fd, text, size - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';
}

static void assert_status(const char *text, const char *fact)
{
	if (!strstr(text, fact))
		fail_msg("no \"%s\" in %s", fact, text);
}

/* Descriptors of `pid` beyond the first three, counted; their names in `text`. */
static int open_files(pid_t pid, char *text, size_t size)
{
	char path[64], target[256];
	struct dirent *entry;
	size_t len = 0;
	int count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	assert_non_null(dir);
	text[0] = '\0';
	while ((entry = readdir(dir))) {
		ssize_t got;

		if (entry->d_name[0] == '.' || atoi(entry->d_name) < 3)
			continue;
		count++;
		got = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);
		target[got > 0 ? got : 0] = '\0';
		if (len < size)
			len += (size_t)snprintf(text + len, size - len, "%s ", target);
	}
	closedir(dir);
	return count;
}

static void it_runs_as_its_own_user_under_seccomp_without_privileges(void **state)
{
	const struct passwd *user = getpwnam(sensor_user());
	uid_t uid = geteuid() == 0 && user ? user->pw_uid : geteuid();
	char text[8192], line[64];

	(void)state;
	open_here(false, ENGINE_BASIC);
	read_proc(camera.sensor.pid, "status", text, sizeof(text));
	snprintf(line, sizeof(line), "Uid:\t%u\t%u\t%u\t%u\n", uid, uid, uid, uid);
	assert_status(text, line);
	assert_status(text, "NoNewPrivs:\t1\n");
	assert_status(text, "Seccomp:\t2\n");
	assert_status(text, "CapEff:\t0000000000000000\n");
	assert_status(text, "Threads:\t1\n");
	if (geteuid() == 0) {
		assert_int_equal(open_files(camera.sensor.pid, text, sizeof(text)), 0);
		read_proc(camera.sensor.pid, "environ", text, sizeof(text));
		assert_string_equal(text, "");
	}
}

/* It sleeps in its first read once it is up. */
static void wait_until_asleep(pid_t pid)
{
	int64_t deadline = wire_now() + PATIENCE;
	char text[512];

	while (wire_now() < deadline) {
		read_proc(pid, "stat", text, sizeof(text));
		if (strstr(text, "(vid-camera) S"))
			return;
		usleep(1000);
	}
	fail_msg("vid-camera does not come up");
}

static void before_open_no_device_is_touched_S9(void **state)
{
	struct sensor_spec spec = spec_here();
	struct sensor sensor = SENSOR_NONE;
	char names[1024];

	(void)state;
	if (geteuid() != 0) /* another's descriptors are not ours to list */
		return;
	assert_int_equal(sensor_start(&spec, &sensor, &problem), VID_OK);
	wait_until_asleep(sensor.pid);
	usleep(50000);
	assert_int_equal(open_files(sensor.pid, names, sizeof(names)), 0);
	sensor_stop(&sensor);
}

static void a_first_frame_other_than_open_ends_it(void **state)
{
	struct sensor_spec spec = spec_here();
	struct sensor sensor = SENSOR_NONE;
	struct wire_frame frame;
	uint32_t failure = 0;

	(void)state;
	assert_int_equal(sensor_start(&spec, &sensor, &problem), VID_OK);
	wire_start(&frame, CAMERA_FACE);
	assert_int_equal(wire_send(sensor.fd, &frame, wire_now() + PATIENCE), WIRE_OK);
	assert_int_equal(wire_receive(sensor.fd, &frame, wire_now() + PATIENCE, -1),
			 WIRE_OK);
	assert_int_equal(frame.type, CAMERA_FAILED);
	assert_true(wire_get_u32(&frame, CAMERA_FIELD_FAILURE, &failure));
	assert_int_equal(failure, CAMERA_FAILURE_PROTOCOL);
	assert_int_equal(wire_receive(sensor.fd, &frame, wire_now() + PATIENCE, -1),
			 WIRE_CLOSED);
	sensor_stop(&sensor);
}

static void a_hundred_openings_leave_nothing_behind_S50(void **state)
{
	int before = dup(0);

	(void)state;
	close(before);
	for (int i = 0; i < 100; i++) {
		pid_t pid;

		open_here(false, i % 2 ? ENGINE_BASIC : ENGINE_NONE);
		pid = camera.sensor.pid;
		camera_close(&camera);
		assert_int_equal(kill(pid, 0), -1);
		assert_int_equal(errno, ESRCH);
	}
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(dup(0), before);
	close(before);
}

/* --- cameras ------------------------------------------------------------------------ */

static void a_camera_that_is_not_there_is_told_at_once_S50(void **state)
{
	int64_t start = wire_now();

	(void)state;
	strcpy(settings.camera, "pci-0000:00:14.0-usb-0:6:1.0,0c45:6a08,-");
	assert_int_equal(try_open(true, ENGINE_NONE), VID_CAMERA_NONE);
	assert_non_null(strstr(problem.text, "0c45:6a08"));
	assert_true(wire_now() - start < 2000);
}

#ifndef VID_TEST_SOURCES
static void a_test_camera_is_no_camera_in_this_build_S38(void **state)
{
	(void)state;
	strcpy(settings.camera, "test:/tmp");
	assert_int_equal(try_open(true, ENGINE_NONE), VID_CAMERA_NONE);
}
#else

static void copy_face(const char *name)
{
	assert_true(copy_file(faces(), name));
	snprintf(settings.camera, sizeof(settings.camera), "test:%s", folder);
}

static void put_code(const char *text, double degrees)
{
	uint8_t *grey = made_qr(text, strlen(text), 480, 6, degrees, 10);
	uint8_t *bgr = made_bgr_of_grey(grey, 480);
	struct made jpeg = made_jpeg(bgr, 480, 480, MADE_BASELINE);

	assert_true(made_write(folder, "code.jpg", &jpeg));
	free(jpeg.at);
	free(bgr);
	free(grey);
	snprintf(settings.camera, sizeof(settings.camera), "test:%s", folder);
}

static void a_code_held_to_the_camera_is_read(void **state)
{
	static const char text[] = "VID1:6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDE";

	(void)state;
	put_code(text, 8);
	open_here(true, ENGINE_NONE);
	assert_string_equal(camera.model_id, "");
	assert_int_equal(camera_want_qr(&camera, wire_now() + PATIENCE), VID_OK);
	next_here();
	assert_int_equal(report.event, CAMERA_EVENT_QR);
	assert_int_equal(report.qr_len, strlen(text));
	assert_memory_equal(report.qr, text, strlen(text));
}

static void frames_of_a_person_follow_each_other_and_differ_S13(void **state)
{
	uint32_t sequence = 0, milliseconds = 0;

	(void)state;
	copy_face("person-03-1.jpg");
	open_here(true, ENGINE_BASIC);
	assert_int_equal(camera_want_face(&camera, wire_now() + PATIENCE), VID_OK);
	for (int i = 0; i < 20; i++) {
		next_here();
		assert_int_equal(report.event, CAMERA_EVENT_FACE);
		assert_true(report.face.sequence > sequence);
		assert_true(report.face.milliseconds >= milliseconds);
		assert_false(report.face.repeated);
		sequence = report.face.sequence;
		milliseconds = report.face.milliseconds;
	}
	assert_true(milliseconds > 0);
}

static void a_looped_still_is_told_as_repeated_S13(void **state)
{
	const struct made nothing = { (uint8_t *)(uintptr_t) "", 0 };

	(void)state;
	copy_face("person-03-1.jpg");
	assert_true(made_write(folder, "still", &nothing));
	open_here(true, ENGINE_BASIC);
	assert_int_equal(camera_want_face(&camera, wire_now() + PATIENCE), VID_OK);
	next_here(); /* may be the first one of all */
	for (int i = 0; i < 5; i++) {
		next_here();
		assert_int_equal(report.event, CAMERA_EVENT_FACE);
		assert_true(report.face.repeated);
	}
}

static void nothing_is_reported_before_it_is_asked_for(void **state)
{
	(void)state;
	copy_face("person-03-1.jpg");
	open_here(true, ENGINE_BASIC);
	assert_int_equal(camera_next(&camera, &report, wire_now() + 300, -1, &problem),
			 VID_DEADLINE);
	assert_int_equal(camera_want_face(&camera, wire_now() + PATIENCE), VID_OK);
	next_here();
	assert_int_equal(report.event, CAMERA_EVENT_FACE);
}

static void codes_first_and_then_a_face_from_one_camera(void **state)
{
	(void)state;
	put_code("VID1:AAAA", 0);
	copy_face("person-04-1.jpg"); /* after code.jpg, by name */
	open_here(true, ENGINE_BASIC);
	assert_int_equal(camera_want_qr(&camera, wire_now() + PATIENCE), VID_OK);
	next_here();
	assert_int_equal(report.event, CAMERA_EVENT_QR);
	assert_int_equal(camera_want_face(&camera, wire_now() + PATIENCE), VID_OK);
	next_here();
	assert_int_not_equal(report.event, CAMERA_EVENT_QR);
}

static void a_camera_in_the_dark_says_so(void **state)
{
	uint8_t *bgr = malloc(256 * 256 * 3);
	struct made png;

	(void)state;
	for (int i = 0; i < 256 * 256 * 3; i++) /* dim, but with something to see */
		bgr[i] = (uint8_t)((i / 3 % 256 / 16 + i / 3 / 256 / 16) % 2 ? 26 : 2);
	png = made_png(bgr, 256, 256);
	assert_true(made_write(folder, "dark.png", &png));
	free(png.at);
	free(bgr);
	snprintf(settings.camera, sizeof(settings.camera), "test:%s", folder);
	open_here(true, ENGINE_BASIC);
	assert_int_equal(camera_want_face(&camera, wire_now() + PATIENCE), VID_OK);
	next_here();
	assert_int_equal(report.event, CAMERA_EVENT_GATE);
	assert_true(report.gate == CAMERA_GATE_DARK || report.gate == CAMERA_GATE_NOBODY);
}

static void a_folder_without_pictures_is_refused(void **state)
{
	(void)state;
	snprintf(settings.camera, sizeof(settings.camera), "test:%s", folder);
	assert_int_equal(try_open(true, ENGINE_NONE), VID_CAMERA_NONE);
	assert_non_null(strstr(problem.text, "holds no pictures"));
}

static void before_open_the_test_camera_is_not_read_either_S9(void **state)
{
	char names[1024];

	(void)state;
	if (geteuid() != 0) /* another's descriptors are not ours to list */
		return;
	copy_face("person-03-1.jpg");
	open_here(false, ENGINE_BASIC);
	assert_int_equal(open_files(camera.sensor.pid, names, sizeof(names)), 0);
	camera_close(&camera);
	open_here(true, ENGINE_BASIC);
	assert_int_equal(open_files(camera.sensor.pid, names, sizeof(names)), 1);
	assert_non_null(
		strstr(names, "timerfd")); /* the camera: pictures are in memory */
}
#endif

#define TEST(name) cmocka_unit_test_teardown(name, close_camera)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_picture_gives_an_embedding),
		TEST(pictures_are_answered_in_order),
		TEST(what_is_no_picture_is_told_so),
		TEST(a_picture_of_a_wall_shows_nobody),
		TEST(the_networks_run_confined_and_tell_people_apart),
		TEST(missing_models_are_an_engine_failure),
		TEST(it_runs_as_its_own_user_under_seccomp_without_privileges),
		TEST(before_open_no_device_is_touched_S9),
		TEST(a_first_frame_other_than_open_ends_it),
		TEST(a_hundred_openings_leave_nothing_behind_S50),
		TEST(a_camera_that_is_not_there_is_told_at_once_S50),
#ifndef VID_TEST_SOURCES
		TEST(a_test_camera_is_no_camera_in_this_build_S38),
#else
		TEST(a_code_held_to_the_camera_is_read),
		TEST(frames_of_a_person_follow_each_other_and_differ_S13),
		TEST(a_looped_still_is_told_as_repeated_S13),
		TEST(nothing_is_reported_before_it_is_asked_for),
		TEST(codes_first_and_then_a_face_from_one_camera),
		TEST(a_camera_in_the_dark_says_so),
		TEST(a_folder_without_pictures_is_refused),
		TEST(before_open_the_test_camera_is_not_read_either_S9),
#endif
	};

	return cmocka_run_group_tests_name("vid-camera", tests, set_up, tear_down);
}
