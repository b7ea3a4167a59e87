/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enrol_unbound FACES KEYFILE ACCOUNT - store a made-up template for an account that has
 * no identity yet, as vid face enroll does
 */
#include <sodium.h>
#include <stdio.h>

#include "libvid/anchor_here.h"
#include "libvid/templates.h"

int main(int argc, char **argv)
{
	static const float embedding[4] = { 0.5F, -0.5F, 0.5F, 0.5F };
	static const uint8_t salt[TEMPLATE_SALT_LEN] = { 1 };
	struct template template = { .model = "made-up", .dimension = 4 };
	struct problem problem = { "" };
	struct template_owner owner;
	struct anchor_here here;
	struct hostkey key;

	if (argc != 4 || sodium_init() < 0)
		return 2;
	owner = (struct template_owner){
		.account = argv[3], .uid = UINT32_MAX, .iss = "", .sub = ""
	};
	if (hostkey_load(argv[2], &key, &problem) == VID_OK &&
	    template_add(&template, embedding, 4, "") &&
	    anchor_here(&here, ANCHOR_TEMPLATE, argv[1], &key, &problem) &&
	    templates_store(argv[1], &owner, &here.anchor, &template, salt, &problem) ==
		    VID_OK)
		return 0;
	fprintf(stderr, "%s\n", problem.text);
	return 1;
}
