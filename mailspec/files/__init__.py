"""How files of this machine are read and written: one opener, one writer, and the durable steps they are made of."""
