/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "libvid/settings.h"

#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/ini.h"
#include "libvid/policy.h"

/* What is being read: where the keys of the current section go. */
struct reading {
	struct settings *settings;
	struct policy *policy; /* of the current [policy ...] */
	bool engine_named, basic_accepted;
};

typedef const char *set_key(struct reading *reading, const char *key, const char *value);

/* Cards that are installed with vid (conf/models). */
static const char detector_default[] = "face_detection_yunet_2022mar";
static const char embedding_default[] = "frr0095";

/* Used where their networks are there; a card that vid.conf names has to be. */
static const char liveness_default[] = "minifasnet_v2_2.7 minifasnet_v1se_4.0";

static const char unknown_key[] = "unknown key";

/* Letters, digits and ":._-": an id that stands in a message and in a log line. */
static bool is_id(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:._-";

	return *text && text[strspn(text, allowed)] == '\0';
}

static const char *set_host(struct reading *reading, const char *key, const char *value)
{
	struct settings *to = reading->settings;

	if (!strcmp(key, "realm"))
		return ini_text(value, to->realm, sizeof(to->realm))
			       ? NULL
			       : "empty or longer than 128 bytes";
	if (!strcmp(key, "host-id"))
		return is_id(value) && ini_text(value, to->host_id, sizeof(to->host_id))
			       ? NULL
			       : "not 1 to 64 letters, digits and :._-";
	if (!strcmp(key, "skew"))
		return settings_seconds(value, 0, VID_SKEW_MAX, &to->skew);
	return unknown_key;
}

static const char *set_camera(struct reading *reading, const char *key, const char *value)
{
	struct settings *to = reading->settings;

	if (!strcmp(key, "device"))
		return ini_text(value, to->camera, sizeof(to->camera))
			       ? NULL
			       : "not a camera's id (see `vid camera list`)";
	if (!strcmp(key, "infrared")) {
		to->infrared[0] = '\0';
		return !strcmp(value, "no") ||
				       ini_text(value, to->infrared, sizeof(to->infrared))
			       ? NULL
			       : "not auto, no or a camera's id (see `vid camera list`)";
	}
	if (!strcmp(key, "virtual"))
		return ini_bool(value, &to->camera_virtual) ? NULL : "not yes or no";
	return unknown_key;
}

/* Which devices are looked at is vid-fido's to understand: "usb". */
static const char *set_key_devices(struct reading *reading, const char *key,
				   const char *value)
{
	struct settings *to = reading->settings;

	if (strcmp(key, "devices") != 0)
		return unknown_key;
	return !strpbrk(value, " \t") && ini_text(value, to->keys, sizeof(to->keys))
		       ? NULL
		       : "not a word of 1 to 255 bytes, such as usb";
}

static const char *set_engine(struct reading *reading, const char *value)
{
	reading->engine_named = true;
	if (!strcmp(value, "models"))
		reading->settings->engine = ENGINE_MODELS;
	else if (!strcmp(value, "basic"))
		reading->settings->engine = ENGINE_BASIC;
	else
		return "not models or basic";
	return NULL;
}

static const char *set_liveness_cards(struct settings *to, const char *value)
{
	static const char complaint[] = "not names of model cards, or none";
	char text[sizeof(to->liveness)], *rest = text, *name;

	if (!ini_text(value, text, sizeof(text)))
		return complaint;
	to->liveness_named = true;
	to->liveness[0] = '\0';
	if (!strcmp(value, "none"))
		return NULL;
	(void)ini_text(value, to->liveness, sizeof(to->liveness));
	while ((name = strsep(&rest, " ")))
		if (!is_id(name) || strlen(name) >= sizeof(to->detector))
			return complaint;
	return NULL;
}

static const char *set_face(struct reading *reading, const char *key, const char *value)
{
	struct settings *to = reading->settings;

	if (!strcmp(key, "engine"))
		return set_engine(reading, value);
	if (!strcmp(key, "models"))
		return value[0] == '/' && ini_text(value, to->models, sizeof(to->models))
			       ? NULL
			       : "not an absolute folder";
	if (!strcmp(key, "detector"))
		return is_id(value) && ini_text(value, to->detector, sizeof(to->detector))
			       ? NULL
			       : "not the name of a model card";
	if (!strcmp(key, "embedding"))
		return is_id(value) && ini_text(value, to->embedding,
						sizeof(to->embedding))
			       ? NULL
			       : "not the name of a model card";
	if (!strcmp(key, "liveness"))
		return set_liveness_cards(to, value);
	if (!strcmp(key, "accept-basic-engine")) {
		reading->basic_accepted = !strcmp(value, SETTINGS_BASIC_WORDS);
		return reading->basic_accepted
			       ? NULL
			       : "these are not the words that vid.conf(5) asks for";
	}
	return unknown_key;
}

/* "/media/stick", or "~/NAME" for one folder of the person's home; never with "..". */
static bool is_folder(const char *at, size_t len)
{
	if (len < 2 || len >= PATH_MAX || memmem(at, len, "/..", 3))
		return false;
	if (at[0] == '/')
		return true;
	return len > 2 && at[0] == '~' && at[1] == '/' && !memchr(at + 2, '/', len - 2);
}

/* Folders stand side by side with ':' between them, for a stick's name may hold blanks.
 */
static const char *set_carriers(struct reading *reading, const char *key,
				const char *value)
{
	struct settings *to = reading->settings;

	if (strcmp(key, "folders") != 0)
		return unknown_key;
	for (;;) {
		size_t len = strcspn(value, ":");

		if (!is_folder(value, len))
			return "not an absolute folder or ~/NAME";
		if (to->folder_count == SETTINGS_FOLDERS_MAX)
			return "more than 8 folders";
		memcpy(to->folders[to->folder_count], value, len);
		to->folders[to->folder_count++][len] = '\0';
		if (!value[len])
			return NULL;
		value += len + 1;
	}
}

static const char *set_size(const char *value, uint64_t most, uint64_t *out)
{
	return ini_unsigned(value, most, out) && *out >= 1024
		       ? NULL
		       : "not a number of bytes within the limits";
}

static const char *set_status(struct reading *reading, const char *key, const char *value)
{
	struct settings *to = reading->settings;

	if (!strcmp(key, "max-token"))
		return set_size(value, VID_STATUS_TOKEN_MOST, &to->status_max_token);
	if (!strcmp(key, "max-inflated"))
		return set_size(value, VID_STATUS_INFLATED_MOST,
				&to->status_max_inflated);
	if (!strcmp(key, "max-age"))
		return settings_seconds(value, VID_STATUS_AGE_MIN, VID_STATUS_AGE_MOST,
					&to->status_max_age);
	return unknown_key;
}

/* [policy NAME] starts as what [policy] says, which therefore has to stand before it. */
static const char *start_policy(struct reading *reading, const char *name)
{
	struct settings *to = reading->settings;

	if (!*name) {
		reading->policy = &to->defaults;
		return to->service_count ? "[policy] must stand before [policy NAME]"
					 : NULL;
	}
	if (!is_id(name) || strlen(name) > VID_SERVICE_MAX)
		return "not the name of a PAM service";
	if (to->service_count == SETTINGS_SERVICES_MAX)
		return "more than 32 services";
	memcpy(to->service[to->service_count].name, name, strlen(name) + 1);
	reading->policy = &to->service[to->service_count++].policy;
	*reading->policy = to->defaults;
	return NULL;
}

static const struct {
	const char *name;
	set_key *set;
} sections[] = {
	{ "host", set_host }, { "camera", set_camera },     { "key", set_key_devices },
	{ "face", set_face }, { "carriers", set_carriers }, { "status", set_status },
};

static const char *entry(void *user, const char *section, const char *key,
			 const char *value)
{
	struct reading *reading = user;

	if (!strcmp(section, "policy") || !strncmp(section, "policy ", 7)) {
		if (!key)
			return start_policy(reading, section[6] ? section + 7 : "");
		return policy_set(reading->policy, key, value);
	}
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		if (!strcmp(section, sections[i].name))
			return key ? sections[i].set(reading, key, value) : NULL;
	}
	return section[0] ? "unknown section" : "a key before any [section]";
}

/* What no single line shows. */
static enum vid_reason judge_whole(struct reading *reading, const char *name,
				   struct problem *problem)
{
	struct settings *settings = reading->settings;
	const char *fault = policy_fault(&settings->defaults), *where = "policy";
	const char *of = "";

	for (size_t i = 0; !fault && i < settings->service_count; i++) {
		fault = policy_fault(&settings->service[i].policy);
		where = "policy ";
		of = settings->service[i].name;
	}
	if (!fault && !reading->engine_named && settings->models[0])
		settings->engine = ENGINE_MODELS;
	if (!fault && settings->engine == ENGINE_MODELS && !settings->models[0]) {
		fault = "engine = models needs models = FOLDER";
		where = "face";
	}
	if (!fault && settings->engine == ENGINE_BASIC && !reading->basic_accepted) {
		fault = "engine = basic needs accept-basic-engine "
			"= " SETTINGS_BASIC_WORDS;
		where = "face";
	}
	if (!fault)
		return VID_OK;
	problem_set(problem, "%s: [%s%s]: %s", name, where, of, fault);
	return VID_CONFIG;
}

enum vid_reason settings_parse(struct bytes text, const char *name, struct settings *out,
			       struct problem *problem)
{
	struct reading reading = { .settings = out, .policy = &out->defaults };
	enum vid_reason why;

	memset(out, 0, sizeof(*out));
	out->skew = VID_SKEW_DEFAULT;
	out->status_max_token = VID_STATUS_TOKEN_MAX;
	out->status_max_inflated = VID_STATUS_INFLATED_MAX;
	out->status_max_age = VID_STATUS_AGE_DEFAULT;
	out->engine = ENGINE_NONE;
	out->defaults = policy_default;
	memcpy(out->detector, detector_default, sizeof(detector_default));
	memcpy(out->embedding, embedding_default, sizeof(embedding_default));
	memcpy(out->liveness, liveness_default, sizeof(liveness_default));
	memcpy(out->infrared, "auto", sizeof("auto"));
	memcpy(out->keys, "usb", sizeof("usb"));

	why = ini_read(text, name, entry, &reading, problem);
	if (why == VID_OK)
		why = judge_whole(&reading, name, problem);
	if (why != VID_OK)
		memset(out, 0, sizeof(*out)); /* enabled = no, everywhere */
	return why;
}

enum vid_reason settings_load(const char *path, struct settings *out,
			      struct problem *problem)
{
	AUTO(blob_free) struct blob text = { NULL, 0 };
	enum vid_reason why;

	memset(out, 0, sizeof(*out));
	why = file_read_trusted(path, VID_CONFIG_FILE_MAX, &text, problem);
	if (why != VID_OK)
		return why;
	return settings_parse(bytes_of(text.at, text.len), path, out, problem);
}

const struct policy *settings_policy(const struct settings *settings, const char *service)
{
	for (size_t i = 0; i < settings->service_count; i++)
		if (!strcmp(settings->service[i].name, service))
			return &settings->service[i].policy;
	return &settings->defaults;
}

double face_level_fmr(enum face_level level)
{
	switch (level) {
	case LEVEL_STANDARD:
		return 1e-4;
	case LEVEL_HIGH:
		return 1e-5;
	case LEVEL_HIGHEST:
		break;
	}
	return 1e-6; /* the strictest, for anything else as well */
}
