/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/softkey/u2f.h"

enum { REGISTER = 0x01, AUTHENTICATE = 0x02, VERSION = 0x03 };

void u2f_answer(const struct key *key, struct bytes apdu, struct buffer *reply)
{
	static const uint8_t ok[2] = { 0x90, 0x00 };
	static const uint8_t touch_missing[2] = { 0x69, 0x85 };
	static const uint8_t unknown[2] = { 0x6d, 0x00 };
	uint8_t instruction = apdu.len >= 4 ? apdu.at[1] : 0;

	key_log(key, "u2f instruction=%u", instruction);
	if (instruction == VERSION) {
		buffer_add(reply, "U2F_V2", 6);
		buffer_add(reply, ok, 2);
	} else if (instruction == REGISTER || instruction == AUTHENTICATE)
		buffer_add(reply, touch_missing, 2);
	else
		buffer_add(reply, unknown, 2);
}
