/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings.h - /etc/vid/vid.conf: the host, the camera, the face engine, and who may do
 * what (man vid.conf(5) describes every key)
 *
 * An unknown section or key, a bad value or a key given twice is an error with file and
 * line: VID_CONFIG. A setting that would weaken a check is never guessed.
 */
#ifndef VID_SETTINGS_H
#define VID_SETTINGS_H

#include <limits.h>

#include "libvid/bytes.h"
#include "libvid/limits.h"
#include "libvid/reason.h"

#define SETTINGS_SERVICES_MAX 32
#define SETTINGS_FOLDERS_MAX  8

enum face_engine_kind { ENGINE_NONE, ENGINE_MODELS, ENGINE_BASIC };
enum face_level { LEVEL_STANDARD, LEVEL_HIGH, LEVEL_HIGHEST }; /* FMR 1e-4, 1e-5, 1e-6 */
/* What shows that a face is alive: turns of the head as asked, with everything else that
 * the hardware allows; everything else alone; nothing. */
enum liveness_mode { LIVENESS_TURN, LIVENESS_PASSIVE, LIVENESS_OFF };
/* Must the holder's key have verified its user (PIN, fingerprint)? */
enum key_uv { KEY_UV_PREFERRED, KEY_UV_REQUIRED, KEY_UV_NO };
enum seat_policy { SEAT_LOCAL, SEAT_ANY };

enum nonce_policy { NONCE_WINDOW, NONCE_SHOWN };

enum carrier { CARRIER_NONE = 0, CARRIER_QR = 1, CARRIER_FILE = 2, CARRIER_KEY = 3 };
#define CARRIERS_MAX 3

/* What one PAM service asks for: [policy] gives the defaults, [policy NAME] the service.
 */
struct policy {
	bool enabled; /* enabled = yes | no */
	bool face;    /* face = required | no; `no` only with `bearer = no` */
	/* bearer = no | cards | yes: what counts without a proof of its holder: nothing;
	 * claim-169 cards (bearer_card); these and tokens (both) */
	bool bearer, bearer_card;
	/* accept = vid | claim169 | both: what kinds of virtual ID; a card needs
	 * bearer_card */
	bool accept_vid, accept_card;
	enum nonce_policy nonce; /* nonce = window | shown: what makes a proof fresh */
	enum seat_policy seat;   /* seat = local | any */
	enum face_level level;   /* level = standard | high | highest */
	/* liveness = turn | passive | off; `off` only with key-uv = required */
	enum liveness_mode liveness;
	enum key_uv key_uv;    /* key-uv = required | preferred | no */
	unsigned turn_seconds; /* turn-seconds = how long a turn of the head may take */
	unsigned deadline;     /* deadline = seconds */
	enum carrier carriers[CARRIERS_MAX]; /* present = key qr file: in this order */
	bool unlock_secret; /* unlock-secret = yes | no: hand on what opens a keyring */
};

struct settings {
	/* [host] */
	char realm[VID_AUD_MAX + 1];
	char host_id[VID_HOST_ID_MAX + 1]; /* empty: derived from the host key */
	unsigned skew;                     /* seconds */
	/* [camera] */
	/* not of the file: the seat whose devices are used; empty: of any seat */
	char seat[VID_SEAT_MAX + 1];
	char camera[256];    /* stable id, as `vid camera list` prints it; empty: none */
	bool camera_virtual; /* virtual = yes: a loopback device may be that camera */
	char infrared[256];  /* infrared = auto | no (empty) | ID: sees faces before it */
	/* [key] */
	char keys[256]; /* devices = usb */
	/* [face] */
	enum face_engine_kind engine; /* engine = models | basic; default: models when a
					 folder is named */
	char models[PATH_MAX];        /* folder of ONNX files and cards */
	char detector[33], embedding[33]; /* names of cards */
	/* liveness = NAMES of cards with blanks between them, or `none`; default: those
	 * of `liveness_named` false, which count where their files are there */
	char liveness[128];
	bool liveness_named;
	/* [carriers] */
	/* folders = A:B: where *.vid files are looked for; "~/NAME": of the person's home
	 */
	char folders[SETTINGS_FOLDERS_MAX][PATH_MAX];
	size_t folder_count;
	/* [status]: bytes of a list, signed and inflated; seconds since its iat */
	uint64_t status_max_token, status_max_inflated;
	unsigned status_max_age;
	/* [policy] */
	struct policy defaults;
	size_t service_count;
	struct {
		char name[VID_SERVICE_MAX + 1];
		struct policy policy;
	} service[SETTINGS_SERVICES_MAX];
};

enum vid_reason settings_load(const char *path, struct settings *out,
			      struct problem *problem);
enum vid_reason settings_parse(struct bytes text, const char *name, struct settings *out,
			       struct problem *problem);
const struct policy *settings_policy(const struct settings *settings,
				     const char *service);
double face_level_fmr(enum face_level level);

/* The sentence that vid.conf must hold before the basic engine counts:
 * accept-basic-engine = this engine guards nothing */
#define SETTINGS_BASIC_WORDS "this engine guards nothing"

#endif
