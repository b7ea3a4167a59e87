/* SPDX-License-Identifier: BSD-2-Clause */
/* What a session's programs are told of its login. */
#include "config.h"

#include "pam_vid/pam_vid.h"

#include <stdio.h>

static const char *const names[] = { "VID_SUBJECT", "VID_ISSUER", "VID_ASSURANCE" };

#define COUNT    (sizeof(names) / sizeof(*names))
#define TEXT_MAX 128 /* bytes of a name and its value, both bounded */

/* Whoever put them there: those names tell of our logins alone. */
void environment_remove(pam_handle_t *pamh)
{
	for (size_t i = 0; i < COUNT; i++)
		if (pam_getenv(pamh, names[i])) /* libpam logs what is not there */
			(void)pam_putenv(pamh, names[i]);
}

int environment_put(pam_handle_t *pamh, const struct granted *granted)
{
	const char *const values[COUNT] = { granted->subject, granted->issuer,
					    granted->assurance };
	char text[TEXT_MAX];

	for (size_t i = 0; i < COUNT; i++) {
		(void)snprintf(text, sizeof(text), "%s=%s", names[i], values[i]);
		if (pam_putenv(pamh, text) != PAM_SUCCESS) {
			environment_remove(pamh);
			return PAM_SESSION_ERR;
		}
	}
	return PAM_SUCCESS;
}
