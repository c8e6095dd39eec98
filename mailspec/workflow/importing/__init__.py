"""``import`` of programs: their settings become files of the project, which validate and change nothing."""
