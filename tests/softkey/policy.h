/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.h - how the key behaves: a file of words that is read anew at each request
 *
 * Words are separated by blanks or newlines. WHEN is a request's name as the log writes
 * it (getInfo, getAssertion, largeBlobs, ...), which then is the moment of the word;
 * without it the moment is the touch.
 *
 * - touch: the key is touched after `after=MS` (default 30); what stands in no file
 * - deny, timeout: refused after a keepalive, or CTAP2_ERR_USER_ACTION_TIMEOUT
 * - hang: keepalives for ever; CANCEL ends it
 * - dead: answers nothing at all from the start; dead=WHEN, dead=touch: from then on
 * - slow=MS: waits that long before every reply, with keepalives
 * - badsig, nouv, noup, wrongrp: assertions: the signature bent, flags taken out, another
 *   RP's hash
 * - counter=N, zero: the counter of assertions
 * - weak: grants no more than credProtect 1, whatever is asked for
 * - unplug: goes away in the middle of a request (unplug=WHEN), until the words change;
 *   back=MS: comes back after that, and stays
 * - absent: is not plugged in as long as the word stands there
 * - many: claims 20 million credentials, and never runs out of them
 * - endless: the array of large blobs never comes to an end
 * - bomb: every reply but getInfo's (bomb=getInfo: that too) claims huge arrays
 * - bombblob: the array of large blobs does, with a digest that is right
 * - uv=ok, uv=fail: what a built-in verification says
 *
 * Unknown words end the program: a test must not pass because of a slip.
 */
#ifndef SOFTKEY_POLICY_H
#define SOFTKEY_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#define POLICY_TEXT 256 /* bytes of the file */

enum policy_touch { TOUCH_GIVEN, TOUCH_DENIED, TOUCH_TIMEOUT, TOUCH_HANGS };

struct policy {
	enum policy_touch touch;
	int after, slow, back; /* ms; back is -1 for never */
	bool badsig, nouv, noup, wrongrp, zero, weak, counter_set;
	uint32_t counter;
	bool dead, unplug, absent, many, endless, bomb, bombblob, uv_fails;
	char dead_when[32], unplug_when[32],
		bomb_when[32]; /* empty: no moment is named */
	char text[POLICY_TEXT];
};

/*
 * Read FILE (NULL: none). A file that is not there means `touch`; an empty one is just
 * being written, and leaves what held before.
 */
void policy_read(struct policy *policy, const char *file);

#endif
