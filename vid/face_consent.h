/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * face_consent.h - asking a person before their face is taken (P1)
 */
#ifndef VID_FACE_CONSENT_H
#define VID_FACE_CONSENT_H

#include "libvid/consent.h"

/*
 * Show purpose, data, retention and alternative, and ask for the word yes at the
 * terminal, unless `agreed`. CLI_GO with `out` filled; CLI_REFUSED or CLI_FAILED after a
 * complaint. `faces` is where the template will be kept.
 */
int face_consent(const char *account, const char *faces, bool agreed,
		 struct consent *out);

#endif
