/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * carrier.h - a presentation as the command line gets it: a file, standard input, a text
 */
#ifndef VID_CARRIER_H
#define VID_CARRIER_H

#include "libvid/files.h"

/*
 * Read `path`, or standard input for "-"; "VID1:..." is the text of a QR code itself
 * where no file has that name. A file that is larger than any presentation is read up to
 * that point only: step 1 then refuses it, as it would at a login. Complains itself:
 * CLI_GO or CLI_FAILED.
 */
int carrier_read(const char *path, struct blob *out);

#endif
