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

#include <cmocka.h>

#include "libvid/accounts.h"
#include "libvid/cleanup.h"
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

/* What nss_vid says: an own account, from the index as it is now. */
static struct passwd *own_entry(const char *name)
{
	static struct passwd entry;
	static char name_kept[VID_NAME_MAX + 1];
	struct index_row row;
	struct index index;
	bool found;

	if (index_open(world_path("accounts.cdb"), &index) != INDEX_OK)
		return NULL;
	found = index_by_name(&index, bytes_of_text(name), &row) == INDEX_OK;
	if (found) {
		(void)bytes_to_text(row.name, name_kept, sizeof(name_kept));
		entry = (struct passwd){ .pw_name = name_kept,
					 .pw_uid = row.uid,
					 .pw_gid = row.gid };
	}
	index_close(&index);
	return found ? &entry : NULL;
}

struct passwd *getpwnam(const char *name)
{
	static struct passwd entry;
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd *found;

	while (file && (found = fgetpwent(file)) && strcmp(found->pw_name, name) != 0)
		;
	if (!file)
		return NULL;
	if (!found) {
		fclose(file);
		return own_entry(name);
	}
	entry = *found;
	if (stage->home[0] && !strcmp(name, world.kim.account))
		entry.pw_dir = stage->home;
	if (stage->uid && !strcmp(name, world.kim.account))
		entry.pw_uid = stage->uid;
	fclose(file);
	return &entry;
}

/* --- the world -------------------------------------------------------------------- */

const char *world_path(const char *name)
{
	static char paths[64][PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 64];

	assert_true(path_join(path, PATH_MAX, world.folder, name));
	return path;
}

struct anchor world_anchor(void)
{
	return (struct anchor){ .folder = world_path("anchor"),
				.key = &world.key,
				.stamp = world_path("anchored"),
				.before = { .faces = world_path("faces"),
					    .counters = world_path("counters"),
					    .status = world_path("status"),
					    .clock = world_path("clock") } };
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
		       "[face]\nmodels = %s\n"
		       "[carriers]\nfolders = %s:~/.vid\n"
		       "[policy]\n%s%s\n",
		       world_path("models"), world_path("stick"),
		       strstr(more, "liveness = ") ? "" : "liveness = passive\n", more);
	world_write("vid.conf", text, strlen(text));
}

void world_issuer(const char *status)
{
	struct issuer issuer = {
		.iss = WORLD_ISS, .realm = WORLD_REALM, .alias = "example", .key_count = 1
	};
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

void world_template(const float face[DIMENSION], const uint8_t seed[32],
		    struct template *template)
{
	memset(template, 0, sizeof(*template));
	memcpy(template->model, MODEL_ID, sizeof(MODEL_ID));
	template->dimension = DIMENSION;
	assert_true(template_add(template, face, DIMENSION, "front"));
	template_transform(template, seed);
}

void world_enrol(struct person *person, const float face[DIMENSION])
{
	const struct template_owner owner = { person->account, person->uid, WORLD_ISS,
					      person->sub };
	const struct anchor anchor = world_anchor();
	struct template template;
	uint8_t salt[TEMPLATE_SALT_LEN], seed[32];

	randombytes_buf(salt, sizeof(salt));
	template_seed(&world.key, salt, seed);
	world_template(face, seed, &template);
	template_digest(&template, salt, person->digest);
	assert_int_equal(templates_store(world_path("faces"), &owner, &anchor, &template,
					 salt, NULL),
			 VID_OK);
}

/* At a right angle to `other`, so that no test hangs on how alike two faces happen to be.
 */
static void turn_away(float face[DIMENSION], const float other[DIMENSION])
{
	double inner = 0, length = 0;

	for (size_t i = 0; i < DIMENSION; i++)
		inner += (double)face[i] * (double)other[i];
	for (size_t i = 0; i < DIMENSION; i++) {
		face[i] -= (float)inner * other[i];
		length += (double)face[i] * (double)face[i];
	}
	for (size_t i = 0; i < DIMENSION; i++)
		face[i] = (float)((double)face[i] / sqrt(length));
}

static void make_person(struct person *person, const char *account,
			const struct person *other)
{
	const struct passwd *entry = getpwnam(account);

	assert_non_null(entry);
	person->account = account;
	person->uid = entry->pw_uid;
	subject_random(person->sub);
	crypto_sign_keypair(person->public, person->secret);
	a_face(person->face);
	if (other)
		turn_away(person->face, other->face);
	world_enrol(person, person->face);
}

void world_map(const char *text, const char *passwd)
{
	struct accounts_host host = accounts_this_host;
	struct accounts accounts;
	struct problem problem = { "" };

	if (passwd)
		host.passwd = passwd;
	assert_int_equal(
		accounts_parse(bytes_of_text(text), "accounts", &accounts, &problem),
		VID_OK);
	host.issuers = world_path("issuers.d");
	if (accounts_compile_for(&host, &accounts, &world.key, world_path("accounts.cdb"),
				 (struct accounts_order){ .now = world.now },
				 &problem) != VID_OK)
		fail_msg("%s", problem.text);
	accounts_free(&accounts);
}

static void make_index(void)
{
	char text[256];

	(void)snprintf(text, sizeof(text), "%s@example %s\n%s@example %s\n",
		       world.kim.sub, world.kim.account, world.lee.sub,
		       world.lee.account);
	world_map(text, NULL);
}

/* A card that the host has, in a folder that is trusted whoever owns the sources. */
static void make_card(const char *name)
{
	AUTO(blob_free) struct blob card = { NULL, 0 };
	const char *sources = getenv("VID_SRC");
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/conf/models/%s.model",
		       sources ? sources : ".", name);
	assert_int_equal(file_read_untrusted(path, 65536, &card, NULL), VID_OK);
	(void)snprintf(path, sizeof(path), "models/%s.model", name);
	world_write(path, card.at, card.len);
}

void world_make(void)
{
	static const char *const folders[] = { "issuers.d", "faces",    "attempts",
					       "replay",    "stick",    "models",
					       "status",    "counters", "tokens",
					       "secrets",   "logind",   "proc" };

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
	make_person(&world.kim, "games", NULL);
	make_person(&world.lee, "man", &world.kim);
	make_parser();
	make_card("frr0095");
	make_card("minifasnet_v2_2.7");
	make_card("minifasnet_v1se_4.0");
	world_issuer("none");
	make_index();
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
						   shown->iat, shown->nonce,
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
