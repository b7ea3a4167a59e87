/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The six entry points. Each starts from a failure; PAM_IGNORE comes from setcred and the
 * account and session functions alone, and means: this login was not ours.
 */
#include "config.h"

#define PAM_SM_AUTH
#define PAM_SM_ACCOUNT
#define PAM_SM_SESSION
#define PAM_SM_PASSWORD

#include "pam_vid/pam_vid.h"

#include <security/pam_ext.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "libvid/cleanup.h"
#include "libvid/reason.h"

#define EXPORT       __attribute__((visibility("default")))
#define DATA_GRANTED "vid_granted" /* struct granted, of this handle */
#define SENTENCE_MAX 512           /* bytes, in any language */

static void free_granted(pam_handle_t *pamh, void *data, int error)
{
	(void)pamh;
	(void)error;
	if (data)
		explicit_bzero(data, sizeof(struct granted));
	free(data);
}

/* PAM_USER as it stands, or NULL. Read, never asked for. */
static const char *user_of(pam_handle_t *pamh)
{
	const void *user = NULL;

	if (pam_get_item(pamh, PAM_USER, &user) != PAM_SUCCESS || !user)
		return NULL;
	return *(const char *)user ? user : NULL;
}

/* Verdicts that are not a grant. A value outside the table is unforeseen, whatever it is.
 */
static int code_of(uint32_t verdict)
{
	switch ((enum vid_verdict)verdict) {
	case VERDICT_DENIED:
		return PAM_AUTH_ERR;
	case VERDICT_MAXTRIES:
		return PAM_MAXTRIES;
	case VERDICT_UNKNOWN:
		return PAM_USER_UNKNOWN;
	case VERDICT_UNAVAILABLE:
		return PAM_AUTHINFO_UNAVAIL;
	case VERDICT_BROKEN:
		return PAM_SERVICE_ERR;
	case VERDICT_GRANTED: /* granted() only */
	case VERDICT_ABORT:
	default:
		return PAM_ABORT;
	}
}

/* One answer of vidd's to one question: of the one behind the socket, or of one of our
 * own. PAM_SUCCESS: there is a verdict. */
static int consult(pam_handle_t *pamh, const struct options *options,
		   const struct question *question, struct verdict *verdict)
{
	AUTO(verifier_end) struct verifier verifier = VERIFIER_NONE;
	bool session =
		question->phase == PAM_FRAME_OPEN || question->phase == PAM_FRAME_CLOSE;
	int code = session ? verifier_start_session(pamh, &verifier)
			   : verifier_start(pamh, &verifier);

	if (code != PAM_SUCCESS)
		return code;
	return talk(pamh, options, question, verifier.fd, verdict);
}

/* --- authentication ------------------------------------------------------------------
 */

/* Kept for the phases behind this one. */
static int keep(pam_handle_t *pamh, const struct granted *granted)
{
	struct granted *kept = malloc(sizeof(*kept));

	if (!kept)
		return PAM_ABORT;
	*kept = *granted;
	if (pam_set_data(pamh, DATA_GRANTED, kept, free_granted) == PAM_SUCCESS)
		return PAM_SUCCESS;
	free_granted(pamh, kept, 0);
	return PAM_ABORT;
}

/*
 * vidd says yes for an account. `asked` is whom PAM asked about at the start (or NULL):
 * that account and no other may be granted, and PAM_USER must still be what it was (S39).
 */
static int granted(pam_handle_t *pamh, const char *asked, const struct verdict *verdict)
{
	const char *account = verdict->granted.account;
	const char *now = user_of(pamh);

	if (!account[0] || (asked && strcmp(asked, account) != 0) || !asked != !now ||
	    (now && strcmp(now, asked) != 0)) {
		pam_syslog(pamh, LOG_ALERT,
			   "the granted account is not the one asked for");
		return PAM_ABORT;
	}
	if (!now && pam_set_item(pamh, PAM_USER, account) != PAM_SUCCESS)
		return PAM_ABORT;
	if (keep(pamh, &verdict->granted) != PAM_SUCCESS)
		return PAM_ABORT;
	/* For pam_gnome_keyring and its like, behind us in the stack; libpam wipes it. */
	if (verdict->secret[0] &&
	    pam_set_item(pamh, PAM_AUTHTOK, verdict->secret) != PAM_SUCCESS)
		pam_syslog(pamh, LOG_WARNING, "the keyring's secret cannot be handed on");
	return PAM_SUCCESS;
}

EXPORT int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	AUTO(verdict_wipe) struct verdict verdict = { .value = 0 };
	struct question question = { .phase = PAM_FRAME_ASK, .flags = flags };
	AUTO_FREE char *asked = NULL;
	struct options options;
	const char *user;
	int code;

	options_read(pamh, argc, argv, &options);
	/* Whatever this handle was granted before counts no longer. */
	environment_remove(pamh);
	code = pam_set_data(pamh, DATA_GRANTED, NULL, NULL);
	if (code != PAM_SUCCESS)
		return PAM_ABORT;
	user = user_of(pamh);
	if (user && !(asked = strdup(user)))
		return PAM_ABORT;
	question.user = asked;
	code = consult(pamh, &options, &question, &verdict);
	if (code != PAM_SUCCESS)
		return code;
	if (verdict.value == VERDICT_GRANTED)
		return granted(pamh, asked, &verdict);
	return code_of(verdict.value);
}

/* --- the phases behind it ------------------------------------------------------------
 */

/*
 * What pam_sm_authenticate of this very handle granted. PAM_SUCCESS: *out, to this very
 * account. PAM_IGNORE: nothing, the user logged in in another way, which is not ours to
 * judge. PAM_PERM_DENIED: to another account than PAM_USER names now (S39). PAM_ABORT:
 * not known; an error is not "nothing".
 */
static int find_granted(pam_handle_t *pamh, const struct granted **out)
{
	const void *data = NULL;
	const char *user;
	int code = pam_get_data(pamh, DATA_GRANTED, &data);

	*out = NULL;
	if (code == PAM_NO_MODULE_DATA || (code == PAM_SUCCESS && !data))
		return PAM_IGNORE;
	if (code != PAM_SUCCESS)
		return PAM_ABORT;
	user = user_of(pamh);
	if (!user || strcmp(user, ((const struct granted *)data)->account) != 0)
		return PAM_PERM_DENIED;
	*out = data;
	return PAM_SUCCESS;
}

/*
 * There is nothing to set: a virtual ID brings no credentials of the kernel's or of a
 * network. Where this handle granted nothing, and for another account than the granted
 * one (sudo changes PAM_USER to its target), PAM_IGNORE: a success would end a
 * `sufficient` stack, and the modules after it would not set theirs.
 */
EXPORT int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const struct granted *granted;

	(void)flags;
	(void)argc;
	(void)argv;
	switch (find_granted(pamh, &granted)) {
	case PAM_SUCCESS:
		return PAM_SUCCESS;
	case PAM_IGNORE:
	case PAM_PERM_DENIED:
		return PAM_IGNORE;
	default:
		return PAM_CRED_ERR;
	}
}

/* vidd's word on what was granted, as a verdict; it speaks for that account alone. */
static int consult_again(pam_handle_t *pamh, const struct options *options,
			 enum pam_frame phase, const struct granted *granted,
			 uint32_t *value)
{
	AUTO(verdict_wipe) struct verdict verdict = { .value = 0 };
	const struct question question = { .phase = phase, .granted = granted };
	int code = consult(pamh, options, &question, &verdict);

	if (code != PAM_SUCCESS)
		return code;
	if (verdict.value == VERDICT_GRANTED &&
	    strcmp(verdict.granted.account, granted->account) != 0) {
		pam_syslog(pamh, LOG_ALERT, "vidd speaks of another account");
		return PAM_ABORT;
	}
	*value = verdict.value;
	return PAM_SUCCESS;
}

static int account_code_of(uint32_t verdict)
{
	switch ((enum vid_verdict)verdict) {
	case VERDICT_GRANTED:
		return PAM_SUCCESS;
	case VERDICT_DENIED:
		return PAM_ACCT_EXPIRED;
	case VERDICT_UNKNOWN:
	case VERDICT_UNAVAILABLE:
	case VERDICT_BROKEN:
		return code_of(verdict);
	case VERDICT_MAXTRIES: /* nobody tries anything */
	case VERDICT_ABORT:
	default:
		return PAM_ABORT;
	}
}

static void say_refused(pam_handle_t *pamh, int code)
{
	const char *sentence =
		code == PAM_ACCT_EXPIRED || code == PAM_USER_UNKNOWN
			? N_("Your virtual ID counts here no longer. Ask whoever issued "
			     "it, or log in another way.")
			: N_("Whether your virtual ID still counts cannot be checked at "
			     "the moment; the system log says why. Log in another way, "
			     "or try again later.");
	char text[SENTENCE_MAX];

	talk_text(sentence, "", "", text, sizeof(text));
	(void)pam_prompt(pamh, PAM_ERROR_MSG, NULL, "%s", text);
}

EXPORT int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const struct granted *granted;
	struct options options;
	uint32_t value = 0;
	int code = find_granted(pamh, &granted);

	if (code == PAM_PERM_DENIED)
		pam_syslog(pamh, LOG_ALERT,
			   "PAM_USER is another than the virtual ID was accepted for");
	if (code != PAM_SUCCESS)
		return code;
	options_read(pamh, argc, argv, &options);
	code = consult_again(pamh, &options, PAM_FRAME_ACCOUNT, granted, &value);
	if (code == PAM_SUCCESS)
		code = account_code_of(value);
	if (code != PAM_SUCCESS && !((unsigned)flags & PAM_SILENT))
		say_refused(pamh, code);
	return code;
}

/* A session began or ended, where vidd waits for it: a home may have to be wiped. */
static int tell_session(pam_handle_t *pamh, int argc, const char **argv,
			enum pam_frame phase, const struct granted *granted)
{
	struct options options;
	uint32_t value = 0;

	if (!granted->session)
		return PAM_SUCCESS;
	options_read(pamh, argc, argv, &options);
	if (consult_again(pamh, &options, phase, granted, &value) == PAM_SUCCESS &&
	    value == VERDICT_GRANTED)
		return PAM_SUCCESS;
	pam_syslog(pamh, LOG_ERR, "the %s of this session of %s is not noted",
		   phase == PAM_FRAME_OPEN ? "beginning" : "end", granted->account);
	return PAM_SESSION_ERR;
}

/* The session of another account than the granted one is not ours: sudo opens that of its
 * target, after an account phase for the caller. */
static int find_session(pam_handle_t *pamh, const struct granted **out)
{
	int code = find_granted(pamh, out);

	if (code == PAM_PERM_DENIED)
		return PAM_IGNORE;
	return code == PAM_ABORT ? PAM_SESSION_ERR : code;
}

EXPORT int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const struct granted *granted;
	int code = find_session(pamh, &granted);

	(void)flags;
	if (code != PAM_SUCCESS) {
		environment_remove(pamh);
		return code;
	}
	code = tell_session(pamh, argc, argv, PAM_FRAME_OPEN, granted);
	return code == PAM_SUCCESS ? environment_put(pamh, granted) : code;
}

EXPORT int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc,
				const char **argv)
{
	const struct granted *granted;
	int code = find_session(pamh, &granted);

	(void)flags;
	environment_remove(pamh);
	return code == PAM_SUCCESS
		       ? tell_session(pamh, argc, argv, PAM_FRAME_CLOSE, granted)
		       : code;
}

/* There is no password here that could be changed: refused in both phases, so that a
 * stack with us in it by mistake fails before another module has changed anything. */
EXPORT int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	(void)argc;
	(void)argv;
	pam_syslog(pamh, LOG_NOTICE, "a virtual ID has no password to change");
	return PAM_AUTHTOK_ERR;
}
