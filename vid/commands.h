/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * commands.h - what `vid` can do: one line a command
 *
 * GROUP COMMAND, the function (in vid/GROUP_COMMAND.c) and what it is for. A function is
 * called with argv[0] = COMMAND and answers with an exit code of cli.h.
 */
#ifndef VID_COMMANDS_H
#define VID_COMMANDS_H

/* clang-format off */
#define VID_GROUPS(X)                                                                    \
	X("host", N_("this machine"))                                                    \
	X("issuer", N_("whoever signs virtual IDs: be one, or trust one"))               \
	X("wallet", N_("the holder's key, and showing a virtual ID with it"))            \
	X("token", N_("look at a virtual ID and judge it"))                              \
	X("account", N_("which identity is which account"))                              \
	X("face", N_("enrol and compare faces"))                                         \
	X("camera", N_("the cameras of this machine"))

/* X("group", "command", cmd_group_command, N_("what it is for")) */
#define VID_HOST_COMMANDS(X)

#define VID_ISSUER_COMMANDS(X)

#define VID_WALLET_COMMANDS(X)

#define VID_TOKEN_COMMANDS(X)

#define VID_ACCOUNT_COMMANDS(X)

#define VID_FACE_COMMANDS(X)

#define VID_CAMERA_COMMANDS(X)
/* clang-format on */

#define VID_COMMANDS(X)                                                                  \
	VID_HOST_COMMANDS(X)                                                             \
	VID_ISSUER_COMMANDS(X)                                                           \
	VID_WALLET_COMMANDS(X)                                                           \
	VID_TOKEN_COMMANDS(X)                                                            \
	VID_ACCOUNT_COMMANDS(X)                                                          \
	VID_FACE_COMMANDS(X)                                                             \
	VID_CAMERA_COMMANDS(X)

#define X(group, name, function, help) int function(int argc, char **argv);
VID_COMMANDS(X)
#undef X

#endif
