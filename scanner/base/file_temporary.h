/* file_temporary.h - names that stand on the disk only until their maker is done.
 *
 * They are noted here, so that a program that is ended by SIGINT, SIGTERM or SIGHUP takes them with
 * it. Used by base/file*.c alone. */
#ifndef BASE_FILE_TEMPORARY_H
#define BASE_FILE_TEMPORARY_H

/* Between the two, signals wait: for the moment in which a name is made and noted, or in which two
 * names belong together. They do not nest. */
void temporary_hold(void);
void temporary_release(void);

/* Note a file or folder; the name is copied. More than a few at a time are not noted: they are left
 * lying when the program is ended. */
void temporary_note(const char *path);
/* It has its final name, or is gone. */
void temporary_forget(const char *path);

#endif
