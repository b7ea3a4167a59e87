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
#include "tests/unit/camera_here.h"
#include "tests/unit/pictures.h"
#include "tests/unit/sensor_paths.h"

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

/* The confined helper decodes what cards carry: nothing that a decoder needs is denied.
 */
static void portraits_of_cards_are_decoded_in_confinement(void **state)
{
	uint8_t *bgr = made_bgr(120, 160);
	struct made files[3] = { made_webp(bgr, 120, 160, false),
				 made_webp(bgr, 120, 160, true),
				 made_avif(bgr, 120, 160) };

	(void)state;
	open_here(false, ENGINE_BASIC);
	for (size_t i = 0; i < 3 && files[i].len; i++) {
		assert_true(made_write(folder, "portrait", &files[i]));
		send_file(folder, "portrait");
		if (report.event == CAMERA_EVENT_GATE)
			assert_int_not_equal(report.gate, CAMERA_GATE_PICTURE);
		free(files[i].at);
	}
	free(bgr);
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

static void assert_status(const char *text, const char *fact)
{
	if (!strstr(text, fact))
		fail_msg("no \"%s\" in %s", fact, text);
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

#define TEST(name) cmocka_unit_test_teardown(name, close_camera)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_picture_gives_an_embedding),
		TEST(portraits_of_cards_are_decoded_in_confinement),
		TEST(pictures_are_answered_in_order),
		TEST(what_is_no_picture_is_told_so),
		TEST(a_picture_of_a_wall_shows_nobody),
		TEST(the_networks_run_confined_and_tell_people_apart),
		TEST(missing_models_are_an_engine_failure),
		TEST(it_runs_as_its_own_user_under_seccomp_without_privileges),
		TEST(before_open_no_device_is_touched_S9),
		TEST(a_first_frame_other_than_open_ends_it),
		TEST(a_hundred_openings_leave_nothing_behind_S50),
	};

	return cmocka_run_group_tests_name("vid-camera", tests, set_up, tear_down);
}
