/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * login.h - one login, from the question to the verdict
 *
 * vidd is one process a login, and one more for each of PAM's phases behind it.
 * Everything it learns stands in one struct login, which is wiped at the end; each step
 * of ARCHITECTURE.md's walk is a function that answers with a reason. login.c puts them
 * in order; serve.c tells the phases apart.
 */
#ifndef VIDD_LOGIN_H
#define VIDD_LOGIN_H

#include <sys/types.h>

#include "libvid/accounts.h"
#include "libvid/anchor.h"
#include "libvid/claim169.h"
#include "libvid/grant.h"
#include "libvid/hostkey.h"
#include "libvid/model.h"
#include "libvid/parse_verdict.h"
#include "libvid/presentation.h"
#include "libvid/secrets.h"
#include "libvid/settings.h"
#include "libvid/template.h"
#include "libvid/walkup.h"
#include "libvid/wire.h"
#include "sensors/camera/client.h"
#include "sensors/fido/client.h"
#include "vidd/process.h"

#define N_(text) text /* translated by pam_vid, in the person's language */

#define LOGIN_TTY_MAX    64
#define LOGIN_SEAT_MAX   VID_SEAT_MAX
#define PERSON_HOST_SIZE 65
#define CHARGE_KEY_SIZE  (VID_IDENTITY_MAX + 16) /* a counter's name */

/* Where things are, and what time it is. main fills it from paths.h; tests otherwise. */
enum login_phases { PHASES_LOGIN = 1, PHASES_SESSION = 2 };
struct login_place {
	unsigned phases; /* enum login_phases that are answered; 0: none */
	const char *settings, *issuers, *hostkey, *index; /* files and a folder */
	const char *faces, *attempts, *replay, *status;   /* folders */
	const char *counters, *tokens, *secrets;          /* folders */
	const char *clock; /* a file of version 0.1.0, as are `counters`: anchor.h */
	const char *anchor, *anchored;     /* a folder; a file */
	const char *sessions;              /* a folder */
	const struct accounts_host *files; /* /etc/passwd and its like */
	const char *userdb;                /* a folder of systemd's; NULL: none */
	const char *proc;      /* where proc(5) is mounted, for what a caller is */
	const char *processes; /* the same, for the table of processes */
	const char *logind;    /* a folder that is there where logind runs */
	const char *console;   /* a file of the kernel's: the terminal in front, "tty1" */
	int64_t (*now)(void);  /* seconds since the epoch */
	bool (*synchronised)(void); /* does the kernel believe that? NULL: no */
};

/* Step 1: what the module said, and what the kernel says of who asks. */
struct ask {
	uint8_t frame; /* enum pam_frame: the phase; 0: none of those that begin one */
	uid_t uid;     /* of the other end */
	pid_t pid;
	struct peer peer; /* the very process */
	char service[VID_SERVICE_MAX + 1];
	char account[VID_NAME_MAX + 1]; /* empty: whoever shows a virtual ID */
	char tty[LOGIN_TTY_MAX + 1];
	char ruser[VID_NAME_MAX + 1]; /* who runs it, in the word of a caller that is
					 root;  empty: not said */
	char seat[VID_SEAT_MAX + 1];  /* set by seat_judge */
	bool has_rhost, silent;
	unsigned deadline; /* seconds; 0: the policy's */
};

/* A credential of the key that was chosen, and the token that goes with it. */
struct candidate {
	char rp_id[VID_RP_ID_MAX + 1];
	uint8_t id[FIDO_ID_MAX];
	size_t id_len;
	/* made without a touch: tells whose it is, and proves nothing */
	uint8_t auth_data[ASSERTION_AUTH_DATA_MAX];
	size_t auth_data_len;
	uint8_t signature[ASSERTION_SIGNATURE_MAX];
	size_t signature_len;
	uint8_t token[VID_TOKEN_MAX];
	size_t token_len;          /* 0: none is at hand */
	enum vid_reason token_why; /* VID_OK: intake.c has verified its signature */
	uint8_t template[KEY_TEMPLATE_MAX];
	size_t template_len; /* 0: none; sealed */
};

/* A security key's part of a login (key.c, pick.c, proof.c). */
struct key_visit {
	struct fido fido;
	struct fido_report report;
	int64_t until; /* wire_now(): its part of the login's time */
	char rp_ids[FIDO_RPS_MAX * (VID_RP_ID_MAX + 1)];
	uint8_t hash[32]; /* of the assertions without a touch */
	struct candidate candidate[FIDO_CREDENTIALS_MAX];
	size_t count;
	uint32_t can;              /* FIDO_CAN_* */
	enum fido_event waits_for; /* 0: for the key itself to answer */
	unsigned pins;             /* that were given in this login */
	bool pin_given;            /* in this visit, or asked for */
	bool pin_was_wrong;
	bool pin_unanswered; /* one was sent, and the key did not say that it was right */
	bool behind_pin;     /* what shows itself did not fit: the PIN is asked for */
	bool fits;           /* pick.c */
};

/* What the holder's key said when it was touched. */
struct key_proof {
	bool made, used;
	uint8_t nonce[ASSERTION_NONCE_LEN];
	int64_t until; /* wire_now(): a minute after the nonce was drawn */
	char boot_id[ASSERTION_BOOT_ID_LEN + 1];
	struct fido_assertion assertion;
	uint8_t template[KEY_TEMPLATE_MAX]; /* that the key carries, sealed */
	size_t template_len;                /* 0: none */
	bool has_template_key, has_unlock_key;
	uint8_t template_key[KEY_SECRET_LEN], unlock_key[KEY_SECRET_LEN];
};

struct login {
	const struct login_place *place;
	int fd;           /* the client's; its hang-up cancels */
	int64_t started;  /* wire_now() */
	int64_t deadline; /* wire_now(): for the prompt, then for the login */
	int64_t said;     /* when the last hint was given */
	struct ask ask;

	struct settings settings;
	const struct policy *policy;
	unsigned seconds; /* that policy and module give */
	struct hostkey key;
	char host[VID_HOST_ID_MAX + 1];
	struct issuers issuers;
	bool caller_charged, identity_charged; /* one attempt each */
	bool caller_known; /* caller_uid is set: the user who runs the caller */
	uid_t caller_uid;
	bool caller_paused; /* over its limit: what does not verify is refused */
	/* A turn of the head was asked for: the attempt stays charged, however the login
	 * ends (S49). */
	bool challenged;
	char charged[CHARGE_KEY_SIZE]; /* the identity's counter */

	struct {
		uint8_t at[VID_NONCE_LEN];
		int64_t until; /* wire_now(); 0: none was shown */
	} nonce;
	struct key_visit visit;
	struct key_proof proof;
	char unlock[SECRET_MAX + 1]; /* what opens the person's keyring; empty: none */
	/* A process for each: what has parsed a stranger's code or picture never reports
	 * the face that is before the camera (S61). */
	struct camera codes;
	struct camera portraits; /* pictures alone, no device */
	struct camera camera;    /* the living face */
	struct camera_report report;
	uint8_t message[VID_CARD_MAX]; /* what was presented; `presentation` points into
					  it */
	size_t message_len;
	enum vid_reason message_why; /* VID_OK: intake.c has verified its signatures, and
					it may be parsed here */
	struct parse_verdict parsed; /* intake.c; empty outside of it */
	struct presentation presentation;
	bool is_card; /* and is judged by card.c, which fills `presentation` as well */
	struct card card;
	uint8_t card_room[VID_CARD_ROOM]; /* `card` points into it */
	char subject[VID_SUB_LEN + 1];    /* of a card: who that is here */
	struct account account;           /* name empty: not known, or due */
	struct walkup_rule newcomers;     /* that says so */
	struct grant grant; /* what is granted here, or was in an earlier phase */
	uint8_t note[VID_GRANT_MAX]; /* the same, sealed: to be sent, or as it came */
	size_t note_len;
	struct template template;
	bool transformed; /* the template is of this host's store: so are its vectors */
	uint8_t seed[32];

	const char
		*assurance; /* "key-uv+face", "key", "holder+face", "bearer+face", ... */
	struct problem problem;
};

/* serve.c: one phase on `fd`, in `login`, which is wiped at the end. Returns the reason
 * that it ended with. */
enum vid_reason login_serve(struct login *login, int fd, const struct login_place *place);
/* One line of the audit, of "login" or another phase. */
void login_audit(const struct login *login, const char *event, enum vid_reason why);

/* login.c: the phase that authenticates: steps 1 to 7 */
enum vid_reason login_judge(struct login *login);
/* still.c: the account phase: does what was granted still hold? */
enum vid_reason still_judge(struct login *login);
/* session.c: a session of the asking process began, or ended */
enum vid_reason session_begin(struct login *login);
enum vid_reason session_end(struct login *login);

/* granted.c: what the token says of how long; once it is judged, and before it is wiped
 */
void grant_note(struct login *login);
/* All that is granted, sealed into `note`. */
enum vid_reason grant_make(struct login *login);
/* The fields of a verdict that grants: `note`, and the session's environment. */
bool grant_put(const struct login *login, struct wire_frame *frame);
/* From `note` back: fills `key`, `grant`, and of `ask` the account and the service. */
enum vid_reason grant_recall(struct login *login);
/* Fills `account`, from the map as it is now. VID_ACCOUNT_OTHER where it is not the one
 * that was granted. */
enum vid_reason grant_account(struct login *login);
/* Fills `account` as it was at the login. */
void grant_former_account(struct login *login);

/* ask.c: step 1: the first frame, of whichever phase */
enum vid_reason ask_receive(struct login *login);
enum vid_reason ask_judge(struct login *login);
/*
 * seat.c: does the request come from a person at a seat of this machine? VID_OK with
 * ask.seat set; VID_REMOTE with a problem text. A caller that comes from a remote session
 * is VID_REMOTE whatever the policy says.
 */
enum vid_reason seat_judge(struct login *login);
/* Does this terminal stand at this machine? "/dev/tty1", "ttyS0", ":0", ... */
bool tty_is_local(const char *tty);

/* policy.c: step 2, which is these two and what they need between them */
enum vid_reason policy_load(struct login *login);
enum vid_reason policy_read(struct login *login); /* the service's, and its deadline */
enum vid_reason trust_load(struct login *login);  /* the issuers; the clock is right */
/* The marks that only rise, of the key that was loaded. */
struct anchor login_anchor(const struct login *login);
/* The policy's seconds count from the person's Enter; for that there is time. */
void deadline_for_intent(struct login *login);
void deadline_for_login(struct login *login);
/*
 * charges.c. charges_check: can attempts be counted at all? charge_caller: before a
 * presentation is judged. charge_refusal: what a refusal of an unverified one is
 * answered with. charge_identity: once it was verified, in place of the caller;
 * VID_TOO_MANY_ATTEMPTS during its pause. charges_settle: keep, clear or give back.
 */
enum vid_reason charges_check(struct login *login);
enum vid_reason charge_caller(struct login *login);
enum vid_reason charge_refusal(const struct login *login, enum vid_reason why);
enum vid_reason charge_identity(struct login *login, const char *identity, bool proven);
enum vid_reason charges_settle(struct login *login, enum vid_reason why);

/* person.c: what the person sees and answers */
void person_told(const struct login *login, enum pam_style style, const char *text);
void person_hinted(struct login *login, const char *text); /* at most once a second */
/*
 * What the login cannot go on without, with an argument for the text's {1} or NULL. A
 * caller that wants silence (sudo always does) hears it too, as it hears the prompt: no
 * camera is used behind anybody's back.
 */
void person_cued(const struct login *login, enum pam_event event, const char *text,
		 const char *arg);
/* The host by the name that people know it by. */
void person_host(char to[PERSON_HOST_SIZE]);
/*
 * Ask with echo off, with arguments for the text's {1} and {2}. VID_OK with the answer in
 * `to`, which the caller wipes, and which is empty for an empty answer, none, or one that
 * does not fit; VID_DEADLINE, VID_CANCELLED.
 */
enum vid_reason person_asked(struct login *login, enum pam_event event, const char *text,
			     const char *arg1, const char *arg2, char *to, size_t size);
enum vid_reason person_intends(struct login *login);

/* nonce.c: VID_OK when it was shown, VID_NO_PRESENTATION when it cannot be */
enum vid_reason nonce_show(struct login *login);
struct bytes nonce_of(const struct login *login); /* empty: none was shown */
/* Does what was presented hold it anywhere, so that it is worth judging? */
bool nonce_may_be_in(const struct login *login);
bool nonce_expired(const struct login *login);

/* present.c: step 3. Fills `message`. */
enum vid_reason present_obtain(struct login *login);
/* VID_OK when `carrier` holds a message that is worth judging: it is in login->message */
enum vid_reason present_take(struct login *login, struct bytes carrier);
/*
 * intake.c: bytes of a stranger into `message`, or into a candidate's token; parsed by
 * vid-parse, the signatures verified here. VID_OK: it is a message, and `message_why` or
 * `token_why` says whether it verified; a reason of steps 1-3: it is none;
 * VID_SENSOR_FAILED: vid-parse did not work.
 */
enum vid_reason intake_message(struct login *login, enum parse_kind kind,
			       struct bytes carrier);
/* Of a token that is none, that is left to the judgement: VID_OK. */
enum vid_reason intake_token(struct login *login, struct candidate *candidate);
/* A key's blob into the candidate's token and template, neither verified. */
enum vid_reason intake_blob(struct login *login, struct bytes blob,
			    struct candidate *candidate);
/* Judge a message that intake took, by judge_rules; `verified` is its why. */
enum vid_reason intake_verify(const struct login *login, struct bytes message,
			      enum vid_reason verified, struct presentation *out);
/* key.c: a security key, until `until`. Fills `message` and `proof`. */
enum vid_reason key_obtain(struct login *login, int64_t until);
/* pick.c: which of the key's credentials, and its token; VID_KEY_NO_TOKEN */
enum vid_reason key_keep_candidate(struct login *login,
				   const struct fido_credential *credential);
enum vid_reason key_pick(struct login *login, size_t *picked);
/* proof.c: what the key is asked to sign, and to answer; what it said; what it opens */
enum vid_reason proof_start(struct login *login, const struct candidate *candidate);
void proof_hash(const struct login *login, uint8_t hash[32]);
/* Nothing came of the key: what another carrier brings is not judged by its leftovers. */
void proof_forget(struct login *login);
void proof_take(struct login *login, const struct candidate *candidate,
		const struct fido_assertion *assertion);
enum vid_reason proof_judge(struct login *login);
void proof_unlock(struct login *login);
/* carrier.c: the newest *.vid of the configured folders */
enum vid_reason carrier_read(struct login *login);

/* card.c: a claim-169 card, in steps 3, 4 and 6. It is taken when steps 1-3 say that it
 * is a message; judged into `presentation`, with an identity that only this host makes;
 * its face becomes the template, and then all of it is wiped. */
enum vid_reason card_take(struct login *login, struct bytes carrier);
enum vid_reason card_judge(struct login *login);
enum vid_reason card_reference(struct login *login);

/* judge.c: steps 4 and 5 */
struct presentation_rules judge_rules(const struct login *login);
/* The account that a verified token maps to here, whoever was asked for. With `due` set:
 * none yet, and a rule gives one. */
enum vid_reason judge_identity(struct login *login, const struct token *token,
			       struct account *account);
enum vid_reason judge_presentation(struct login *login);
enum vid_reason judge_account(struct login *login);
/* newcomer.c: an account for whoever has none yet and was found to be right. */
enum vid_reason newcomer_given(struct login *login);
/* The account that was found: is it within the issuer's reach, and as the map says? */
enum vid_reason judge_account_here(struct login *login);

/* status.c: step 18 of the presentation, against the lists at hand */
enum vid_reason judge_status(struct login *login);

/* One for each look ahead of the longest challenge. */
#define PROBE_FRAMES VID_PROBE_FRAMES_MAX

/* What is compared with the reference: the sum of a few frames' embeddings. */
struct probe {
	float sum[VID_EMBEDDING_MAX]; /* biometric */
	size_t dimension;
	unsigned frames;
};

void probe_wipe(struct probe *probe);

/* look.c: the probe of a living face, or why there is none */
enum vid_reason look_at_face(struct login *login, const struct model *card,
			     struct probe *probe);

/* face.c: step 6 */
enum vid_reason face_reference(struct login *login);
enum vid_reason face_judge(struct login *login);
/* The same questions to the person as face_judge, with nothing to compare (S53): VID_OK
 * when a live face was seen, or why not. The login's own problem stays as it is. */
enum vid_reason face_look_only(struct login *login, struct problem *problem);

#endif
