/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handed.h - files that were handed over: a descriptor behind a frame, and its bytes
 *
 * The file is somebody's and may change while it is read. Only a regular one is, so that
 * nobody makes us wait.
 */
#ifndef VID_CAMERA_HANDED_H
#define VID_CAMERA_HANDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The byte behind a frame and its descriptor, to be closed; -1 when none came within
 * `patience` milliseconds. */
int handed_descriptor(int conversation, int patience);

/* The length of a regular file; 0 for anything else. */
uint64_t handed_length(int fd);

/* Exactly `len` bytes from `at` on. False when they are not there. */
bool handed_read(int fd, uint64_t at, void *to, size_t len);

/* The whole of a file of at most `size` bytes; returns its length, or 0. */
size_t handed_whole(int fd, uint8_t *to, size_t size);

#endif
