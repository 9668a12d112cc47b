/*
 * actions.h - the names of the acts that the audit log records (rule A12), for descriptions of replies.
 */
#ifndef MUSTER_AUTH_ACTIONS_H
#define MUSTER_AUTH_ACTIONS_H

/* NULL-terminated, in alphabetical order. */
extern const char *const audit_actions[];

#endif
