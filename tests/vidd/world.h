/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - a small world for vidd's walk: a folder with settings, keys, one issuer, two
 * people, their templates and tokens; a camera that plays a list of events; a caller
 */
#ifndef VID_TEST_WORLD_H
#define VID_TEST_WORLD_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "libvid/reason.h"
#include "libvid/template.h"
#include "libvid/token.h"
#include "vidd/login.h"

#define WORLD_HOST  "host:test"
#define WORLD_ISS   "https://id.example.org"
#define WORLD_REALM "realm:example.org"
#define DIMENSION   256
#define MODEL_ID    "frr0095:ca00801b506c5494"

struct person {
	const char *account; /* one that every Debian has */
	uint32_t uid;
	char sub[VID_SUB_LEN + 1];
	uint8_t public[32], secret[64]; /* of the wallet */
	float face[DIMENSION];
	uint8_t digest[TEMPLATE_DIGEST_LEN];
};

struct world {
	char folder[PATH_MAX];
	uint8_t issuer_public[32], issuer_secret[64];
	struct hostkey key;
	struct person kim, lee;
	int64_t now;
};

extern struct world world;

/* Paths within the world's folder. */
const char *world_path(const char *name);
/* The marks that only rise, as vidd finds them; good for a few calls of world_path. */
struct anchor world_anchor(void);
void world_make(void);
void world_drop(void);
/* vid.conf: `more` is added behind "[policy]\n" */
void world_settings(const char *more);
void world_issuer(const char *status);
/* Compile a map; its accounts are looked for in `passwd`, or in /etc/passwd for NULL. */
void world_map(const char *text, const char *passwd);
void world_write(const char *name, const void *at, size_t len);
/* A template of `face`, transformed by `seed`. */
void world_template(const float face[DIMENSION], const uint8_t seed[32],
		    struct template *template);
/* Enrol `face` as the template of `person`; its digest is kept. */
void world_enrol(struct person *person, const float face[DIMENSION]);
void a_face(float face[DIMENSION]);

/* What is presented. A deviation is made by changing a member before. */
struct shown {
	struct token_claims claims;
	const uint8_t *issuer_secret, *holder_secret;
	const char *host;
	int64_t iat;
	bool bare;
	struct bytes nonce; /* empty: none */
};
struct shown shown_by(struct person *person);
/* As a message; returns its length. */
size_t shown_make(const struct shown *shown, uint8_t *to, size_t size);
/* As the text of a QR code, NUL-terminated. */
void shown_text(const struct shown *shown, char *to, size_t size);

/* --- the camera ---------------------------------------------------------- */
enum scene_kind {
	SCENE_QR,
	SCENE_ANSWER, /* a code that is in stage->answer once the caller has put it there
		       */
	SCENE_FACE,
	SCENE_REPEATED,
	SCENE_POOR,   /* a face with something wrong */
	SCENE_PERSON, /* a living one, that does what it is asked to; for ever */
	SCENE_GATE,
	SCENE_WAIT,
	SCENE_FAIL
};
struct scene {
	enum scene_kind kind;
	const char *qr;
	const float *face;
	enum vid_reason why;
};
/* What a SCENE_PERSON does when asked to turn. */
enum person_does {
	DOES_TURN,
	DOES_WRONG, /* to the other side */
	DOES_NOTHING,
	DOES_FLAT,   /* turns a print of itself */
	DOES_EARLY,  /* before it is asked */
	DOES_SWAP,   /* is somebody else (world.lee) once it has turned */
	DOES_LEAVE,  /* in the middle */
	DOES_UNPLUG, /* the camera, once a turn was asked for */
	DOES_FROZEN  /* turns, in pixels that do not change otherwise */
};
/* What a process of vid-camera's is asked to do. */
enum role { ROLE_CODES = 1, ROLE_PORTRAITS = 2, ROLE_FACE = 4 };
#define PROCESSES_MAX 64
#define SCENES_MAX    32
struct stage {                /* shared with the child that plays vidd */
	enum vid_reason open; /* what opening answers */
	volatile bool answered;
	char answer[8192];
	size_t count, next;
	struct scene scene[SCENES_MAX];
	const char *model;
	unsigned networks; /* of liveness */
	float passive;     /* what they say */
	unsigned asked;    /* enum liveness_cue that the person was told last */
	enum person_does does;
	unsigned opened, closed, logged;
	char camera_seat[VID_SEAT_MAX + 1]; /* whose camera was opened */
	unsigned pictures; /* that were sent; the next scene answers each */
	uint8_t picture[64];
	size_t picture_len;
	unsigned process;              /* of the camera's, counted */
	unsigned roles[PROCESSES_MAX]; /* that each has played */
	unsigned hostile; /* roles: a process that plays one of them reports `lie` */
	float lie[DIMENSION];
	char log[4096];
	/* what logind says of the caller, and of the display of a user manager's owner */
	bool no_logind;
	bool synchronised;         /* what the kernel says of the clock */
	bool session;              /* it belongs to one */
	bool manager;              /* or to a user manager of `owner` */
	bool remote, vanished;     /* vanished: logind does not know it any more */
	const char *seat;          /* NULL: none */
	const char *state, *class; /* NULL: "active", "user" */
	const char *type;          /* NULL: "wayland" */
	const char *unit;          /* without a session; NULL: "getty@tty1.service" */
	uid_t owner;
	int seats; /* of the machine */
	/* other sessions of the account: NULL or up to two, with `others_state` */
	const char *others[3];
	const char *others_state;
	bool lock_looked_at, lock_was_free; /* when vidd begins to wipe */
	/* what the kernel says of the caller */
	uid_t real;            /* 0: as the test says who asks */
	unsigned tty[2];       /* major and minor of its terminal; both 0: 4, 1 */
	bool other_start;      /* when it is looked at again, it is another process */
	char parser[PATH_MAX]; /* a hostile vid-parse; empty: the built one */
	char home[PATH_MAX];   /* of kim; empty: as in /etc/passwd */
	uid_t uid;             /* of kim, by the name service; 0: as in /etc/passwd */
};
extern struct stage *stage;

/* The built vid-parse, in the world's folder. */
void make_parser(void);
/* A vid-parse that was taken over (fake_parser.c) in its place. */
void stage_parser(const char *behaviour);

void stage_clear(void);
void stage_add(enum scene_kind kind, const char *qr, const float *face);
/* A code, then frames of a face for a second and a half. */
void stage_walk(const char *qr, const float *face);

/* --- a caller -------------------------------------------------------------- */
enum answer {
	ANSWER_ENTER,
	ANSWER_N,
	ANSWER_NONE,
	ANSWER_HANGUP,
	ANSWER_OTHER,
	ANSWER_ODD
};
#define PINS_MAX   4
#define PIN_HANGUP "\001" /* instead of an answer */
struct asking {
	const char *service, *account, *tty, *rhost, *ruser;
	enum answer answer;
	uid_t uid;
	bool silent;
	bool hangup_later; /* at "Look at the camera." or "Show your virtual ID ..." */
	unsigned deadline;
	unsigned thinks;            /* milliseconds before the answer to the prompt */
	const char *pins[PINS_MAX]; /* answers to what is asked with echo off */
	/* called for each line that vidd shows, with its argument or "" */
	void (*shown)(const char *text, const char *arg);
};
struct outcome {
	uint32_t verdict;
	char reason[40], account[64], said[2048];
	char events[128]; /* numbers of enum pam_event, each with a blank behind it */
	char secret[300];
	/* what was granted, and what the session is told of it */
	uint8_t note[VID_GRANT_MAX];
	size_t note_len;
	char subject[64], issuer[64], assurance[64];
	uint32_t flags;
	unsigned prompts, asked; /* with echo, and without */
	char prompt[512];
	int exit;
};
/* Write what the kernel says of `pid` into this world's proc. */
void world_process(pid_t pid, uint64_t start);
/* Where this world's files are, as vidd's main would say it. */
struct login_place world_place(void);
struct outcome ask_vidd(const struct asking *asking);
/* A phase behind the login, with what was granted. */
struct outcome ask_vidd_again(enum pam_frame phase, struct bytes note, uid_t uid);
struct outcome ask_vidd_raw(const void *at, size_t len);

#endif
