/* SPDX-License-Identifier: BSD-2-Clause */
/* Letters of three by five dots, for sentences in a picture. */
#include "vid/drawing.h"

/* Rows from the top, the highest of 15 bits is the dot at the top left. */
static const struct {
	char letter;
	uint16_t dots;
} letters[] = {
	{ '%', 0x52a5 }, { '\'', 0x2400 }, { ',', 0x0014 }, { '-', 0x01c0 },
	{ '.', 0x0002 }, { '/', 0x12a4 },  { '0', 0x7b6f }, { '1', 0x2c97 },
	{ '2', 0x62a7 }, { '3', 0x628e },  { '4', 0x5bc9 }, { '5', 0x798e },
	{ '6', 0x39ef }, { '7', 0x7292 },  { '8', 0x7bef }, { '9', 0x7bce },
	{ ':', 0x0410 }, { 'A', 0x2bed },  { 'B', 0x6bae }, { 'C', 0x3923 },
	{ 'D', 0x6b6e }, { 'E', 0x79a7 },  { 'F', 0x79a4 }, { 'G', 0x396b },
	{ 'H', 0x5bed }, { 'I', 0x7497 },  { 'J', 0x126a }, { 'K', 0x5bad },
	{ 'L', 0x4927 }, { 'M', 0x5fed },  { 'N', 0x6b6d }, { 'O', 0x2b6a },
	{ 'P', 0x6ba4 }, { 'Q', 0x2b73 },  { 'R', 0x6bad }, { 'S', 0x388e },
	{ 'T', 0x7492 }, { 'U', 0x5b6f },  { 'V', 0x5b6a }, { 'W', 0x5bfd },
	{ 'X', 0x5aad }, { 'Y', 0x5a92 },  { 'Z', 0x72a7 },
};

uint16_t letter_dots(char letter)
{
	if (letter >= 'a' && letter <= 'z')
		letter = (char)(letter - 'a' + 'A');
	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		if (letters[i].letter == letter)
			return letters[i].dots;
	return 0;
}
