"""Targets that are one document of mailspec's own: the whole text is made anew from the keys at each write."""
