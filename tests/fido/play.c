/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "tests/fido/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/wire.h"
#include "tests/unit/sensor_paths.h"

#define PATIENCE 20000 /* milliseconds: for what comes, on a slow machine */

static const char pin[] = "1234";

static void need(bool what, const char *why)
{
	if (what)
		return;
	printf("Bail out! %s\n", why);
	exit(99);
}

void play_need(void)
{
#ifndef VID_TEST_SOURCES
	printf("1..0 # SKIP this build has no test sources\n");
	exit(0);
#endif
}

void play_key(struct softkey *key, const char *const *options)
{
	softkey_start(key, options);
	need(chmod(key->folder, 0755) == 0, "the key's folder stays closed");
}

void play_open(struct play *play, const struct softkey *const *keys,
	       enum fido_purpose purpose, enum fido_uv uv, const char *rp_ids)
{
	char path[PATH_MAX], devices[256] = "test";
	const struct sensor_spec spec = {
		.path = path,
		.user = sensor_user(),
		.memory_max = 256UL << 20,
		.cpu_max = 60,
	};
	struct fido_wish wish = {
		.devices = devices,
		.rp_ids = rp_ids,
		.purpose = purpose,
		.uv = uv,
		.hash = { 7 },
	};

	built_program(path, "vid-fido");
	*play = (struct play){ .fido = FIDO_CLOSED, .pin = pin };
	for (; *keys; keys++)
		(void)snprintf(devices + strlen(devices),
			       sizeof(devices) - strlen(devices), ":%s", (*keys)->socket);
	need(fido_open_as(&spec, &wish, wire_now() + PATIENCE, -1, &play->fido,
			  &play->problem) == VID_OK,
	     play->problem.text);
}

/* --- what is heard ------------------------------------------------------------------ */

static void note(struct play *play)
{
	static const char *const names[] = {
		[FIDO_EVENT_INSERT] = "INSERT", [FIDO_EVENT_SELECT] = "SELECT",
		[FIDO_EVENT_PIN] = "PIN",       [FIDO_EVENT_TOUCH] = "TOUCH",
		[FIDO_EVENT_VERIFY] = "VERIFY", [FIDO_EVENT_ADDED] = "ADDED",
	};
	const struct fido_report *report = &play->report;
	size_t at = strlen(play->events);

	at += (size_t)snprintf(play->events + at, sizeof(play->events) - at, "%s%s",
			       names[report->event], report->wrong ? "!" : "");
	if (at < sizeof(play->events) && report->has_tries)
		at += (size_t)snprintf(play->events + at, sizeof(play->events) - at,
				       ":%u", report->tries);
	if (at < sizeof(play->events))
		(void)snprintf(play->events + at, sizeof(play->events) - at, " ");
}

static enum vid_reason heed(struct play *play)
{
	note(play);
	if (play->report.event != FIDO_EVENT_PIN)
		return VID_OK;
	return play->pin ? fido_pin(&play->fido, bytes_of_text(play->pin),
				    wire_now() + PATIENCE)
			 : VID_CANCELLED;
}

enum vid_reason play_until(struct play *play, enum fido_frame kind)
{
	const struct fido_report *report = &play->report;
	enum vid_reason why;

	do {
		why = fido_next(&play->fido, &play->report, wire_now() + PATIENCE, -1,
				&play->problem);
		if (why != VID_OK)
			return why;
		if (report->kind == FIDO_CREDENTIAL)
			play->credential[report->credential.index] = report->credential;
		if (report->kind == FIDO_FOUND)
			play->found = report->found;
		if (report->kind == FIDO_EVENT && kind != FIDO_EVENT &&
		    (why = heed(play)) != VID_OK)
			return why;
		if (report->kind == FIDO_EVENT && kind == FIDO_EVENT)
			note(play);
	} while (report->kind != kind);
	return VID_OK;
}

enum vid_reason play_find(struct play *play, const struct softkey *key,
			  enum fido_purpose purpose, enum fido_uv uv)
{
	const struct softkey *keys[] = { key, NULL };

	play_open(play, keys, purpose, uv, PLAY_RP);
	return play_until(play, FIDO_FOUND);
}

void play_close(struct play *play)
{
	fido_close(&play->fido);
}

/* --- what is done ------------------------------------------------------------------- */

struct public_key play_enrol(const struct softkey *key, enum key_alg alg,
			     unsigned protect)
{
	const struct fido_make make = {
		.rp_id = PLAY_RP,
		.name = "virtual ID",
		.user = bytes_of("user", 4),
		.alg = alg,
		.protect = protect,
	};
	struct play play;

	need(play_find(&play, key, FIDO_FOR_MAKE, FIDO_UV_PREFERRED) == VID_OK &&
		     fido_make(&play.fido, &make, wire_now() + PATIENCE) == VID_OK &&
		     play_until(&play, FIDO_MADE) == VID_OK,
	     play.problem.text);
	play_close(&play);
	return play.report.made.public;
}

enum vid_reason play_touch(struct play *play, const uint8_t hash[32])
{
	enum vid_reason why =
		fido_assert(&play->fido, 0, hash, NULL, NULL, wire_now() + PATIENCE);

	return why == VID_OK ? play_until(play, FIDO_ASSERTION) : why;
}

enum vid_reason play_verify(const struct play *play, const uint8_t hash[32],
			    const struct public_key *holder, enum key_uv uv)
{
	const struct fido_assertion *made = &play->report.assertion;
	const struct assertion assertion = {
		.auth_data = bytes_of(made->auth_data, made->auth_data_len),
		.signature = bytes_of(made->signature, made->signature_len),
	};
	const struct assertion_rules rules = {
		.hash = hash,
		.holder = holder,
		.rp_id = bytes_of_text(PLAY_RP),
		.uv = uv,
	};
	struct assertion_seen seen;

	return assertion_verify(&assertion, &rules, &seen);
}
