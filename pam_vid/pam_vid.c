/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The six entry points. Each starts from a failure; PAM_IGNORE comes from the account and
 * session functions alone, and means: this login was not ours.
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
#define DATA_GRANTED "vid_granted" /* the account that we granted, for this handle */

static void free_granted(pam_handle_t *pamh, void *data, int error)
{
	(void)pamh;
	(void)error;
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

/*
 * vidd says yes for `account`. `asked` is whom PAM asked about at the start (or NULL):
 * that account and no other may be granted, and PAM_USER must still be what it was (S39).
 */
static int granted(pam_handle_t *pamh, const char *asked, const struct verdict *verdict)
{
	const char *account = verdict->account;
	const char *now = user_of(pamh);
	AUTO_FREE char *kept = NULL;

	if (!account[0] || (asked && strcmp(asked, account) != 0) || !asked != !now ||
	    (now && strcmp(now, asked) != 0)) {
		pam_syslog(pamh, LOG_ALERT,
			   "the granted account is not the one asked for");
		return PAM_ABORT;
	}
	if (!(kept = strdup(account)))
		return PAM_ABORT;
	if (!now && pam_set_item(pamh, PAM_USER, account) != PAM_SUCCESS)
		return PAM_ABORT;
	if (pam_set_data(pamh, DATA_GRANTED, kept, free_granted) != PAM_SUCCESS)
		return PAM_ABORT;
	kept = NULL; /* the handle's now */
	/* For pam_gnome_keyring and its like, behind us in the stack; libpam wipes it. */
	if (verdict->secret[0] &&
	    pam_set_item(pamh, PAM_AUTHTOK, verdict->secret) != PAM_SUCCESS)
		pam_syslog(pamh, LOG_WARNING, "the keyring's secret cannot be handed on");
	return PAM_SUCCESS;
}

EXPORT int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	AUTO(verifier_end) struct verifier verifier = VERIFIER_NONE;
	AUTO(verdict_wipe) struct verdict verdict = { .value = 0 };
	AUTO_FREE char *asked = NULL;
	struct options options;
	const char *user;
	int code;

	options_read(pamh, argc, argv, &options);
	/* Whatever this handle was granted before counts no longer. */
	code = pam_set_data(pamh, DATA_GRANTED, NULL, NULL);
	if (code != PAM_SUCCESS)
		return PAM_ABORT;
	user = user_of(pamh);
	if (user && !(asked = strdup(user)))
		return PAM_ABORT;

	code = verifier_start(pamh, &verifier);
	if (code != PAM_SUCCESS)
		return code;
	code = talk(pamh, &options, flags, asked, verifier.fd, &verdict);
	if (code == PAM_TRY_AGAIN &&
	    (code = verifier_replace(pamh, &verifier)) == PAM_SUCCESS)
		code = talk(pamh, &options, flags, asked, verifier.fd, &verdict);
	if (code != PAM_SUCCESS)
		return code == PAM_TRY_AGAIN ? PAM_ABORT : code;
	if (verdict.value == VERDICT_GRANTED)
		return granted(pamh, asked, &verdict);
	return code_of(verdict.value);
}

/* Nothing to set: a virtual ID brings no credentials of the kernel's or of a network. */
EXPORT int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}

/* PAM_SUCCESS when pam_sm_authenticate of this very handle granted this very account;
 * PAM_IGNORE otherwise: somebody logged in in another way, which is not ours to judge. */
static int ours_or_ignore(pam_handle_t *pamh)
{
	const char *user = user_of(pamh);
	const void *data = NULL;

	if (pam_get_data(pamh, DATA_GRANTED, &data) != PAM_SUCCESS || !data || !user)
		return PAM_IGNORE;
	return strcmp(user, data) == 0 ? PAM_SUCCESS : PAM_IGNORE;
}

EXPORT int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	(void)argc;
	(void)argv;
	return ours_or_ignore(pamh);
}

EXPORT int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	(void)argc;
	(void)argv;
	return ours_or_ignore(pamh);
}

EXPORT int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc,
				const char **argv)
{
	(void)flags;
	(void)argc;
	(void)argv;
	return ours_or_ignore(pamh);
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
