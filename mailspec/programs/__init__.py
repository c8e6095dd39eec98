"""What is known of the programs that send mail: the names of their settings, and what they cannot hold or keep."""
