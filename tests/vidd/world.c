/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "tests/vidd/world.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pwd.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>
#ifdef HAVE_LIBSYSTEMD
#include <systemd/sd-login.h>
#endif

#include <cmocka.h>

#include "libvid/accounts.h"
#include "libvid/files.h"
#include "libvid/templates.h"
#include "tests/unit/folder.h"
#include "vidd/login.h"

struct world world;
struct stage *stage;

/* --- what the machine says, in this program ------------------------------------- */

static void keep_line(const char *format, va_list args)
{
	size_t len = strlen(stage->log);

	(void)vsnprintf(stage->log + len, sizeof(stage->log) - len - 1, format, args);
	strcat(stage->log, "\n");
	stage->logged++;
}

void syslog(int priority, const char *format, ...)
{
	va_list args;

	(void)priority;
	va_start(args, format);
	keep_line(format, args);
	va_end(args);
}

/* What syslog is with _FORTIFY_SOURCE. */
void __syslog_chk(int priority, int flag, const char *format, ...);
void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list args;

	(void)priority;
	(void)flag;
	va_start(args, format);
	keep_line(format, args);
	va_end(args);
}

#ifdef HAVE_LIBSYSTEMD
int sd_pid_get_session(pid_t pid, char **session)
{
	(void)pid;
	if (!stage->session)
		return -ENODATA;
	*session = strdup("7");
	return 0;
}

int sd_session_is_remote(const char *session)
{
	(void)session;
	return stage->remote;
}

int sd_session_get_seat(const char *session, char **seat)
{
	(void)session;
	if (!stage->seat)
		return -ENODATA;
	*seat = strdup(stage->seat);
	return 0;
}
#endif

struct passwd *getpwnam(const char *name)
{
	static struct passwd entry;
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd *found;

	while (file && (found = fgetpwent(file)) && strcmp(found->pw_name, name) != 0)
		;
	if (!file || !found)
		return NULL;
	entry = *found;
	if (stage->home[0] && !strcmp(name, world.kim.account))
		entry.pw_dir = stage->home;
	fclose(file);
	return &entry;
}

/* --- the world -------------------------------------------------------------------- */

const char *world_path(const char *name)
{
	static char paths[8][PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 8];

	assert_true(path_join(path, PATH_MAX, world.folder, name));
	return path;
}

void world_write(const char *name, const void *at, size_t len)
{
	assert_int_equal(file_write(world_path(name), bytes_of(at, len), 0644, NULL),
			 VID_OK);
}

void world_settings(const char *more)
{
	char text[4096];

	(void)snprintf(text, sizeof(text),
		       "[host]\nrealm = " WORLD_REALM "\nhost-id = " WORLD_HOST "\n"
		       "[camera]\ndevice = fake\n"
		       "[face]\nmodels = %s/conf/models\n"
		       "[carriers]\nfolders = %s:~/.vid\n"
		       "[policy]\n%s\n",
		       getenv("VID_SRC") ? getenv("VID_SRC") : ".", world_path("stick"),
		       more);
	world_write("vid.conf", text, strlen(text));
}

void world_issuer(const char *status)
{
	struct issuer issuer = { .iss = WORLD_ISS,
				 .realm = WORLD_REALM,
				 .alias = "example",
				 .max_lifetime = VID_LIFETIME_DEFAULT,
				 .key_count = 1 };
	char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);

	issuer.status = !strcmp(status, "none")   ? STATUS_NONE
			: !strcmp(status, "soft") ? STATUS_SOFT
						  : STATUS_REQUIRED;
	issuer.key[0].public.alg = KEY_ED25519;
	memcpy(issuer.key[0].public.at, world.issuer_public, 32);
	issuer_key_id(&issuer.key[0].public, issuer.key[0].kid);
	issuer_print(&issuer, file);
	fclose(file);
	world_write("issuers.d/example.conf", text, len);
	free(text);
}

void a_face(float face[DIMENSION])
{
	double length = 0;

	for (size_t i = 0; i < DIMENSION; i++) {
		face[i] = (float)randombytes_uniform(2001) / 1000.0f - 1.0f;
		length += (double)face[i] * (double)face[i];
	}
	for (size_t i = 0; i < DIMENSION; i++)
		face[i] = (float)((double)face[i] / sqrt(length));
}

void world_enrol(struct person *person, const float face[DIMENSION])
{
	const struct template_owner owner = { person->account, person->uid, WORLD_ISS,
					      person->sub };
	struct template template = { .dimension = 0 };
	uint8_t salt[TEMPLATE_SALT_LEN], seed[32];

	memcpy(template.model, MODEL_ID, sizeof(MODEL_ID));
	template.dimension = DIMENSION;
	assert_true(template_add(&template, face, DIMENSION, "front"));
	randombytes_buf(salt, sizeof(salt));
	template_seed(&world.key, salt, seed);
	template_transform(&template, seed);
	template_digest(&template, salt, person->digest);
	assert_int_equal(templates_store(world_path("faces"), &owner, &world.key,
					 &template, salt, NULL),
			 VID_OK);
}

static void make_person(struct person *person, const char *account)
{
	const struct passwd *entry = getpwnam(account);

	assert_non_null(entry);
	person->account = account;
	person->uid = entry->pw_uid;
	subject_random(person->sub);
	crypto_sign_keypair(person->public, person->secret);
	a_face(person->face);
	world_enrol(person, person->face);
}

static void make_index(void)
{
	char text[256];
	struct accounts accounts;
	struct problem problem = { "" };

	(void)snprintf(text, sizeof(text), "%s@example %s\n%s@example %s\n",
		       world.kim.sub, world.kim.account, world.lee.sub,
		       world.lee.account);
	assert_int_equal(
		accounts_parse(bytes_of_text(text), "accounts", &accounts, &problem),
		VID_OK);
	if (accounts_compile(&accounts, &world.key, world_path("accounts.cdb"),
			     &problem) != VID_OK)
		fail_msg("%s", problem.text);
	accounts_free(&accounts);
}

void world_make(void)
{
	static const char *const folders[] = { "issuers.d", "faces", "attempts", "replay",
					       "stick" };

	assert_true(sodium_init() >= 0);
	if (!stage)
		stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(&world, 0, sizeof(world));
	stage_clear();
	assert_int_equal(folder_make(world.folder), 0);
	(void)chmod(world.folder, 0755);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		assert_int_equal(mkdir(world_path(folders[i]), 0700), 0);
	assert_int_equal(hostkey_create(world_path("host.key"), NULL), VID_OK);
	assert_int_equal(hostkey_load(world_path("host.key"), &world.key, NULL), VID_OK);
	crypto_sign_keypair(world.issuer_public, world.issuer_secret);
	world.now = VID_BUILD_TIME + 1000;
	make_person(&world.kim, "games");
	make_person(&world.lee, "man");
	make_index();
	world_issuer("none");
	world_settings("");
}

void world_drop(void)
{
	folder_drop(world.folder);
}

/* --- what is presented ---------------------------------------------------------------
 */

struct shown shown_by(struct person *person)
{
	struct shown shown = {
		.claims = { .iss = WORLD_ISS,
			    .sub = person->sub,
			    .aud = WORLD_REALM,
			    .iat = world.now - 100,
			    .exp = world.now + 10000,
			    .holder.alg = KEY_ED25519,
			    .face_digest = bytes_of(person->digest, 32),
			    .face_model = MODEL_ID,
			    .face_count = 1 },
		.issuer_secret = world.issuer_secret,
		.holder_secret = person->secret,
		.host = WORLD_HOST,
		.iat = world.now,
	};

	randombytes_buf(shown.claims.cti, sizeof(shown.claims.cti));
	memcpy(shown.claims.holder.at, person->public, 32);
	return shown;
}

size_t shown_make(const struct shown *shown, uint8_t *to, size_t size)
{
	uint8_t room[VID_TOKEN_MAX], kid[VID_KID_LEN];
	struct buffer token = buffer_of(room, sizeof(room)), out = buffer_of(to, size);
	struct public_key key = { .alg = KEY_ED25519 };

	memcpy(key.at, world.issuer_public, 32);
	issuer_key_id(&key, kid);
	assert_int_equal(token_make(&shown->claims, kid, shown->issuer_secret, &token),
			 VID_OK);
	if (shown->bare)
		buffer_add(&out, token.at, token.len);
	else
		assert_int_equal(presentation_make(buffer_bytes(&token), shown->host,
						   shown->iat, bytes_of(NULL, 0),
						   shown->holder_secret, &out),
				 VID_OK);
	assert_false(out.full);
	return out.len;
}

void shown_text(const struct shown *shown, char *to, size_t size)
{
	uint8_t message[VID_KBT_MAX];
	size_t len = shown_make(shown, message, sizeof(message));
	struct buffer out = buffer_of(to, size);

	presentation_text(bytes_of(message, len), &out);
	assert_false(out.full);
}

/* --- the camera
 * -------------------------------------------------------------------------- */

void stage_clear(void)
{
	memset(stage, 0, sizeof(*stage));
	stage->model = MODEL_ID;
}

void stage_add(enum scene_kind kind, const char *qr, const float *face)
{
	assert_true(stage->count < SCENES_MAX);
	stage->scene[stage->count++] =
		(struct scene){ .kind = kind, .qr = qr, .face = face };
}

void stage_walk(const char *qr, const float *face)
{
	stage->next = stage->count = 0;
	if (qr)
		stage_add(SCENE_QR, qr, NULL);
	for (int i = 0; i < 3; i++)
		stage_add(SCENE_FACE, NULL, face);
}

enum vid_reason camera_open(const struct settings *settings, bool with_device,
			    enum face_engine_kind engine, int64_t deadline, int abort_fd,
			    struct camera *out, struct problem *problem)
{
	(void)settings;
	(void)with_device;
	(void)deadline;
	(void)abort_fd;
	(void)problem;
	*out = (struct camera)CAMERA_CLOSED;
	stage->opened++;
	if (stage->open != VID_OK)
		return stage->open;
	stage->is_open = true;
	if (engine != ENGINE_NONE) {
		(void)snprintf(out->model_id, sizeof(out->model_id), "%s", stage->model);
		out->dimension = DIMENSION;
	}
	return VID_OK;
}

enum vid_reason camera_want_qr(struct camera *camera, int64_t deadline)
{
	(void)deadline;
	camera->wanted = CAMERA_WANT_QR;
	return VID_OK;
}

enum vid_reason camera_want_face(struct camera *camera, int64_t deadline)
{
	(void)deadline;
	camera->wanted = CAMERA_WANT_FACE;
	return VID_OK;
}

static void play_face(const struct scene *scene, struct camera_report *report)
{
	report->event = CAMERA_EVENT_FACE;
	report->face.sequence = (uint32_t)stage->next;
	report->face.milliseconds = (uint32_t)stage->next * 33;
	report->face.repeated = scene->kind == SCENE_REPEATED;
	report->face.dimension = DIMENSION;
	memcpy(report->face.embedding, scene->face, sizeof(float) * DIMENSION);
}

/* When the list is at its end nothing more happens: as if the time had passed. */
enum vid_reason camera_next(struct camera *camera, struct camera_report *report,
			    int64_t deadline, int abort_fd, struct problem *problem)
{
	struct pollfd hangup = { .fd = abort_fd, .events = POLLIN | POLLRDHUP };
	const struct scene *scene;

	(void)camera;
	(void)problem;
	memset(report, 0, sizeof(*report));
	if (stage->next >= stage->count)
		return VID_DEADLINE;
	scene = &stage->scene[stage->next++];
	switch (scene->kind) {
	case SCENE_QR:
		report->event = CAMERA_EVENT_QR;
		report->qr_len = strlen(scene->qr);
		memcpy(report->qr, scene->qr, report->qr_len);
		return VID_OK;
	case SCENE_FACE:
	case SCENE_REPEATED:
		play_face(scene, report);
		return VID_OK;
	case SCENE_GATE:
		report->event = CAMERA_EVENT_GATE;
		report->gate = CAMERA_GATE_FAR;
		return VID_OK;
	case SCENE_WAIT:
		return poll(&hangup, 1, (int)(deadline - wire_now())) == 1 ? VID_CANCELLED
									   : VID_DEADLINE;
	case SCENE_FAIL:
		break;
	}
	return scene->why;
}

void camera_close(struct camera *camera)
{
	(void)camera;
	if (stage->is_open)
		stage->closed++;
	stage->is_open = false;
}

void camera_report_wipe(struct camera_report *report)
{
	memset(report, 0, sizeof(*report));
}

const char *camera_gate_sentence(enum camera_gate gate)
{
	(void)gate;
	return "Come nearer.";
}

/* --- a caller
 * --------------------------------------------------------------------------------- */

static int64_t world_now(void)
{
	return world.now;
}

static pid_t start_vidd(int pair[2], uid_t uid)
{
	static struct login login;
	struct login_place place = {
		.settings = world_path("vid.conf"),
		.issuers = world_path("issuers.d"),
		.hostkey = world_path("host.key"),
		.index = world_path("accounts.cdb"),
		.faces = world_path("faces"),
		.attempts = world_path("attempts"),
		.replay = world_path("replay"),
		.now = world_now,
	};
	pid_t child;

	/* The kernel remembers who made the pair. */
	if (uid)
		assert_int_equal(seteuid(uid), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	if (uid)
		assert_int_equal(seteuid(0), 0);
	stage->next = 0;
	stage->opened = stage->closed = 0;
	stage->log[0] = '\0';
	child = fork();
	if (child == 0) {
		close(pair[0]);
		_exit((int)login_serve(&login, pair[1], &place));
	}
	close(pair[1]);
	return child;
}

static void send_ask(int fd, const struct asking *asking)
{
	struct wire_frame frame;

	wire_start(&frame, PAM_FRAME_ASK);
	wire_put_text(&frame, PAM_FIELD_SERVICE,
		      asking->service ? asking->service : "su");
	wire_put_text(&frame, PAM_FIELD_TTY, asking->tty ? asking->tty : "/dev/tty1");
	if (asking->account)
		wire_put_text(&frame, PAM_FIELD_ACCOUNT, asking->account);
	if (asking->rhost)
		wire_put_text(&frame, PAM_FIELD_RHOST, asking->rhost);
	if (asking->deadline)
		wire_put_u32(&frame, PAM_FIELD_DEADLINE, asking->deadline);
	wire_put_u32(&frame, PAM_FIELD_FLAGS, asking->silent ? PAM_FLAG_SILENT : 0);
	(void)wire_send(fd, &frame, wire_now() + 1000);
}

/* False: hang up. */
static bool send_answer(int fd, enum answer answer)
{
	struct wire_frame frame;

	wire_start(&frame, answer == ANSWER_ODD ? PAM_FRAME_SAY : PAM_FRAME_ANSWER);
	if (answer == ANSWER_HANGUP)
		return false;
	if (answer != ANSWER_NONE)
		wire_put_text(&frame, PAM_FIELD_TEXT,
			      answer == ANSWER_N       ? "n"
			      : answer == ANSWER_OTHER ? "my password"
						       : "");
	(void)wire_send(fd, &frame, wire_now() + 1000);
	return true;
}

static bool handle(int fd, const struct asking *asking, const struct wire_frame *frame,
		   struct outcome *out)
{
	size_t len = strlen(out->said);
	char text[256];

	if (frame->type == PAM_FRAME_PROMPT) {
		out->prompts++;
		wire_get_text(frame, PAM_FIELD_ARG1, out->prompt, 100);
		strcat(out->prompt, "|");
		wire_get_text(frame, PAM_FIELD_ARG2, out->prompt + strlen(out->prompt),
			      100);
		return send_answer(fd, asking ? asking->answer : ANSWER_ENTER);
	}
	if (frame->type == PAM_FRAME_SAY) {
		assert_true(wire_get_text(frame, PAM_FIELD_TEXT, text, sizeof(text)));
		(void)snprintf(out->said + len, sizeof(out->said) - len, "%s\n", text);
		return !asking || !asking->hangup_later;
	}
	assert_int_equal(frame->type, PAM_FRAME_VERDICT);
	assert_true(wire_get_u32(frame, PAM_FIELD_VERDICT, &out->verdict));
	assert_true(
		wire_get_text(frame, PAM_FIELD_REASON, out->reason, sizeof(out->reason)));
	wire_get_text(frame, PAM_FIELD_ACCOUNT, out->account, sizeof(out->account));
	return false;
}

static void listen_to(int fd, const struct asking *asking, struct outcome *out)
{
	struct wire_frame frame;

	while (wire_receive(fd, &frame, wire_now() + 20000, -1) == WIRE_OK &&
	       handle(fd, asking, &frame, out))
		;
}

/* Without a verdict on the wire the reason is vidd's exit status. */
static void reap(pid_t child, struct outcome *out)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	out->exit = WEXITSTATUS(status);
	if (!out->reason[0])
		(void)snprintf(out->reason, sizeof(out->reason), "%s",
			       reason_name((enum vid_reason)out->exit));
}

struct outcome ask_vidd(const struct asking *asking)
{
	struct outcome out = { .verdict = 0 };
	int pair[2];
	pid_t child = start_vidd(pair, asking->uid);

	send_ask(pair[0], asking);
	listen_to(pair[0], asking, &out);
	close(pair[0]);
	reap(child, &out);
	return out;
}

struct outcome ask_vidd_raw(const void *at, size_t len)
{
	struct outcome out = { .verdict = 0 };
	int pair[2];
	pid_t child = start_vidd(pair, 0);

	(void)!send(pair[0], at, len, MSG_NOSIGNAL);
	shutdown(pair[0], SHUT_WR);
	listen_to(pair[0], NULL, &out);
	close(pair[0]);
	reap(child, &out);
	return out;
}
