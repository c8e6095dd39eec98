"""Files as targets: everything is made ready beside the file, then put in force by one rename.

Beside ``/etc/acme/smtp.env`` there are, only while an apply is under way:

* ``.smtp.env.mailspec-new``: the new content;
* ``.smtp.env.mailspec-backup``: the former content, same owner, mode 0600;
* ``.smtp.env.mailspec-journal``: which file is which, so that after a kill the next run can tell.
"""
