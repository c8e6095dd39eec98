"""What a change is held to: limits from outside, the base revision's policy."""
