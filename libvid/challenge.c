/* SPDX-License-Identifier: BSD-2-Clause */
/* Challenges: what is asked for, and in which words. */
#include "libvid/liveness.h"

#include <sodium.h>
#include <string.h>

#define N_(text) text

#define TURNS 3 /* left, right, nearer */

/* Milliseconds: the shortest wait is enough to be seen looking ahead. */
#define WAIT_LEAST 300
#define WAIT_MORE  700

static const struct {
	const char *word, *sentence;
} cues[] = {
	[CUE_NONE] = { "", "" },
	[CUE_AHEAD] = { "ahead", N_("Look straight at the camera.") },
	[CUE_LEFT] = { "left", N_("Turn your head to your left.") },
	[CUE_RIGHT] = { "right", N_("Turn your head to your right.") },
	[CUE_NEARER] = { "nearer", N_("Come a little nearer.") },
};

#define CUES (sizeof(cues) / sizeof(*cues))

const char *cue_word(enum liveness_cue cue)
{
	return (size_t)cue < CUES ? cues[cue].word : "";
}

const char *cue_sentence(enum liveness_cue cue)
{
	return (size_t)cue < CUES ? cues[cue].sentence : "";
}

enum liveness_cue cue_of_word(const char *word)
{
	for (size_t i = 1; i < CUES; i++)
		if (strcmp(cues[i].word, word) == 0)
			return (enum liveness_cue)i;
	return CUE_NONE;
}

/* Of `count` turns, number `code`: its digits to the base of TURNS. False where it is one
 * that is never asked: without a side nothing shows depth, and nobody comes nearer
 * twice. */
static bool challenge_of(struct challenge *challenge, size_t count, uint32_t code)
{
	size_t nearer = 0;

	challenge->count = count;
	for (size_t i = 0; i < count; i++, code /= TURNS) {
		challenge->turn[i] = (enum liveness_cue)(CUE_LEFT + code % TURNS);
		nearer += challenge->turn[i] == CUE_NEARER;
	}
	return nearer <= 1 && nearer < count;
}

/* Drawn again until it is one of those that are asked: each is as likely as the others.
 */
void challenge_draw(struct challenge *challenge, bool hard)
{
	uint32_t code;

	memset(challenge, 0, sizeof(*challenge));
	do
		code = randombytes_uniform(hard ? 27 : 9 + 27);
	while (!(code < 27 ? challenge_of(challenge, 3, code)
			   : challenge_of(challenge, 2, code - 27)));
	for (size_t i = 0; i < challenge->count; i++)
		challenge->wait[i] = WAIT_LEAST + randombytes_uniform(WAIT_MORE);
}
