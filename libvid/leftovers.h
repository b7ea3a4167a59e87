/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leftovers.h - temporary files of writes that were killed
 *
 * What replaces a file is written beside it and renamed. A writer that is killed, or a
 * power cut, leaves the old file as it was and the temporary one behind it; without
 * somebody who tidies up, those of a large index would fill the disk one day.
 */
#ifndef VID_LEFTOVERS_H
#define VID_LEFTOVERS_H

/* No write of ours takes as long. Whoever is still writing loses nothing of his. */
#define LEFTOVER_SECONDS 3600

/*
 * Remove from the folder of `path` the temporary files of file_write (.vid-HEX) and of
 * this index (NAME.new-XXXXXX) that are the caller's own, regular, and were last written
 * to more than LEFTOVER_SECONDS ago. To be called under the lock of what is written
 * there. Says nothing: what cannot be removed now is tried again by the next write.
 */
void leftovers_remove(const char *path);

#endif
