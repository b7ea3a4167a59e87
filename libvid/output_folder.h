/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output_folder.h - folders that a path leads to when something is written there (S33)
 *
 * A path of the command line may lead through folders of other users. A symbolic link on
 * the way could redirect what root writes to any place of the system. These functions
 * follow no symbolic link, unless every folder and every link that the path names belongs
 * to root or to the caller. The checks and the use are on the same descriptors.
 *
 * Each function sets errno on failure. ELOOP: a symbolic link of another user, or in
 * another user's folder, is on the way. ENOSYS: the kernel or a filter of system calls
 * has no openat2.
 */
#ifndef VID_OUTPUT_FOLDER_H
#define VID_OUTPUT_FOLDER_H

#include <stdbool.h>
#include <sys/types.h>

/* Open a folder for reading; -1 on failure. */
int output_folder_open(const char *path);

/* Open the folder of `path`; *name is the last part, a view into `path`. -1 on failure;
 * EISDIR when `path` ends with a slash. */
int output_folder_open_of(const char *path, const char **name);

/* As mkdir(2), for the last part of `path`. 0, or -1 on failure. */
int output_folder_make(const char *path, mode_t mode);

/* As rename(2) and link(2). 0, or -1 on failure. */
int output_rename(const char *from, const char *to);
int output_link(const char *from, const char *to);

/*
 * Open a device, pipe or socket in /dev as an O_PATH descriptor: what /dev/stdout and
 * /dev/fd lead to included, but nothing in a folder that others can write (/dev/shm).
 * -1 when there is no such object.
 */
int output_stream_find(const char *path);

/* Open what output_stream_find found for writing; -1 on failure. */
int output_stream_open(int found);

/* Open with no symbolic link anywhere on the way; the kernel checks it (openat2). */
int output_open_without_links(int folder, const char *path, int flags);

/* The sentence for errno of these functions: for ENOSYS and ELOOP more than strerror. */
const char *output_strerror(int error);

#endif
