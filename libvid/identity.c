/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/identity.h"

#include "libvid/issuers.h"
#include "libvid/token.h"

bool identity_split(struct bytes text, struct bytes *subject, struct bytes *alias)
{
	char name[VID_ALIAS_MAX + 1];

	if (text.len < VID_SUB_LEN + 2 || text.at[VID_SUB_LEN] != '@')
		return false;
	*subject = bytes_of(text.at, VID_SUB_LEN);
	*alias = bytes_of(text.at + VID_SUB_LEN + 1, text.len - VID_SUB_LEN - 1);
	return subject_valid(*subject) && bytes_to_text(*alias, name, sizeof(name)) &&
	       alias_valid(name);
}
