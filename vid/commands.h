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
	X("trust", N_("what the trusted issuers may do, and for how long"))              \
	X("wallet", N_("the holder's key, and showing a virtual ID with it"))            \
	X("key", N_("a security key that carries a virtual ID"))                         \
	X("token", N_("look at a virtual ID and judge it"))                              \
	X("status", N_("which virtual IDs are revoked"))                                 \
	X("account", N_("which identity is which account"))                              \
	X("clock", N_("whether this machine's clock can be believed"))                   \
	X("anchor", N_("the marks below which records are refused"))                     \
	X("face", N_("enrol and compare faces"))                                         \
	X("model", N_("the networks that see faces"))                                    \
	X("camera", N_("the cameras of this machine"))

/* X("group", "command", cmd_group_command, N_("what it is for")) */
#define VID_HOST_COMMANDS(X) \
	X("host", "init", cmd_host_init, N_("make this host's key, once")) \
	X("host", "show", cmd_host_show, N_("print this host's id"))

#define VID_ISSUER_COMMANDS(X) \
	X("issuer", "init", cmd_issuer_init, N_("make an issuer: a sealed key and its public part")) \
	X("issuer", "export", cmd_issuer_export, N_("print the public part")) \
	X("issuer", "rotate", cmd_issuer_rotate, N_("go over to a new signing key")) \
	X("issuer", "issue", cmd_issuer_issue, N_("sign a token for a holder's key")) \
	X("issuer", "trust", cmd_issuer_trust, N_("let an issuer count on this host")) \
	X("issuer", "untrust", cmd_issuer_untrust, N_("let an issuer count here no longer")) \
	X("issuer", "revoke", cmd_issuer_revoke, N_("a token is never to be accepted again")) \
	X("issuer", "suspend", cmd_issuer_suspend, N_("a token is not to be accepted for now")) \
	X("issuer", "restore", cmd_issuer_restore, N_("a suspended token counts again")) \
	X("issuer", "publish", cmd_issuer_publish, N_("sign the status list that hosts fetch")) \
	X("issuer", "list", cmd_issuer_list, N_("list the issuers that count here"))

#define VID_TRUST_COMMANDS(X) \
	X("trust", "list", cmd_trust_list, N_("what each issuer may do, and when its keys end")) \
	X("trust", "check", cmd_trust_check, N_("does every issuer's key last? for a timer"))

#define VID_CLOCK_COMMANDS(X) \
	X("clock", "show", cmd_clock_show, N_("what the clock is held against")) \
	X("clock", "reset", cmd_clock_reset, N_("forget the last login, after the clock was ahead"))

#define VID_ANCHOR_COMMANDS(X) \
	X("anchor", "show", cmd_anchor_show, N_("are the marks whole, and how many are there")) \
	X("anchor", "recover", cmd_anchor_recover, N_("go on without marks that are lost")) \
	X("anchor", "forget", cmd_anchor_forget, N_("remove one mark"))

#define VID_WALLET_COMMANDS(X) \
	X("wallet", "init", cmd_wallet_init, N_("make a holder's key")) \
	X("wallet", "show", cmd_wallet_show, N_("show a token with a proof: file, QR code, picture"))

#define VID_KEY_COMMANDS(X) \
	X("key", "enroll", cmd_key_enroll, N_("make a credential on a security key, for the issuer")) \
	X("key", "store", cmd_key_store, N_("put a token, and a face template, onto the key")) \
	X("key", "list", cmd_key_list, N_("what a key can do, and what it has")) \
	X("key", "read", cmd_key_read, N_("read the token that a key carries")) \
	X("key", "remove", cmd_key_remove, N_("take a credential, or a token alone, off a key")) \
	X("key", "secret", cmd_key_secret, N_("what opens a keyring, sealed for a key: set, remove"))

#define VID_TOKEN_COMMANDS(X) \
	X("token", "show", cmd_token_show, N_("print what a token says")) \
	X("token", "verify", cmd_token_verify, N_("judge a token or a presentation"))

#define VID_STATUS_COMMANDS(X) \
	X("status", "update", cmd_status_update, N_("fetch the status lists of the issuers")) \
	X("status", "show", cmd_status_show, N_("print which lists are at hand, and how old")) \
	X("status", "lookup", cmd_status_lookup, N_("print entries of a list"))

#define VID_ACCOUNT_COMMANDS(X) \
	X("account", "map", cmd_account_map, N_("map an identity to an account of this machine")) \
	X("account", "add", cmd_account_add, N_("map an identity to an account made for it")) \
	X("account", "list", cmd_account_list, N_("list what is mapped")) \
	X("account", "remove", cmd_account_remove, N_("take a mapping away")) \
	X("account", "release", cmd_account_release, N_("let a number be given again")) \
	X("account", "check", cmd_account_check, N_("prove the map, and write nothing")) \
	X("account", "explain", cmd_account_explain, N_("what decides about an identity, an account or a number")) \
	X("account", "compile", cmd_account_compile, N_("compile the map after editing it by hand")) \
	X("account", "publish", cmd_account_publish, N_("say to systemd which accounts there are"))

#define VID_FACE_COMMANDS(X) \
	X("face", "enroll", cmd_face_enroll, N_("take a person's face, for the issuer to bind")) \
	X("face", "list", cmd_face_list, N_("whose face is enrolled, and from what")) \
	X("face", "remove", cmd_face_remove, N_("forget an enrolled face, or a part of it")) \
	X("face", "compare", cmd_face_compare, N_("compare the faces of two pictures")) \
	X("face", "evaluate", cmd_face_evaluate, N_("how often the engine errs, from pictures")) \
	X("face", "calibrate", cmd_face_calibrate, N_("measure the scores of a model's card")) \
	X("face", "preview", cmd_face_preview, N_("what the camera sees, and what it makes of it")) \
	X("face", "pad-report", cmd_face_pad_report, N_("how often recorded attacks pass for live"))

#define VID_MODEL_COMMANDS(X) \
	X("model", "install", cmd_model_install, N_("install a face model")) \
	X("model", "list", cmd_model_list, N_("list the models, and which are installed")) \
	X("model", "check", cmd_model_check, N_("are the models good?")) \
	X("model", "remove", cmd_model_remove, N_("remove a face model"))

#define VID_CAMERA_COMMANDS(X) \
	X("camera", "list", cmd_camera_list, N_("list the cameras, and how to pin one"))
/* clang-format on */

#define VID_COMMANDS(X)                                                                  \
	VID_HOST_COMMANDS(X)                                                             \
	VID_ISSUER_COMMANDS(X)                                                           \
	VID_TRUST_COMMANDS(X)                                                            \
	VID_WALLET_COMMANDS(X)                                                           \
	VID_KEY_COMMANDS(X)                                                              \
	VID_TOKEN_COMMANDS(X)                                                            \
	VID_STATUS_COMMANDS(X)                                                           \
	VID_ACCOUNT_COMMANDS(X)                                                          \
	VID_CLOCK_COMMANDS(X)                                                            \
	VID_ANCHOR_COMMANDS(X)                                                           \
	VID_FACE_COMMANDS(X)                                                             \
	VID_MODEL_COMMANDS(X)                                                            \
	VID_CAMERA_COMMANDS(X)

#define X(group, name, function, help) int function(int argc, char **argv);
VID_COMMANDS(X)
#undef X

#endif
