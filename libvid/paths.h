/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paths.h - where things are, fixed when vid is built; nothing reads the environment
 * (S29)
 */
#ifndef VID_PATHS_H
#define VID_PATHS_H

#define PATH_SETTINGS VID_CONFDIR "/vid.conf"
#define PATH_ISSUERS  VID_CONFDIR "/issuers.d"
#define PATH_ACCOUNTS VID_CONFDIR "/accounts"
#define PATH_HOSTKEY  VID_CONFDIR "/host.key"
#define PATH_EMITTERS VID_CONFDIR "/emitters.conf"

#define PATH_INDEX    VID_STATEDIR "/accounts.cdb"
#define PATH_FACES    VID_STATEDIR "/faces"
#define PATH_ATTEMPTS VID_STATEDIR "/attempts"
#define PATH_REPLAY   VID_STATEDIR "/replay"
#define PATH_STATUS   VID_STATEDIR "/status"
#define PATH_COUNTERS VID_STATEDIR "/counters"
#define PATH_TOKENS   VID_STATEDIR "/tokens"
#define PATH_SECRETS  VID_STATEDIR "/secrets"
#define PATH_CLOCK    VID_STATEDIR "/clock"

/* Marks that never sink. A folder of its own, so that one restore does not put back the
 * records of VID_STATEDIR together with their marks. */
#define PATH_ANCHOR VID_ANCHORDIR
/* There was an anchor here: without it a missing head is the first one. */
#define PATH_ANCHORED VID_STATEDIR "/anchored"
/* struct anchor_before: what version 0.1.0 kept, moved into the anchor once */
#define ANCHOR_BEFORE                                                                    \
	{                                                                                \
		.faces = PATH_FACES, .counters = PATH_COUNTERS, .status = PATH_STATUS,   \
		.clock = PATH_CLOCK                                                      \
	}

#define PATH_SESSIONS VID_RUNDIR "/sessions"
#define PATH_USERDB   "/run/userdb" /* systemd's, nss-systemd(8) */

/* There where logind runs or ran. Not the folder above it, which sd-login(3) names:
 * systemd-tmpfiles makes that on machines without logind, too. */
#define PATH_LOGIND  "/run/systemd/seats/seat0"
#define PATH_CONSOLE "/sys/class/tty/tty0/active"

#define PATH_SOCKET       VID_RUNDIR "/vidd.sock"  /* everybody's */
#define PATH_ROOT_SOCKET  VID_RUNDIR "/root.sock"  /* of callers that are root */
#define PATH_INNER_SOCKET VID_RUNDIR "/inner.sock" /* vidd-listen's to vidd */
#define PATH_CALLERS      VID_RUNDIR "/callers"    /* pam_vid's, slot.c */
#define PATH_VIDD         VID_LIBEXECDIR "/vidd"
#define PATH_CAMERA       VID_LIBEXECDIR "/vid-camera"
#define PATH_FIDO         VID_LIBEXECDIR "/vid-fido"
#define PATH_PARSE        VID_LIBEXECDIR "/vid-parse"
#define PATH_CARDS        VID_DATADIR "/models"

#endif
