/*
 * Lines for the journal, on standard error, with systemd's priority prefix where the journal reads it.
 * No personal content: no names, addresses, subjects or texts; booking numbers and words of our own.
 * Whatever came from outside is written with its control characters escaped.
 */
#ifndef AGENT_LOG_H
#define AGENT_LOG_H

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_NOTICE = 5, LOG_LEVEL_INFO = 6 };

void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
