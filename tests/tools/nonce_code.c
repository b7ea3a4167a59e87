/* SPDX-License-Identifier: BSD-2-Clause */
/* nonce_code HOST HEX - what a host shows, behind "VIDN1:" */
#include <stdio.h>

#include "libvid/nonce.h"

int main(int argc, char **argv)
{
	char host[VID_HOST_ID_MAX + 1], text[NONCE_TEXT_SIZE];
	uint8_t nonce[VID_NONCE_LEN];

	if (argc != 3 || !nonce_read(argv[2], host, nonce) ||
	    !nonce_text(argv[1], nonce, text))
		return 1;
	puts(text + 6);
	return 0;
}
