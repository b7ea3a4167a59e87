/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/rp_id.h"

#include <string.h>

#define LABEL_MAX 63

static bool label_valid(const char *label, size_t len)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	return len > 0 && len <= LABEL_MAX && strspn(label, allowed) >= len &&
	       label[0] != '-' && label[len - 1] != '-';
}

bool rp_id_valid(const char *rp_id)
{
	if (strlen(rp_id) > VID_RP_ID_MAX)
		return false;
	for (;;) {
		size_t len = strcspn(rp_id, ".");

		if (!label_valid(rp_id, len))
			return false;
		if (!rp_id[len])
			return true;
		rp_id += len + 1;
	}
}

void rp_id_of_realm(const char *realm, char out[VID_RP_ID_MAX + 1])
{
	static const char scheme[] = "realm:";
	size_t skip = sizeof(scheme) - 1;

	out[0] = '\0';
	if (strncmp(realm, scheme, skip) == 0 && rp_id_valid(realm + skip))
		memcpy(out, realm + skip, strlen(realm + skip) + 1);
}
