"""``import`` of programs, and ``init`` with answers: files of a project, which validate and change nothing."""
