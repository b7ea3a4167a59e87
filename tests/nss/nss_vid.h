/* SPDX-License-Identifier: BSD-2-Clause */
/* nss_vid.h - the module's entries, as glibc calls them */
#ifndef TESTS_NSS_NSS_VID_H
#define TESTS_NSS_NSS_VID_H

#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <shadow.h>
#include <sys/types.h>

enum nss_status _nss_vid_getpwnam_r(const char *, struct passwd *, char *, size_t, int *);
enum nss_status _nss_vid_getpwuid_r(uid_t, struct passwd *, char *, size_t, int *);
enum nss_status _nss_vid_setpwent(int);
enum nss_status _nss_vid_getpwent_r(struct passwd *, char *, size_t, int *);
enum nss_status _nss_vid_endpwent(void);
enum nss_status _nss_vid_getgrnam_r(const char *, struct group *, char *, size_t, int *);
enum nss_status _nss_vid_getgrgid_r(gid_t, struct group *, char *, size_t, int *);
enum nss_status _nss_vid_setgrent(int);
enum nss_status _nss_vid_getgrent_r(struct group *, char *, size_t, int *);
enum nss_status _nss_vid_endgrent(void);
enum nss_status _nss_vid_initgroups_dyn(const char *, gid_t, long *, long *, gid_t **,
					long, int *);
enum nss_status _nss_vid_getspnam_r(const char *, struct spwd *, char *, size_t, int *);
enum nss_status _nss_vid_setspent(int);
enum nss_status _nss_vid_getspent_r(struct spwd *, char *, size_t, int *);
enum nss_status _nss_vid_endspent(void);

#endif
