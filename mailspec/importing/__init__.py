"""Settings of programs that already send mail -> configurations of a Spec. Reads; writes nothing."""
